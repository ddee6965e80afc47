/** Keys of the quick-search panel → what they mean. Pure. Unlike in the window, Enter without a chosen row opens the first hit. */

import type { KeyPress } from '../search/keyboard.ts';
import type { Move } from '../state/search-state.ts';

export type PanelCommand =
  | { readonly type: 'move'; readonly to: Move }
  | { readonly type: 'open' }
  | { readonly type: 'reveal' }
  | { readonly type: 'complete' }
  | { readonly type: 'preview' }
  | { readonly type: 'close' };

const MOVES: Readonly<Record<string, Move>> = { ArrowDown: 'next', ArrowUp: 'previous', PageDown: 'page-down', PageUp: 'page-up' };

export interface PanelMoment {
  /** A row was chosen with the arrows: space then previews it instead of being typed. */
  readonly chosen: boolean;
  readonly previewing: boolean;
  /** The word before the caret can be completed. */
  readonly completable: boolean;
}

export function panelCommandOf(press: KeyPress, moment: PanelMoment): PanelCommand | null {
  if (press.isComposing || press.altKey) return null;
  const withModifier = press.ctrlKey || press.metaKey;
  if (press.key === 'Enter') return { type: withModifier ? 'reveal' : 'open' };
  if (withModifier) return null;
  if (press.key === 'Tab') return moment.completable && !press.shiftKey ? { type: 'complete' } : null;
  if (press.shiftKey) return null;
  if (press.key === 'Escape') return moment.previewing ? { type: 'preview' } : { type: 'close' };
  if (press.key === ' ') return moment.chosen ? { type: 'preview' } : null;
  const to = MOVES[press.key];
  return to === undefined ? null : { type: 'move', to };
}
