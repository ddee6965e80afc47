/** Small housekeeping for idle times. Each piece is short, so that a query or a write never waits long behind it. */

import type { Sql } from './sql.ts';

/** Pages of FTS segments merged at most in one call: some 100 ms. */
const MERGE_PAGES = 500;
/** Free pages given back at most in one call. */
const VACUUM_PAGES = 2_000;

export function maintain(sql: Sql): void {
  sql.exec(`INSERT INTO lexicon(lexicon, rank) VALUES ('merge', ${MERGE_PAGES})`);
  sql.exec('PRAGMA optimize');
  sql.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
  sql.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}
