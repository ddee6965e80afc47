/**
 * Disk against catalog, as a pure rule. The store calls it on its writer thread and writes what comes out.
 *
 * It never touches the disk and knows no SQL. Two things a reader would get wrong: a file that moved appears here as one
 * `remove` and one `create` (often of two different directories), and is put together again by `matchMoves`, once all listings
 * of a batch are compared; and a directory that could not be read has no listing at all, so nothing of it is ever removed.
 */

import type { FileEntry, Listing } from '../pipeline.ts';

/** The least of a catalog row that the comparison needs. The store's own row may be wider: the functions hand back what they got. */
export interface CatalogRow {
  /** Absolute path, as the catalog spells it. */
  readonly path: string;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly device: bigint;
  readonly inode: bigint;
  /** The rule that kept it unread, as in `FileEntry.unread`; null when it was read or waits to be. */
  readonly unread: string | null;
}

/** What the catalog knows directly in one directory: not what lies deeper. */
export interface CatalogDirectory<Row extends CatalogRow> {
  readonly files: readonly Row[];
  /** Absolute paths of the known subdirectories. */
  readonly directories: readonly string[];
}

/** A file that is still at its path but is no longer the version in the catalog. */
export interface ChangedFile<Row extends CatalogRow> {
  readonly entry: FileEntry;
  readonly row: Row;
}

export interface DirectoryDifference<Row extends CatalogRow> {
  readonly create: readonly FileEntry[];
  readonly change: readonly ChangedFile<Row>[];
  readonly remove: readonly Row[];
  /** Known subdirectories that are gone or no longer wanted: everything at or below them is. */
  readonly removedDirectories: readonly string[];
  readonly unchanged: readonly Row[];
}

/**
 * Compares one listing with what the catalog holds for that same directory.
 *
 * A version is (size, mtimeNs, inode, unread). The inode is part of it because an editor that writes a temporary file and renames it
 * over the old one may keep size and time; `unread` is, because a changed rule must take effect on a file that did not change.
 * The device is not: it is numbered anew when a disk is plugged in again, and that alone must not re-read a whole folder.
 */
export function reconcileDirectory<Row extends CatalogRow>(listing: Listing, known: CatalogDirectory<Row>): DirectoryDifference<Row> {
  const create: FileEntry[] = [];
  const change: ChangedFile<Row>[] = [];
  const unchanged: Row[] = [];
  const unseen = new Map(known.files.map((row) => [row.path, row]));
  for (const entry of listing.files) {
    const row = unseen.get(entry.path);
    if (row === undefined) {
      create.push(entry);
      continue;
    }
    unseen.delete(entry.path);
    if (isSameVersion(entry, row)) unchanged.push(row);
    else change.push({ entry, row });
  }
  const listed = new Set(listing.directories);
  return { create, change, remove: [...unseen.values()], removedDirectories: known.directories.filter((path) => !listed.has(path)), unchanged };
}

function isSameVersion(entry: FileEntry, row: CatalogRow): boolean {
  return entry.size === row.size && entry.mtimeNs === row.mtimeNs && entry.inode === row.inode && entry.unread === row.unread;
}

export interface Move<Row extends CatalogRow> {
  readonly entry: FileEntry;
  readonly row: Row;
}

export interface MatchedMoves<Row extends CatalogRow> {
  readonly moves: readonly Move<Row>[];
  /** Truly new. */
  readonly created: readonly FileEntry[];
  /** Truly gone, as far as these inputs tell: the tombstones. */
  readonly vanished: readonly Row[];
}

/**
 * Finds which new paths are vanished files under another name: same device, inode, size, mtime and `unread`.
 *
 * Size and time are asked for because a deleted file's inode is soon given to a new one, and an inode of 0 (file systems that have none)
 * proves nothing. Hard links share all of these, so several rows may fit several paths: each is used once, the same name first, then
 * in path order. Any such pairing is safe, because one inode has one content. A path that is still there is not in `vanished` and
 * is never taken from: a second hard link is simply a new file.
 */
export function matchMoves<Row extends CatalogRow>(created: readonly FileEntry[], vanished: readonly Row[]): MatchedMoves<Row> {
  const rowsByIdentity = new Map<string, Row[]>();
  for (const row of vanished) {
    const key = identity(row);
    if (key === null) continue;
    const rows = rowsByIdentity.get(key);
    if (rows === undefined) rowsByIdentity.set(key, [row]);
    else rows.push(row);
  }
  const entriesByIdentity = new Map<string, FileEntry[]>();
  for (const entry of created) {
    const key = identity(entry);
    if (key === null || !rowsByIdentity.has(key)) continue;
    const entries = entriesByIdentity.get(key);
    if (entries === undefined) entriesByIdentity.set(key, [entry]);
    else entries.push(entry);
  }
  const moves: Move<Row>[] = [];
  for (const [key, entries] of entriesByIdentity) moves.push(...pair(entries, rowsByIdentity.get(key) ?? []));
  const movedEntries = new Set(moves.map((move) => move.entry));
  const movedRows = new Set(moves.map((move) => move.row));
  return {
    moves,
    created: created.filter((entry) => !movedEntries.has(entry)),
    vanished: vanished.filter((row) => !movedRows.has(row)),
  };
}

/** One-to-one: rows whose file name an entry kept go first, the rest in path order, so that the outcome does not depend on listing order. */
function pair<Row extends CatalogRow>(entries: readonly FileEntry[], rows: readonly Row[]): Move<Row>[] {
  const restEntries = [...entries].sort(byPath);
  const restRows = [...rows].sort(byPath);
  const moves: Move<Row>[] = [];
  for (let index = 0; index < restEntries.length;) {
    const entry = restEntries[index];
    const sameName = entry === undefined ? -1 : restRows.findIndex((row) => fileName(row.path) === fileName(entry.path));
    const row = restRows[sameName];
    if (entry === undefined || row === undefined) {
      index += 1;
      continue;
    }
    moves.push({ entry, row });
    restEntries.splice(index, 1);
    restRows.splice(sameName, 1);
  }
  for (const [index, entry] of restEntries.entries()) {
    const row = restRows[index];
    if (row !== undefined) moves.push({ entry, row });
  }
  return moves;
}

function identity(file: FileEntry | CatalogRow): string | null {
  if (file.inode === 0n) return null;
  return `${file.device} ${file.inode} ${file.size} ${file.mtimeNs} ${file.unread ?? ''}`;
}

function byPath(left: { readonly path: string }, right: { readonly path: string }): number {
  return left.path < right.path ? -1 : left.path > right.path ? 1 : 0;
}

/** The part after the last separator of either kind: the paths are the system's own. */
function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
