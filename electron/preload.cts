/// <reference lib="dom" />
/**
 * The bridge of the app's pages, run in their sandbox: CommonJS, and nothing but Electron's own `require`. Exposes `window.findlingHost`
 * (src/contract/desktop.ts) and hands over the engine's port. Adds no power of its own: each call is checked by host-ipc.ts.
 */

import type { DesktopEvent, DesktopHost, DesktopState, DesktopView, HotkeyAnswer } from '../src/contract/desktop.ts';

// A sandboxed preload has no ES modules; `require` gives Electron's page half here.
const { contextBridge, ipcRenderer } = require('electron') as typeof import('electron/renderer');

const PORT_REQUEST = 'findling:port-please';
const PORT_OFFER = 'findling:port';

const host: DesktopHost = {
  platform: process.platform as DesktopHost['platform'], // Findling is packaged for these three alone.
  chooseFolder: () => ipcRenderer.invoke('host:choose-folder') as Promise<string | null>,
  hidePanel: () => ipcRenderer.send('host:hide-panel'),
  openWindow: (view: DesktopView, query?: string) => ipcRenderer.send('host:open-window', { view, query: query ?? null }),
  startDrag: (fileId: number) => ipcRenderer.send('host:start-drag', { fileId }),
  showHitMenu: (fileId: number) => ipcRenderer.send('host:hit-menu', { fileId }),
  resizePanel: (height: number) => ipcRenderer.send('host:resize-panel', { height }),
  tryHotkey: (accelerator: string) => ipcRenderer.invoke('host:try-hotkey', { accelerator }) as Promise<HotkeyAnswer>,
  state: () => ipcRenderer.invoke('host:state') as Promise<DesktopState>,
  onEvent: (listener: (event: DesktopEvent) => void) => {
    const receive = (_event: unknown, event: DesktopEvent): void => listener(event);
    ipcRenderer.on('host:event', receive);
    return () => { ipcRenderer.off('host:event', receive); };
  },
};
contextBridge.exposeInMainWorld('findlingHost', host);

// The page asks by a message to itself, so that it needs no object of ours for it; the port is answered the same way.
window.addEventListener('message', (event) => {
  if (event.source === window && event.data === PORT_REQUEST) ipcRenderer.send(PORT_REQUEST);
});
ipcRenderer.on(PORT_OFFER, (event) => window.postMessage(PORT_OFFER, '*', [...event.ports]));
