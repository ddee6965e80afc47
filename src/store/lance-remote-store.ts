/**
 * The vector store at a place outside of this machine: a bucket, or LanceDB's own service. As lance-store.ts, but nothing lies in folders that could be
 * synced, moved aside or counted, the place has one owning engine (lance-owner.ts), and it may be away: then opening waits, while names and words answer.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection, Session, Table } from '@lancedb/lancedb';
import { abortable } from '../abortable.ts';
import { EngineError } from '../contract/errors.ts';
import { describeError, type Log } from '../log.ts';
import { isMissingTable } from './lance-errors.ts';
import { checkReadable, generationOf, loadLance, tableName } from './lance-opening.ts';
import { engineId, OwnerRecord } from './lance-owner.ts';
import { tableSchema, type LanceLibrary } from './lance-rows.ts';
import { LanceTable } from './lance-table.ts';
import { RemotePlace } from './remote-place.ts';
import type { VectorPlace } from './vector-place.ts';
import type { VectorStore, VectorTable } from './vector-store.ts';

/** Names of one request; there is one table per generation. */
const NAMES_AT_ONCE = 1_000;

export interface RemoteStoreOptions {
  readonly place: VectorPlace;
  /** Where the engine's id is kept, and where vectors lay before. */
  readonly dataDirectory: string;
  readonly log: Log | undefined;
  readonly flatBytes: number;
}

interface Connected {
  readonly library: LanceLibrary;
  readonly connection: Connection;
  readonly owner: OwnerRecord;
}

export class RemoteVectorStore implements VectorStore {
  readonly #options: RemoteStoreOptions;
  readonly #closing = new AbortController();
  readonly #place: RemotePlace;
  readonly #tables = new Map<number, Promise<LanceTable>>();
  #connected: Promise<Connected> | undefined;
  /** The last count: asking a place that is away would only fail. */
  #bytes = 0;
  #saidAway = false;

  constructor(options: RemoteStoreOptions) {
    this.#options = options;
    this.#place = new RemotePlace(options.place, this.#closing.signal);
  }

  get trouble(): string | null {
    return this.#place.trouble;
  }

  open(generationId: number, dimension: number): Promise<VectorTable> {
    let table = this.#tables.get(generationId);
    if (table === undefined) {
      table = this.#openPatiently(generationId, dimension).catch((error: unknown) => {
        this.#tables.delete(generationId);
        throw error;
      });
      this.#tables.set(generationId, table);
    }
    return table;
  }

  async drop(generationId: number): Promise<void> {
    const open = this.#tables.get(generationId);
    this.#tables.delete(generationId);
    if (open !== undefined) await (await open).close();
    await this.#asking(async () => {
      const { connection, owner } = await this.#connect();
      await owner.check(true);
      await dropIfThere(connection, tableName(generationId));
    });
  }

  async list(): Promise<readonly number[]> {
    return this.#asking(async () => {
      const { connection } = await this.#connect();
      return (await connection.tableNames({ limit: NAMES_AT_ONCE })).flatMap((name) => generationOf(name) ?? []);
    });
  }

  async bytes(generationId?: number): Promise<number> {
    if (generationId !== undefined) {
      const table = this.#tables.get(generationId);
      return table === undefined ? 0 : (await settledNow(table))?.bytes().catch(() => 0) ?? 0; // away: unknown
    }
    const counted = await Promise.allSettled([...this.#tables.values()].map(async (table) => (await settledNow(table))?.bytes() ?? 0));
    if (counted.every((each) => each.status === 'fulfilled')) this.#bytes = counted.reduce((sum, each) => sum + each.value, 0);
    return this.#bytes;
  }

  stopWaiting(): void {
    this.#closing.abort();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const tables = [...this.#tables.values()];
    this.#tables.clear();
    for (const table of await Promise.allSettled(tables)) if (table.status === 'fulfilled') await table.value.close();
    // A try that is under way cannot be broken off, and nobody waits for it: a place that is away would hold up the end for seconds.
    this.#connected?.then(({ connection }) => connection.close(), (error: unknown) => this.#options.log?.debug('the place of the vectors did not answer before the end', { error: describeError(error) }));
    this.#connected = undefined;
  }

  /** Error besides those of one try: `cancelled`, when the store is closed meanwhile. */
  async #openPatiently(generationId: number, dimension: number): Promise<LanceTable> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await abortable(this.#asking(() => this.#open(generationId, dimension)), this.#closing.signal);
      } catch (error) {
        if (!(error instanceof EngineError) || error.code !== 'vectors-unreachable') throw error; // `cancelled` too
        if (!this.#saidAway) this.#options.log?.warn('vectors wait for their place', { error: error.message });
        this.#saidAway = true;
        if (!await this.#place.mayRetry(error, attempt)) throw new EngineError('cancelled', undefined, { cause: error });
      }
    }
  }

  async #open(generationId: number, dimension: number): Promise<LanceTable> {
    const { library, connection } = await this.#connect();
    const schema = tableSchema(library, dimension);
    const name = tableName(generationId);
    const table = await this.#openExisting(connection, name, dimension) ?? await connection.createEmptyTable(name, schema, { mode: 'create' });
    if (this.#closing.signal.aborted) throw new EngineError('cancelled');
    const opened = new LanceTable({ library, table, schema, place: this.#place, generationId, dimension, unverified: true, flatBytes: this.#options.flatBytes });
    await opened.start();
    // Vectors that lay in the data directory are not read any more, and nobody would delete there what is forgotten.
    await rm(join(this.#options.dataDirectory, 'vectors'), { recursive: true, force: true });
    return opened;
  }

  /** null when there is none, or when it was damaged and dropped. */
  async #openExisting(connection: Connection, name: string, dimension: number): Promise<Table | null> {
    try {
      const table = await connection.openTable(name);
      await checkReadable(table, dimension);
      return table;
    } catch (error) {
      if (isMissingTable(error)) return null;
      const known = this.#place.errorOf(error);
      if (known.code !== 'index-corrupt') throw known;
      await dropIfThere(connection, name);
      this.#options.log?.error('a vector table could not be read: it starts empty, and all text is embedded again', { table: name, error: known.message });
      return null;
    }
  }

  #connect(): Promise<Connected> {
    this.#connected ??= this.#begin().catch((error: unknown) => {
      this.#connected = undefined;
      throw error;
    });
    return this.#connected;
  }

  async #begin(): Promise<Connected> {
    const { place, dataDirectory, log } = this.#options;
    const id = await engineId(dataDirectory);
    const { library, session } = await loadLance();
    const { uri, storageOptions, apiKey, region, hostOverride } = place;
    const connect = (shared?: Session): Promise<Connection> => library.lance.connect(uri, {
      storageOptions: { ...storageOptions },
      ...(apiKey === undefined ? {} : { apiKey }), ...(region === undefined ? {} : { region }), ...(hostOverride === undefined ? {} : { hostOverride }),
    }, shared);
    const owner = new OwnerRecord(() => connect(), id, uri);
    const claimed = await owner.claim();
    this.#place.ownedBy(owner);
    const connection = await connect(session);
    // Rows of an engine that is gone carry ids of a catalog that is gone.
    if (claimed) for (const name of await connection.tableNames({ limit: NAMES_AT_ONCE })) if (generationOf(name) !== null) await dropIfThere(connection, name);
    log?.info('vectors live outside of this machine', { place: uri, claimed });
    return { library, connection, owner };
  }

  async #asking<T>(work: () => Promise<T>): Promise<T> {
    try {
      const answer = await work();
      this.#place.answered();
      return answer;
    } catch (error) {
      throw this.#place.errorOf(error);
    }
  }
}

async function dropIfThere(connection: Connection, name: string): Promise<void> {
  await connection.dropTable(name).catch((error: unknown) => {
    if (!isMissingTable(error)) throw error;
  });
}

/** undefined while the table waits for its place. */
function settledNow(table: Promise<LanceTable>): Promise<LanceTable | undefined> {
  return Promise.race([table, Promise.resolve(undefined)]);
}
