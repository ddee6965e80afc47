/**
 * Forgetting in a vector table. A delete in Lance is a mark beside the data, and compaction leaves a file alone of which less
 * than a tenth is marked: forgotten vectors would stay on disk. So every row is written anew, and all older versions go.
 */

import type { Table } from '@lancedb/lancedb';
import { dropIndexes } from './lance-index.ts';
import type { TablePlace } from './table-place.ts';

/** Leaves nothing of deleted rows in the table's files, nor an index: the caller trains a new one where it wants one. */
export async function purgeTable(table: Table, place: TablePlace): Promise<void> {
  // Old versions must be gone for the deletion files that remain to speak of the present one.
  await clean(table);
  if (!await place.hasDeletions()) return;
  // An index holds short codes of the vectors it was built over, deleted ones too.
  await dropIndexes(table);
  // Rows that are updated, though to the same value, are written to new files; the old files have no live row left.
  await table.update({ valuesSql: { kind: 'kind' } });
  await clean(table);
}

/** Twice: the first call's own commit is younger than its cutoff, so what that commit replaced goes with the second. */
async function clean(table: Table): Promise<void> {
  for (let round = 0; round < 2; round++) await table.optimize({ cleanupOlderThan: new Date(), deleteUnverified: true });
}
