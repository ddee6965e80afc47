/**
 * The quick-search panel: made once at start, so that the key only has to show it. Comes up on the screen with the pointer, over
 * full-screen programs; hides on blur, on Escape and when a file is opened. Windows and screens are handed in.
 */

import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { pagePreferences } from './guard.ts';
import { placePanel, type Rectangle } from './window-places.ts';

export const PANEL_WIDTH = 720;
/** The box alone; the page asks for more when there are hits. */
export const PANEL_LEAST_HEIGHT = 64;
export const PANEL_MOST_HEIGHT = 620;
/** A search left this long ago is over: the panel comes up empty. */
const KEEP_QUERY_MS = 3 * 60_000;
/** Showing steals the focus from a window that is closing, which some window managers answer with a blur at once. */
const IGNORE_BLUR_MS = 120;

export function panelOptions(platform: NodeJS.Platform, preload: string): BrowserWindowConstructorOptions {
  return {
    width: PANEL_WIDTH, height: PANEL_LEAST_HEIGHT, show: false, frame: false, resizable: false, minimizable: false, maximizable: false, fullscreenable: false,
    skipTaskbar: true, alwaysOnTop: true, hasShadow: true, title: 'Findling', webPreferences: { ...pagePreferences(preload), backgroundThrottling: false },
    // A panel may float over full-screen programs on macOS without making the app come forward.
    ...(platform === 'darwin' ? { type: 'panel' } : {}),
  };
}

type PanelWindow = Pick<BrowserWindow, 'show' | 'hide' | 'focus' | 'isVisible' | 'setBounds' | 'getBounds' | 'setAlwaysOnTop' | 'setVisibleOnAllWorkspaces' | 'on' | 'isDestroyed'>;

export interface PanelParts {
  readonly window: PanelWindow;
  readonly platform: NodeJS.Platform;
  /** Work area of the screen with the pointer. */
  readonly screen: () => Rectangle;
  /** Told to the page: `fresh` when the last query is too old. */
  readonly onShown: (fresh: boolean) => void;
  /** Gives the focus back to the program before (macOS hides the app, elsewhere hiding the window is enough). */
  readonly yieldFocus: () => void;
  readonly now?: () => number;
}

export class Panel {
  readonly #parts: PanelParts;
  readonly #now: () => number;
  #hiddenMs = -Infinity;
  #shownMs = -Infinity;
  #height = PANEL_LEAST_HEIGHT;

  constructor(parts: PanelParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
    const { window, platform } = parts;
    window.setAlwaysOnTop(true, platform === 'darwin' ? 'screen-saver' : 'pop-up-menu');
    window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true });
    window.on('blur', () => { if (this.#now() - this.#shownMs > IGNORE_BLUR_MS) this.#away(); });
  }

  toggle(): void {
    if (this.#parts.window.isVisible()) this.hide();
    else this.show();
  }

  show(): void {
    const { window, screen, onShown } = this.#parts;
    if (window.isDestroyed()) return;
    window.setBounds(placePanel({ width: PANEL_WIDTH, height: this.#height }, screen()));
    this.#shownMs = this.#now();
    onShown(this.#now() - this.#hiddenMs > KEEP_QUERY_MS);
    window.show();
    window.focus();
  }

  /** On Escape, or after a file was opened: the focus goes back to where it was. */
  hide(): void {
    if (!this.#parts.window.isVisible()) return;
    this.#away();
    this.#parts.yieldFocus();
  }

  /** The page's wish, in CSS pixels. */
  resize(height: number): void {
    this.#height = Math.round(Math.min(PANEL_MOST_HEIGHT, Math.max(PANEL_LEAST_HEIGHT, height)));
    const { window, screen } = this.#parts;
    if (!window.isVisible()) return;
    const { x, y, width } = window.getBounds();
    const area = screen();
    window.setBounds({ x, y, width, height: Math.max(PANEL_LEAST_HEIGHT, Math.min(this.#height, area.y + area.height - y)) });
  }

  #away(): void {
    if (this.#parts.window.isDestroyed() || !this.#parts.window.isVisible()) return;
    this.#hiddenMs = this.#now();
    this.#parts.window.hide();
  }
}
