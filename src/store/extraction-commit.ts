/** What extraction came to, written: outcome, passages, words and windows of one file. The caller gathers several into one transaction. */

import type { Extraction, Window } from '../pipeline.ts';
import { filePlace } from './catalog.ts';
import { clearText, deleteFiles, moveFile } from './file-removal.ts';
import { STATES } from './file-rows.ts';
import type { PendingFile } from './index-store.ts';
import { numberOf, type Row, textOf } from './sql.ts';
import { syncWindows } from './windows.ts';
import type { WriteContext } from './write-context.ts';

export type CommitOutcome = 'stored' | 'stale' | 'moved';

/** Stores one extraction. `stale`: the catalog knows another version by now, and nothing is written. */
export function commitExtraction(
  context: WriteContext, file: PendingFile, extraction: Extraction, windows: ReadonlyMap<number, readonly Window[]>,
): CommitOutcome {
  const statement = context.sql.prepare('SELECT * FROM files WHERE id = ? AND tombstone = 0');
  statement.setReadBigInts(true);
  const row = statement.get(file.fileId);
  if (row === undefined || numberOf(row['size']) !== file.size || row['mtime_ns'] !== file.mtimeNs) return 'stale';
  // Forgotten, or excluded, while it was being read.
  if (numberOf(row['state']) === STATES.skipped) return 'stale';
  if (extraction.state !== 'document') {
    storeWithoutText(context, file.fileId, extraction);
    return 'stored';
  }
  if (adoptTombstone(context, row, extraction)) return 'moved';
  storeDocument(context, row, extraction, windows);
  return 'stored';
}

function storeWithoutText(context: WriteContext, fileId: number, extraction: Exclude<Extraction, { state: 'document' }>): void {
  clearText(context, fileId);
  context.sql.run(
    'UPDATE files SET state = ?, kind = ?, reason = ?, detail = ?, content_hash = ?, language = NULL, title = NULL WHERE id = ?',
    STATES[extraction.state], extraction.kind, extraction.reason, extraction.detail, extraction.contentHash, fileId,
  );
}

type DocumentExtraction = Extract<Extraction, { state: 'document' }>;

/** A tombstone with the same contents: this path is that file, moved where its inode did not follow (another disk, a copy and a delete). */
function adoptTombstone(context: WriteContext, row: Row, extraction: DocumentExtraction): boolean {
  if (row['first_passage'] !== null) return false;
  const twin = context.sql.get(
    // The + keeps the planner from the far longer list of all files of this kind.
    'SELECT id FROM files WHERE tombstone = 1 AND content_hash = ? AND +state = ? AND +kind = ? AND +first_passage IS NOT NULL LIMIT 1',
    extraction.contentHash, STATES.indexed, extraction.document.kind,
  );
  if (twin === undefined) return false;
  const fileId = numberOf(twin['id']);
  deleteFiles(context, [numberOf(row['id'])]);
  moveFile(context, fileId, filePlace(row));
  return true;
}

function storeDocument(context: WriteContext, row: Row, extraction: DocumentExtraction, windows: ReadonlyMap<number, readonly Window[]>): void {
  const { sql, passages } = context;
  const { document } = extraction;
  const fileId = numberOf(row['id']);
  const modifiedMs = numberOf(row['modified_ms']);
  const sameText = textOf(row['content_hash']) === extraction.contentHash && textOf(row['kind']) === document.kind
    && row['first_passage'] !== null && numberOf(row['passage_count']) === extraction.passages.length;
  sql.run(
    'UPDATE files SET state = ?, kind = ?, reason = NULL, detail = ?, content_hash = ?, language = ?, title = ? WHERE id = ?',
    STATES.indexed, document.kind, document.truncated ? 'Only the first part of this very long text is searched.' : null, extraction.contentHash, document.language, document.title, fileId,
  );
  if (!sameText) {
    if (row['first_passage'] !== null) passages.remove(numberOf(row['first_passage']), numberOf(row['passage_count']), numberOf(row['text_bytes']));
    const range = passages.insert(extraction.passages, modifiedMs);
    sql.run(
      'UPDATE files SET first_passage = ?, passage_count = ?, characters = ?, text_bytes = ? WHERE id = ?',
      range.count === 0 ? null : range.firstPassage, range.count, range.characters, range.bytes, fileId,
    );
  }
  for (const generation of sql.all('SELECT id FROM generations')) {
    const generationId = numberOf(generation['id']);
    syncWindows(context, fileId, generationId, windows.get(generationId) ?? null);
  }
}
