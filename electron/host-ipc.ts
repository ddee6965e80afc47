/**
 * The only door from pages to Electron's main process. Each message is refused unless it comes from the top frame of one of our own
 * windows at our own address, and its input has the right shape. Calls to the engine do not pass here: they have a port of their own.
 */

import type { IpcMain, WebFrameMain } from 'electron';
import type { DesktopHost, DesktopView } from '../src/contract/desktop.ts';
import { EngineError } from '../src/contract/errors.ts';
import { integer, matching, nothing, nullable, number, object, oneOf, text, type Check } from '../src/contract/check.ts';
import { mayNavigate } from './guard.ts';

export const PORT_REQUEST = 'findling:port-please';
export const PORT_OFFER = 'findling:port';
export const EVENT = 'host:event';

/** The longest accelerator names five keys. */
const ACCELERATOR = matching(/^[A-Za-z0-9+]{1,60}$/, 'must be keys such as Alt+Space');
const MAX_QUERY_CHARACTERS = 2_000;
/** CSS pixels; no screen is higher. */
const MAX_HEIGHT = 10_000;
const VIEWS: readonly DesktopView[] = ['search', 'folders', 'files', 'models', 'settings'];

/** What the page asks for, in the app's terms. `contentsId` tells the windows apart. */
export interface HostCalls {
  offerPort(contentsId: number): void;
  chooseFolder(contentsId: number): Promise<string | null>;
  hidePanel(): void;
  openWindow(view: DesktopView, query: string | null): void;
  startDrag(contentsId: number, fileId: number): void;
  showHitMenu(contentsId: number, fileId: number): void;
  resizePanel(height: number): void;
  tryHotkey: DesktopHost['tryHotkey'];
  state: DesktopHost['state'];
}

/** The parts of Electron's event that are judged. */
export interface Sender {
  readonly sender: { readonly id: number };
  readonly senderFrame: Pick<WebFrameMain, 'url' | 'parent'> | null;
}

/** Is this one of our own pages, unframed? `ours`: ids of the web contents the app has made. */
export function isOwnPage({ sender, senderFrame }: Sender, ours: ReadonlySet<number>): boolean {
  return ours.has(sender.id) && senderFrame !== null && senderFrame.parent === null && mayNavigate(senderFrame.url);
}

export interface HostIpcOptions {
  readonly electron: { readonly ipcMain: Pick<IpcMain, 'on' | 'handle'> };
  readonly calls: HostCalls;
  readonly ours: () => ReadonlySet<number>;
  /** A message that was refused: logged, never answered in detail. */
  readonly onRefused: (channel: string, why: string) => void;
}

export function serveHostIpc({ electron: { ipcMain }, calls, ours, onRefused }: HostIpcOptions): void {
  const told = <T>(channel: string, check: Check<T>, run: (input: T, contentsId: number) => void): void => {
    ipcMain.on(channel, (event, input: unknown) => {
      try {
        if (!isOwnPage(event, ours())) throw new EngineError('unauthorized', 'not one of our pages');
        run(check(input, 'input'), event.sender.id);
      } catch (error) {
        onRefused(channel, error instanceof Error ? error.message : String(error));
      }
    });
  };
  const asked = <T, R>(channel: string, check: Check<T>, run: (input: T, contentsId: number) => Promise<R>): void => {
    ipcMain.handle(channel, async (event, input: unknown) => {
      if (!isOwnPage(event, ours())) {
        onRefused(channel, 'not one of our pages');
        throw new EngineError('unauthorized');
      }
      return run(check(input, 'input'), event.sender.id);
    });
  };
  told(PORT_REQUEST, nothing, (_, contentsId) => calls.offerPort(contentsId));
  told('host:hide-panel', nothing, () => calls.hidePanel());
  told('host:open-window', object<{ view: DesktopView; query: string | null }>({ view: oneOf(VIEWS), query: nullable(text(MAX_QUERY_CHARACTERS)) }), ({ view, query }) => calls.openWindow(view, query));
  told('host:start-drag', object<{ fileId: number }>({ fileId: integer(1) }), ({ fileId }, contentsId) => calls.startDrag(contentsId, fileId));
  told('host:hit-menu', object<{ fileId: number }>({ fileId: integer(1) }), ({ fileId }, contentsId) => calls.showHitMenu(contentsId, fileId));
  told('host:resize-panel', object<{ height: number }>({ height: number(0, MAX_HEIGHT) }), ({ height }) => calls.resizePanel(height));
  asked('host:choose-folder', nothing, (_, contentsId) => calls.chooseFolder(contentsId));
  asked('host:try-hotkey', object<{ accelerator: string }>({ accelerator: ACCELERATOR }), ({ accelerator }) => calls.tryHotkey(accelerator));
  asked('host:state', nothing, () => calls.state());
}
