import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FileEntry, Listing } from '../../../src/pipeline.ts';
import { matchMoves, reconcileDirectory, type CatalogRow } from '../../../src/watch/reconcile.ts';

function entry(path: string, changes: Partial<FileEntry> = {}): FileEntry {
  return { path, size: 10, mtimeNs: 1_700_000_000_123_456_789n, device: 1n, inode: 7n, unread: null, ...changes };
}
interface Row extends CatalogRow { readonly fileId: number }
function row(fileId: number, path: string, changes: Partial<CatalogRow> = {}): Row {
  return { fileId, ...entry(path), ...changes };
}
function listing(files: readonly FileEntry[], directories: readonly string[] = []): Listing {
  return { rootId: 1, directory: '/d', files, directories };
}

describe('reconcileDirectory', () => {
  it('tells new, changed, gone and unchanged files apart', () => {
    const difference = reconcileDirectory(
      listing([entry('/d/new'), entry('/d/changed', { size: 11 }), entry('/d/same')]),
      { files: [row(1, '/d/changed'), row(2, '/d/same'), row(3, '/d/gone')], directories: [] },
    );
    assert.deepEqual(difference.create.map((file) => file.path), ['/d/new']);
    assert.deepEqual(difference.change.map(({ row: { fileId }, entry: { size } }) => [fileId, size]), [[1, 11]]);
    assert.deepEqual(difference.remove.map(({ fileId }) => fileId), [3]);
    assert.deepEqual(difference.unchanged.map(({ fileId }) => fileId), [2]);
  });

  for (const [what, changes] of [
    ['a nanosecond', { mtimeNs: 1_700_000_000_123_456_790n }], ['the inode: an editor replaced it', { inode: 8n }], ['the rule that keeps it unread', { unread: 'secret' }],
  ] as const) {
    it(`takes a file for changed by ${what}`, () => {
      const difference = reconcileDirectory(listing([entry('/d/a', changes)]), { files: [row(1, '/d/a')], directories: [] });
      assert.equal(difference.change.length, 1);
    });
  }

  it('does not read a disk again because its device number changed', () => {
    const difference = reconcileDirectory(listing([entry('/d/a', { device: 99n })]), { files: [row(1, '/d/a')], directories: [] });
    assert.equal(difference.unchanged.length, 1);
  });

  it('names known subdirectories that are gone', () => {
    const difference = reconcileDirectory(listing([], ['/d/kept', '/d/new']), { files: [], directories: ['/d/kept', '/d/gone'] });
    assert.deepEqual(difference.removedDirectories, ['/d/gone']);
  });

  it('keeps NFC and NFD spellings apart, as the disk does', () => {
    const difference = reconcileDirectory(listing([entry('/d/e\u0301')]), { files: [row(1, '/d/\u00e9')], directories: [] });
    assert.deepEqual([difference.create.length, difference.remove.length], [1, 1]);
  });
});

describe('matchMoves', () => {
  it('puts a moved file together', () => {
    const { moves, created, vanished } = matchMoves([entry('/d/b')], [row(1, '/d/a')]);
    assert.deepEqual(moves.map((move) => [move.row.fileId, move.entry.path]), [[1, '/d/b']]);
    assert.deepEqual([created.length, vanished.length], [0, 0]);
  });

  for (const [what, changes] of [['size', { size: 11 }], ['time', { mtimeNs: 1n }], ['device', { device: 2n }], ['reason to stay unread', { unread: 'secret' }]] as const) {
    it(`takes an inode that was given away for a new file: another ${what}`, () => {
      const { moves, created, vanished } = matchMoves([entry('/d/b', changes)], [row(1, '/d/a')]);
      assert.deepEqual([moves.length, created.length, vanished.length], [0, 1, 1]);
    });
  }

  it('believes no inode 0', () => {
    assert.equal(matchMoves([entry('/d/b', { inode: 0n })], [row(1, '/d/a', { inode: 0n })]).moves.length, 0);
  });

  it('uses each hard link once, the same name first, in an order that does not depend on the listing', () => {
    const entries = [entry('/new/x'), entry('/new/b'), entry('/new/a')];
    const rows = [row(1, '/old/b'), row(2, '/old/z')];
    for (const order of [entries, [...entries].reverse()]) {
      const { moves, created, vanished } = matchMoves(order, rows);
      assert.deepEqual(moves.map((move) => [move.row.fileId, move.entry.path]), [[1, '/new/b'], [2, '/new/a']]);
      assert.deepEqual([created.map((file) => file.path), vanished.length], [['/new/x'], 0]);
    }
  });

  it('leaves vanished links over when there are fewer new paths', () => {
    const { moves, vanished } = matchMoves([entry('/new/a')], [row(1, '/old/b'), row(2, '/old/a')]);
    assert.deepEqual([moves.map((move) => move.row.fileId), vanished.map((gone) => gone.fileId)], [[2], [1]]);
  });
});
