/** Opens an address in the user's browser, when there is one and someone to look at it. Never waits for the browser. */

import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** An opener that fails does so at once; one that works may stay for as long as the browser does. */
const FAILS_WITHIN_MS = 700;

type Environment = Readonly<Record<string, string | undefined>>;

/** The command that opens an address here, or null. Pure but for `has`. */
export function browserCommand(address: string, platform: NodeJS.Platform, env: Environment, has: (program: string) => boolean): readonly string[] | null {
  // A page opened on the far machine of an ssh session is seen by nobody.
  if (env['SSH_CONNECTION'] !== undefined && env['DISPLAY'] === undefined) return null;
  if (platform === 'darwin') return ['open', address];
  // `start` would treat & in the address as its own; the handler below takes it as one argument.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', address];
  if (env['DISPLAY'] === undefined && env['WAYLAND_DISPLAY'] === undefined && env['WSL_DISTRO_NAME'] === undefined) return null;
  const opener = ['xdg-open', 'wslview', 'gio'].find(has);
  if (opener === undefined) return null;
  return opener === 'gio' ? ['gio', 'open', address] : [opener, address];
}

export async function openBrowser(address: string): Promise<boolean> {
  const command = browserCommand(address, process.platform, process.env, (program) => isOnPath(program, process.env['PATH'] ?? ''));
  const [program, ...args] = command ?? [];
  if (program === undefined) return false;
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true });
    const timer = setTimeout(() => resolve(true), FAILS_WITHIN_MS);
    child.once('error', () => { clearTimeout(timer); resolve(false); });
    child.once('exit', (code) => { clearTimeout(timer); resolve(code === 0); });
    child.unref();
  });
}

function isOnPath(program: string, searchPath: string): boolean {
  return searchPath.split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
