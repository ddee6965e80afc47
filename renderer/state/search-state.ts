/**
 * What the search view shows, as a pure reducer. Two promises live here: an answer to an older question never overwrites a
 * newer one (serials), and a later tier never moves the selected row or those above it (merge-hits.ts).
 * A serial is one question; a refresh is the same question asked again because the index grew.
 */

import type { ErrorCode } from '../../src/contract/errors.ts';
import type { Filters, Hit, SearchUpdate } from '../../src/contract/model.ts';
import { hasFilters } from './filters.ts';
import { mergeHits } from './merge-hits.ts';

export const FIRST_LIMIT = 50;
/** The most the engine gives; the list is drawn whole up to here. */
export const LAST_LIMIT = 200;

/** asking: no answer to the present question yet (older hits may still be shown) · words: meaning is still to come · meaning: reranking is · done. */
export type SearchStage = 'idle' | 'asking' | 'words' | 'meaning' | 'done' | 'failed';

export interface SearchState {
  readonly text: string;
  readonly filters: Filters;
  /** Task instruction for this question alone; null: the folders'. */
  readonly instruction: string | null;
  readonly showWeak: boolean;
  readonly limit: number;
  /** Number of the question asked last; grows with every change of it. */
  readonly serial: number;
  /** The question the hits on screen answer; 0 when there are none. */
  readonly answered: number;
  readonly stage: SearchStage;
  readonly hits: readonly Hit[];
  /** File id of the selected row. */
  readonly selected: number | null;
  /** The latest painting, for its notices and counts. */
  readonly update: SearchUpdate | null;
  readonly error: ErrorCode | null;
}

export type SearchAction =
  | { readonly type: 'typed'; readonly text: string }
  | { readonly type: 'filtered'; readonly filters: Filters }
  | { readonly type: 'instructed'; readonly instruction: string | null }
  | { readonly type: 'weak-shown'; readonly showWeak: boolean }
  | { readonly type: 'more-wanted' }
  | { readonly type: 'refreshed' }
  | { readonly type: 'updated'; readonly serial: number; readonly update: SearchUpdate }
  | { readonly type: 'failed'; readonly serial: number; readonly code: ErrorCode }
  | { readonly type: 'selected'; readonly fileId: number | null }
  | { readonly type: 'moved'; readonly to: Move };

export type Move = 'next' | 'previous' | 'first' | 'last' | 'page-down' | 'page-up';
/** Rows that Page Down moves by. */
const PAGE_ROWS = 8;

export const INITIAL_SEARCH: SearchState = {
  text: '', filters: {}, instruction: null, showWeak: false, limit: FIRST_LIMIT,
  serial: 0, answered: 0, stage: 'idle', hits: [], selected: null, update: null, error: null,
};

/** Is there anything to ask? */
export function isQuestion(state: Pick<SearchState, 'text' | 'filters'>): boolean {
  return state.text.trim() !== '' || hasFilters(state.filters);
}

export function reduceSearch(state: SearchState, action: SearchAction): SearchState {
  switch (action.type) {
    case 'typed':
      if (action.text === state.text) return state;
      if (action.text.trim() === '' && state.text.trim() === '') return { ...state, text: action.text };
      return ask({ ...state, text: action.text, showWeak: false, limit: FIRST_LIMIT }, null);
    case 'filtered':
      return ask({ ...state, filters: action.filters, limit: FIRST_LIMIT }, null);
    case 'instructed':
      return action.instruction === state.instruction ? state : ask({ ...state, instruction: action.instruction }, null);
    case 'weak-shown':
      return ask({ ...state, showWeak: action.showWeak }, state.selected);
    case 'more-wanted':
      return refresh({ ...state, limit: LAST_LIMIT });
    case 'refreshed':
      return state.stage === 'done' || state.stage === 'failed' ? refresh(state) : state;
    case 'updated':
      return action.serial === state.serial ? join(state, action.update) : state;
    case 'failed':
      return action.serial === state.serial && state.stage !== 'idle' ? { ...state, stage: 'failed', error: action.code } : state;
    case 'selected':
      return action.fileId === state.selected ? state : { ...state, selected: action.fileId };
    case 'moved':
      return move(state, action.to);
  }
}

function ask(state: SearchState, selected: number | null): SearchState {
  const serial = state.serial + 1;
  if (!isQuestion(state)) return { ...state, serial, answered: 0, stage: 'idle', hits: [], selected: null, update: null, error: null };
  return { ...state, serial, selected, stage: 'asking', error: null };
}

/** The same question again: what is on screen counts as its first painting, so that rows stay put. */
function refresh(state: SearchState): SearchState {
  if (state.stage === 'idle') return state;
  const serial = state.serial + 1;
  return { ...state, serial, answered: state.answered === 0 ? 0 : serial };
}

function join(state: SearchState, update: SearchUpdate): SearchState {
  const continues = state.answered === state.serial;
  // A refresh: the answer on screen is complete, and rows by meaning or the reranker's order must not go and come back.
  if (continues && state.stage === 'done' && update.stage !== 'done') return state;
  const hits = continues ? mergeHits(state.hits, update.hits, state.selected) : update.hits;
  const kept = hits.some((hit) => hit.fileId === state.selected) ? state.selected : null;
  return { ...state, answered: state.serial, stage: update.stage, hits, selected: kept, update, error: null };
}

function move(state: SearchState, to: Move): SearchState {
  const last = state.hits.length - 1;
  if (last < 0) return state;
  const at = state.hits.findIndex((hit) => hit.fileId === state.selected);
  const target = { first: 0, last, next: at + 1, previous: at < 0 ? 0 : at - 1, 'page-down': at + PAGE_ROWS, 'page-up': at - PAGE_ROWS }[to];
  const hit = state.hits[Math.max(0, Math.min(last, target))];
  return hit === undefined || hit.fileId === state.selected ? state : { ...state, selected: hit.fileId };
}

/** The selected hit itself. */
export function selectedHit(state: SearchState): Hit | null {
  return state.hits.find((hit) => hit.fileId === state.selected) ?? null;
}
