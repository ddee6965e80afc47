/**
 * Windows whose vectors can be cut from another generation's, on the writer thread: the same runs of passages, so that only numbers
 * have to be copied. Which generations may stand in this relation is not decided here (index/derive.ts).
 */

import type { FileKind } from '../contract/model.ts';
import type { DerivableWindow } from './index-store.ts';
import { numberOf, textOf } from './sql.ts';
import { settleFile, syncWindows } from './windows.ts';
import type { WriteContext } from './write-context.ts';

const DAY_MS = 86_400_000;

/** At least one file's windows where there is one, about `limit`. A file is taken when the other generation waits for nothing of it. */
export function nextDerivable(context: WriteContext, generationId: number, fromId: number, limit: number): DerivableWindow[] {
  const { sql } = context;
  const found: DerivableWindow[] = [];
  const files = sql.all(
    `SELECT e.file_id, e.planned, f.root_id, f.kind, f.modified_ms FROM embeddings e CROSS JOIN embeddings o ON o.generation_id = ?2 AND o.file_id = e.file_id
     CROSS JOIN files f ON f.id = e.file_id
     WHERE e.generation_id = ?1 AND e.waiting = 1 AND o.waiting = 0 AND o.planned = 1 AND f.tombstone = 0 AND f.state = 1
     ORDER BY e.modified_ms DESC LIMIT ?3`, generationId, fromId, limit,
  );
  for (const file of files) {
    if (found.length >= limit) break;
    const fileId = numberOf(file['file_id']);
    if (numberOf(file['planned']) === 0) syncWindows(context, fileId, generationId, planOf(context, fileId, fromId));
    const windows = sql.all(
      `SELECT w.id AS id, o.id AS from_id FROM windows w CROSS JOIN windows o ON o.file_id = w.file_id AND o.generation_id = ? AND o.first = w.first AND o.hash = w.hash
       WHERE w.file_id = ? AND w.generation_id = ? AND w.embedded = 0 AND o.embedded = 1 ORDER BY w.first`, fromId, fileId, generationId,
    );
    for (const window of windows) {
      found.push({
        windowId: numberOf(window['id']), fromWindowId: numberOf(window['from_id']), fileId, rootId: numberOf(file['root_id']), kind: textOf(file['kind']) as FileKind, // written from a FileKind
        modifiedDay: Math.floor(numberOf(file['modified_ms']) / DAY_MS),
      });
    }
    if (windows.length === 0) settleFile(sql, fileId, generationId);
  }
  return found;
}

/** The other generation's windows as a plan: both have one window rule. */
function planOf({ sql }: WriteContext, fileId: number, fromId: number): { first: number; last: number; text: string; hash: string }[] {
  return sql.all('SELECT first, last, hash FROM windows WHERE file_id = ? AND generation_id = ? ORDER BY first', fileId, fromId).map((row) => {
    const hash = row['hash'];
    return { first: numberOf(row['first']), last: numberOf(row['last']), text: '', hash: hash instanceof Uint8Array ? Buffer.from(hash).toString('hex') : '' };
  });
}
