/** The main window: made when first asked for, hidden instead of closed while there is a tray, put back where it was. */

import type { BrowserWindow } from 'electron';
import type { DesktopView } from '../src/contract/desktop.ts';
import { pagePreferences } from './guard.ts';
import { EVENT } from './host-ipc.ts';
import { keepPlace, readPlace } from './kept-places.ts';
import { PAGE_ORIGIN } from './page-scheme.ts';
import { LEAST_SIZE, placeWindow } from './window-places.ts';

export interface AppWindowParts {
  readonly electron: Pick<typeof import('electron/main'), 'BrowserWindow' | 'screen'>;
  readonly dataDirectory: string;
  readonly preload: string;
  readonly hideOnClose: () => boolean;
}

export class AppWindow {
  readonly #parts: AppWindowParts;
  #window: BrowserWindow | undefined;

  constructor(parts: AppWindowParts) {
    this.#parts = parts;
  }

  get browserWindow(): BrowserWindow | undefined {
    return this.#window;
  }

  get isVisible(): boolean {
    return this.#window !== undefined && !this.#window.isDestroyed() && this.#window.isVisible();
  }

  open(view: DesktopView, query: string | null): void {
    if (this.#window === undefined || this.#window.isDestroyed()) {
      this.#window = this.#make(view, query);
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
    this.#window.webContents.send(EVENT, { kind: 'open-view', view, ...(query === null ? {} : { query }) });
  }

  /** On the dock's or taskbar's icon; null: none. */
  showProgress(share: number | null): void {
    if (this.#window !== undefined && !this.#window.isDestroyed()) this.#window.setProgressBar(share ?? -1);
  }

  keepPlace(): void {
    if (this.#window === undefined || this.#window.isDestroyed()) return;
    keepPlace(this.#parts.dataDirectory, { ...this.#window.getNormalBounds(), maximized: this.#window.isMaximized() });
  }

  #make(view: DesktopView, query: string | null): BrowserWindow {
    const { BrowserWindow, screen } = this.#parts.electron;
    const primary = screen.getPrimaryDisplay();
    const screens = [primary, ...screen.getAllDisplays().filter((display) => display.id !== primary.id)].map((display) => display.workArea);
    const { maximized, ...bounds } = placeWindow(readPlace(this.#parts.dataDirectory), screens);
    const window = new BrowserWindow({ ...bounds, minWidth: LEAST_SIZE.width, minHeight: LEAST_SIZE.height, show: false, title: 'Findling', webPreferences: pagePreferences(this.#parts.preload) });
    if (maximized) window.maximize();
    // Not an empty frame first.
    window.once('ready-to-show', () => window.show());
    window.on('close', (event) => {
      this.keepPlace();
      if (!this.#parts.hideOnClose()) return;
      event.preventDefault();
      window.hide();
    });
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
    });
    if (query !== null) window.webContents.once('did-finish-load', () => window.webContents.send(EVENT, { kind: 'open-view', view, query }));
    void window.loadURL(`${PAGE_ORIGIN}/index.html#/${view}`);
    return window;
  }
}
