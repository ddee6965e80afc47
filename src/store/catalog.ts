/**
 * The catalog follows the disk: listings are compared (the pure rule of watch/reconcile.ts) and the difference is written. It decides
 * nothing about the disk itself; a directory without a listing is left alone until the crawl that should have seen it ends.
 *
 * A move arrives as a new path here and a lost one there, in either order and often in different batches. Whichever comes second finds
 * the other: a new path finds a tombstone, a lost indexed row finds a new row that is still unread.
 */

import { lstatSync } from 'node:fs';
import { extensionOf, kindOfName } from '../extract/kinds.ts';
import type { FileEntry, Listing } from '../pipeline.ts';
import { matchMoves, reconcileDirectory, type CatalogRow } from '../watch/reconcile.ts';
import { keepDirectories, loseDirectory, loseUnseen, rootPath, seeDirectory, subdirectories } from './directories.ts';
import { clearText, deleteFiles, deleteGoneDirectories, entomb, moveFile, type FilePlace } from './file-removal.ts';
import { STATES } from './file-rows.ts';
import type { ListingResult } from './index-store.ts';
import { joinPath, nameOf } from './paths.ts';
import { numberOf, type Row, textOf, textOrNull } from './sql.ts';
import type { WriteContext } from './write-context.ts';

/** A catalog row as the reconcile rule compares it. */
interface KnownFile extends CatalogRow {
  readonly id: number;
  readonly state: number;
}

/** A listed file with the directory row it belongs to. */
interface PlacedEntry extends FileEntry {
  readonly rootId: number;
  readonly directoryId: number;
}

/** Compares listings with the catalog and writes the difference. One call is one transaction (write-context.ts). */
export function applyListings(context: WriteContext, listings: readonly Listing[], crawlId: number): ListingResult {
  // 1. Compare each directory.
  const created: PlacedEntry[] = [];
  const vanished: KnownFile[] = [];
  let changed = 0;
  let unchanged = 0;
  for (const listing of listings) {
    const root = rootPath(context, listing.rootId);
    const directoryId = seeDirectory(context, listing.rootId, root, listing.directory, crawlId);
    const known = { files: knownFiles(context, directoryId, listing.directory), directories: subdirectories(context, directoryId) };
    const difference = reconcileDirectory(listing, known);
    unchanged += difference.unchanged.length;
    for (const entry of difference.create) created.push({ ...entry, rootId: listing.rootId, directoryId });
    for (const { entry, row } of difference.change) {
      changeFile(context, row.id, entry);
      changed++;
    }
    vanished.push(...difference.remove);
    for (const path of difference.removedDirectories) {
      for (const id of loseDirectory(context, listing.rootId, path)) vanished.push(...knownFiles(context, id, path));
    }
  }

  // 2. What is gone becomes a tombstone first: its path may be wanted by a moved file. So does the old place of a file whose new
  //    place is listed before it: else the new one might be read and embedded before the old one is seen to be gone.
  vanished.push(...leftPlaces(context, created, vanished));
  for (const row of vanished) entomb(context, row.id);

  // 3. New paths take over tombstones; lost rows take over paths that came before them; the rest is new.
  const tombstones = created.length === 0 ? [] : tombstonesOf(context, created, vanished);
  const matched = matchMoves(created, [...vanished, ...tombstones]);
  const placed = new Map(created.map((entry) => [entry.path, entry]));
  let moved = 0;
  for (const { entry, row } of matched.moves) {
    const place = placed.get(entry.path);
    if (place === undefined) continue;
    takeOver(context, row.id, placeOf(place));
    moved++;
  }
  const fresh = new Set(vanished.map((row) => row.id));
  let removed = 0;
  for (const row of matched.vanished) {
    if (!fresh.has(row.id)) continue;
    if (takeOverUnread(context, row)) moved++;
    else removed++;
  }
  const createdPaths = new Set(matched.created.map((entry) => entry.path));
  for (const entry of created) if (createdPaths.has(entry.path)) createFile(context, entry);
  return { created: matched.created.length, changed, moved, removed, unchanged };
}

/** Ends a crawl: what it did not see is gone, and tombstones that nothing took over are deleted. Answers how many files were. */
export function finishCrawl(context: WriteContext, rootId: number, directory: string | null, crawlId: number): { removed: number } {
  const { sql } = context;
  if (directory !== null) {
    for (const id of loseUnseen(context, rootId, directory, crawlId)) {
      for (const row of knownFiles(context, id, directory)) {
        entomb(context, row.id);
        takeOverUnread(context, row);
      }
    }
  }
  const tombstones = sql.all('SELECT id FROM files WHERE root_id = ? AND tombstone = 1', rootId).map((row) => numberOf(row['id']));
  deleteFiles(context, tombstones);
  deleteGoneDirectories(context, rootId);
  return { removed: tombstones.length };
}

export { keepDirectories };

/** Version columns are 64 bits wide: read as bigint. */
const KNOWN_COLUMNS = 'id, name, size, mtime_ns, device, inode, unread, state';

function knownFiles(context: WriteContext, directoryId: number, directory: string): KnownFile[] {
  return knownRows(context, `SELECT ${KNOWN_COLUMNS} FROM files WHERE directory_id = ? AND tombstone = 0`, [directoryId], directory);
}

function knownRows(context: WriteContext, query: string, values: readonly (number | bigint)[], directory: string): KnownFile[] {
  const statement = context.sql.prepare(query);
  statement.setReadBigInts(true);
  return statement.all(...values).map((row) => knownFile(row, directory));
}

function knownFile(row: Row, directory: string): KnownFile {
  return {
    id: numberOf(row['id']),
    path: joinPath(directory, textOf(row['name'])),
    size: numberOf(row['size']),
    mtimeNs: BigInt(row['mtime_ns'] as bigint), // setReadBigInts
    device: BigInt.asUintN(64, row['device'] as bigint),
    inode: BigInt.asUintN(64, row['inode'] as bigint),
    unread: textOrNull(row['unread']),
    state: numberOf(row['state']),
  };
}

/** Rows whose file is listed under a new path here and is no longer at its own. A second hard link still is, and stays. */
function leftPlaces(context: WriteContext, created: readonly FileEntry[], already: readonly KnownFile[]): KnownFile[] {
  const known = new Set(already.map((row) => row.id));
  const left: KnownFile[] = [];
  for (const entry of created) {
    if (entry.inode === 0n) continue;
    const statement = context.sql.prepare(
      `SELECT files.id, name, size, mtime_ns, device, inode, unread, state, directories.path AS directory FROM files JOIN directories ON directories.id = directory_id
       WHERE inode = ? AND device = ? AND size = ? AND mtime_ns = ? AND tombstone = 0`,
    );
    statement.setReadBigInts(true);
    for (const row of statement.all(BigInt.asIntN(64, entry.inode), BigInt.asIntN(64, entry.device), entry.size, entry.mtimeNs)) {
      const file = knownFile(row, textOf(row['directory']));
      if (known.has(file.id) || lstatSync(file.path, { throwIfNoEntry: false }) !== undefined) continue;
      known.add(file.id);
      left.push(file);
    }
  }
  return left;
}

/** Tombstones of earlier batches that share an inode with a new path. */
function tombstonesOf(context: WriteContext, created: readonly FileEntry[], already: readonly KnownFile[]): KnownFile[] {
  if (context.sql.get('SELECT 1 FROM files WHERE tombstone = 1 LIMIT 1') === undefined) return [];
  const found = new Map<number, KnownFile>();
  const known = new Set(already.map((row) => row.id));
  for (const entry of created) {
    if (entry.inode === 0n) continue;
    const rows = knownRows(context, `SELECT ${KNOWN_COLUMNS} FROM files WHERE inode = ? AND tombstone = 1`, [BigInt.asIntN(64, entry.inode)], '');
    for (const row of rows) if (!known.has(row.id)) found.set(row.id, row);
  }
  return [...found.values()];
}

/** A new row, still unread, that is this lost file at its new path: its place is taken over and the new row goes. */
function takeOverUnread(context: WriteContext, row: KnownFile): boolean {
  if (row.inode === 0n || row.state !== STATES.indexed) return false;
  const statement = context.sql.prepare(
    `SELECT id, root_id, directory_id, name, extension, size, mtime_ns, modified_ms, device, inode, unread FROM files
     WHERE inode = ? AND device = ? AND size = ? AND mtime_ns = ? AND tombstone = 0 AND state = ? AND content_hash IS NULL AND id <> ? LIMIT 1`,
  );
  statement.setReadBigInts(true);
  const twin = statement.get(BigInt.asIntN(64, row.inode), BigInt.asIntN(64, row.device), row.size, row.mtimeNs, STATES.pending, row.id);
  if (twin === undefined) return false;
  deleteFiles(context, [numberOf(twin['id'])]);
  takeOver(context, row.id, filePlace(twin));
  return true;
}

/** The place of a row that was read with bigints. */
export function filePlace(row: Row): FilePlace {
  return {
    rootId: numberOf(row['root_id']), directoryId: numberOf(row['directory_id']), name: textOf(row['name']), extension: textOf(row['extension']),
    size: numberOf(row['size']), mtimeNs: BigInt(row['mtime_ns'] as bigint), modifiedMs: numberOf(row['modified_ms']), // setReadBigInts
    device: row['device'] as bigint, inode: row['inode'] as bigint, unread: textOrNull(row['unread']),
  };
}

function takeOver(context: WriteContext, fileId: number, place: FilePlace): void {
  const before = context.sql.get('SELECT extension FROM files WHERE id = ?', fileId);
  moveFile(context, fileId, place);
  // Another extension may mean another extractor: read again, which embeds only what comes out different.
  if (textOf(before?.['extension']) !== place.extension) {
    context.sql.run('UPDATE files SET state = ?, content_hash = NULL WHERE id = ? AND state <> ?', STATES.pending, fileId, STATES.skipped);
  }
}

function placeOf(entry: PlacedEntry): FilePlace {
  const name = nameOf(entry.path);
  return {
    rootId: entry.rootId, directoryId: entry.directoryId, name, extension: extensionOf(name), size: entry.size, mtimeNs: entry.mtimeNs,
    modifiedMs: modifiedMs(entry), device: BigInt.asIntN(64, entry.device), inode: BigInt.asIntN(64, entry.inode), unread: entry.unread,
  };
}

function modifiedMs(entry: FileEntry): number {
  return Number(entry.mtimeNs / 1_000_000n);
}

function createFile(context: WriteContext, entry: PlacedEntry): void {
  const place = placeOf(entry);
  const state = entry.unread === null ? STATES.pending : STATES.skipped;
  const id = context.sql.run(
    `INSERT INTO files(root_id, directory_id, name, extension, kind, size, mtime_ns, modified_ms, device, inode, unread, state, reason)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    place.rootId, place.directoryId, place.name, place.extension, kindOfName(place.name), place.size, place.mtimeNs, place.modifiedMs, place.device, place.inode,
    place.unread, state, place.unread,
  );
  context.names.set({ fileId: id, name: place.name, directoryId: place.directoryId, modifiedMs: place.modifiedMs });
}

/** A changed file waits to be read again; until then its old text goes on being found. An unread one loses its text at once. */
function changeFile(context: WriteContext, fileId: number, entry: FileEntry): void {
  if (entry.unread !== null) clearText(context, fileId);
  const state = entry.unread === null ? STATES.pending : STATES.skipped;
  context.sql.run(
    `UPDATE files SET size = ?1, mtime_ns = ?2, modified_ms = ?3, device = ?4, inode = ?5, unread = ?6, state = ?7, reason = ?6, detail = NULL,
       content_hash = CASE WHEN ?6 IS NULL THEN content_hash END WHERE id = ?8`,
    entry.size, entry.mtimeNs, modifiedMs(entry), BigInt.asIntN(64, entry.device), BigInt.asIntN(64, entry.inode), entry.unread, state, fileId,
  );
  const row = context.sql.get('SELECT name, directory_id FROM files WHERE id = ?', fileId);
  if (row !== undefined) context.names.set({ fileId, name: textOf(row['name']), directoryId: numberOf(row['directory_id']), modifiedMs: modifiedMs(entry) });
}
