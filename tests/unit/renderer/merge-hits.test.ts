/** A later painting joins the one on screen. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { mergeHits } from '../../../renderer/state/merge-hits.ts';
import { hit } from './sample-hits.ts';

const ids = (hits: readonly { readonly fileId: number }[]): readonly number[] => hits.map((each) => each.fileId);

it('pins the selected row and those above, for every selection and every new order', () => {
  const shown = [1, 2, 3, 4].map((id) => hit(id));
  const orders = [[4, 3, 2, 1], [9, 1, 8, 2], [7], [], [1, 2, 3, 4, 5]];
  for (const selected of [1, 2, 3, 4]) {
    for (const order of orders) {
      const merged = ids(mergeHits(shown, order.map((id) => hit(id)), selected));
      const pinned = ids(shown).slice(0, selected);
      assert.deepEqual(merged.slice(0, selected), pinned);
      assert.deepEqual(merged.slice(selected), order.filter((id) => !pinned.includes(id)));
      assert.equal(new Set(merged).size, merged.length);
    }
  }
});

it('shows the newest of what is known of a pinned row', () => {
  const [first] = mergeHits([hit(1), hit(2)], [hit(2), hit(1, { confidence: 'strong', tiers: ['words', 'meaning'] })], 1);
  assert.equal(first?.confidence, 'strong');
});

it('takes the new order when the selected row is not on screen', () => {
  assert.deepEqual(ids(mergeHits([hit(1)], [hit(3), hit(2)], 99)), [3, 2]);
});
