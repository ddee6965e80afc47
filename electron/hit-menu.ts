/** The native menu of a hit, and opening a file with another program than the system's choice. What is decided is pure; clicks are handed in. */

import type { MenuItemConstructorOptions, OpenDialogOptions } from 'electron';
import path from 'node:path';
import type { AppWords } from './words.ts';

export interface HitActions {
  open(): void;
  openWith(): void;
  reveal(): void;
  copyPath(): void;
}

export function hitMenu(words: AppWords, actions: HitActions): MenuItemConstructorOptions[] {
  return [
    { label: words.openFile, click: () => actions.open() },
    { label: words.openWith, click: () => actions.openWith() },
    { type: 'separator' },
    { label: words.reveal, click: () => actions.reveal() },
    { label: words.copyPath, click: () => actions.copyPath() },
  ];
}

/** Where programs lie, for choosing one; null where the system has a dialog of its own for that. */
export function programChooser(platform: NodeJS.Platform, title: string): OpenDialogOptions | null {
  if (platform === 'win32') return null;
  if (platform === 'darwin') return { title, defaultPath: '/Applications', properties: ['openFile'], filters: [{ name: 'Apps', extensions: ['app'] }] };
  return { title, defaultPath: '/usr/share/applications', properties: ['openFile'], filters: [{ name: 'Programs', extensions: ['desktop'] }] };
}

/** What opens `file` with `program` (an `.app`, a `.desktop`; null: the system asks). No shell reads it. */
export function openWithCommand(platform: NodeJS.Platform, file: string, program: string | null): { readonly command: string; readonly args: readonly string[] } {
  if (platform === 'win32') return { command: 'rundll32.exe', args: ['shell32.dll,OpenAs_RunDLL', file] };
  if (platform === 'darwin') return { command: 'open', args: ['-a', program ?? '', file] };
  return { command: 'gtk-launch', args: [path.basename(program ?? '', '.desktop'), file] };
}
