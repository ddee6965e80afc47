/** Rows of roots, on the writer thread. Whether a folder may be a root (it exists, overlaps none) is the engine's decision. */

import { EngineError } from '../contract/errors.ts';
import type { RootOptions } from '../contract/model.ts';
import { ensureDirectory } from './directories.ts';
import type { RootRow } from './index-store.ts';
import { numberOf, type Row, type Sql, textOf } from './sql.ts';
import type { WriteContext } from './write-context.ts';

export function listRoots(sql: Sql): RootRow[] {
  return sql.all('SELECT * FROM roots ORDER BY id').map(rootRow);
}

function rootRow(row: Row): RootRow {
  return {
    id: numberOf(row['id']), path: textOf(row['path']), addedMs: numberOf(row['added_ms']),
    options: JSON.parse(textOf(row['options'])) as RootOptions, // written from RootOptions
  };
}

/** Adds a root. The same path again is an error: `folder-overlaps`. */
export function addRoot(context: WriteContext, path: string, options: RootOptions, nowMs: number): RootRow {
  const { sql } = context;
  if (sql.get('SELECT 1 FROM roots WHERE path = ?', path) !== undefined) throw new EngineError('folder-overlaps', undefined, { details: { path } });
  const id = sql.run('INSERT INTO roots(path, options, added_ms) VALUES (?, ?, ?)', path, JSON.stringify(options), nowMs);
  ensureDirectory(context, id, path, path);
  return { id, path, options, addedMs: nowMs };
}

export function updateRoot(context: WriteContext, rootId: number, options: RootOptions): RootRow {
  const row = context.sql.get('UPDATE roots SET options = ? WHERE id = ? RETURNING *', JSON.stringify(options), rootId);
  if (row === undefined) throw new EngineError('not-found', 'There is no such folder.', { details: { rootId } });
  return rootRow(row);
}
