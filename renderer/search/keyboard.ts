/** Keys of the search view → what they mean. Pure: no key means anything while an input method is composing. */

import type { Move } from '../state/search-state.ts';

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
}

export type Command =
  | { readonly type: 'move'; readonly to: Move }
  | { readonly type: 'open' }
  | { readonly type: 'reveal' }
  | { readonly type: 'clear' };

const MOVES: Readonly<Record<string, Move>> = { ArrowDown: 'next', ArrowUp: 'previous', PageDown: 'page-down', PageUp: 'page-up' };
/** With a selected row these move in the list; without one they move in the text as everywhere. */
const LIST_MOVES: Readonly<Record<string, Move>> = { Home: 'first', End: 'last' };

export function commandOf(press: KeyPress, hasSelection: boolean): Command | null {
  // Safari ends a composition with a plain Enter whose key code is 229; `isComposing` is true for it in all engines we target.
  if (press.isComposing || press.altKey) return null;
  const withModifier = press.ctrlKey || press.metaKey;
  if (press.key === 'Enter') return withModifier ? { type: 'reveal' } : { type: 'open' };
  if (withModifier || press.shiftKey) return null;
  if (press.key === 'Escape') return { type: 'clear' };
  const to = MOVES[press.key] ?? (hasSelection ? LIST_MOVES[press.key] : undefined);
  return to === undefined ? null : { type: 'move', to };
}

/** `/` outside of text fields, and Ctrl-K or Cmd-K anywhere, go to the search box. */
export function wantsSearchBox(press: KeyPress, inTextField: boolean): boolean {
  if (press.isComposing || press.altKey) return false;
  if (press.ctrlKey || press.metaKey) return press.key.toLowerCase() === 'k' && !press.shiftKey;
  return press.key === '/' && !inTextField;
}
