/**
 * Taking rows away: a file for good, or one row into another's place. Vectors are only queued for deletion: the vector store is
 * another database, and the queue is what survives a crash between the two.
 */

import type { WriteContext } from './write-context.ts';
import { numberOf } from './sql.ts';

/** Deletes files with everything they have. Their vectors are queued for deletion in every generation. */
export function deleteFiles(context: WriteContext, fileIds: readonly number[]): void {
  for (const fileId of fileIds) {
    clearText(context, fileId);
    context.sql.run('DELETE FROM files WHERE id = ?', fileId);
    context.names.remove(fileId);
  }
}

/** Removes a file's passages and windows; the row stays. */
export function clearText(context: WriteContext, fileId: number): void {
  const { sql, passages } = context;
  const row = sql.get('SELECT first_passage, passage_count, text_bytes FROM files WHERE id = ?', fileId);
  if (row !== undefined && row['first_passage'] !== null) {
    passages.remove(numberOf(row['first_passage']), numberOf(row['passage_count']), numberOf(row['text_bytes']));
    sql.run('UPDATE files SET first_passage = NULL, passage_count = 0, characters = 0, text_bytes = 0 WHERE id = ?', fileId);
  }
  clearWindows(context, fileId);
}

/** Removes a file's windows of all generations and queues their vectors for deletion. */
export function clearWindows(context: WriteContext, fileId: number): void {
  const { sql } = context;
  sql.run('INSERT INTO vector_deletions(generation_id, window_id) SELECT generation_id, id FROM windows WHERE file_id = ? ORDER BY id', fileId);
  sql.run('DELETE FROM windows WHERE file_id = ?', fileId);
  // The key begins with the generation: one look-up for each of the few there are.
  for (const generation of sql.all('SELECT id FROM generations')) {
    sql.run('DELETE FROM embeddings WHERE generation_id = ? AND file_id = ?', numberOf(generation['id']), fileId);
  }
}

/** The place and version of a file: what a moved row takes over from the row of the new path. */
export interface FilePlace {
  readonly rootId: number;
  readonly directoryId: number;
  readonly name: string;
  readonly extension: string;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly modifiedMs: number;
  readonly device: bigint;
  readonly inode: bigint;
  readonly unread: string | null;
}

/** Puts a row (a tombstone or a live one) at another path, with all that is known of its contents. Nothing is embedded again. */
export function moveFile(context: WriteContext, fileId: number, place: FilePlace): void {
  const { sql, names } = context;
  sql.run(
    `UPDATE files SET tombstone = 0, root_id = ?, directory_id = ?, name = ?, extension = ?, size = ?, mtime_ns = ?, modified_ms = ?, device = ?, inode = ?, unread = ?
     WHERE id = ?`,
    place.rootId, place.directoryId, place.name, place.extension, place.size, place.mtimeNs, place.modifiedMs, place.device, place.inode, place.unread, fileId,
  );
  sql.run('UPDATE embeddings SET root_id = ?, modified_ms = ? WHERE file_id = ? AND generation_id IN (SELECT id FROM generations)', place.rootId, place.modifiedMs, fileId);
  names.set({ fileId, name: place.name, directoryId: place.directoryId, modifiedMs: place.modifiedMs });
}

/** Makes a row a tombstone: nothing finds it any more, and a new path may still take it over. */
export function entomb(context: WriteContext, fileId: number): void {
  context.sql.run('UPDATE files SET tombstone = 1 WHERE id = ?', fileId);
  context.names.remove(fileId);
}

/** Deletes a root's directories that are gone. Call it when no tombstone of the root is left: a tombstone needs its directory's path. */
export function deleteGoneDirectories(context: WriteContext, rootId: number): void {
  context.sql.run(
    'DELETE FROM directories WHERE root_id = ? AND gone = 1 AND NOT EXISTS (SELECT 1 FROM files WHERE files.directory_id = directories.id AND files.tombstone = 0)', rootId,
  );
}
