import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NameIndex } from '../../../src/store/names.ts';
import type { NameEntry } from '../../../src/store/name-changes.ts';

const LABELS = [{ id: 1, label: 'docs' }, { id: 2, label: 'docs/reports/2024' }];

function indexOf(names: readonly (readonly [string, number?, number?])[]): NameIndex {
  const index = new NameIndex();
  const entries: NameEntry[] = names.map(([name, directoryId, modifiedMs], position) => ({
    fileId: position + 1, name, directoryId: directoryId ?? 1, modifiedMs: modifiedMs ?? 0,
  }));
  index.apply({ entries, removed: [], directories: LABELS });
  return index;
}

const found = (index: NameIndex, text: string, limit = 100): number[] => index.search(text, limit).matches.map((match) => match.fileId);

test('any part of a name finds it, folded', () => {
  const index = indexOf([['report2024.pdf'], ['Größe.txt'], ['臺灣.md'], ['other']]);
  assert.deepEqual(found(index, 'port'), [1]);
  assert.deepEqual(found(index, 'PORT20'), [1]);
  assert.deepEqual(found(index, 'grosse'), [2]);
  assert.deepEqual(found(index, '湾'), [3]);
  assert.deepEqual(found(index, 'absent'), []);
});

test('exact before stem before prefix before word start before inside', () => {
  const index = indexOf([['unplanned'], ['the plan b'], ['planet.txt'], ['plan.txt'], ['plan']]);
  assert.deepEqual(found(index, 'plan'), [5, 4, 3, 2, 1]);
});

test('a stem is the name without its last extension only', () => {
  const index = indexOf([['plan.old.txt'], ['plan.txt']]);
  assert.deepEqual(found(index, 'plan'), [2, 1]);
});

test('a number after letters starts a word', () => {
  const { matches } = indexOf([['report2024'], ['x12024']]).search('2024', 10);
  assert.deepEqual(matches.map((match) => match.fileId), [1, 2]);
  assert.ok((matches[0]?.value ?? 0) > (matches[1]?.value ?? 0));
});

test('of equal matches the newest is first', () => {
  assert.deepEqual(found(indexOf([['a1', 1, 10], ['a2', 1, 30], ['a3', 1, 20]]), 'a'), [2, 3, 1]);
});

test('several words all occur, in any order, at least one of them in the name', () => {
  const index = indexOf([['annual report.pdf'], ['report.pdf', 2], ['annual.pdf'], ['other.pdf', 2]]);
  assert.deepEqual(found(index, 'report annual'), [1]);
  assert.deepEqual(found(index, '2024 report'), [2]);
  assert.deepEqual(found(index, 'reports/2024 report'), [2]);
  assert.deepEqual(found(index, 'reports 2024'), []);
});

test('a word in the folder is worth less than one in the name', () => {
  const index = indexOf([['notes.txt', 2, 9], ['notes 2024.txt', 1, 1]]);
  assert.deepEqual(found(index, 'notes 2024'), [2, 1]);
});

test('the best are kept when there are more than asked for', () => {
  const index = indexOf(Array.from({ length: 500 }, (_, number) => [`file ${number} x`, 1, number] as const));
  const { matches, total } = index.search('file', 10);
  assert.equal(total, 500);
  assert.deepEqual(matches.map((match) => match.modifiedMs), [499, 498, 497, 496, 495, 494, 493, 492, 491, 490]);
});

test('changes are found at once, whatever their number', () => {
  const index = indexOf(Array.from({ length: 5000 }, (_, number) => [`name ${number} end`] as const));
  index.apply({ entries: [{ fileId: 7, name: 'renamed', directoryId: 1, modifiedMs: 1 }], removed: [8], directories: [] });
  assert.deepEqual(found(index, 'renamed'), [7]);
  assert.equal(found(index, 'name 6 end', 5000).includes(7), false);
  assert.equal(found(index, 'name 7 end', 5000).includes(8), false);
  const all = Array.from({ length: 4000 }, (_, number) => number + 1);
  index.apply({ entries: [], removed: all, directories: [] });
  assert.equal(index.size, 1000);
  assert.equal(index.search('name', 1).total, 1000);
  index.apply({ entries: all.map((fileId) => ({ fileId, name: `again ${fileId}`, directoryId: 1, modifiedMs: 0 })), removed: [], directories: [] });
  assert.equal(index.size, 5000);
  assert.equal(index.search('again', 1).total, 4000);
});

test('applying a change twice does no harm', () => {
  const index = indexOf([['one'], ['two']]);
  const change = { entries: [{ fileId: 2, name: 'second', directoryId: 1, modifiedMs: 0 }], removed: [1], directories: [] };
  index.apply(change);
  index.apply(change);
  assert.equal(index.size, 1);
  assert.deepEqual(found(index, 'second'), [2]);
});

test('a line feed in a name does not cut it in two', () => {
  assert.deepEqual(found(indexOf([['one\ntwo'], ['three']]), 'one two'), [1]);
});
