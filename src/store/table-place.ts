/**
 * What a table needs to know of the place where its files lie. In a folder of this machine nothing is durable until it is synced, disks fill up, and
 * deletion marks can be seen. In a bucket or behind a service (remote-place.ts) a write is durable when it is acknowledged, and the place may be away.
 */

import { readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineError } from '../contract/errors.ts';
import { vectorStoreError } from './lance-errors.ts';
import { TableSync } from './lance-sync.ts';

export interface TablePlace {
  /** It compacts and indexes its tables by itself. */
  readonly looksAfterItself: boolean;
  /** Once, before anything is written. */
  start(): Promise<void>;
  /** Throws at once while the place is known to be away: a search must not wait for that. */
  beforeRead(): void;
  /** Before every write; `sweeps`: it removes files of older versions. Error: `vectors-owned`. */
  beforeWrite(sweeps: boolean): Promise<void>;
  /** After every write: all of it is durable when this resolves. */
  afterWrite(): Promise<void>;
  /** A read or a write went well. */
  answered(): void;
  /** What an error of the library means here. */
  errorOf(error: unknown): EngineError;
  /** After a failed write: resolves when it may be tried again, to false when trying again is of no use. */
  mayRetry(error: EngineError, attempt: number, signal: AbortSignal | undefined): Promise<boolean>;
  /** Room for what compaction writes anew. */
  freeBytes(): Promise<number>;
  /** May deleted rows still lie in the table's files? */
  hasDeletions(): Promise<boolean>;
  /** Removes tables that were moved aside: they may hold what is being forgotten. */
  removeAside(): Promise<void>;
}

/** A folder of this machine, ending in `.lance`. */
export function folderPlace(folder: string, removeAside: () => Promise<void>): TablePlace {
  const sync = new TableSync(folder);
  return {
    looksAfterItself: false,
    start: () => sync.start(),
    beforeRead: () => {},
    beforeWrite: () => Promise.resolve(),
    afterWrite: async () => { await sync.sync(); },
    answered: () => {},
    errorOf: vectorStoreError,
    mayRetry: () => Promise.resolve(false),
    async freeBytes() {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
    async hasDeletions() {
      const names = await readdir(join(folder, '_deletions')).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      return names.length > 0;
    },
    removeAside,
  };
}
