/** Folders on disk, for choosing what to watch: suggestions on first launch, a listing for pages without a native dialog, and the check of a new root. */

import { constants } from 'node:fs';
import { access, readdir, readFile, realpath, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { EngineError } from './contract/errors.ts';
import type { FolderListing, SuggestedFolder } from './contract/model.ts';

/** What exists of: our samples, the user's documents, desktop, downloads and home. */
export async function suggestFolders(resourcesDirectory: string): Promise<readonly SuggestedFolder[]> {
  const home = os.homedir();
  const user = await userDirectories(home);
  const all: readonly SuggestedFolder[] = [
    { kind: 'sample', path: path.join(resourcesDirectory, 'sample'), name: 'sample' },
    { kind: 'documents', path: user.documents, name: path.basename(user.documents) },
    { kind: 'desktop', path: user.desktop, name: path.basename(user.desktop) },
    { kind: 'downloads', path: user.downloads, name: path.basename(user.downloads) },
    { kind: 'home', path: home, name: path.basename(home) },
  ];
  const exist = await Promise.all(all.map((folder) => stat(folder.path).then((stats) => stats.isDirectory(), () => false)));
  return all.filter((folder, index) => exist[index] === true && (folder.kind === 'home' || folder.path !== home));
}

/** XDG systems let people name these folders in their language; elsewhere the names are fixed. */
async function userDirectories(home: string): Promise<{ documents: string; desktop: string; downloads: string }> {
  const config = process.env['XDG_CONFIG_HOME'] ?? path.join(home, '.config');
  const text = process.platform === 'linux' ? await readFile(path.join(config, 'user-dirs.dirs'), 'utf8').catch(() => '') : '';
  const named = (key: string, standard: string): string => {
    const value = new RegExp(`^XDG_${key}_DIR="(.*)"$`, 'm').exec(text)?.[1];
    return value === undefined ? path.join(home, standard) : value.replace(/^\$HOME(?=\/|$)/, home);
  };
  return { documents: named('DOCUMENTS', 'Documents'), desktop: named('DESKTOP', 'Desktop'), downloads: named('DOWNLOAD', 'Downloads') };
}

/** Visible subfolders of a folder, by name. Errors: folder-not-found, not-a-folder, folder-denied. */
export async function listFolders(where: string | undefined): Promise<FolderListing> {
  const folder = path.resolve(where ?? os.homedir());
  await checkFolder(folder);
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = await Promise.all(entries.filter((entry) => !entry.name.startsWith('.')).map(async (entry) => {
    const full = path.join(folder, entry.name);
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && await stat(full).then((stats) => stats.isDirectory(), () => false));
    return isFolder ? { name: entry.name, path: full } : null;
  }));
  const parent = path.dirname(folder);
  const collator = new Intl.Collator(undefined, { numeric: true });
  return {
    path: folder,
    parent: parent === folder ? null : parent,
    folders: folders.filter((entry) => entry !== null).sort((a, b) => collator.compare(a.name, b.name)),
  };
}

/**
 * The path of a new root as it is kept: absolute, symlinks resolved, so that a folder cannot be watched twice under two names.
 * Errors: folder-not-found, not-a-folder, folder-denied, folder-overlaps, folder-is-data-directory.
 */
export async function checkNewRoot(wanted: string, existing: readonly string[], dataDirectory: string): Promise<string> {
  const absolute = path.resolve(wanted);
  await checkFolder(absolute);
  const folder = await realpath(absolute);
  const data = await realpath(dataDirectory);
  if (isWithin(folder, data)) throw new EngineError('folder-is-data-directory', undefined, { details: { path: folder } });
  for (const root of existing) {
    if (isWithin(folder, root)) throw new EngineError('folder-overlaps', `This folder lies in ${root}, which is already watched.`, { details: { path: folder, root } });
    if (isWithin(root, folder)) {
      throw new EngineError('folder-overlaps', `This folder contains ${root}, which is already watched. Remove that one first, then add this.`, { details: { path: folder, root } });
    }
  }
  return folder;
}

async function checkFolder(folder: string): Promise<void> {
  const details = { path: folder };
  const stats = await stat(folder).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    throw new EngineError(code === 'EACCES' || code === 'EPERM' ? 'folder-denied' : 'folder-not-found', undefined, { cause, details });
  });
  if (!stats.isDirectory()) throw new EngineError('not-a-folder', undefined, { details });
  await access(folder, constants.R_OK | constants.X_OK).catch((cause: unknown) => { throw new EngineError('folder-denied', undefined, { cause, details }); });
}

/** Is `inner` the folder `outer` or below it? Both absolute and resolved. */
export function isWithin(inner: string, outer: string): boolean {
  const relative = path.relative(outer, inner);
  return relative === '' || (relative !== '..' && !relative.startsWith('..' + path.sep) && !path.isAbsolute(relative));
}
