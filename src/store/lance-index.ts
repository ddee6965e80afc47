/**
 * The vector index of a table. IVF_RQ: trained in seconds where others take minutes, and exact enough once its results are
 * re-ranked with the full vectors (lance-upkeep.ts has the numbers). How many rows it was trained on stands in its name.
 */

import type { Table } from '@lancedb/lancedb';
import { VECTOR_COLUMN, type LanceLibrary } from './lance-rows.ts';
import { partitionCount } from './lance-upkeep.ts';

export interface VectorIndex {
  readonly name: string;
  readonly indexedRows: number;
  readonly unindexedRows: number;
  readonly trainedRows: number;
}

const NAME = /^trained_on_(\d+)$/;
/** IVF_RQ packs eight dimensions into a byte. */
const RQ_DIMENSIONS = 8;

/** The table's index; null while it has none. */
export async function readIndex(table: Table): Promise<VectorIndex | null> {
  for (const { name } of await table.listIndices()) {
    const match = NAME.exec(name);
    if (match === null) continue;
    const stats = await table.indexStats(name);
    if (stats === undefined) continue;
    return { name, indexedRows: stats.numIndexedRows, unindexedRows: stats.numUnindexedRows, trainedRows: Number(match[1]) };
  }
  return null;
}

/** Trains over all rows and drops what was there before. */
export async function trainIndex({ lance }: LanceLibrary, table: Table, dimension: number, rows: number): Promise<void> {
  const before = await indexNames(table);
  const shared = { distanceType: 'cosine', numPartitions: partitionCount(rows) } as const;
  const config = dimension % RQ_DIMENSIONS === 0 ? lance.Index.ivfRq(shared) : lance.Index.ivfFlat(shared);
  const name = `trained_on_${rows}`;
  await table.createIndex(VECTOR_COLUMN, { config, name, replace: true });
  for (const old of before) if (old !== name) await table.dropIndex(old);
}

export async function dropIndexes(table: Table): Promise<void> {
  for (const name of await indexNames(table)) await table.dropIndex(name);
}

async function indexNames(table: Table): Promise<string[]> {
  return (await table.listIndices()).map((index) => index.name);
}
