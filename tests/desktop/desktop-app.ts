/**
 * The real app under Playwright: a real Electron, the built main process and pages, a real engine. Where there is no Electron binary or
 * no display the suite is skipped and says which. `FINDLING_TEST_APP` names another folder to start than the repository.
 */

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { eventually } from '../fixtures/engine.ts';
import { packageRoot } from '../../src/host/package-root.ts';

const NAMES: Readonly<Partial<Record<NodeJS.Platform, string>>> = { linux: 'electron', darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };

/** The binary, or in a few words why the suite cannot run here. */
export function findElectron(): { readonly binary: string } | { readonly missing: string } {
  if (process.platform === 'linux' && (process.env['DISPLAY'] ?? '') === '' && (process.env['WAYLAND_DISPLAY'] ?? '') === '') return { missing: 'no display' };
  const name = NAMES[process.platform] ?? 'electron';
  const given = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const own = path.join(packageRoot(), 'node_modules', 'electron');
  const note = path.join(own, 'path.txt');
  const binary = given !== undefined && given !== '' ? path.join(given, name) : existsSync(note) ? path.join(own, 'dist', readFileSync(note, 'utf8').trim()) : null;
  return binary !== null && existsSync(binary) ? { binary } : { missing: 'no Electron binary (ELECTRON_OVERRIDE_DIST_PATH)' };
}

export interface DesktopApp {
  readonly app: ElectronApplication;
  readonly data: string;
  readonly files: string;
  /** The main window's page. */
  readonly window: Page;
  /** The quick-search panel's page. */
  readonly panel: Page;
  /** The paths that were given to the system to open; the program that opens is a script of the test. */
  opened(): string;
  engine(): Promise<{ readonly pid: number }>;
  /** Starts the app a second time with these arguments, as a person or a desktop's key binding does. */
  startAgain(...args: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** A temp folder with a data directory and files, the app started on it, both its pages loaded. */
export async function startDesktop(binary: string, files: Readonly<Record<string, string>>): Promise<DesktopApp> {
  const base = await realpath(await mkdtemp(path.join(tmpdir(), 'findling-desktop-')));
  const [data, folder, bin] = ['data', 'files', 'bin'].map((name) => path.join(base, name)) as [string, string, string];
  for (const each of [data, folder, bin]) await mkdir(each, { mode: 0o700 });
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  const openedFile = path.join(base, 'opened');
  await writeFile(path.join(bin, 'xdg-open'), `#!/bin/sh\nprintf '%s\\n' "$1" >> '${openedFile}'\n`, { mode: 0o755 });

  const target = process.env['FINDLING_TEST_APP'] ?? packageRoot();
  const sandboxed = process.platform !== 'linux' || process.getuid?.() !== 0;
  const args = [...(sandboxed ? [] : ['--no-sandbox']), '--disable-gpu', target, `--data-dir=${data}`, folder];
  const env = { ...process.env, FINDLING_NODE: process.execPath, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`, XDG_CONFIG_HOME: path.join(base, 'config') } as Record<string, string>;
  const app = await _electron.launch({ executablePath: binary, args, env });
  const pageAt = async (hash: RegExp): Promise<Page> => {
    const find = (): Page | undefined => app.windows().find((page) => hash.test(page.url()));
    await eventually(`a page at ${hash}`, () => find() !== undefined);
    return find() as Page; // Just found.
  };
  const [window, panel] = [await pageAt(/#\/search/), await pageAt(/#\/panel/)];
  for (const page of [window, panel]) await page.getByRole('combobox').waitFor();
  const cli = path.join(packageRoot(), 'bin', 'findling.mjs');
  return {
    app, data, files: folder, window, panel,
    opened: () => (existsSync(openedFile) ? readFileSync(openedFile, 'utf8') : ''),
    async engine() {
      const { stdout } = await promisify(execFile)(process.execPath, [cli, 'status', '--json', '--data-dir', data]);
      return (JSON.parse(stdout) as { info: { pid: number } }).info;
    },
    async startAgain(...more) {
      await promisify(execFile)(binary, [...args.filter((arg) => arg !== folder), ...more], { env });
    },
    async close() {
      await app.close();
      await rm(base, { recursive: true, force: true });
    },
  };
}
