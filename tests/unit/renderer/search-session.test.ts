/** Typing against a scripted engine: what is asked, what is given up, and when the same is asked again. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Engine } from '../../../renderer/connection/engine-link.ts';
import { startSearchSession } from '../../../renderer/search/search-session.ts';
import { INITIAL_INDEX, reduceIndex } from '../../../renderer/state/index-state.ts';
import { INITIAL_SEARCH, reduceSearch } from '../../../renderer/state/search-state.ts';
import { createStore } from '../../../renderer/state/store.ts';
import type { EngineSubscriptions } from '../../../src/contract/calls.ts';
import type { IndexStatus, SearchUpdate } from '../../../src/contract/model.ts';
import { update } from './sample-hits.ts';

interface Asked {
  readonly request: EngineSubscriptions['search'][0];
  readonly next: (update: SearchUpdate) => void;
  ended: boolean;
}

function session() {
  const asked: Asked[] = [];
  const waits: (() => void)[] = [];
  // The session only subscribes to `search`.
  const subscribe = ((_name: string, request: Asked['request'], observer: { next(item: SearchUpdate): void }) => {
    const entry: Asked = { request, next: (item) => observer.next(item), ended: false };
    asked.push(entry);
    return () => { entry.ended = true; };
  }) as unknown as Engine['subscribe'];
  const search = createStore(reduceSearch, INITIAL_SEARCH);
  const index = createStore(reduceIndex, INITIAL_INDEX);
  startSearchSession({ engine: { subscribe }, search, index, schedule: (run) => { waits.push(run); return () => { waits.splice(waits.indexOf(run), 1); }; } });
  const status = (indexed: number): void => index.dispatch({
    type: 'status', status: { counts: { indexed, pending: 0, skipped: 0, failed: 0 }, embedded: 0 } as IndexStatus,
  });
  return { asked, waits, search, status };
}

it('gives up each question with the next key', () => {
  const { asked, search } = session();
  for (const text of ['r', 're', 'rep']) search.dispatch({ type: 'typed', text });
  assert.deepEqual(asked.map((each) => [each.request.text, each.ended]), [['r', true], ['re', true], ['rep', false]]);
  asked[0]?.next(update('done', [1]));
  assert.deepEqual(search.get().hits, []);
  asked[2]?.next(update('words', [2]));
  assert.deepEqual(search.get().hits.map((hit) => hit.fileId), [2]);
});

it('asks nothing when the box is emptied', () => {
  const { asked, search } = session();
  search.dispatch({ type: 'typed', text: 'a' });
  search.dispatch({ type: 'typed', text: '' });
  assert.equal(asked.length, 1);
  assert.equal(asked[0]?.ended, true);
});

it('sends filters only when some are set', () => {
  const { asked, search } = session();
  search.dispatch({ type: 'typed', text: 'a' });
  search.dispatch({ type: 'filtered', filters: { kinds: ['pdf'], languages: [] } });
  search.dispatch({ type: 'filtered', filters: { kinds: [] } });
  assert.deepEqual(asked.map((each) => each.request.filters), [undefined, { kinds: ['pdf'], languages: [] }, undefined]);
});

it('asks again once when the index grew, however often the status came', () => {
  const { asked, waits, search, status } = session();
  status(1);
  search.dispatch({ type: 'typed', text: 'a' });
  asked[0]?.next(update('done', [1]));
  status(1);
  assert.equal(waits.length, 0);
  status(2);
  status(3);
  assert.equal(waits.length, 1);
  waits.shift()?.();
  assert.deepEqual(asked.map((each) => each.request.text), ['a', 'a']);
});
