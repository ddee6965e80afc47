/**
 * The only place where filters become SQL. The text depends on which filters are set, never on their values: every value is bound
 * (lists as one JSON array), so that no folder name can end a quote and prepared statements stay few.
 */

import type { Filters } from '../contract/model.ts';
import { fold } from '../text/fold.ts';
import { below, separatorOf } from './paths.ts';
import type { Value } from './sql.ts';

export interface FilterSql {
  /** Conditions on `files f`, each beginning with AND; empty when nothing filters. */
  readonly text: string;
  readonly values: readonly Value[];
  /** No filter is set. */
  readonly everything: boolean;
}

/** Conditions that files must meet. An empty list means no filter, not nothing. */
export function filterSql(filters: Filters): FilterSql {
  const parts: string[] = [];
  const values: Value[] = [];
  const oneOf = (column: string, list: readonly (string | number)[] | undefined): void => {
    if (list === undefined || list.length === 0) return;
    parts.push(`AND ${column} IN (SELECT value FROM json_each(?))`);
    values.push(JSON.stringify(list));
  };
  const bound = (condition: string, value: number | undefined): void => {
    if (value === undefined) return;
    parts.push(`AND ${condition}`);
    values.push(value);
  };
  oneOf('f.root_id', filters.rootIds);
  oneOf('f.kind', filters.kinds);
  oneOf('f.extension', filters.extensions?.map((extension) => extension.toLowerCase()));
  oneOf('f.language', filters.languages);
  bound('f.modified_ms >= ?', filters.modifiedAfterMs);
  bound('f.modified_ms < ?', filters.modifiedBeforeMs);
  bound('f.size >= ?', filters.minBytes);
  bound('f.size <= ?', filters.maxBytes);
  const folders = (filters.folders ?? []).filter((folder) => folder.trim() !== '');
  if (folders.length > 0) {
    parts.push(`AND f.directory_id IN (SELECT directories.id FROM directories, json_each(?) wanted WHERE
      CASE WHEN wanted.value ->> 'path' IS NULL THEN instr('/' || directories.label || '/', wanted.value ->> 'tail') > 0
      ELSE directories.path = wanted.value ->> 'path' OR (directories.path >= wanted.value ->> 'from' AND directories.path < wanted.value ->> 'to') END)`);
    values.push(JSON.stringify(folders.map(folderFilter)));
  }
  return { text: parts.join(' '), values, everything: parts.length === 0 };
}

/** An absolute folder with all below it, or a folder's name or tail anywhere. */
function folderFilter(folder: string): { path: string; from: string; to: string } | { tail: string } {
  if (/^\/|^[A-Za-z]:[\\/]|^\\\\/.test(folder)) {
    const path = folder.length > 1 ? folder.replace(new RegExp(`\\${separatorOf(folder)}+$`), '') : folder;
    return { path, ...below(path) };
  }
  return { tail: `/${fold(folder.replaceAll('\\', '/')).replace(/^[./]+|\/+$/g, '')}/` };
}
