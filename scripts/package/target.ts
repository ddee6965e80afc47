/** The systems Findling is packaged for, and how their parts are named by npm, Node and electron-builder. Pure. */

export interface Target {
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly arch: 'x64' | 'arm64';
}

export const TARGETS: readonly Target[] = [
  { platform: 'linux', arch: 'x64' }, { platform: 'linux', arch: 'arm64' }, { platform: 'darwin', arch: 'arm64' }, { platform: 'win32', arch: 'x64' }, { platform: 'win32', arch: 'arm64' },
];

/** Package of the bundled Node and the binary in it, as bin/runtime.mjs names them. */
export function nodePackage({ platform, arch }: Target): { readonly name: string; readonly binary: string; readonly installedAs: string } {
  if (platform === 'darwin') return { name: `node-bin-darwin-${arch}`, binary: 'bin/node', installedAs: 'node' };
  if (platform === 'win32') return { name: `node-win-${arch}`, binary: 'bin/node.exe', installedAs: 'node.exe' };
  return { name: `node-linux-${arch}`, binary: 'bin/node', installedAs: 'node' };
}

/** Part of the file names of native modules built with napi-rs. */
export function nativeSuffix({ platform, arch }: Target): string {
  return { linux: `linux-${arch}-gnu`, darwin: `darwin-${arch}`, win32: `win32-${arch}-msvc` }[platform];
}

export function targetNamed(name: string): Target {
  const target = TARGETS.find(({ platform, arch }) => `${platform}-${arch}` === name);
  if (target === undefined) throw new Error(`${name} is none of ${TARGETS.map(({ platform, arch }) => `${platform}-${arch}`).join(', ')}.`);
  return target;
}
