/** Turns the ledger's pages: asks, asks on, and asks again when the index has moved and nobody reads further down. */

import { useCallback, useEffect, useReducer, useRef } from 'react';
import { codeOf, usePage, useStore } from '../page-context.ts';
import { searchableMark } from '../state/index-state.ts';
import { fileQuery, INITIAL_LEDGER, reduceLedger, type LedgerQuery, type LedgerState } from '../state/ledger-state.ts';

const PAGE_FILES = 100;
/** While files stream in, the first page is read again at most this often. */
const RELOAD_MS = 1500;

export interface Ledger {
  readonly state: LedgerState;
  ask(query: LedgerQuery): void;
  more(): void;
}

export function useLedger(): Ledger {
  const { engine, index } = usePage();
  const { status } = useStore(index);
  const [state, dispatch] = useReducer(reduceLedger, INITIAL_LEDGER);
  const { query, serial } = state;

  const load = useCallback((after: string | null): (() => void) => {
    const controller = new AbortController();
    engine.call('files.list', fileQuery(query, after, PAGE_FILES), controller.signal).then(
      (page) => dispatch({ type: 'paged', serial, page, append: after !== null }),
      (error: unknown) => { if (!controller.signal.aborted) dispatch({ type: 'failed', serial, code: codeOf(error) }); },
    );
    return () => controller.abort();
  }, [engine, query, serial]);

  useEffect(() => load(null), [load]);

  // A list read past its first page is left alone: it would shrink under the reader.
  const mark = status === null ? '' : `${searchableMark(status)} ${status.counts.pending} ${status.counts.failed}`;
  const onFirstPage = state.files.length <= PAGE_FILES;
  const seen = useRef(mark);
  useEffect(() => {
    if (seen.current === mark || !onFirstPage) return undefined;
    const timer = setTimeout(() => {
      seen.current = mark;
      dispatch({ type: 'reloaded' });
    }, seen.current === '' ? 0 : RELOAD_MS);
    return () => clearTimeout(timer);
  }, [mark, onFirstPage]);

  return {
    state,
    ask: (next) => dispatch({ type: 'asked', query: next }),
    more: () => {
      if (state.next === null || state.loading) return;
      dispatch({ type: 'more-asked' });
      load(state.next);
    },
  };
}
