/**
 * The desktop app as a person meets it: launch to usable, key to painted panel, letter to painted hits, memory of its pages, size on the
 * disk. Needs an Electron binary and a display (tests/desktop/desktop-app.ts); says which Electron it was.
 */

import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { DesktopHost } from '../../src/contract/desktop.ts';
import { packageRoot } from '../../src/host/package-root.ts';
import { findElectron, startDesktop } from '../desktop/desktop-app.ts';
import { percentiles } from './measure.ts';

const LAUNCHES = 3;
const SHOWINGS = 20;
const QUERY = 'the landlord pays for the roof';
const ROUNDS = 2;
const FILES = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`note ${index}.txt`, `Note number ${index}. The landlord pays for the roof, the tenant for window ${index % 7}.\n`]));

export async function benchDesktop(): Promise<Record<string, unknown>> {
  const electron = findElectron();
  if ('missing' in electron) throw new Error(`The desktop benchmark cannot run here: ${electron.missing}.`);
  const launches: number[] = [];
  for (let round = 0; round < LAUNCHES; round += 1) {
    const startedMs = performance.now();
    const desktop = await startDesktop(electron.binary, FILES);
    // Usable: both pages have drawn their box, and the engine has answered.
    await desktop.window.getByText(/files?$/).first().waitFor();
    launches.push(performance.now() - startedMs);
    if (round + 1 < LAUNCHES) {
      await desktop.close();
      continue;
    }
    const versions = await desktop.app.evaluate(() => ({ electron: process.versions.electron, chrome: process.versions.chrome }));
    const shown = await keyToPainted(desktop);
    // Shown: Chromium draws a hidden window once a second.
    await toggle(desktop);
    const letters = await letterToPainted(desktop.panel);
    const memory = await desktop.app.evaluate(({ app }) => app.getAppMetrics().map(({ type, memory: { workingSetSize } }) => ({ type, rssMb: Math.round(workingSetSize / 1024) })));
    await desktop.close();
    return {
      versions, display: process.env['DISPLAY'] ?? null, launchToUsableMs: percentiles(launches), keyToPaintedPanelMs: percentiles(shown), letterToPaintedHitsMs: percentiles(letters), processes: memory, sizes: sizes(),
    };
  }
  return {};
}

/** From the moment the key's handler runs to the first frame the shown panel has drawn. Both clocks are the machine's. */
async function keyToPainted({ app, panel }: Awaited<ReturnType<typeof startDesktop>>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < SHOWINGS; round += 1) {
    // Listening first, in a call of its own: the two processes are asked side by side.
    await panel.evaluate(() => {
      const scope = window as unknown as { findlingHost: DesktopHost; painted: Promise<number> };
      scope.painted = new Promise((resolve) => {
        // Told just before it is shown: a window without a window manager gets no focus to listen for.
        const stop = scope.findlingHost.onEvent((event) => {
          if (event.kind !== 'panel-shown') return;
          stop();
          requestAnimationFrame(() => { requestAnimationFrame(() => resolve(Date.now())); });
        });
      });
    });
    const pressed = await app.evaluate(({ app: electron }) => {
      const now = Date.now();
      // What the key's handler calls, without the key: a second start with --toggle.
      electron.emit('second-instance', {}, [process.execPath, '.', '--toggle'], process.cwd());
      return now;
    });
    times.push((await panel.evaluate(() => (window as unknown as { painted: Promise<number> }).painted)) - pressed);
    await toggle({ app });
  }
  return times;
}

async function toggle({ app }: Pick<Awaited<ReturnType<typeof startDesktop>>, 'app'>): Promise<void> {
  await app.evaluate(({ app: electron }) => { electron.emit('second-instance', {}, [process.execPath, '.', '--toggle'], process.cwd()); });
}

/** From each letter to the frame with the hits it brought. */
async function letterToPainted(page: Page): Promise<readonly number[]> {
  const times: number[] = [];
  const box = page.getByRole('combobox');
  for (let round = 0; round < ROUNDS; round += 1) {
    await box.fill('');
    for (const letter of QUERY) {
      const painted = page.evaluate(() => new Promise<number>((resolve) => {
        let typedMs = 0;
        document.addEventListener('input', () => { typedMs = performance.now(); }, { once: true, capture: true });
        const watch = new MutationObserver(() => {
          if (typedMs === 0 || document.querySelector('.hits:not([aria-busy="true"]), .panel-note') === null) return;
          watch.disconnect();
          requestAnimationFrame(() => resolve(performance.now() - typedMs));
        });
        watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      }));
      await box.press(letter === ' ' ? 'Shift+Space' : letter);
      times.push(await painted);
    }
  }
  return times;
}

/** Megabytes on the disk of what `npm run package` has put together, where it has. */
function sizes(): Record<string, number> {
  const folders = { engineTree: 'dist/package/engine', archiveTree: 'dist/package/app', unpackedApp: 'dist/installers/linux-unpacked' };
  return Object.fromEntries(Object.entries(folders).flatMap(([name, folder]) => {
    const full = path.join(packageRoot(), folder);
    if (!existsSync(full)) return [];
    const bytes = readdirSync(full, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
    return [[`${name}Mb`, Math.round(bytes / 1e5) / 10]];
  }));
}
