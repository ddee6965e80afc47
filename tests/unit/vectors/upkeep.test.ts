import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLAT_BYTES, planSearch, planUpkeep, readsRange, type TableFacts } from '../../../src/store/lance-upkeep.ts';

const GIGABYTE = 2 ** 30;
const calm: TableFacts = { rows: 1000, fragments: 3, commits: 10, index: null, vectorBytes: 384_000, flatBytes: FLAT_BYTES, bytes: 1e6, freeBytes: 100 * GIGABYTE };
const indexed = (unindexedRows: number, trainedRows: number): TableFacts['index'] => ({ indexedRows: 200_000 - unindexedRows, unindexedRows, trainedRows });

test('a small calm table is left alone', () => {
  assert.deepEqual(planUpkeep(calm, false), { compact: false, train: false, why: 'nothing to do' });
});

test('fragments, commits and rows outside the index each ask for compaction', () => {
  const table = { ...calm, rows: 200_000, index: indexed(0, 200_000) };
  assert.equal(planUpkeep(table, false).compact, false);
  assert.equal(planUpkeep({ ...table, fragments: 51 }, false).compact, true);
  assert.equal(planUpkeep({ ...table, commits: 500 }, false).compact, true);
  assert.equal(planUpkeep({ ...table, index: indexed(4000, 200_000) }, false).compact, false);
  assert.deepEqual(planUpkeep({ ...table, index: indexed(4001, 200_000) }, false), { compact: true, train: false, why: '4001 rows are not indexed' });
});

test('an index is trained when flat search is outgrown, and again at four times the rows', () => {
  assert.equal(planUpkeep({ ...calm, vectorBytes: FLAT_BYTES - 1 }, false).train, false);
  assert.equal(planUpkeep({ ...calm, vectorBytes: FLAT_BYTES }, false).train, true);
  const large = { ...calm, rows: 200_000, vectorBytes: FLAT_BYTES * 2 };
  assert.equal(planUpkeep({ ...large, index: indexed(0, 50_001) }, false).train, false);
  assert.equal(planUpkeep({ ...large, index: indexed(0, 50_000) }, false).train, true);
});

test('a full disk puts compaction off, but not forgetting', () => {
  const full = { ...calm, fragments: 60, bytes: GIGABYTE, freeBytes: 2 * GIGABYTE };
  const plan = planUpkeep(full, false);
  assert.equal(plan.compact, false);
  assert.match(plan.why, /too little free disk for: 60 fragments/);
  assert.equal(planUpkeep(full, true).compact, true);
});

test('a search is flat when asked to be exact, without an index, or for very many results', () => {
  const facts = { rows: 1e6, indexed: true, filtered: false, exact: false };
  assert.equal(planSearch({ ...facts, exact: true }, 100).flat, true);
  assert.equal(planSearch({ ...facts, indexed: false }, 100).flat, true);
  assert.equal(planSearch(facts, 6400).flat, true);
  assert.equal(planSearch(facts, 100).flat, false);
});

test('a filtered search looks into more partitions, never into more than there are', () => {
  const facts = { rows: 1e6, indexed: true, filtered: false, exact: false };
  const [open, filtered] = [planSearch(facts, 100), planSearch({ ...facts, filtered: true }, 100)];
  assert.ok(filtered.probes > open.probes);
  assert.equal(planSearch({ ...facts, rows: 100_000, filtered: true }, 100).probes, 316);
  assert.ok(planSearch({ ...facts, rows: 1e9 }, 100).probes >= 20);
});

test('few files are listed, many are read as a range, and the larger the vectors the longer the list', () => {
  assert.equal(readsRange(500, 100_000, 192), false);
  assert.equal(readsRange(5_000, 100_000, 192), true);
  assert.equal(readsRange(5_000, 100_000, 1024), false);
});
