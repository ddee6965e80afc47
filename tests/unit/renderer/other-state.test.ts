/** Ledger, index and filter state. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ageOf, AGES, fieldIsSet, hasFilters, modifiedAfter, SIZE_BANDS, sizeBandOf, toggled, withoutField } from '../../../renderer/state/filters.ts';
import { embeddedShare, rootProgress } from '../../../renderer/state/index-state.ts';
import { fileQuery, INITIAL_LEDGER, reduceLedger } from '../../../renderer/state/ledger-state.ts';
import { INITIAL_NOTICE, reduceNotice } from '../../../renderer/state/notice-state.ts';
import type { FileRecord, Root } from '../../../src/contract/model.ts';

const file = (id: number): FileRecord => ({ id } as FileRecord);
const page = (ids: readonly number[], next: string | null) => ({ files: ids.map(file), next, total: 10 });

describe('ledger', () => {
  const query = { state: 'failed' as const, rootId: null, contains: ' a ' };
  const asked = reduceLedger(INITIAL_LEDGER, { type: 'asked', query });

  it('drops a page of an older question', () => {
    const again = reduceLedger(asked, { type: 'asked', query: { ...query, contains: 'b' } });
    assert.equal(reduceLedger(again, { type: 'paged', serial: asked.serial, page: page([1], null), append: false }), again);
  });

  it('puts the next page at the end without doubles', () => {
    const one = reduceLedger(asked, { type: 'paged', serial: asked.serial, page: page([1, 2], 'x'), append: false });
    const two = reduceLedger(reduceLedger(one, { type: 'more-asked' }), { type: 'paged', serial: asked.serial, page: page([2, 3], null), append: true });
    assert.deepEqual(two.files.map((each) => each.id), [1, 2, 3]);
    assert.equal(two.next, null);
    assert.equal(reduceLedger(two, { type: 'more-asked' }), two);
  });

  it('asks with what is set only', () => {
    assert.deepEqual(fileQuery(query, null, 100), { limit: 100, state: 'failed', contains: 'a' });
    assert.deepEqual(fileQuery(INITIAL_LEDGER.query, 'x', 5), { limit: 5, after: 'x' });
  });
});

describe('progress', () => {
  const root = (counts: Root['counts'], embedded: number): Root => ({ counts, embedded } as Root);

  it('counts words and meaning as two halves, and is whole only when both are', () => {
    assert.equal(rootProgress(root({ indexed: 0, pending: 0, skipped: 0, failed: 0 }, 0)), null);
    assert.equal(rootProgress(root({ indexed: 4, pending: 0, skipped: 0, failed: 0 }, 0)), 0.5);
    assert.equal(rootProgress(root({ indexed: 4, pending: 0, skipped: 3, failed: 1 }, 4)), 1);
    assert.equal(rootProgress(root({ indexed: 0, pending: 0, skipped: 2, failed: 0 }, 0)), 1);
    assert.equal(rootProgress(root({ indexed: 0, pending: 4, skipped: 0, failed: 0 }, 0)), 0);
  });

  it('knows no share of nothing', () => {
    assert.equal(embeddedShare({ counts: { indexed: 0, pending: 0, skipped: 5, failed: 0 }, embedded: 0 }), null);
    assert.equal(embeddedShare({ counts: { indexed: 1, pending: 1, skipped: 0, failed: 0 }, embedded: 1 }), 0.5);
  });
});

describe('filters', () => {
  it('knows an empty list for no filter', () => {
    assert.equal(hasFilters({ kinds: [], languages: [] }), false);
    assert.equal(hasFilters({ minBytes: 0 }), true);
    assert.equal(fieldIsSet({ extensions: ['pdf'] }, 'kinds'), true);
    assert.deepEqual(withoutField({ minBytes: 1, maxBytes: 2, kinds: ['pdf'] }, 'size'), { kinds: ['pdf'] });
    assert.deepEqual(toggled(toggled(undefined, 'a'), 'a'), []);
  });

  it('finds the age a moment was made from, also a minute later', () => {
    const nowMs = 1_800_000_123_456;
    for (const age of AGES) assert.equal(ageOf(modifiedAfter(age, nowMs), nowMs + 60_000), age);
    assert.equal(ageOf(nowMs - 3 * 86_400_000, nowMs), null);
    for (const band of ['small', 'medium', 'large'] as const) assert.equal(sizeBandOf(SIZE_BANDS[band]), band);
    assert.equal(sizeBandOf({}), null);
  });
});

it('dismisses only the sentence that was meant', () => {
  const one = reduceNotice(INITIAL_NOTICE, { type: 'said', text: 'one', tone: 'good' });
  const two = reduceNotice(one, { type: 'said', text: 'two', tone: 'bad' });
  assert.equal(reduceNotice(two, { type: 'dismissed', serial: one.serial }), two);
  assert.equal(reduceNotice(two, { type: 'dismissed', serial: two.serial }).text, null);
});
