/**
 * Joins the search state to the engine: each new serial ends the subscription of the one before it and opens its own, so the
 * engine drops what nobody waits for. While the index grows, the question on screen is asked again now and then.
 * Runs beside React, not in it: typing must not wait for rendering.
 */

import type { EngineSubscriptions } from '../../src/contract/calls.ts';
import { EngineError } from '../../src/contract/errors.ts';
import type { Engine } from '../connection/engine-link.ts';
import { hasFilters } from '../state/filters.ts';
import { searchableMark, type IndexAction, type IndexState } from '../state/index-state.ts';
import { isQuestion, type SearchAction, type SearchState } from '../state/search-state.ts';
import type { Store } from '../state/store.ts';

/** An answer on screen may lag behind the index by this much; more often would only flicker. */
const REFRESH_MS = 1500;

export interface SearchSessionParts {
  readonly engine: Pick<Engine, 'subscribe'>;
  readonly search: Store<SearchState, SearchAction>;
  readonly index: Store<IndexState, IndexAction>;
  readonly schedule: (run: () => void, ms: number) => () => void;
}

/** Runs until the returned function is called. */
export function startSearchSession(parts: SearchSessionParts): () => void {
  const { engine, search, index, schedule } = parts;
  let serial = search.get().serial;
  let unsubscribe: () => void = () => {};
  let mark: string | null = null;
  let cancelRefresh: (() => void) | null = null;

  const follow = (): void => {
    const state = search.get();
    if (state.serial === serial) return;
    serial = state.serial;
    unsubscribe();
    unsubscribe = () => {};
    if (!isQuestion(state)) return;
    const asked = serial;
    unsubscribe = engine.subscribe('search', requestOf(state), {
      next: (update) => search.dispatch({ type: 'updated', serial: asked, update }),
      error: (error) => search.dispatch({ type: 'failed', serial: asked, code: error instanceof EngineError ? error.code : 'internal' }),
    });
  };

  const refreshLater = (): void => {
    const status = index.get().status;
    if (status === null) return;
    const before = mark;
    mark = searchableMark(status);
    if (before === null || before === mark || cancelRefresh !== null) return;
    cancelRefresh = schedule(() => {
      cancelRefresh = null;
      search.dispatch({ type: 'refreshed' });
    }, REFRESH_MS);
  };

  const stops = [search.subscribe(follow), index.subscribe(refreshLater)];
  return () => {
    for (const stop of stops) stop();
    cancelRefresh?.();
    unsubscribe();
  };
}

function requestOf(state: SearchState): EngineSubscriptions['search'][0] {
  return {
    text: state.text,
    limit: state.limit,
    ...(hasFilters(state.filters) ? { filters: state.filters } : {}),
    ...(state.instruction === null ? {} : { instruction: state.instruction }),
    ...(state.showWeak ? { showWeak: true } : {}),
  };
}
