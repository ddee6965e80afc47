/**
 * Start at login. Windows and macOS keep a list that Electron edits; on Linux it is a `.desktop` file in the autostart folder (the XDG
 * autostart rule), which Electron does not write.
 */

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { App } from 'electron';

export interface LoginItemParts {
  readonly app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>;
  readonly platform: NodeJS.Platform;
  /** What starts the app: an AppImage's own file, not where it is mounted. */
  readonly program: string;
  /** `$XDG_CONFIG_HOME` or `~/.config`. */
  readonly configFolder: string;
}

/** Given on start at login, so that no window opens then when the person wants it so. */
export const LOGIN_FLAG = '--at-login';
const FILE = 'findling.desktop';

export async function startsAtLogin({ app, platform, configFolder }: LoginItemParts): Promise<boolean> {
  if (platform !== 'linux') return app.getLoginItemSettings({ args: [LOGIN_FLAG] }).openAtLogin;
  return readFile(path.join(configFolder, 'autostart', FILE), 'utf8').then((text) => !/^Hidden=true$/m.test(text), () => false);
}

/** Errors: whatever the disk says, when the autostart folder cannot be written. */
export async function setStartAtLogin(wanted: boolean, { app, platform, program, configFolder }: LoginItemParts): Promise<void> {
  if (platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: wanted, args: [LOGIN_FLAG] });
    return;
  }
  const folder = path.join(configFolder, 'autostart');
  const file = path.join(folder, FILE);
  if (!wanted) return rm(file, { force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(file, autostartEntry(program));
}

/** Desktop Entry Specification 1.5: reserved characters in `Exec` stand in quotes, `%` is doubled. Pure. */
export function autostartEntry(program: string): string {
  const quoted = program.replace(/[\\"`$]/g, '\\$&').replaceAll('%', '%%').replaceAll('\\', '\\\\');
  return `[Desktop Entry]\nType=Application\nName=Findling\nExec="${quoted}" ${LOGIN_FLAG}\nX-GNOME-Autostart-enabled=true\nNoDisplay=true\n`;
}
