/** The ledger's pages, as a pure reducer: a page that answers an older question is dropped, a next page is put at the end. */

import type { ErrorCode } from '../../src/contract/errors.ts';
import type { FilePage, FileQuery, FileRecord, OutcomeState } from '../../src/contract/model.ts';

export interface LedgerQuery {
  readonly state: OutcomeState | null;
  readonly rootId: number | null;
  readonly contains: string;
}

export interface LedgerState {
  readonly query: LedgerQuery;
  /** Number of the question asked last. */
  readonly serial: number;
  readonly loading: boolean;
  readonly files: readonly FileRecord[];
  readonly next: string | null;
  readonly total: number;
  readonly error: ErrorCode | null;
}

export type LedgerAction =
  | { readonly type: 'asked'; readonly query: LedgerQuery }
  | { readonly type: 'more-asked' }
  | { readonly type: 'reloaded' }
  | { readonly type: 'paged'; readonly serial: number; readonly page: FilePage; readonly append: boolean }
  | { readonly type: 'failed'; readonly serial: number; readonly code: ErrorCode };

export const INITIAL_LEDGER: LedgerState = {
  query: { state: null, rootId: null, contains: '' }, serial: 0, loading: false, files: [], next: null, total: 0, error: null,
};

export function reduceLedger(state: LedgerState, action: LedgerAction): LedgerState {
  switch (action.type) {
    case 'asked':
      return { ...state, query: action.query, serial: state.serial + 1, loading: true, error: null };
    case 'reloaded':
      return { ...state, serial: state.serial + 1, loading: true, error: null };
    case 'more-asked':
      return state.next === null || state.loading ? state : { ...state, loading: true, error: null };
    case 'paged': {
      if (action.serial !== state.serial) return state;
      const files = action.append ? appended(state.files, action.page.files) : action.page.files;
      return { ...state, loading: false, files, next: action.page.next, total: action.page.total };
    }
    case 'failed':
      return action.serial === state.serial ? { ...state, loading: false, error: action.code } : state;
  }
}

/** The index moves while pages are turned: a file already shown is not shown twice. */
function appended(shown: readonly FileRecord[], more: readonly FileRecord[]): readonly FileRecord[] {
  const known = new Set(shown.map((file) => file.id));
  return [...shown, ...more.filter((file) => !known.has(file.id))];
}

/** The call's input for a question. */
export function fileQuery(query: LedgerQuery, after: string | null, limit: number): FileQuery {
  return {
    limit,
    ...(query.state === null ? {} : { state: query.state }),
    ...(query.rootId === null ? {} : { rootId: query.rootId }),
    ...(query.contains.trim() === '' ? {} : { contains: query.contains.trim() }),
    ...(after === null ? {} : { after }),
  };
}
