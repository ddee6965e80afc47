/**
 * Windows and their vectors' state, per file and generation. A window whose hash stays keeps its id and its vector; others are new, and
 * those that are gone have their vectors queued for deletion. A file waits as long as one of its windows has no vector.
 */

import type { Window } from '../pipeline.ts';
import { numberOf, type Sql } from './sql.ts';
import type { WriteContext } from './write-context.ts';

/** Makes a file's windows equal to the plan; `null`: there is no plan yet, so they are planned when they are asked for (generations.ts). */
export function syncWindows(context: WriteContext, fileId: number, generationId: number, plan: readonly Window[] | null): void {
  const { sql } = context;
  const free = new Map<string, number[]>();
  for (const row of sql.all('SELECT id, hash FROM windows WHERE file_id = ? AND generation_id = ? ORDER BY id', fileId, generationId)) {
    const hash = hexOf(row['hash']);
    const ids = free.get(hash);
    if (ids === undefined) free.set(hash, [numberOf(row['id'])]);
    else ids.push(numberOf(row['id']));
  }
  for (const window of plan ?? []) {
    const kept = free.get(window.hash)?.shift();
    if (kept !== undefined) sql.run('UPDATE windows SET first = ?, last = ? WHERE id = ?', window.first, window.last, kept);
    else {
      sql.run('INSERT INTO windows(generation_id, file_id, first, last, hash) VALUES (?, ?, ?, ?, ?)',
        generationId, fileId, window.first, window.last, Buffer.from(window.hash, 'hex'));
    }
  }
  for (const id of [...free.values()].flat()) {
    sql.run('INSERT INTO vector_deletions(generation_id, window_id) VALUES (?, ?)', generationId, id);
    sql.run('DELETE FROM windows WHERE id = ?', id);
  }
  sql.run(
    `INSERT INTO embeddings(generation_id, file_id, root_id, windows, planned, waiting, modified_ms, characters)
     SELECT ?1, id, root_id, ?3, ?4, ?5, modified_ms, characters FROM files WHERE id = ?2
     ON CONFLICT(generation_id, file_id) DO UPDATE SET root_id = excluded.root_id, windows = ?3, planned = ?4, waiting = ?5,
       modified_ms = excluded.modified_ms, characters = excluded.characters`,
    generationId, fileId, plan?.length ?? 0, plan === null ? 0 : 1, plan === null || isWaiting(sql, fileId, generationId) ? 1 : 0,
  );
}

/** Has a file a window without a vector? */
export function isWaiting(sql: Sql, fileId: number, generationId: number): boolean {
  return sql.get('SELECT 1 FROM windows WHERE file_id = ? AND generation_id = ? AND embedded = 0 LIMIT 1', fileId, generationId) !== undefined;
}

/** Marks a file as done when every planned window has its vector. */
export function settleFile(sql: Sql, fileId: number, generationId: number): void {
  const waiting = isWaiting(sql, fileId, generationId) ? 1 : 0;
  sql.run('UPDATE embeddings SET waiting = ? WHERE generation_id = ? AND file_id = ? AND planned = 1 AND waiting <> ?', waiting, generationId, fileId, waiting);
}

function hexOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : '';
}
