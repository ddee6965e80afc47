/** What the app was started with, the first time or a second time while it runs. */

import { existsSync } from 'node:fs';
import path from 'node:path';
import { LOGIN_FLAG } from './login-item.ts';

export interface StartRequest {
  /** Show or hide the quick-search panel: what a desktop without global keys binds to its own. */
  readonly toggle: boolean;
  readonly atLogin: boolean;
  /** `--data-dir`; null: the system's custom. */
  readonly dataDirectory: string | null;
  /** Folders to watch, absolute. */
  readonly folders: readonly string[];
}

/** `args`: without the program itself (and, in a source tree, without the app's folder). Chromium's own switches are left alone. */
export function parseStart(args: readonly string[], workingDirectory: string): StartRequest {
  let toggle = false;
  let atLogin = false;
  let dataDirectory: string | null = null;
  const folders: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '--toggle') toggle = true;
    else if (arg === LOGIN_FLAG) atLogin = true;
    else if (arg === '--data-dir') dataDirectory = path.resolve(workingDirectory, args[(at += 1)] ?? '.');
    else if (arg.startsWith('--data-dir=')) dataDirectory = path.resolve(workingDirectory, arg.slice('--data-dir='.length));
    else if (!arg.startsWith('-')) folders.push(path.resolve(workingDirectory, arg));
  }
  return { toggle, atLogin, dataDirectory, folders };
}

/** What `parseStart` reads as this request, in whatever folder it is started. */
export function startArguments({ toggle, atLogin, dataDirectory, folders }: StartRequest): readonly string[] {
  return [...(toggle ? ['--toggle'] : []), ...(atLogin ? [LOGIN_FLAG] : []), ...(dataDirectory === null ? [] : [`--data-dir=${dataDirectory}`]), ...folders];
}

/** The arguments when they are for the command line (`findling search …`, `findling --help`), else null: those of the app. */
export function commandOf(args: readonly string[], commandsFolder: string): readonly string[] | null {
  const [first] = args;
  if (first === undefined) return null;
  if (first === '--help' || first === '--version') return args;
  return /^[a-z][a-z-]*$/.test(first) && existsSync(path.join(commandsFolder, `${first}.js`)) ? args : null;
}
