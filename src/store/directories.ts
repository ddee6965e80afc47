/** Rows of directories: found, made with all directories above them, and taken away with everything below. */

import { EngineError } from '../contract/errors.ts';
import { below, labelOf, parentOf } from './paths.ts';
import { numberOf, textOf } from './sql.ts';
import type { WriteContext } from './write-context.ts';

export interface DirectoryRow {
  readonly id: number;
  readonly path: string;
}

/** The path of a root. Errors: not-found. */
export function rootPath(context: WriteContext, rootId: number): string {
  const row = context.sql.get('SELECT path FROM roots WHERE id = ?', rootId);
  if (row === undefined) throw new EngineError('not-found', 'There is no such folder.', { details: { rootId } });
  return textOf(row['path']);
}

/** Finds or makes a directory's row. Parents may be listed after their children, so those that are missing are made too. */
export function ensureDirectory(context: WriteContext, rootId: number, root: string, path: string): number {
  const { sql, names } = context;
  const known = sql.get('SELECT id FROM directories WHERE root_id = ? AND path = ?', rootId, path);
  if (known !== undefined) return numberOf(known['id']);
  const range = below(root);
  if (path !== root && !(path >= range.from && path < range.to)) {
    throw new EngineError('bad-input', 'The listed directory lies outside its folder.', { details: { rootId, path } });
  }
  const parentId = path === root ? 0 : ensureDirectory(context, rootId, root, parentInside(root, path));
  const label = labelOf(root, path);
  const id = sql.run('INSERT INTO directories(root_id, parent_id, path, label, seen) VALUES (?, ?, ?, ?, 0)', rootId, parentId, path, label);
  names.directory(id, label);
  return id;
}

/** A root may end in its separator (`/`, `C:\`), which its children's parents do not. */
function parentInside(root: string, path: string): string {
  const parent = parentOf(path);
  return parent.length < root.length ? root : parent;
}

/** As ensureDirectory, and it was listed just now: it is there and this crawl saw it. */
export function seeDirectory(context: WriteContext, rootId: number, root: string, path: string, crawlId: number): number {
  const id = ensureDirectory(context, rootId, root, path);
  context.sql.run('UPDATE directories SET seen = ?, gone = 0 WHERE id = ?', crawlId, id);
  return id;
}

/** Paths of the known subdirectories directly below. */
export function subdirectories(context: WriteContext, directoryId: number): string[] {
  return context.sql.all('SELECT path FROM directories WHERE parent_id = ? AND gone = 0', directoryId).map((row) => textOf(row['path']));
}

/** Marks a directory and everything below as gone. Answers their ids: the files are the caller's. */
export function loseDirectory(context: WriteContext, rootId: number, path: string): number[] {
  const range = below(path);
  return context.sql.all(
    'UPDATE directories SET gone = 1 WHERE root_id = ? AND gone = 0 AND (path = ? OR (path >= ? AND path < ?)) RETURNING id', rootId, path, range.from, range.to,
  ).map((row) => numberOf(row['id']));
}

/** Directories below `path` that the crawl did not see; they are marked as gone. */
export function loseUnseen(context: WriteContext, rootId: number, path: string, crawlId: number): number[] {
  const range = below(path);
  return context.sql.all(
    'UPDATE directories SET gone = 1 WHERE root_id = ? AND gone = 0 AND seen <> ? AND path >= ? AND path < ? RETURNING id', rootId, crawlId, range.from, range.to,
  ).map((row) => numberOf(row['id']));
}

/** Marks directories and all below as seen though they could not be listed. */
export function keepDirectories(context: WriteContext, rootId: number, paths: readonly string[], crawlId: number): void {
  for (const path of paths) {
    const range = below(path);
    context.sql.run('UPDATE directories SET seen = ?1 WHERE root_id = ?2 AND (path = ?3 OR (path >= ?4 AND path < ?5))', crawlId, rootId, path, range.from, range.to);
  }
}
