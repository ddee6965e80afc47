/** Which view the page shows, kept in the address so that going back works. */

import { useSyncExternalStore } from 'react';

export type View = 'search' | 'folders' | 'files' | 'models' | 'settings';
export const VIEWS: readonly View[] = ['search', 'folders', 'files', 'models', 'settings'];

export const addressOf = (view: View): string => `#/${view}`;

/** Of the desktop app's quick-search panel; no view of the window. */
export const PANEL_ADDRESS = '#/panel';

export function viewNamed(name: string): View {
  return VIEWS.find((view) => view === name) ?? 'search';
}

export function viewOf(hash: string): View {
  return VIEWS.find((view) => addressOf(view) === hash) ?? 'search';
}

const subscribe = (listener: () => void): (() => void) => {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
};

export function useView(): View {
  return useSyncExternalStore(subscribe, () => viewOf(window.location.hash));
}

export function goTo(view: View): void {
  window.location.hash = addressOf(view);
}
