/** Where the index, the settings and the socket live: chosen by flag, environment or the system's custom, and private to the user. */

import { chmodSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EngineError } from '../contract/errors.ts';

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The data directory when nobody names one. Pure. `FINDLING_DATA_DIR` comes before the system's custom. */
export function defaultDataDirectory({ platform, env, home }: Surroundings): string {
  const wanted = env['FINDLING_DATA_DIR'];
  if (wanted !== undefined && wanted !== '') return wanted;
  if (platform === 'win32') return path.win32.join(env['LOCALAPPDATA'] ?? path.win32.join(home, 'AppData', 'Local'), 'Findling');
  if (platform === 'darwin') return path.posix.join(home, 'Library', 'Application Support', 'Findling');
  // The XDG rule: a relative value is invalid and must be ignored.
  const data = env['XDG_DATA_HOME'];
  return path.posix.join(data !== undefined && path.posix.isAbsolute(data) ? data : path.posix.join(home, '.local', 'share'), 'findling');
}

/**
 * Makes the directory if need be, 0700, and gives its true path: lock, pipe name and socket are named by it.
 * Errors: data-directory-denied.
 */
export function openDataDirectory(wanted: string | undefined): string {
  const directory = path.resolve(wanted ?? defaultDataDirectory({ platform: process.platform, env: process.env, home: os.homedir() }));
  try {
    makeDirectories(directory);
    const stats = statSync(directory);
    if (!stats.isDirectory()) throw new EngineError('data-directory-denied', fileMessage(directory), { details: { path: directory } });
    // Made by someone else with wider rights: the index holds the text of private files.
    if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) chmodSync(directory, 0o700);
    return realpathSync(directory);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const message = why === 'ENOTDIR' ? fileMessage(directory) : `Findling may not write to its data directory ${directory} (${why}). Choose another with --data-dir.`;
    throw new EngineError('data-directory-denied', message, { cause: error, details: { path: directory } });
  }
}

function fileMessage(directory: string): string {
  return `The data directory ${directory} is, or lies in, a file. Choose another with --data-dir.`;
}

/** Not mkdir's own `recursive`: on file systems that answer ENOENT to any mkdir (/proc) Node's loops for ever. */
function makeDirectories(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false }) !== undefined) return;
  const above = path.dirname(directory);
  if (above !== directory) makeDirectories(above);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another host was faster.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
