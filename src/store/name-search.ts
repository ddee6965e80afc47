/** The name index with the catalog beside it: loading it at start, and filters, which only the catalog knows. */

import type { Filters } from '../contract/model.ts';
import { filterSql, type FilterSql } from './filters.ts';
import type { NameResult } from './index-store.ts';
import { filterFiles } from './ledger.ts';
import type { NameEntry } from './name-changes.ts';
import type { NameIndex, NameMatch } from './names.ts';
import { numberOf, type Sql, textOf } from './sql.ts';

/** With filters, this many best matches are tried first; then all there are. */
const TRIED_FIRST = 2_000;
/** What a file is worth that only its filters found: less than any name. */
const BROWSED = 0.1;

/** Fills the index from the catalog: some 150 ms for 100,000 files. */
export function loadNames(sql: Sql, names: NameIndex): void {
  const directories = sql.all('SELECT id, label FROM directories').map((row) => ({ id: numberOf(row['id']), label: textOf(row['label']) }));
  const entries: NameEntry[] = [];
  for (const row of sql.prepare('SELECT id, name, directory_id, modified_ms FROM files WHERE tombstone = 0').iterate()) {
    entries.push({ fileId: numberOf(row['id']), name: textOf(row['name']), directoryId: numberOf(row['directory_id']), modifiedMs: numberOf(row['modified_ms']) });
  }
  names.apply({ entries, removed: [], directories });
}

export function searchNames(sql: Sql, names: NameIndex, text: string, filters: Filters, limit: number): NameResult {
  const filter = filterSql(filters);
  if (text.trim() === '') return filter.everything ? result([], false) : browse(sql, filter, limit);
  if (filter.everything) {
    const { matches, total } = names.search(text, limit);
    return result(matches, total > limit);
  }
  for (const tried of [TRIED_FIRST, names.size]) {
    const { matches, total } = names.search(text, tried);
    const allowed = new Set(filterFiles(sql, matches.map((match) => match.fileId), filters));
    const kept = matches.filter((match) => allowed.has(match.fileId));
    if (kept.length >= limit || total <= tried) return result(kept.slice(0, limit), kept.length > limit);
  }
  return result([], false);
}

/** No text, only filters: the newest files that pass. */
function browse(sql: Sql, filter: FilterSql, limit: number): NameResult {
  const rows = sql.all(
    `SELECT f.id AS id, f.modified_ms AS modified FROM files f WHERE f.tombstone = 0 ${filter.text} ORDER BY f.modified_ms DESC LIMIT ?`, ...filter.values, limit + 1,
  );
  const matches = rows.slice(0, limit).map((row) => ({ fileId: numberOf(row['id']), value: BROWSED, modifiedMs: numberOf(row['modified']) }));
  return result(matches, rows.length > limit);
}

function result(matches: readonly NameMatch[], capped: boolean): NameResult {
  return { candidates: matches.map(({ fileId, value }, index) => ({ fileId, passageId: -1, rank: index + 1, value })), capped };
}
