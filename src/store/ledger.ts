/** Reading files, passages, counts and settings: what pages and the engine ask besides searching. Runs on the reader threads. */

import type { FilePage, FileQuery, FileRecord, Filters, OutcomeCounts } from '../contract/model.ts';
import { fold } from '../text/fold.ts';
import { fileRecord, RECORD_COLUMNS, STATES } from './file-rows.ts';
import { filterSql } from './filters.ts';
import type { FilterScope, PassageRow, PendingFile, WindowRow } from './index-store.ts';
import { joinPath } from './paths.ts';
import type { ReadPassage, TextReader } from './read-text.ts';
import { numberOf, type Row, type Sql, textOf, textOrNull, type Value } from './sql.ts';

const DEFAULT_PAGE = 100;
const LONGEST_PAGE = 1000;

export function nextPending(sql: Sql, limit: number, inFlight: readonly number[], pausedRoots: readonly number[]): PendingFile[] {
  const statement = sql.prepare(
    `SELECT f.id, f.root_id, d.path AS directory, f.name, f.size, f.mtime_ns FROM files f CROSS JOIN directories d ON d.id = f.directory_id
     WHERE f.state = 0 AND f.tombstone = 0 AND f.root_id NOT IN (SELECT value FROM json_each(?)) AND f.id NOT IN (SELECT value FROM json_each(?))
     ORDER BY f.modified_ms DESC LIMIT ?`,
  );
  statement.setReadBigInts(true);
  return statement.all(JSON.stringify(pausedRoots), JSON.stringify(inFlight), limit).map((row) => ({
    fileId: numberOf(row['id']), rootId: numberOf(row['root_id']), path: joinPath(textOf(row['directory']), textOf(row['name'])),
    size: numberOf(row['size']), mtimeNs: BigInt(row['mtime_ns'] as bigint), // setReadBigInts
  }));
}

/** In the order asked for; unknown ids and tombstones are absent. */
export function files(sql: Sql, fileIds: readonly number[]): FileRecord[] {
  return sql.all(
    `SELECT ${RECORD_COLUMNS} FROM json_each(?) j CROSS JOIN files f ON f.id = j.value CROSS JOIN directories d ON d.id = f.directory_id
     WHERE f.tombstone = 0 ORDER BY j.key`, JSON.stringify(fileIds),
  ).map(fileRecord);
}

export function filterFiles(sql: Sql, fileIds: readonly number[], filters: Filters): number[] {
  const filter = filterSql(filters);
  return sql.all(
    `SELECT f.id AS id FROM json_each(?) j CROSS JOIN files f ON f.id = j.value WHERE f.tombstone = 0 ${filter.text} ORDER BY j.key`, JSON.stringify(fileIds), ...filter.values,
  ).map((row) => numberOf(row['id']));
}

/** Counting stops when more windows pass than asked for: then `files` and `windows` are lower bounds and there are no ids. */
export function filterScope(sql: Sql, filters: Filters, generationId: number, maxWindows: number): FilterScope {
  const filter = filterSql(filters);
  if (filter.everything) {
    const row = sql.get('SELECT count(*) AS files, coalesce(sum(windows), 0) AS windows FROM embeddings WHERE generation_id = ?', generationId);
    return { everything: true, files: numberOf(row?.['files']), windows: numberOf(row?.['windows']), fileIds: null };
  }
  const fileIds: number[] = [];
  let windows = 0;
  const rows = sql.prepare(
    `SELECT f.id AS id, e.windows AS windows FROM files f CROSS JOIN embeddings e ON e.generation_id = ? AND e.file_id = f.id WHERE f.tombstone = 0 ${filter.text}`,
  ).iterate(generationId, ...filter.values);
  for (const row of rows) {
    fileIds.push(numberOf(row['id']));
    windows += numberOf(row['windows']);
    if (windows > maxWindows) return { everything: false, files: fileIds.length, windows, fileIds: null };
  }
  return { everything: false, files: fileIds.length, windows, fileIds: fileIds.sort((left, right) => left - right) };
}

export function windowRows(sql: Sql, windowIds: readonly number[]): WindowRow[] {
  return sql.all(
    `SELECT w.id, w.file_id, w.first, w.last, f.first_passage FROM json_each(?) j CROSS JOIN windows w ON w.id = j.value CROSS JOIN files f ON f.id = w.file_id
     WHERE f.tombstone = 0 AND f.first_passage IS NOT NULL ORDER BY j.key`, JSON.stringify(windowIds),
  ).map((row) => ({
    windowId: numberOf(row['id']), fileId: numberOf(row['file_id']), first: numberOf(row['first']), last: numberOf(row['last']),
    firstPassageId: numberOf(row['first_passage']) + numberOf(row['first']),
  }));
}

export function passages(sql: Sql, texts: TextReader, passageIds: readonly number[]): PassageRow[] {
  const found: PassageRow[] = [];
  for (const passageId of passageIds) {
    const file = sql.get(
      'SELECT id, first_passage, passage_count, tombstone FROM files WHERE first_passage <= ? ORDER BY first_passage DESC LIMIT 1', passageId,
    );
    const ordinal = passageId - numberOf(file?.['first_passage']);
    if (file === undefined || ordinal >= numberOf(file['passage_count']) || numberOf(file['tombstone']) === 1) continue;
    const passage = texts.passage(passageId);
    if (passage !== null) found.push(passageRow(passage, numberOf(file['id']), ordinal));
  }
  return found;
}

function passageRow(passage: ReadPassage, fileId: number, ordinal: number): PassageRow {
  return { passageId: passage.passageId, fileId, ordinal, text: passage.text, place: passage.place };
}

export function passagesOfFile(sql: Sql, texts: TextReader, fileId: number, first: number, last: number): PassageRow[] {
  const file = sql.get('SELECT first_passage, passage_count FROM files WHERE id = ? AND tombstone = 0 AND first_passage IS NOT NULL', fileId);
  if (file === undefined) return [];
  const base = numberOf(file['first_passage']);
  const from = Math.max(0, first);
  const to = Math.min(last, numberOf(file['passage_count']) - 1);
  if (to < from) return [];
  return texts.range(base + from, base + to).map((passage) => passageRow(passage, fileId, passage.passageId - base));
}

export function documentInfo(sql: Sql, fileId: number): { title: string | null; passageCount: number } | null {
  const row = sql.get('SELECT title, passage_count FROM files WHERE id = ? AND tombstone = 0', fileId);
  return row === undefined ? null : { title: textOrNull(row['title']), passageCount: numberOf(row['passage_count']) };
}

/** Newest first. `after` is the modification time and id of the last line of the page before. */
export function listFiles(sql: Sql, query: FileQuery): FilePage {
  const conditions = ['f.tombstone = 0'];
  const values: Value[] = [];
  if (query.state !== undefined) {
    conditions.push('f.state = ?');
    values.push(STATES[query.state]);
  }
  if (query.rootId !== undefined) {
    conditions.push('f.root_id = ?');
    values.push(query.rootId);
  }
  const wanted = query.contains === undefined ? '' : fold(query.contains).replaceAll('\\', '/');
  if (wanted !== '') {
    conditions.push("instr(d.label || '/' || fold(f.name), ?) > 0");
    values.push(wanted);
  }
  const where = conditions.join(' AND ');
  const from = 'FROM files f CROSS JOIN directories d ON d.id = f.directory_id';
  const total = numberOf(sql.get(`SELECT count(*) AS total ${from} WHERE ${where}`, ...values)?.['total']);
  const limit = Math.min(Math.max(1, query.limit ?? DEFAULT_PAGE), LONGEST_PAGE);
  const [modifiedMs, id] = cursorOf(query.after);
  const rows = sql.all(
    `SELECT ${RECORD_COLUMNS} ${from} WHERE ${where} AND (f.modified_ms, f.id) < (?, ?) ORDER BY f.modified_ms DESC, f.id DESC LIMIT ?`, ...values, modifiedMs, id, limit + 1,
  );
  const page = rows.slice(0, limit).map(fileRecord);
  const last = page.at(-1);
  return { files: page, total, next: rows.length > limit && last !== undefined ? `${last.modifiedMs}:${last.id}` : null };
}

function cursorOf(after: string | undefined): [number, number] {
  const [modifiedMs, id] = (after ?? '').split(':').map(Number);
  if (after === undefined || modifiedMs === undefined || id === undefined || Number.isNaN(modifiedMs) || Number.isNaN(id)) {
    return [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  }
  return [modifiedMs, id];
}

export interface Counts {
  readonly all: OutcomeCounts;
  readonly embedded: number;
  readonly byRoot: ReadonlyMap<number, { readonly outcomes: OutcomeCounts; readonly embedded: number }>;
}

export function counts(sql: Sql): Counts {
  const none = (): Record<keyof OutcomeCounts, number> => ({ indexed: 0, pending: 0, skipped: 0, failed: 0 });
  const all = none();
  const byRoot = new Map<number, { outcomes: Record<keyof OutcomeCounts, number>; embedded: number }>();
  for (const row of sql.all('SELECT id FROM roots')) byRoot.set(numberOf(row['id']), { outcomes: none(), embedded: 0 });
  for (const row of sql.all('SELECT root_id, state, count(*) AS files FROM files WHERE tombstone = 0 GROUP BY root_id, state')) {
    const state = (['pending', 'indexed', 'skipped', 'failed'] as const)[numberOf(row['state'])] ?? 'pending';
    const root = byRoot.get(numberOf(row['root_id']));
    all[state] += numberOf(row['files']);
    if (root !== undefined) root.outcomes[state] += numberOf(row['files']);
  }
  let embedded = 0;
  const active = sql.get('SELECT id FROM generations WHERE active = 1');
  if (active !== undefined) {
    const waiting = new Map(sql.all('SELECT root_id, count(*) AS files FROM embeddings WHERE generation_id = ? AND waiting = 1 GROUP BY root_id', numberOf(active['id']))
      .map((row) => [numberOf(row['root_id']), numberOf(row['files'])]));
    for (const [rootId, root] of byRoot) {
      // Tombstones and changed files may wait too: never below nothing while they do.
      root.embedded = Math.max(0, root.outcomes.indexed - (waiting.get(rootId) ?? 0));
      embedded += root.embedded;
    }
  }
  return { all, embedded, byRoot };
}

export interface SampledPassage extends PassageRow {
  readonly title: string | null;
  readonly language: string | null;
}

/** Random passages, the same for the same seed and index, each with what stands above it: its heading, the document's title, or the name. */
export function samplePassages(sql: Sql, texts: TextReader, count: number, seed: number): SampledPassage[] {
  const total = numberOf(sql.get("SELECT value FROM counters WHERE name = 'passages'")?.['value']);
  if (total === 0) return [];
  const positions = new Set<number>();
  const random = randomFrom(seed);
  for (let tries = 0; positions.size < Math.min(count, total) && tries < count * 4; tries++) positions.add(Math.floor(random() * total));
  const wanted = [...positions].sort((left, right) => left - right);
  const sampled: SampledPassage[] = [];
  let before = 0;
  let next = 0;
  const rows = sql.prepare('SELECT id, first_passage, passage_count, title, name, language FROM files WHERE tombstone = 0 AND first_passage IS NOT NULL ORDER BY first_passage').iterate();
  for (const row of rows) {
    const size = numberOf(row['passage_count']);
    for (; next < wanted.length && (wanted[next] ?? 0) < before + size; next++) {
      const ordinal = (wanted[next] ?? 0) - before;
      const passage = texts.passage(numberOf(row['first_passage']) + ordinal);
      if (passage === null) continue;
      sampled.push({ ...passageRow(passage, numberOf(row['id']), ordinal), title: titleOf(passage, row), language: textOrNull(row['language']) });
    }
    if (next >= wanted.length) break;
    before += size;
  }
  return sampled;
}

function titleOf(passage: ReadPassage, row: Row): string {
  return passage.place.heading ?? textOrNull(row['title']) ?? textOf(row['name']).replace(/\.[^.]*$/, '');
}

/** Mulberry32: small, seeded, good enough to choose samples. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function getMeta(sql: Sql, key: string): string | null {
  return textOrNull(sql.get('SELECT value FROM meta WHERE key = ?', key)?.['value']);
}

/** Bytes of extracted text before compression. */
export function textBytes(sql: Sql): number {
  return numberOf(sql.get("SELECT value FROM counters WHERE name = 'text_bytes'")?.['value']);
}
