/**
 * Watched folders' own settings as `config.json` has them: `folders` holds, by absolute path, what differs from the defaults. Pure. The file is their one
 * source of truth; the catalog's rows keep a copy of what was last applied (roots.ts). An entry for a folder that is not watched is kept, and applied
 * when the folder is added. An entry that is not usable stays in the file as it is written, and its folder keeps what it had.
 */

import path from 'node:path';
import { EngineError } from './contract/errors.ts';
import type { RootOptions } from './contract/model.ts';
import { validateFolder } from './contract/validate.ts';

/** Above this a file is indexed by name only: text files of this size are logs and dumps, and one of them takes seconds. */
const DEFAULT_MAX_FILE_BYTES = 64 * 1024 * 1024;

export const DEFAULT_ROOT_OPTIONS: RootOptions = {
  include: [],
  exclude: [],
  maxFileBytes: DEFAULT_MAX_FILE_BYTES,
  honourGitignore: true,
  includeHidden: false,
  includeSecrets: false,
  paused: false,
  instruction: null,
  threshold: null,
};

export interface UnusableEntry {
  /** As it stands in the file, and goes back there. */
  readonly written: unknown;
  /** The folder it is about, as far as can be told. */
  readonly folder: string;
  /** Code and words, with path and key. */
  readonly error: EngineError;
}

export interface FolderEntries {
  /** Folder → its settings; what is left out is as in the defaults. */
  readonly own: ReadonlyMap<string, Partial<RootOptions>>;
  /** By key as written. */
  readonly unusable: ReadonlyMap<string, UnusableEntry>;
}

export const NO_FOLDERS: FolderEntries = { own: new Map(), unusable: new Map() };

/** More troubles than this are not read one by one. */
const MOST_TROUBLES = 5;

/** Each entry is checked by itself: a bad one never costs the others. Errors: bad-input when it is no object at all. */
export function readFolders(value: unknown): FolderEntries {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new EngineError('bad-input', 'folders must be an object.', { details: { field: 'folders' } });
  const own = new Map<string, Partial<RootOptions>>();
  const unusable = new Map<string, UnusableEntry>();
  for (const [key, written] of Object.entries(value)) {
    const folder = plainPath(key);
    try {
      if (own.has(folder)) throw sameFolder(key, folder);
      own.set(folder, validateFolder(key, written));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      unusable.set(key, { written, folder, error });
    }
  }
  return { own, unusable };
}

/** What `readFolders` reads back as these entries. */
export function writeFolders(entries: FolderEntries): Readonly<Record<string, unknown>> {
  const own = [...entries.own].filter(([, options]) => Object.keys(options).length > 0);
  return Object.fromEntries([...own, ...[...entries.unusable].map(([key, { written }]) => [key, written] as const)]);
}

/** Links are followed, as they are when a folder is added. `realpath` answers the path itself for what does not exist. */
export async function followLinks(entries: FolderEntries, realpath: (folder: string) => Promise<string>): Promise<FolderEntries> {
  const own = new Map<string, Partial<RootOptions>>();
  const unusable = new Map([...entries.unusable]);
  for (const [key, options] of entries.own) {
    const folder = await realpath(key);
    if (own.has(folder)) unusable.set(key, { written: options, folder, error: sameFolder(key, folder) });
    else own.set(folder, options);
  }
  for (const [key, entry] of unusable) unusable.set(key, { ...entry, folder: await realpath(entry.folder) });
  return { own, unusable };
}

/** What the file has of a folder: nothing at all, its own settings, or an entry that is not usable. */
export interface FolderEntry {
  readonly own: Partial<RootOptions> | null;
  readonly unusable: EngineError | null;
}

export function entryOf(entries: FolderEntries, folder: string): FolderEntry {
  const own = entries.own.get(folder) ?? null;
  const bad = own === null ? [...entries.unusable.values()].find((entry) => entry.folder === folder) : undefined;
  return { own, unusable: bad?.error ?? null };
}

/** With other settings for one folder, in place of whatever stood there; null: without any. */
export function withFolder(entries: FolderEntries, folder: string, options: RootOptions | null): FolderEntries {
  const own = new Map(entries.own);
  if (options === null) own.delete(folder);
  else own.set(folder, differing(options));
  return { own, unusable: new Map([...entries.unusable].filter(([, entry]) => entry.folder !== folder)) };
}

/** What a person should know, in English. */
export function folderTroubles(entries: FolderEntries): readonly string[] {
  const all = [...entries.unusable.values()].map(({ error }) => `config.json: ${error.message} (${error.code}) This folder keeps the settings it had until the file is corrected, or the folder is set elsewhere.`);
  const more = all.length - MOST_TROUBLES;
  return more > 0 ? [...all.slice(0, MOST_TROUBLES), `config.json: ${more} more folders have settings that are not usable.`] : all;
}

/** What of these differs from the defaults. */
export function differing(options: RootOptions): Partial<RootOptions> {
  const defaults: Readonly<Record<string, unknown>> = { ...DEFAULT_ROOT_OPTIONS };
  return Object.fromEntries(Object.entries(options).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(defaults[key])));
}

/** As a watched folder's path is kept: without `..` and without a separator at the end. */
function plainPath(key: string): string {
  const plain = path.normalize(key);
  return plain.endsWith(path.sep) && plain !== path.parse(plain).root ? plain.slice(0, -1) : plain;
}

function sameFolder(key: string, folder: string): EngineError {
  return new EngineError('bad-input', `folders[${JSON.stringify(key)}] is the same folder as another entry.`, { details: { field: 'folders', path: folder } });
}
