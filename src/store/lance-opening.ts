/** What every store does before it can use a table: load the library, name the table, see that it can be read. */

import { createRequire } from 'node:module';
import type * as Lance from '@lancedb/lancedb';
import type { Session, Table } from '@lancedb/lancedb';
import type * as Arrow from 'apache-arrow';
import { EngineError } from '../contract/errors.ts';
import { VECTOR_COLUMN, type LanceLibrary } from './lance-rows.ts';

/** Lance's caches: 6 GB and 1 GB unless told otherwise. An IVF_RQ index of a million × 192 has some 40 MB. */
const INDEX_CACHE_BYTES = 64n << 20n;
const METADATA_CACHE_BYTES = 16n << 20n;
/**
 * Set before it loads; a person's own setting wins. Its thread pools would take every core for themselves, and extending an index
 * warns a hundred times of partitions that the newest rows have none of.
 */
const ENVIRONMENT = { LANCE_CPU_THREADS: '2', LANCE_IO_THREADS: '4', TOKIO_WORKER_THREADS: '2', LANCEDB_LOG: 'error' } as const;

/**
 * Half a second and 30 MB: only who opens a table pays for it. Required, not imported: on a busy machine `import()` of this package has
 * resolved with a namespace in which every name was undefined (Node 22.23.2), and the package then shares our Arrow instead of loading another.
 */
export async function loadLance(): Promise<{ readonly library: LanceLibrary; readonly session: Session }> {
  for (const [name, value] of Object.entries(ENVIRONMENT)) process.env[name] ??= value;
  const load = createRequire(import.meta.url);
  const lance = load('@lancedb/lancedb') as typeof Lance;
  const arrow = load('apache-arrow') as typeof Arrow;
  return { library: { lance, arrow }, session: new lance.Session(INDEX_CACHE_BYTES, METADATA_CACHE_BYTES) };
}

export function tableName(generationId: number): string {
  if (!Number.isSafeInteger(generationId)) throw new EngineError('internal', 'A generation id is not whole.');
  return `generation_${generationId}`;
}

/** The generation of a table's name; null: it is no table of ours. */
export function generationOf(name: string): number | null {
  const match = /^generation_(\d+)$/.exec(name);
  return match === null ? null : Number(match[1]);
}

/** Reads every id once (a few milliseconds per 100,000): a file that is missing or cut short is noticed here, not in a search. */
export async function checkReadable(table: Table, dimension: number): Promise<void> {
  const schema = await table.schema();
  const vector = schema.fields.find((field) => field.name === VECTOR_COLUMN);
  const size: unknown = vector === undefined ? undefined : (vector.type as { readonly listSize?: unknown }).listSize; // FixedSizeList; anything else has no listSize.
  if (size !== dimension) throw new EngineError('index-corrupt', `The table holds vectors of ${String(size)} values instead of ${dimension}.`);
  const expected = await table.countRows();
  let rows = 0;
  for await (const batch of table.query().select(['window_id'])) rows += batch.numRows;
  if (rows !== expected) throw new EngineError('index-corrupt', `The table has ${rows} readable rows of ${expected}.`);
}
