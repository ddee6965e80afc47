/**
 * What the program around the page can do that a page cannot. A browser can do nothing of it; the desktop app exposes
 * `window.findlingHost` from its preload (src/contract/desktop.ts). Whatever is missing has a way inside the page.
 */

import type { DesktopHost } from '../src/contract/desktop.ts';

export interface Host {
  readonly kind: 'browser' | 'desktop';
  /** The system's own folder chooser; null where there is none. Resolves to null when the person cancels. */
  readonly chooseFolder: (() => Promise<string | null>) | null;
  /** null in a browser. */
  readonly desktop: DesktopHost | null;
}

export function findHost(scope: Window): Host {
  const offered: unknown = (scope as Window & { findlingHost?: unknown }).findlingHost;
  if (typeof offered !== 'object' || offered === null || !('chooseFolder' in offered)) return { kind: 'browser', chooseFolder: null, desktop: null };
  // Exposed by our own preload of this same build; a web page cannot put anything there before ours runs.
  const desktop = offered as DesktopHost;
  return { kind: 'desktop', chooseFolder: () => desktop.chooseFolder(), desktop };
}
