import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesPredicate, filterPredicate, kindNumber, retagUpdates, windowsPredicate } from '../../../src/store/lance-predicate.ts';

test('filters become conditions that are joined', () => {
  assert.equal(filterPredicate(null), null);
  assert.equal(filterPredicate({}), null);
  assert.equal(filterPredicate({ rootIds: [1, 2] }), 'root_id IN (1,2)');
  assert.equal(
    filterPredicate({ rootIds: [3], kinds: ['pdf', 'text'], modifiedDayFrom: -5, modifiedDayTo: 20_000, fileIds: [7] }),
    'root_id IN (3) AND kind IN (4,0) AND modified_day >= -5 AND modified_day <= 20000 AND file_id IN (7)',
  );
});

test('an empty set lets nothing through', () => {
  for (const filter of [{ rootIds: [] }, { kinds: [] }, { fileIds: [] }, { rootIds: [1], fileIds: [] }]) assert.equal(filterPredicate(filter), 'nothing');
});

test('only whole numbers become part of a predicate', () => {
  for (const value of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
    assert.throws(() => windowsPredicate([value]), { code: 'internal' });
    assert.throws(() => filesPredicate([1, value]), { code: 'internal' });
    assert.throws(() => filterPredicate({ modifiedDayFrom: value }), { code: 'internal' });
  }
  assert.throws(() => windowsPredicate(['1) OR (1=1' as never]), { code: 'internal' });
  assert.throws(() => kindNumber('x) OR (1=1' as never), { code: 'internal' });
});

test('files that get the same tags share an update, in lists of bounded length', () => {
  const tags = new Map([
    [1, { rootId: 5, kind: 'text', modifiedDay: 10 }],
    [2, { rootId: 5, kind: 'pdf', modifiedDay: 10 }],
    [3, { rootId: 5, kind: 'text', modifiedDay: 10 }],
    [4, { rootId: 5, kind: 'text', modifiedDay: 10 }],
  ] as const);
  assert.deepEqual(retagUpdates(tags, 2), [
    { where: 'file_id IN (1,3)', valuesSql: { root_id: '5', kind: '0', modified_day: '10' } },
    { where: 'file_id IN (4)', valuesSql: { root_id: '5', kind: '0', modified_day: '10' } },
    { where: 'file_id IN (2)', valuesSql: { root_id: '5', kind: '4', modified_day: '10' } },
  ]);
});
