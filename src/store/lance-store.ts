/**
 * The vector store over LanceDB: a folder `vectors` in the data directory, one table per generation. Everything here is derived
 * from the SQLite store: a table that cannot be read is moved aside and begun anew, and the indexer embeds again.
 */

import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection, Table } from '@lancedb/lancedb';
import type { VectorSettings } from '../contract/settings.ts';
import { describeError, type Log } from '../log.ts';
import { isPassing, vectorStoreError } from './lance-errors.ts';
import { checkReadable, generationOf, loadLance, tableName } from './lance-opening.ts';
import { RemoteVectorStore } from './lance-remote-store.ts';
import { tableSchema, type LanceLibrary } from './lance-rows.ts';
import { syncPath } from './lance-sync.ts';
import { LanceTable } from './lance-table.ts';
import { FLAT_BYTES } from './lance-upkeep.ts';
import { folderPlace } from './table-place.ts';
import { vectorPlace } from './vector-place.ts';
import type { VectorStore, VectorTable } from './vector-store.ts';

/** Tables that could not be read, kept for whoever wants to know why; only the newest. */
const ASIDE_PREFIX = 'unreadable-';

export interface VectorStoreOptions {
  readonly log?: Log;
  /** Instead of FLAT_BYTES: tests want an index over a small table. */
  readonly flatBytes?: number;
  /** Where vectors live; default: the data directory. */
  readonly place?: VectorSettings;
}

/** Opens or creates the store. Loads nothing native until a table is opened. Error: `bad-input`, when the place is not usable as set. */
export async function openVectorStore(dataDirectory: string, options: VectorStoreOptions = {}): Promise<VectorStore> {
  const place = options.place === undefined ? null : vectorPlace(options.place);
  if (place !== null) return new RemoteVectorStore({ place, dataDirectory, log: options.log, flatBytes: options.flatBytes ?? FLAT_BYTES });
  const folder = join(dataDirectory, 'vectors');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return new LanceStore(folder, options);
}

class LanceStore implements VectorStore {
  readonly trouble = null;
  readonly #folder: string;
  readonly #log: Log | undefined;
  readonly #flatBytes: number;
  readonly #tables = new Map<number, Promise<LanceTable>>();
  #connected: Promise<{ readonly library: LanceLibrary; readonly connection: Connection }> | undefined;

  constructor(folder: string, options: VectorStoreOptions) {
    this.#folder = folder;
    this.#log = options.log;
    this.#flatBytes = options.flatBytes ?? FLAT_BYTES;
  }

  open(generationId: number, dimension: number): Promise<VectorTable> {
    let table = this.#tables.get(generationId);
    if (table === undefined) {
      table = this.#open(generationId, dimension).catch((error: unknown) => {
        this.#tables.delete(generationId);
        throw vectorStoreError(error);
      });
      this.#tables.set(generationId, table);
    }
    return table;
  }

  async drop(generationId: number): Promise<void> {
    const open = this.#tables.get(generationId);
    this.#tables.delete(generationId);
    if (open !== undefined) await (await open).close();
    // The folder is the table: removing it needs no library, and works on a damaged one too.
    await rm(this.#tableFolder(generationId), { recursive: true, force: true });
    await syncPath(this.#folder);
  }

  async list(): Promise<readonly number[]> {
    return (await readdir(this.#folder)).flatMap((name) => {
      const generationId = name.endsWith('.lance') ? generationOf(name.slice(0, -'.lance'.length)) : null;
      return generationId === null ? [] : [generationId];
    });
  }

  async bytes(generationId?: number): Promise<number> {
    return folderBytes(generationId === undefined ? this.#folder : this.#tableFolder(generationId));
  }

  /** A folder of this machine makes nobody wait. */
  stopWaiting(): void {}

  async close(): Promise<void> {
    const tables = [...this.#tables.values()];
    this.#tables.clear();
    for (const table of await Promise.allSettled(tables)) if (table.status === 'fulfilled') await table.value.close();
    if (this.#connected !== undefined) (await this.#connected).connection.close();
    this.#connected = undefined;
  }

  async #open(generationId: number, dimension: number): Promise<LanceTable> {
    const { library, connection } = await this.#connect();
    const schema = tableSchema(library, dimension);
    const folder = this.#tableFolder(generationId);
    const name = tableName(generationId);
    let table = await this.#openExisting(connection, folder, name, dimension);
    const made = table === null;
    if (table === null) {
      table = await connection.createEmptyTable(name, schema, { mode: 'create' });
      await syncPath(this.#folder);
    }
    const opened = new LanceTable({ library, table, schema, place: folderPlace(folder, () => this.#removeAside()), generationId, dimension, unverified: made, flatBytes: this.#flatBytes });
    await opened.start();
    return opened;
  }

  /** null when there is none, or when it could not be read and was moved aside. */
  async #openExisting(connection: Connection, folder: string, name: string, dimension: number): Promise<Table | null> {
    if (!await stat(folder).then((found) => found.isDirectory(), () => false)) return null;
    try {
      const table = await connection.openTable(name);
      await checkReadable(table, dimension);
      return table;
    } catch (error) {
      if (isPassing(error)) throw error;
      await this.#moveAside(folder, name, error);
      return null;
    }
  }

  async #moveAside(folder: string, name: string, error: unknown): Promise<void> {
    await this.#removeAside();
    const aside = join(this.#folder, `${ASIDE_PREFIX}${name}-${Date.now()}`);
    await rename(folder, aside);
    await syncPath(this.#folder);
    this.#log?.error('a vector table could not be read: it starts empty, and all text is embedded again', { table: name, aside, error: describeError(error) });
  }

  async #removeAside(): Promise<void> {
    for (const old of await readdir(this.#folder)) {
      if (old.startsWith(ASIDE_PREFIX)) await rm(join(this.#folder, old), { recursive: true, force: true });
    }
  }

  #connect(): Promise<{ readonly library: LanceLibrary; readonly connection: Connection }> {
    this.#connected ??= loadLance().then(async ({ library, session }) => ({ library, connection: await library.lance.connect(this.#folder, {}, session) })).catch((error: unknown) => {
      this.#connected = undefined;
      throw error;
    });
    return this.#connected;
  }

  #tableFolder(generationId: number): string {
    return join(this.#folder, `${tableName(generationId)}.lance`);
  }
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []; // no table yet, or no more
    throw error;
  });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    // A clean-up may remove files while they are counted.
    bytes += await stat(join(entry.parentPath, entry.name)).then((found) => found.size, () => 0);
  }
  return bytes;
}
