/** Menu templates of tray and menu bar. Pure: what is clicked is handed in. */

import type { MenuItemConstructorOptions } from 'electron';
import type { AppWords, TrayState } from './words.ts';

export interface MenuActions {
  openWindow(view: 'search' | 'folders' | 'settings', query?: string): void;
  togglePanel(): void;
  pause(minutes: number | null): void;
  resume(): void;
  indexOnBattery(): void;
  quit(): void;
}

/** Longer searches would make a menu as wide as the screen. */
const MOST_LABEL_CHARACTERS = 48;
/** A trouble is a sentence or two; the window has all of it. */
const MOST_STATE_CHARACTERS = 80;
const MOST_RECENTS = 8;
const HOUR_MINUTES = 60;

export function trayMenu(words: AppWords, state: TrayState, recents: readonly string[], hotkey: string | null, actions: MenuActions): MenuItemConstructorOptions[] {
  return [
    { label: menuLabel(state.text, MOST_STATE_CHARACTERS), enabled: false },
    { type: 'separator' },
    { label: words.quickSearch, ...(hotkey === null ? {} : { accelerator: hotkey }), click: () => actions.togglePanel() },
    { label: words.open, click: () => actions.openWindow('search') },
    {
      label: words.recent,
      submenu: recents.length === 0
        ? [{ label: words.noRecent, enabled: false }]
        : recents.slice(0, MOST_RECENTS).map((text) => ({ label: menuLabel(text), click: () => actions.openWindow('search', text) })),
    },
    { type: 'separator' },
    ...(state.held === 'battery' ? [{ label: words.onBatteryToo, click: () => actions.indexOnBattery() }] : []),
    ...(state.held === 'paused' ? [{ label: words.resume, click: () => actions.resume() }] : [
      { label: words.pauseHour, click: () => actions.pause(HOUR_MINUTES) },
      { label: words.pause, click: () => actions.pause(null) },
    ]),
    { label: words.folders, click: () => actions.openWindow('folders') },
    { label: words.settings, click: () => actions.openWindow('settings') },
    { type: 'separator' },
    { label: words.quit, click: () => actions.quit() },
  ];
}

export function appMenu(words: AppWords, platform: NodeJS.Platform, actions: MenuActions): MenuItemConstructorOptions[] {
  const settings: MenuItemConstructorOptions = { label: words.settings, accelerator: 'CommandOrControl+,', click: () => actions.openWindow('settings') };
  const mac: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [{ role: 'about' }, { type: 'separator' }, settings, { type: 'separator' }, { role: 'services' }, { type: 'separator' }, { role: 'hide' }, { role: 'hideOthers' }, { role: 'unhide' }, { type: 'separator' }, { role: 'quit' }],
  };
  const file: MenuItemConstructorOptions = {
    label: words.file,
    submenu: [
      { label: words.quickSearch, click: () => actions.togglePanel() },
      ...(platform === 'darwin' ? [] : [settings]),
      { type: 'separator' },
      platform === 'darwin' ? { role: 'close' } : { label: words.quit, accelerator: 'CommandOrControl+Q', click: () => actions.quit() },
    ],
  };
  return [
    ...(platform === 'darwin' ? [mac] : []),
    file,
    { role: 'editMenu', label: words.edit },
    { label: words.view, submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { type: 'separator' }, { role: 'togglefullscreen' }] },
    { role: 'windowMenu', label: words.window },
  ];
}

/** A text from outside as a menu line: one line, bounded, and `&` is no mnemonic. */
export function menuLabel(text: string, most: number = MOST_LABEL_CHARACTERS): string {
  const characters = [...oneLine(text)];
  const cut = characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : characters.join('');
  return cut.replaceAll('&', '&&');
}

/** Without line breaks, and without the marks that turn the direction of what stands after them: a trouble may name a file. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
}
