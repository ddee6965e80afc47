/** What every component may reach: the engine, the host, the stores and the words. Made once in main.tsx. */

import { createContext, useContext, useSyncExternalStore } from 'react';
import { EngineError, type ErrorCode } from '../src/contract/errors.ts';
import type { Settings } from '../src/contract/settings.ts';
import type { Engine } from './connection/engine-link.ts';
import type { Host } from './host.ts';
import type { Words } from './messages/catalogue.ts';
import type { IndexAction, IndexState } from './state/index-state.ts';
import type { NoticeAction, NoticeState } from './state/notice-state.ts';
import type { SearchAction, SearchState } from './state/search-state.ts';
import type { Store } from './state/store.ts';

export interface Page {
  readonly engine: Engine;
  readonly host: Host;
  readonly search: Store<SearchState, SearchAction>;
  readonly index: Store<IndexState, IndexAction>;
  /** Null until the engine has spoken. */
  readonly settings: Store<Settings | null, Settings>;
  readonly notices: Store<NoticeState, NoticeAction>;
}

export const PageContext = createContext<Page | null>(null);
export const WordsContext = createContext<Words | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new EngineError('internal', 'A component stands outside the page.');
  return page;
}

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (words === null) throw new EngineError('internal', 'A component stands outside the page.');
  return words;
}

export function useStore<S, A>(store: Store<S, A>): S {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** The code of whatever was thrown. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof EngineError ? error.code : 'internal';
}

/** Runs an action; says what went wrong, or how it went when there is something to say. */
export function useAction(): (run: () => Promise<unknown>, success?: string) => Promise<boolean> {
  const { notices } = usePage();
  const { t } = useWords();
  return async (run, success) => {
    try {
      await run();
      if (success !== undefined) notices.dispatch({ type: 'said', text: success, tone: 'good' });
      return true;
    } catch (error) {
      if (codeOf(error) !== 'cancelled') notices.dispatch({ type: 'said', text: t.errors[codeOf(error)], tone: 'bad' });
      return false;
    }
  };
}
