/**
 * Looking for newer versions: off unless the person allows it, quiet when it fails. The work is electron-updater's, which is loaded only
 * when looking is allowed, so that an app without updates never touches the network.
 */

import type { DesktopState } from '../src/contract/desktop.ts';
import type { Settings } from '../src/contract/settings.ts';

/** Once a day is often enough for a program that works. */
const LOOK_EVERY_MS = 24 * 60 * 60_000;

export interface Updates {
  readonly state: DesktopState['update'];
  follow(setting: Settings['updates']): void;
  installOnQuit(): void;
}

export interface UpdatesParts {
  readonly packaged: boolean;
  readonly log: (message: string) => void;
  readonly onChange: () => void;
  /** Default: electron-updater. */
  readonly load?: () => Promise<Updater>;
}

/** The part of electron-updater that is used. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  on(event: 'update-available' | 'update-downloaded', listener: (info: { readonly version: string }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  checkForUpdates(): Promise<unknown>;
  quitAndInstall(silent: boolean, runAfter: boolean): void;
}

export function createUpdates(parts: UpdatesParts): Updates {
  const load = parts.load ?? (async () => (await import('electron-updater')).default.autoUpdater as Updater);
  let state: DesktopState['update'] = null;
  let setting: Settings['updates'] = 'off';
  let timer: NodeJS.Timeout | undefined;
  let updater: Updater | undefined;

  async function look(): Promise<void> {
    if (setting === 'off') return;
    if (updater === undefined) {
      updater = await load();
      // Said by us, not by a dialog: nothing interrupts.
      updater.on('update-available', ({ version }) => change({ version, state: setting === 'install' ? 'downloading' : 'found' }));
      updater.on('update-downloaded', ({ version }) => change({ version, state: 'ready' }));
      // No network, no server, a proxy: the next day is soon enough.
      updater.on('error', (error) => parts.log(`no news of updates: ${error.message}`));
    }
    updater.autoDownload = setting === 'install';
    updater.autoInstallOnAppQuit = false;
    await updater.checkForUpdates();
  }

  function change(next: DesktopState['update']): void {
    state = next;
    parts.onChange();
  }

  return {
    get state() { return state; },
    follow(next) {
      // Only an installed app can be replaced.
      if (!parts.packaged || next === setting) return;
      setting = next;
      clearInterval(timer);
      if (next === 'off') return;
      const lookQuietly = (): void => { look().catch((error: unknown) => parts.log(`no news of updates: ${error instanceof Error ? error.message : String(error)}`)); };
      timer = setInterval(lookQuietly, LOOK_EVERY_MS);
      timer.unref();
      lookQuietly();
    },
    installOnQuit() {
      if (setting === 'install' && state?.state === 'ready') updater?.quitAndInstall(true, false);
    },
  };
}
