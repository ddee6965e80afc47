/**
 * Makes what LanceDB wrote durable. It issues no fsync itself (traced), so after each commit the files that appeared since the
 * last one are synced here, then the folders that name them. Names are compared, nothing is stat'ed: Lance never changes a file it has written,
 * except the hint at the newest version.
 */

import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Flat folders of a table, in the order in which they must become durable: data before the manifest that names it. */
const FOLDERS = ['data', '_deletions', '_transactions', '_versions'] as const;
/** One folder per index in here. */
const INDICES = '_indices';
const HINT = 'latest_version_hint.json';
/** Files synced at once; more only wait in the thread pool. */
const AT_ONCE = 4;

export class TableSync {
  readonly #folder: string;
  readonly #known = new Map<string, ReadonlySet<string>>();

  /** `folder` is the table's own, ending in `.lance`. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes what is there as durable: after opening a table, before writing to it. */
  async start(): Promise<void> {
    for (const folder of await this.#folders()) this.#known.set(folder, new Set(await names(folder)));
  }

  /** Syncs what appeared since the last call. Answers how many files. */
  async sync(): Promise<number> {
    let synced = 0;
    let newFolder = false;
    for (const folder of await this.#folders()) {
      const found = await names(folder);
      const before = this.#known.get(folder);
      newFolder ||= before === undefined;
      const fresh = found.filter((name) => before?.has(name) !== true || name === HINT);
      if (fresh.length > 0) {
        await each(fresh, (name) => syncPath(join(folder, name)));
        await syncPath(folder);
        synced += fresh.length;
      }
      this.#known.set(folder, new Set(found));
    }
    if (newFolder) {
      await syncPath(join(this.#folder, INDICES));
      await syncPath(this.#folder);
      await syncPath(join(this.#folder, '..'));
    }
    return synced;
  }

  async #folders(): Promise<string[]> {
    const indices = join(this.#folder, INDICES);
    const perIndex = (await names(indices)).map((name) => join(indices, name));
    const [data, deletions, ...rest] = FOLDERS.map((name) => join(this.#folder, name));
    return [data, deletions, ...perIndex, ...rest].filter((folder) => folder !== undefined);
  }
}

/** Names in a folder; none when it is not there yet. */
async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return [];
    throw error;
  }
}

/** Syncs one file or folder. What a clean-up removed meanwhile needs no syncing; Windows opens no folders and has no need to. */
export async function syncPath(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    if (process.platform === 'win32' && (isCode(error, 'EPERM') || isCode(error, 'EISDIR') || isCode(error, 'EACCES'))) return;
    throw error;
  }
}

async function each(items: readonly string[], work: (item: string) => Promise<void>): Promise<void> {
  const rest = items.values();
  const lane = async (): Promise<void> => { for (const item of rest) await work(item); };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
