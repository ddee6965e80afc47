/**
 * Forgetting, so that nothing is left in the files: rows, words, compressed text, freed pages and the write-ahead log. Two halves: the
 * transaction that removes rows, and `scrub`, which removes their traces and cannot run inside one.
 */

import { clearText, deleteFiles } from './file-removal.ts';
import { STATES } from './file-rows.ts';
import { rootPath } from './directories.ts';
import { below, nameOf, parentOf } from './paths.ts';
import { numberOf, type Sql } from './sql.ts';
import type { WriteContext } from './write-context.ts';

/** Deletes a root with all of its files. Answers their ids. */
export function removeRoot(context: WriteContext, rootId: number): number[] {
  const { sql } = context;
  rootPath(context, rootId);
  const fileIds = sql.all('SELECT id FROM files WHERE root_id = ?', rootId).map((row) => numberOf(row['id']));
  deleteFiles(context, fileIds);
  sql.run('DELETE FROM directories WHERE root_id = ?', rootId);
  sql.run('DELETE FROM roots WHERE id = ?', rootId);
  return fileIds;
}

/** Forgets the contents of files at or below a path; the rows stay as skipped, so that the next crawl does not read them again. */
export function forgetPath(context: WriteContext, path: string): number {
  const { sql } = context;
  const range = below(path);
  const rows = sql.all(
    `SELECT f.id AS id, f.tombstone AS tombstone FROM files f JOIN directories d ON d.id = f.directory_id
     WHERE d.path = ?1 OR (d.path >= ?2 AND d.path < ?3) OR (d.path = ?4 AND f.name = ?5)`, path, range.from, range.to, parentOf(path) || path.slice(0, 1), nameOf(path),
  );
  const tombstones = rows.filter((row) => numberOf(row['tombstone']) === 1).map((row) => numberOf(row['id']));
  deleteFiles(context, tombstones);
  const live = rows.filter((row) => numberOf(row['tombstone']) === 0).map((row) => numberOf(row['id']));
  for (const fileId of live) {
    clearText(context, fileId);
    sql.run(
      `UPDATE files SET state = ?, reason = 'forgotten', detail = NULL, content_hash = NULL, language = NULL, title = NULL WHERE id = ?`, STATES.skipped, fileId,
    );
  }
  return live.length;
}

/** Removes what deleted rows left behind in the files. Takes about a second for each 100,000 passages of the index. */
export function scrub(sql: Sql): void {
  sql.exec('PRAGMA secure_delete = ON');
  try {
    // Deleted words stay in their FTS segment until it is merged; optimize merges all into one and leaves them out.
    sql.exec("INSERT INTO lexicon(lexicon) VALUES ('optimize')");
    // Merges before this one may have left freed pages with words in them: give every free page back.
    sql.exec('PRAGMA incremental_vacuum');
    sql.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    sql.exec('PRAGMA secure_delete = FAST');
  }
}
