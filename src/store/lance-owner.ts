/**
 * The one engine that may use a place outside of this machine. Window ids mean something only beside the catalog they come from, so another engine's rows
 * are of no use to anyone else, and its clean-ups would delete what a second one is writing.
 *
 * The record is version 1 of a table of one row. Lance writes the manifest of a version on condition that there is none (S3, GCS and Azure know such
 * writes), so of engines that claim at once one writes version 1. Only that one counts: creating a table is not exclusive by itself, the loser of a
 * race may still replace the content as version 2 (tried with LanceDB 0.39: 3 of 10 races of four had two winners).
 */

import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import type { Connection, Table } from '@lancedb/lancedb';
import { EngineError } from '../contract/errors.ts';
import { isMissingTable } from './lance-errors.ts';

export const OWNER_TABLE = 'findling_owner';
const ENGINE_ID_FILE = 'engine-id';
/** Writes trust the last look at the record for this long; clean-ups never do. One small request a minute. */
const OWNER_FRESH_MS = 60_000;

/** The id of this data directory's engine, made at the first call. A copied data directory brings it along: nothing here can tell the two apart. */
export async function engineId(dataDirectory: string): Promise<string> {
  const file = join(dataDirectory, ENGINE_ID_FILE);
  await writeFile(file, `${randomUUID()}\n`, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const id = (await readFile(file, 'utf8')).trim();
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new EngineError('data-directory-denied', 'The file engine-id in the data directory is damaged. Remove it to be taken for a new engine.');
  return id;
}

interface OwnerRow {
  readonly engineId: string;
  readonly host: string;
  readonly claimed: string;
}

export class OwnerRecord {
  readonly #connect: () => Promise<Connection>;
  readonly #engineId: string;
  readonly #uri: string;
  #seenMs = -Infinity;

  /** `connect` opens a connection that shares no cache: what was read once would be taken for what is there now. */
  constructor(connect: () => Promise<Connection>, engineId: string, uri: string) {
    this.#connect = connect;
    this.#engineId = engineId;
    this.#uri = uri;
  }

  /** Answers true when nobody owned the place before: what tables are there belong to nobody. Error: `vectors-owned`. */
  async claim(): Promise<boolean> {
    const connection = await this.#connect();
    try {
      const isNew = await openRecord(connection) === null;
      if (isNew) {
        const row = { engine_id: this.#engineId, host: os.hostname(), claimed: new Date().toISOString() };
        await connection.createTable(OWNER_TABLE, [row], { mode: 'create' }).then((created) => created.close(), (error: unknown) => {
          if (!/already exists|commit conflict/i.test(String(error))) throw error;
        });
      }
      await this.check(true);
      return isNew;
    } finally {
      connection.close();
    }
  }

  /** Error: `vectors-owned`, when the record names another engine or is gone. `now`: reads it, however fresh the last look is. */
  async check(now: boolean): Promise<void> {
    if (!now && performance.now() - this.#seenMs < OWNER_FRESH_MS) return;
    const connection = await this.#connect();
    try {
      const row = await readRecord(connection);
      if (row === null) throw new EngineError('vectors-owned', `The record of who owns the vectors at ${this.#uri} is gone. Start Findling again to claim the place anew.`);
      if (row.engineId !== this.#engineId) {
        throw new EngineError('vectors-owned',
          `The vectors at ${this.#uri} belong to another Findling (on ${row.host}, since ${row.claimed}). Search there, or choose another place. `
          + `When that Findling is gone for good, delete ${OWNER_TABLE}.lance at that place: its vectors are then made anew.`,
          { details: { host: row.host } });
      }
      this.#seenMs = performance.now();
    } finally {
      connection.close();
    }
  }
}

async function readRecord(connection: Connection): Promise<OwnerRow | null> {
  const table = await openRecord(connection);
  if (table === null) return null;
  try {
    await table.checkout(1);
    const [row] = await table.query().limit(1).toArray() as readonly Readonly<Record<'engine_id' | 'host' | 'claimed', unknown>>[]; // Made by claim(); whatever it holds becomes text.
    return row === undefined ? null : { engineId: String(row.engine_id), host: String(row.host), claimed: String(row.claimed) };
  } finally {
    table.close();
  }
}

async function openRecord(connection: Connection): Promise<Table | null> {
  return connection.openTable(OWNER_TABLE).catch((error: unknown) => {
    if (isMissingTable(error)) return null;
    throw error;
  });
}
