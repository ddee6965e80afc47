/** The search view's promises: older answers never win, what is selected never moves. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { INITIAL_SEARCH, isQuestion, LAST_LIMIT, reduceSearch, selectedHit, type SearchAction, type SearchState } from '../../../renderer/state/search-state.ts';
import { update } from './sample-hits.ts';

const after = (actions: readonly SearchAction[], from: SearchState = INITIAL_SEARCH): SearchState => actions.reduce(reduceSearch, from);
const ids = (state: SearchState): readonly number[] => state.hits.map((hit) => hit.fileId);
const asked = after([{ type: 'typed', text: 'a' }]);

describe('answers and questions', () => {
  it('drops an answer to an older question, whenever it comes', () => {
    const first = asked.serial;
    const state = after([
      { type: 'typed', text: 'ab' },
      { type: 'updated', serial: first + 1, update: update('done', [2]) },
      { type: 'updated', serial: first, update: update('done', [1]) },
    ], asked);
    assert.deepEqual(ids(state), [2]);
    assert.equal(state.stage, 'done');
  });

  it('drops the failure of an older question', () => {
    const state = after([{ type: 'typed', text: 'ab' }, { type: 'failed', serial: asked.serial, code: 'internal' }], asked);
    assert.equal(state.stage, 'asking');
    assert.equal(state.error, null);
  });

  it('keeps the hits before on screen until the first answer comes', () => {
    const state = after([{ type: 'updated', serial: asked.serial, update: update('done', [1, 2]) }, { type: 'typed', text: 'ab' }], asked);
    assert.deepEqual(ids(state), [1, 2]);
    assert.equal(state.stage, 'asking');
  });

  it('empties everything with the text, and an answer that was under way cannot bring it back', () => {
    const cleared = after([{ type: 'updated', serial: asked.serial, update: update('words', [1]) }, { type: 'typed', text: '  ' }], asked);
    assert.deepEqual(ids(cleared), []);
    assert.equal(cleared.stage, 'idle');
    const late = after([{ type: 'updated', serial: asked.serial, update: update('done', [1]) }], cleared);
    assert.equal(late, cleared);
  });

  it('does not ask again for blanks typed into an empty box', () => {
    const state = after([{ type: 'typed', text: ' ' }]);
    assert.equal(state.serial, INITIAL_SEARCH.serial);
    assert.equal(isQuestion(state), false);
  });

  it('asks with filters alone', () => {
    const state = after([{ type: 'filtered', filters: { kinds: ['pdf'] } }]);
    assert.equal(state.stage, 'asking');
    assert.equal(isQuestion(state), true);
  });

  it('forgets the wish for weak hits when the text changes', () => {
    const state = after([{ type: 'weak-shown', showWeak: true }, { type: 'typed', text: 'b' }], asked);
    assert.equal(state.showWeak, false);
  });
});

describe('selection', () => {
  const shown = after([{ type: 'updated', serial: asked.serial, update: update('words', [1, 2, 3]) }], asked);

  it('keeps the selected row and those above in place when meaning joins', () => {
    const state = after([
      { type: 'selected', fileId: 2 },
      { type: 'updated', serial: asked.serial, update: update('done', [9, 3, 2, 1, 8]) },
    ], shown);
    assert.deepEqual(ids(state), [1, 2, 9, 3, 8]);
    assert.equal(selectedHit(state)?.fileId, 2);
  });

  it('takes the new order whole when nothing is selected', () => {
    const state = after([{ type: 'updated', serial: asked.serial, update: update('done', [9, 3, 2, 1]) }], shown);
    assert.deepEqual(ids(state), [9, 3, 2, 1]);
  });

  it('keeps rows in place when the index grows under the answer', () => {
    const done = after([{ type: 'selected', fileId: 2 }, { type: 'updated', serial: asked.serial, update: update('done', [1, 2, 3]) }, { type: 'refreshed' }], shown);
    const state = after([{ type: 'updated', serial: done.serial, update: update('done', [7, 1, 2]) }], done);
    assert.deepEqual(ids(state), [1, 2, 7]);
  });

  it('keeps the selected row and those above in place through every painting of a reranker, whenever it was selected', () => {
    const paintings = [update('words', [1, 2, 3, 4]), update('meaning', [5, 2, 1, 3, 4]), update('meaning', [4, 5, 2, 1, 3]), update('done', [3, 4, 5, 1, 2])];
    for (let selectedAfter = 0; selectedAfter < paintings.length; selectedAfter++) {
      for (const row of [0, 1, 2, 3]) {
        let state = asked;
        let kept: readonly number[] = [];
        paintings.forEach((painting, index) => {
          state = after([{ type: 'updated', serial: asked.serial, update: painting }], state);
          if (index === selectedAfter) {
            state = after([{ type: 'selected', fileId: ids(state)[row] ?? null }], state);
            kept = ids(state).slice(0, row + 1);
          }
          if (index >= selectedAfter) assert.deepEqual(ids(state).slice(0, row + 1), kept);
          assert.deepEqual([...ids(state)].sort(), [...painting.hits.map((hit) => hit.fileId)].sort());
        });
        assert.equal(state.stage, 'done');
        assert.equal(selectedHit(state)?.fileId, kept.at(-1));
      }
    }
  });

  it('does not go back to a less refined order while the same answer is asked for again', () => {
    const done = after([{ type: 'updated', serial: asked.serial, update: update('done', [3, 1, 2]) }, { type: 'refreshed' }], asked);
    const state = after([
      { type: 'updated', serial: done.serial, update: update('words', [1]) }, { type: 'updated', serial: done.serial, update: update('meaning', [1, 2, 3]) },
    ], done);
    assert.deepEqual(ids(state), [3, 1, 2]);
    assert.deepEqual(ids(after([{ type: 'updated', serial: done.serial, update: update('done', [4, 3, 1, 2]) }], state)), [4, 3, 1, 2]);
  });

  it('is dropped by another question, and by an answer without it', () => {
    const selected = after([{ type: 'selected', fileId: 2 }], shown);
    assert.equal(after([{ type: 'typed', text: 'b' }], selected).selected, null);
    const again = after([{ type: 'typed', text: 'b' }, { type: 'selected', fileId: 3 }], selected);
    assert.equal(after([{ type: 'updated', serial: again.serial, update: update('done', [1]) }], again).selected, null);
  });

  it('moves by row, page and end, and stops at the ends', () => {
    const rows = Array.from({ length: 30 }, (_, index) => index + 1);
    const list = after([{ type: 'updated', serial: asked.serial, update: update('done', rows) }], asked);
    const moved = (...moves: readonly Extract<SearchAction, { type: 'moved' }>['to'][]): number | null => after(moves.map((to) => ({ type: 'moved' as const, to })), list).selected;
    assert.equal(moved('next'), 1);
    assert.equal(moved('previous'), 1);
    assert.equal(moved('next', 'next', 'previous'), 1);
    assert.equal(moved('next', 'page-down'), 9);
    assert.equal(moved('page-down', 'page-up', 'page-up'), 1);
    assert.equal(moved('last'), 30);
    assert.equal(moved('last', 'next'), 30);
    assert.equal(moved('last', 'first'), 1);
  });
});

describe('asking again', () => {
  it('refreshes a finished answer only: one under way will bring the newest by itself', () => {
    assert.equal(after([{ type: 'refreshed' }], asked), asked);
    const words = after([{ type: 'updated', serial: asked.serial, update: update('words', [1]) }], asked);
    assert.equal(after([{ type: 'refreshed' }], words), words);
  });

  it('tries again after a failure, and an answer clears the error', () => {
    const failed = after([{ type: 'failed', serial: asked.serial, code: 'internal' }], asked);
    assert.equal(failed.error, 'internal');
    const again = after([{ type: 'refreshed' }], failed);
    const state = after([{ type: 'updated', serial: again.serial, update: update('done', [1]) }], again);
    assert.equal(state.error, null);
    assert.deepEqual(ids(state), [1]);
  });

  it('asks for more without moving what is selected', () => {
    const done = after([{ type: 'updated', serial: asked.serial, update: update('done', [1, 2]) }, { type: 'selected', fileId: 2 }, { type: 'more-wanted' }], asked);
    assert.equal(done.limit, LAST_LIMIT);
    assert.deepEqual(ids(after([{ type: 'updated', serial: done.serial, update: update('done', [2, 1, 3]) }], done)), [1, 2, 3]);
  });
});
