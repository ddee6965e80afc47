/**
 * What the desktop app offers its pages beside the engine: `window.findlingHost`, exposed by electron/preload.cts, taken by renderer/host.ts.
 * A browser tab has none of it, and the page works without. Calls cross Electron's ipc: electron/host-ipc.ts checks sender and input.
 */

import type { FileKind } from './model.ts';

/** Views the window can be opened at. */
export type DesktopView = 'search' | 'folders' | 'files' | 'models' | 'settings';

export interface DesktopHost {
  readonly platform: 'darwin' | 'win32' | 'linux';
  /** The system's folder chooser; null when the person cancels. */
  chooseFolder(): Promise<string | null>;
  /** Hides the quick-search panel and gives the focus back to the program before. */
  hidePanel(): void;
  /** Shows the main window at a view, with a query in the search box. */
  openWindow(view: DesktopView, query?: string): void;
  /** Called from `dragstart`: the file itself is dragged out. */
  startDrag(fileId: number): void;
  /** The system's own menu of a hit: open, open with, show in folder, copy path. */
  showHitMenu(fileId: number): void;
  /** The panel asks for its height in CSS pixels as hits come and go. */
  resizePanel(height: number): void;
  /** Whether the system would take these keys; registers nothing. */
  tryHotkey(accelerator: string): Promise<HotkeyAnswer>;
  state(): Promise<DesktopState>;
  /** The panel was shown, or the window was asked to open a view. Answers how to stop listening. */
  onEvent(listener: (event: DesktopEvent) => void): () => void;
}

export type DesktopEvent =
  | { readonly kind: 'panel-shown'; /** The last query is too old to be of use. */ readonly fresh: boolean }
  | { readonly kind: 'open-view'; readonly view: DesktopView; readonly query?: string }
  | { readonly kind: 'state'; readonly state: DesktopState };

export type HotkeyAnswer = 'free' | 'taken' | 'invalid' | 'unsupported';

export interface DesktopState {
  readonly version: string;
  /** The accelerator in use; null: none. */
  readonly hotkey: string | null;
  /** `taken`: another program has it. `unsupported`: this desktop gives no global keys (Wayland): `findling --toggle` can be bound in its settings. */
  readonly hotkeyState: 'registered' | 'off' | Exclude<HotkeyAnswer, 'free'>;
  readonly startsAtLogin: boolean;
  readonly tray: boolean;
  /** The engine's state, for a page that cannot reach it. */
  readonly engine: 'starting' | 'running' | 'waiting' | 'stopped';
  readonly engineTrouble: string | null;
  /** A newer version that was found, when looking is allowed. */
  readonly update: { readonly version: string; readonly state: 'found' | 'downloading' | 'ready' } | null;
}

/** Kinds whose bytes a page may show from `app://file/<id>`. */
export const PREVIEWED_KINDS: readonly FileKind[] = ['image'];
