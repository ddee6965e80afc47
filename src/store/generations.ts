/**
 * Generations and what still waits to be embedded, on the writer thread. Vectors lie in another database: a mark here is only set after
 * they are on disk, and a deletion is queued here before it is done there.
 */

import type { WindowRule } from '../embed/embedder.ts';
import { planWindows } from '../embed/windows.ts';
import { EngineError } from '../contract/errors.ts';
import type { FileKind } from '../contract/model.ts';
import type { FileTags, GenerationCounts, GenerationRow, PendingWindow, WantedGeneration } from './index-store.ts';
import type { ReadPassage, TextReader } from './read-text.ts';
import { numberOf, type Row, type Sql, textOf } from './sql.ts';
import { settleFile, syncWindows } from './windows.ts';
import type { WriteContext } from './write-context.ts';

/** Files looked at in one `nextUnembedded`: more than any sensible batch of text holds. */
const MOST_FILES = 512;
const DAY_MS = 86_400_000;

export function listGenerations(sql: Sql): GenerationRow[] {
  return sql.all('SELECT * FROM generations ORDER BY id').map(generationRow);
}

function generationRow(row: Row): GenerationRow {
  return {
    id: numberOf(row['id']), fingerprint: textOf(row['fingerprint']), modelId: textOf(row['model_id']), dimension: numberOf(row['dimension']),
    windowRule: textOf(row['window_rule']), active: numberOf(row['active']) === 1, createdMs: numberOf(row['created_ms']),
    family: textOf(row['family']), source: textOf(row['source']), answeredMs: row['answered_ms'] === null ? null : numberOf(row['answered_ms']),
  };
}

/** Finds or makes the generation of a fingerprint. All files with text wait for it. The first becomes active. */
export function ensureGeneration(context: WriteContext, wanted: WantedGeneration, nowMs: number): GenerationRow {
  const { sql } = context;
  parseRule(wanted.windowRule);
  if (sql.get('SELECT 1 FROM generations WHERE fingerprint = ?', wanted.fingerprint) === undefined) {
    const active = sql.get('SELECT 1 FROM generations WHERE active = 1') === undefined;
    const id = sql.run(
      'INSERT INTO generations(fingerprint, family, model_id, dimension, window_rule, source, active, created_ms, answered_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      wanted.fingerprint, wanted.family ?? wanted.fingerprint, wanted.modelId, wanted.dimension, wanted.windowRule, wanted.source ?? '', active ? 1 : 0, nowMs, active ? nowMs : null,
    );
    sql.run(
      `INSERT INTO embeddings(generation_id, file_id, root_id, windows, planned, waiting, modified_ms, characters)
       SELECT ?, id, root_id, 0, 0, 1, modified_ms, characters FROM files WHERE first_passage IS NOT NULL`, id,
    );
  } else if (wanted.source !== undefined) {
    sql.run('UPDATE generations SET source = ?, family = ?, model_id = ? WHERE fingerprint = ?', wanted.source, wanted.family ?? wanted.fingerprint, wanted.modelId, wanted.fingerprint);
  }
  return generationRow(sql.get('SELECT * FROM generations WHERE fingerprint = ?', wanted.fingerprint) ?? {});
}

export function activateGeneration(context: WriteContext, generationId: number, nowMs: number): void {
  requireGeneration(context.sql, generationId);
  context.sql.run('UPDATE generations SET active = (id = ?1), answered_ms = CASE id WHEN ?1 THEN ?2 ELSE answered_ms END', generationId, nowMs);
}

export function dropGeneration(context: WriteContext, generationId: number): void {
  requireGeneration(context.sql, generationId);
  for (const table of ['windows', 'embeddings', 'vector_deletions', 'vector_retags']) context.sql.run(`DELETE FROM ${table} WHERE generation_id = ?`, generationId);
  context.sql.run('DELETE FROM generations WHERE id = ?', generationId);
  context.sql.run('DELETE FROM meta WHERE key = ?', calibrationKey(generationId));
}

/** Meta key of what search/calibrate.ts found for a generation. */
export function calibrationKey(generationId: number): string {
  return `calibration:${generationId}`;
}

function requireGeneration(sql: Sql, generationId: number): Row {
  const row = sql.get('SELECT * FROM generations WHERE id = ?', generationId);
  if (row === undefined) throw new EngineError('not-found', 'There is no such generation of vectors.', { details: { generationId } });
  return row;
}

function parseRule(text: string): WindowRule {
  const rule: unknown = JSON.parse(text);
  if (typeof rule === 'object' && rule !== null && 'maxTokens' in rule && typeof rule.maxTokens === 'number') return { maxTokens: rule.maxTokens };
  throw new EngineError('bad-input', 'The window rule lacks maxTokens.');
}

/** Windows without vectors, newest-used files first. Plans those of files that were indexed before the generation was made. */
export function nextUnembedded(
  context: WriteContext, texts: TextReader, generationId: number, characters: number, inFlight: readonly number[],
): PendingWindow[] {
  const { sql } = context;
  const rule = parseRule(textOf(requireGeneration(sql, generationId)['window_rule']));
  const files = sql.all(
    `SELECT e.file_id, e.planned, f.root_id, f.kind, f.modified_ms, f.first_passage, f.passage_count FROM embeddings e CROSS JOIN files f ON f.id = e.file_id
     WHERE e.generation_id = ? AND e.waiting = 1 AND f.tombstone = 0 AND f.state = 1 AND e.file_id NOT IN (SELECT value FROM json_each(?))
     ORDER BY e.modified_ms DESC LIMIT ${MOST_FILES}`, generationId, JSON.stringify(inFlight),
  );
  const pending: PendingWindow[] = [];
  let taken = 0;
  for (const file of files) {
    if (taken >= characters) break;
    const fileId = numberOf(file['file_id']);
    const first = numberOf(file['first_passage']);
    const count = numberOf(file['passage_count']);
    const passages = count === 0 ? [] : texts.range(first, first + count - 1);
    if (numberOf(file['planned']) === 0) {
      syncWindows(context, fileId, generationId, planWindows(passages.map(({ text }, ordinal) => ({ ordinal, text })), rule));
    }
    const windows = sql.all('SELECT id, first, last FROM windows WHERE file_id = ? AND generation_id = ? AND embedded = 0 ORDER BY first', fileId, generationId);
    for (const window of windows) {
      // A long book is embedded in pieces: with a large model on a CPU the whole of it takes an hour, and a kill would lose it.
      if (taken >= characters) break;
      const text = joinedText(passages, numberOf(window['first']), numberOf(window['last']));
      taken += text.length;
      pending.push({
        windowId: numberOf(window['id']), fileId, rootId: numberOf(file['root_id']), kind: textOf(file['kind']) as FileKind, // written from a FileKind
        modifiedDay: Math.floor(numberOf(file['modified_ms']) / DAY_MS), text,
      });
    }
    if (windows.length === 0) settleFile(sql, fileId, generationId);
  }
  return pending;
}

function joinedText(passages: readonly ReadPassage[], first: number, last: number): string {
  return passages.slice(first, last + 1).map((passage) => passage.text).join('');
}

/** Marks windows whose vectors are on disk. A window that vanished meanwhile has its vector queued for deletion again: it was added late. */
export function markEmbedded(context: WriteContext, generationId: number, windowIds: readonly number[]): void {
  const { sql } = context;
  const files = new Set<number>();
  for (const windowId of windowIds) {
    const row = sql.get('UPDATE windows SET embedded = 1 WHERE id = ? AND generation_id = ? RETURNING file_id', windowId, generationId);
    if (row === undefined) sql.run('INSERT INTO vector_deletions(generation_id, window_id) VALUES (?, ?)', generationId, windowId);
    else files.add(numberOf(row['file_id']));
  }
  for (const fileId of files) settleFile(sql, fileId, generationId);
}

export function vectorsDeleted(context: WriteContext, generationId: number, windowIds: readonly number[]): void {
  for (const windowId of windowIds) context.sql.run('DELETE FROM vector_deletions WHERE generation_id = ? AND window_id = ?', generationId, windowId);
}

/** Clears the queue of what was retagged, but for files that changed once more meanwhile. */
export function vectorsRetagged(context: WriteContext, generationId: number, tags: readonly FileTags[]): void {
  for (const { fileId, rootId, kind, modifiedDay } of tags) {
    context.sql.run(
      `DELETE FROM vector_retags WHERE generation_id = ? AND file_id = ?
       AND EXISTS (SELECT 1 FROM files WHERE id = file_id AND root_id = ? AND kind = ? AND modified_ms / ${DAY_MS} = ?)`,
      generationId, fileId, rootId, kind, modifiedDay,
    );
  }
}

/** Compares marks with the vectors there are. Marks without a vector are taken back, vectors without a mark get it, unknown ids are strays. */
export function verifyVectors(context: WriteContext, generationId: number, windowIds: Float64Array): { unmarked: number; strays: number[] } {
  const { sql } = context;
  const present = Float64Array.from(windowIds).sort();
  const strays: number[] = [];
  const changed: { readonly id: number; readonly fileId: number; readonly embedded: number }[] = [];
  let at = 0;
  for (const row of sql.prepare('SELECT id, file_id, embedded FROM windows WHERE generation_id = ? ORDER BY id').iterate(generationId)) {
    const id = numberOf(row['id']);
    for (; at < present.length && (present[at] ?? 0) < id; at++) strays.push(present[at] ?? 0);
    let embedded = 0;
    for (; present[at] === id; at++) embedded = 1;
    if (embedded !== numberOf(row['embedded'])) changed.push({ id, fileId: numberOf(row['file_id']), embedded });
  }
  for (; at < present.length; at++) strays.push(present[at] ?? 0);
  for (const { id, embedded } of changed) sql.run('UPDATE windows SET embedded = ? WHERE id = ?', embedded, id);
  const unmarked = new Set(changed.filter((window) => window.embedded === 0).map((window) => window.fileId));
  for (const { fileId } of changed) settleFile(sql, fileId, generationId);
  return { unmarked: unmarked.size, strays: [...new Set(strays)] };
}

// ---- reading, on any thread --------------------------------------------------------------------------------------

export function unembeddedCount(sql: Sql, generationId: number): { files: number; characters: number } {
  const row = sql.get('SELECT count(*) AS files, coalesce(sum(characters), 0) AS characters FROM embeddings WHERE generation_id = ? AND waiting = 1', generationId);
  return { files: numberOf(row?.['files']), characters: numberOf(row?.['characters']) };
}

export function generationCounts(sql: Sql): GenerationCounts[] {
  return sql.all(
    `SELECT g.id AS id, count(e.file_id) AS files, coalesce(sum(e.waiting), 0) AS waiting_files, coalesce(sum(e.characters), 0) AS characters,
       coalesce(sum(e.waiting * e.characters), 0) AS waiting_characters, coalesce(sum(e.windows), 0) AS windows, coalesce(sum(e.planned * e.characters), 0) AS planned_characters
     FROM generations g LEFT JOIN embeddings e ON e.generation_id = g.id GROUP BY g.id ORDER BY g.id`,
  ).map((row) => ({
    generationId: numberOf(row['id']), files: numberOf(row['files']), waitingFiles: numberOf(row['waiting_files']), characters: numberOf(row['characters']),
    waitingCharacters: numberOf(row['waiting_characters']), windows: numberOf(row['windows']), plannedCharacters: numberOf(row['planned_characters']),
  }));
}

export function filesInBoth(sql: Sql, generationId: number, otherId: number): number[] {
  return sql.all(
    `SELECT e.file_id AS id FROM embeddings e CROSS JOIN embeddings o ON o.generation_id = ? AND o.file_id = e.file_id
     WHERE e.generation_id = ? AND e.waiting = 0 AND o.waiting = 0 ORDER BY e.file_id`, otherId, generationId,
  ).map((row) => numberOf(row['id']));
}

export function queuedVectorDeletions(sql: Sql, generationId: number, limit: number): number[] {
  return sql.all('SELECT DISTINCT window_id FROM (SELECT window_id FROM vector_deletions WHERE generation_id = ? ORDER BY id LIMIT ?)', generationId, limit)
    .map((row) => numberOf(row['window_id']));
}

export function queuedRetags(sql: Sql, generationId: number, limit: number): FileTags[] {
  return sql.all(
    `SELECT files.id, root_id, kind, modified_ms / ${DAY_MS} AS day FROM vector_retags JOIN files ON files.id = file_id WHERE generation_id = ? LIMIT ?`, generationId, limit,
  ).map((row) => ({ fileId: numberOf(row['id']), rootId: numberOf(row['root_id']), kind: textOf(row['kind']) as FileKind, modifiedDay: numberOf(row['day']) })); // written by this store
}
