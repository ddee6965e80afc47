/**
 * `npm start [-- folders…]`: opens the desktop app where there is one, a display and an Electron binary; else serves the page on
 * loopback. What is missing is said at once, in one line, and nothing is downloaded.
 */

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';
import { runOnRightNode } from './runtime.mjs';

const repository = dirname(dirname(fileURLToPath(import.meta.url)));

if (!runOnRightNode(fileURLToPath(import.meta.url))) {
  const app = desktopApp();
  if (app.missing !== null) process.stderr.write(`No desktop app here (${app.missing}): serving the page on loopback instead.\n`);
  if (await prepare()) {
    if (app.binary !== null) openDesktop(app.binary);
    else {
      process.argv.splice(2, 0, 'serve');
      await import('../dist/src/cli/main.js');
    }
  }
}

/** What opens the desktop app, or in a few words why it cannot be opened. */
function desktopApp() {
  const no = (missing) => ({ binary: null, missing });
  if (!existsSync(join(repository, 'electron', 'main.ts'))) return no('this version has only the page');
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return no('no display');
  // The package notes where its binary lies once it has been downloaded; importing it without would try to download.
  const electron = join(repository, 'node_modules', 'electron');
  const note = join(electron, 'path.txt');
  const binary = existsSync(note) ? join(electron, 'dist', readFileSync(note, 'utf8').trim()) : null;
  return binary !== null && existsSync(binary) ? { binary, missing: null } : no('no Electron binary');
}

function openDesktop(binary) {
  // The engine runs on this Node, not on Electron's.
  const child = spawn(binary, [repository, ...process.argv.slice(2)], { stdio: 'inherit', env: { ...process.env, FINDLING_NODE: process.execPath } });
  process.on('SIGINT', () => child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    process.stderr.write(`findling: ${error.message}\n`);
    process.exitCode = 2;
  });
  child.on('exit', (code) => { process.exitCode = code ?? 2; });
}
