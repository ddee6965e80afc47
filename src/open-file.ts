/**
 * Opens a file with the system's program for it, or shows it in the file manager. What could run as a program is only shown:
 * a search result must never be one key away from executing something that arrived by mail.
 */

import { spawn } from 'node:child_process';
import { access, constants, lstat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { EngineError } from './contract/errors.ts';

/** Extensions that a desktop would execute, or hand to an interpreter, on opening. */
const EXECUTABLE_EXTENSIONS: ReadonlySet<string> = new Set([
  'exe', 'com', 'bat', 'cmd', 'msi', 'msix', 'appx', 'scr', 'pif', 'cpl', 'lnk', 'url', 'reg', 'hta', 'jar', 'vbs', 'vbe', 'js', 'jse', 'mjs', 'cjs', 'wsf', 'wsh',
  'ps1', 'psm1', 'sh', 'bash', 'zsh', 'fish', 'command', 'tool', 'app', 'pkg', 'dmg', 'desktop', 'appimage', 'run', 'bin', 'deb', 'rpm', 'flatpakref', 'py', 'pyw', 'rb', 'pl', 'php', 'scpt', 'workflow', 'terminal', 'action', 'chm', 'inf', 'msc', 'gadget', 'application', 'xll', 'iso', 'img', 'vhd', 'vhdx',
]);

/** May opening run it? By name, and on Unix by the executable bit too. */
export async function isExecutable(file: string): Promise<boolean> {
  if (EXECUTABLE_EXTENSIONS.has(path.extname(file).slice(1).toLowerCase())) return true;
  if (process.platform === 'win32') return false;
  return access(file, constants.X_OK).then(() => true, () => false);
}

/** Errors: `file-gone`. */
export async function openFile(file: string): Promise<void> {
  await mustExist(file);
  if (await isExecutable(file)) return revealFile(file);
  switch (process.platform) {
    case 'darwin': return launch('open', [file]);
    case 'win32': return launch('explorer.exe', [file]);
    default: return launch('xdg-open', [file]);
  }
}

/** Errors: `file-gone`. */
export async function revealFile(file: string): Promise<void> {
  await mustExist(file);
  switch (process.platform) {
    case 'darwin': return launch('open', ['-R', file]);
    case 'win32': return launch('explorer.exe', [`/select,${file}`]);
    default:
      return launch('dbus-send', [
        '--session', '--print-reply', '--reply-timeout=2000', '--dest=org.freedesktop.FileManager1', '--type=method_call', '/org/freedesktop/FileManager1',
        'org.freedesktop.FileManager1.ShowItems', `array:string:${pathToFileURL(file).href}`, 'string:',
      ]).catch(() => launch('xdg-open', [path.dirname(file)]));
  }
}

async function mustExist(file: string): Promise<void> {
  await lstat(file).catch((cause: unknown) => { throw new EngineError('file-gone', undefined, { cause, details: { path: file } }); });
}

/** Rejects when the program is missing or ends with an error within a moment; a viewer that stays open counts as opened. */
function launch(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { detached: true, stdio: 'ignore', windowsHide: true });
    const opened = setTimeout(resolve, 1_500);
    const failed = (detail: string): void => {
      clearTimeout(opened);
      reject(new EngineError('open-failed', `The file could not be opened: ${detail}.`, { details: { program } }));
    };
    child.once('error', (error) => failed(error.message));
    // Windows Explorer answers 1 although it opened the window.
    child.once('exit', (code) => { if (code === 0 || process.platform === 'win32') { clearTimeout(opened); resolve(); } else failed(`${program} gave exit code ${code}`); });
    child.unref();
  });
}
