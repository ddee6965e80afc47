/** The desktop app from launch to quit, in a real Electron. Skipped, and said so, where there is none. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import path from 'node:path';
import { eventually } from '../fixtures/engine.ts';
import { SearchPage } from '../e2e/pages/search-page.ts';
import { findElectron, startDesktop, type DesktopApp } from './desktop-app.ts';

const electron = findElectron();
const skip = 'missing' in electron ? `the desktop app is not tested here: ${electron.missing}` : false;

const FILES = {
  'rent.md': '# Lease\n\nThe landlord pays for repairs of the roof. The tenant pays the rent on the first of the month.\n',
  'bread.txt': 'Mix flour, water and salt. Let the dough rise for two hours and bake it.\n',
  'picture.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><script>window.top.pwned = true</script><rect width="40" height="40" fill="red"/></svg>\n',
};

describe('the desktop app', { skip }, () => {
  let desktop: DesktopApp;
  before(async () => { desktop = await startDesktop((electron as { binary: string }).binary, FILES); });
  after(async () => { await desktop?.close(); });

  const panelShown = (): Promise<boolean> => desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((window) => window.isVisible() && window.webContents.getURL().endsWith('#/panel')));
  const toggle = (): Promise<void> => desktop.startAgain('--toggle');

  it('opens its window on the folder it was given, and finds by words', async () => {
    const search = new SearchPage(desktop.window);
    await eventually('the file to be found', async () => { await search.search('landlord'); return (await search.names()).includes('rent.md'); });
  });

  it('has a tray or says that there is none, and its key is registered or the reason told', async () => {
    const state = await desktop.window.evaluate(() => (window as unknown as { findlingHost: { state(): Promise<{ tray: boolean; hotkey: string; hotkeyState: string; engine: string }> } }).findlingHost.state());
    assert.equal(typeof state.tray, 'boolean');
    assert.ok(['registered', 'taken', 'unsupported'].includes(state.hotkeyState), state.hotkeyState);
    assert.equal(state.engine, 'running');
    if (state.hotkeyState === 'registered') assert.equal(await desktop.app.evaluate(({ globalShortcut }, key) => globalShortcut.isRegistered(key), state.hotkey), true);
  });

  it('a second start with --toggle shows the panel with the focus in its box, and hides it again', async () => {
    assert.equal(await panelShown(), false);
    await toggle();
    await eventually('the panel to show', panelShown);
    await desktop.panel.waitForFunction(() => document.activeElement?.id === 'search-input');
    await toggle();
    await eventually('the panel to hide', async () => !(await panelShown()));
  });

  it('finds in the panel, opens with Enter, and hides', async () => {
    await toggle();
    await eventually('the panel to show', panelShown);
    const search = new SearchPage(desktop.panel);
    await search.box.fill('dough');
    await search.row('bread.txt').waitFor();
    await search.box.press('Enter');
    await eventually('the panel to hide', async () => !(await panelShown()));
    // Which program opens files elsewhere is the system's business.
    if (process.platform === 'linux') await eventually('the file to be opened', async () => desktop.opened().includes(path.join(desktop.files, 'bread.txt')));
  });

  it('the panel previews with space, completes with Tab, closes with Escape, and is as high as its content', async () => {
    await toggle();
    await eventually('the panel to show', panelShown);
    const search = new SearchPage(desktop.panel);
    const height = (): Promise<number> => desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().find((window) => window.webContents.getURL().endsWith('#/panel'))?.getBounds().height ?? 0);
    await search.box.fill('ty');
    await search.box.press('Tab');
    assert.equal(await search.box.inputValue(), 'type:');
    await search.box.fill('landlord');
    await search.row('rent.md').waitFor();
    await eventually('the panel to grow', async () => (await height()) > 100);
    await search.box.press('ArrowDown');
    await search.box.press('Space');
    await search.preview.getByText('The landlord pays').waitFor();
    await search.box.press('Escape');
    await search.row('rent.md').waitFor();
    await search.box.press('Escape');
    await eventually('the panel to hide', async () => !(await panelShown()));
  });

  it('survives its engine: killed in mid-query it is started again and finds', async () => {
    const { pid } = await desktop.engine();
    const search = new SearchPage(desktop.window);
    await search.box.fill('land');
    process.kill(pid, 'SIGKILL');
    await search.box.fill('landlord');
    await eventually('another engine to answer', async () => { await search.box.fill(''); await search.box.fill('landlord'); await search.row('rent.md').first().waitFor({ timeout: 2_000 }).catch(() => undefined); return (await search.rows.count()) > 0; });
    assert.notEqual((await desktop.engine()).pid, pid);
  });

  it('goes nowhere else: navigation, windows, frames, requests and permissions are refused', async () => {
    const page = desktop.window;
    const before = page.url();
    // From a timer: Playwright waits for a navigation that an evaluation has begun, and this one never ends.
    for (const address of ['https://example.com/', 'file:///etc/passwd', 'app://file/1']) await page.evaluate((to) => { setTimeout(() => { window.location.href = to; }); }, address);
    assert.equal(await page.evaluate(() => window.open('https://example.com/') === null), true);
    assert.equal(await page.evaluate(() => fetch('https://example.com/').then(() => 'answered', () => 'refused')), 'refused');
    assert.equal(await page.evaluate(() => Notification.requestPermission()), 'denied');
    assert.equal(await page.evaluate(() => typeof (window as unknown as { require?: unknown }).require), 'undefined');
    assert.equal(await page.evaluate(() => typeof (globalThis as unknown as { process?: unknown }).process), 'undefined');
    assert.equal(await page.evaluate(() => window.location.href), before);
    assert.equal(page.url(), before);
    assert.equal(desktop.app.windows().length, 2);
  });

  it('a second start opens the window at a view again', async () => {
    await desktop.startAgain();
    await eventually('the window to show', () => desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((window) => window.isVisible() && !window.webContents.getURL().endsWith('#/panel'))));
  });

  it('a second start with a folder that is not there says so to the person', async () => {
    await desktop.app.evaluate(({ dialog }) => {
      const shown: unknown[] = [];
      Object.assign(globalThis, { shown });
      dialog.showMessageBox = ((...given: unknown[]) => { shown.push(given.at(-1)); return Promise.resolve({ response: 0, checkboxChecked: false }); }) as never;
    });
    await desktop.startAgain(path.join(desktop.data, 'nowhere'));
    const shown = (): Promise<readonly { readonly type: string; readonly detail: string }[]> => desktop.app.evaluate(() => (globalThis as unknown as { shown: { type: string; detail: string }[] }).shown);
    await eventually('the message', async () => (await shown()).length === 1);
    const [message] = await shown();
    assert.equal(message?.type, 'warning');
    assert.match(message?.detail ?? '', /nowhere\n/);
  });

  it('ends its engine within three seconds of quitting', async () => {
    const { pid } = await desktop.engine();
    await desktop.app.evaluate(({ app }) => { app.quit(); }).catch(() => undefined);
    await eventually('the engine to be gone', async () => { try { process.kill(pid, 0); return false; } catch { return true; } });
  });
});
