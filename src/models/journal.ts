/**
 * What is known of an unfinished download, kept beside its parts so that it can go on after any end of the engine. Written whole and
 * renamed; one that cannot be read means a download from the start.
 */

import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface JournalFile {
  /** In the repository. */
  readonly path: string;
  /** In the folder. */
  readonly name: string;
  readonly role: 'model' | 'tokenizer' | 'data';
  readonly bytes: number | null;
  readonly sha256: string | null;
  /** Where the hash is from, as far as it is known. */
  readonly hash: 'registry' | 'hub' | 'first-use' | null;
  /** Strong ETag of the part's bytes. */
  readonly tag: string | null;
  /** Whole, verified and under its own name. */
  readonly done: boolean;
}

export interface Journal {
  readonly variant: string;
  readonly repository: string;
  readonly revision: string | null;
  readonly files: readonly JournalFile[];
}

/** Paths of one unfinished download. The parts lie beside the journal, whole files in `model`, which becomes the model's folder. */
export interface Staging {
  readonly folder: string;
  readonly model: string;
  readonly journal: string;
  part(name: string): string;
}

export function stagingOf(dataDirectory: string, id: string): Staging {
  const folder = join(dataDirectory, 'downloads', id);
  return { folder, model: join(folder, 'model'), journal: join(folder, 'journal.json'), part: (name) => join(folder, `${name}.part`) };
}

export async function readJournal(staging: Staging): Promise<Journal | null> {
  const text = await readFile(staging.journal, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return checkedJournal(JSON.parse(text));
  } catch {
    return null;
  }
}

export async function writeJournal(staging: Staging, journal: Journal): Promise<void> {
  await mkdir(staging.model, { recursive: true, mode: 0o700 });
  const beside = `${staging.journal}.new`;
  await writeFile(beside, JSON.stringify(journal), { mode: 0o600, flush: true });
  await rename(beside, staging.journal);
}

export async function discardStaging(staging: Staging): Promise<void> {
  await rm(staging.folder, { recursive: true, force: true });
}

/** Bytes of a download that are on disk, whole files and parts. */
export async function partBytes(staging: Staging, journal: Journal): Promise<number> {
  const sizes = await Promise.all(journal.files.map(({ name, done }) => stat(done ? join(staging.model, name) : staging.part(name)).then(({ size }) => size, () => 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const IMPORTS = '.import';

/** Where an import puts its copies. */
export function importStagingOf(dataDirectory: string, id: string): Staging {
  return stagingOf(dataDirectory, id + IMPORTS);
}

/** Copies of imports that an ended engine left: unlike downloads they cannot go on. */
export async function sweepImports(dataDirectory: string): Promise<void> {
  const folder = join(dataDirectory, 'downloads');
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (name.endsWith(IMPORTS)) await rm(join(folder, name), { recursive: true, force: true });
}

/** Ours, but a damaged disk or a newer version may have changed it: all that decides about paths and bytes is looked at. */
function checkedJournal(raw: unknown): Journal | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { variant, repository, revision, files } = raw as Record<string, unknown>; // An object: its fields are unknown.
  if (typeof variant !== 'string' || typeof repository !== 'string' || !(revision === null || typeof revision === 'string') || !Array.isArray(files)) return null;
  const checked = files.map(checkedFile);
  return checked.includes(null) ? null : { variant, repository, revision, files: checked.filter((file) => file !== null) };
}

function checkedFile(raw: unknown): JournalFile | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { path, name, role, bytes, sha256, hash, tag, done } = raw as Record<string, unknown>; // As above.
  if (typeof path !== 'string' || typeof name !== 'string' || !/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name)) return null;
  if (role !== 'model' && role !== 'tokenizer' && role !== 'data') return null;
  if (hash !== 'registry' && hash !== 'hub' && hash !== 'first-use' && hash !== null) return null;
  if (!isCount(bytes) || !isText(sha256) || !isText(tag) || typeof done !== 'boolean') return null;
  return { path, name, role, bytes, sha256, hash, tag, done };
}

function isCount(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0);
}

function isText(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
