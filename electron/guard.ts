/**
 * What web contents may never do, whatever a page tries: go elsewhere, open windows, ask for permissions, attach views, reach the network.
 * The decisions are pure; `guardApp` puts them where Electron asks. Its parts are handed in, so that every refusal has a test.
 */

import type { App, Session, WebContents, WebPreferences } from 'electron';
import { PAGE_ORIGIN, SCHEME } from './page-scheme.ts';

/** The page itself, at any of its views. Anything else is not a place to go. */
export function mayNavigate(address: string): boolean {
  try {
    const url = new URL(address);
    // `URL.origin` is "null" for schemes that the URL standard does not know.
    return `${url.protocol}//${url.host}` === PAGE_ORIGIN && url.username === '' && (url.pathname === '/' || url.pathname === '/index.html');
  } catch {
    return false;
  }
}

/** Only the app's own scheme: also with a page gone wild nothing leaves the machine through Chromium. */
export function mayRequest(address: string): boolean {
  return address.startsWith(`${SCHEME}://`);
}

/** Nothing but putting a path on the clipboard when the person asks for it; reading the clipboard is not among it. */
export function mayHave(permission: string, address: string): boolean {
  return permission === 'clipboard-sanitized-write' && mayNavigate(address);
}

/** The only preferences pages of this app are made with. */
export function pagePreferences(preload: string): WebPreferences {
  return {
    preload, sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false,
    webSecurity: true, allowRunningInsecureContent: false, webviewTag: false, experimentalFeatures: false, navigateOnDragDrop: false, spellcheck: false,
    // Developer tools are for the source tree: in an installed app they are one keystroke from the person's files.
    devTools: false,
  };
}

/** Guards a session and everything that will ever be shown in it. */
export function guardApp(app: Pick<App, 'on'>, session: Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'webRequest' | 'on'>): void {
  session.setPermissionRequestHandler((contents, permission, answer) => answer(mayHave(permission, contents.getURL())));
  session.setPermissionCheckHandler((contents, permission) => contents !== null && mayHave(permission, contents.getURL()));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !mayRequest(details.url) }));
  session.on('will-download', (event) => event.preventDefault());
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
}

function guardContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => { if (!mayNavigate(event.url)) event.preventDefault(); });
  contents.on('will-redirect', (event) => { if (!mayNavigate(event.url)) event.preventDefault(); });
  contents.on('will-frame-navigate', (event) => { if (!event.isMainFrame || !mayNavigate(event.url)) event.preventDefault(); });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
