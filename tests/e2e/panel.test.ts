/** The quick-search panel's page and the app's own settings, with the real engine; what Electron's preload would offer is recorded instead. */

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually } from '../fixtures/engine.ts';
import { SearchPage } from './pages/search-page.ts';
import { closeBrowser, openWorld, stepsOf } from './world.ts';

after(closeBrowser);

/** As electron/preload.cts exposes it; calls are kept in `window.asked`. */
async function offerHost(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const asked: string[] = [];
    const listeners: ((event: unknown) => void)[] = [];
    const state = { version: '1', hotkey: 'Control+Alt+Space', hotkeyState: 'registered', startsAtLogin: false, tray: true, engine: 'running', engineTrouble: null, update: null };
    const host = {
      platform: 'linux', chooseFolder: () => Promise.resolve(null), hidePanel: () => asked.push('hide'), openWindow: (view: string, query?: string) => asked.push(`open ${view} ${query ?? ''}`),
      startDrag: (id: number) => asked.push(`drag ${id}`), showHitMenu: (id: number) => asked.push(`menu ${id}`), resizePanel: (height: number) => asked.push(`height ${height}`), tryHotkey: (key: string) => Promise.resolve(key === 'Alt+Space' ? 'taken' : 'free'),
      state: () => Promise.resolve(state), onEvent: (listener: (event: unknown) => void) => { listeners.push(listener); return () => undefined; },
    };
    Object.assign(window, { findlingHost: Object.freeze(host), asked, tell: (event: unknown) => listeners.forEach((listener) => listener(event)) });
  });
}

const asked = (page: Page): Promise<readonly string[]> => page.evaluate(() => (window as unknown as { asked: string[] }).asked);
const tell = (page: Page, event: unknown): Promise<void> => page.evaluate((given) => (window as unknown as { tell(event: unknown): void }).tell(given), event);

it('the panel is steered by keys alone', async (t) => {
  const world = await openWorld(t);
  const step = stepsOf(t);
  const { page } = world;
  await offerHost(page);
  await page.goto(`${new URL(page.url()).origin}/#/panel`);
  await page.reload();
  const search = new SearchPage(page);
  await search.box.waitFor();

  await step('it is one box, as high as that, and grows with its hits', async () => {
    assert.equal(await page.getByRole('navigation').count(), 0);
    await search.box.fill('landlord');
    await search.rows.first().waitFor();
    await eventually('the panel to ask for height', async () => (await asked(page)).some((call) => call.startsWith('height') && Number(call.slice(7)) > 100));
  });
  await step('Enter opens the first hit without choosing it, remembers the search, and hides', async () => {
    const [first] = await search.names();
    assert.notEqual(first, undefined);
    assert.equal(await search.selected.count(), 0);
    await search.box.press('Enter');
    await eventually('the panel to hide', async () => (await asked(page)).includes('hide'));
    await eventually('the search to be remembered', async () => (await world.engine.call('recents.list', undefined)).includes('landlord'));
  });
  await step('arrows choose, space previews, Escape goes back and then away', async () => {
    await search.box.press('ArrowDown');
    assert.equal(await search.selected.count(), 1);
    await search.box.press('Space');
    await search.preview.waitFor();
    assert.equal(await search.box.inputValue(), 'landlord', 'the space is not typed');
    await search.box.press('Escape');
    await search.list.waitFor();
    const before = (await asked(page)).filter((call) => call === 'hide').length;
    await search.box.press('Escape');
    assert.equal((await asked(page)).filter((call) => call === 'hide').length, before + 1);
  });
  await step('Tab completes a filter and its value; without one it leaves the box', async () => {
    await search.box.fill('rent ty');
    await search.box.press('Tab');
    assert.equal(await search.box.inputValue(), 'rent type:');
    await search.box.pressSequentially('mar');
    await search.box.press('Tab');
    assert.equal(await search.box.inputValue(), 'rent type:markdown ');
  });
  await step('shown again soon it keeps the query, selected; late it is empty', async () => {
    await search.box.fill('landlord');
    await tell(page, { kind: 'panel-shown', fresh: false });
    assert.equal(await search.box.inputValue(), 'landlord');
    assert.equal(await page.evaluate(() => window.getSelection()?.toString()), 'landlord');
    await tell(page, { kind: 'panel-shown', fresh: true });
    await eventually('an empty box', async () => (await search.box.inputValue()) === '');
  });
  await step('a row can be dragged out, and the search taken to the window', async () => {
    await search.box.fill('landlord');
    await search.rows.first().waitFor();
    await page.locator('.panel-row').first().dispatchEvent('dragstart');
    assert.ok((await asked(page)).some((call) => /^drag \d+$/.test(call)));
    await search.rows.first().click({ button: 'right' });
    assert.ok((await asked(page)).some((call) => /^menu \d+$/.test(call)));
    await page.getByRole('button', { name: 'Open in Findling' }).click();
    assert.ok((await asked(page)).includes('open search landlord'));
  });
});

it('the app’s settings: the key by pressing it, conflicts explained, budgets, erasing asked twice', async (t) => {
  const world = await openWorld(t);
  const step = stepsOf(t);
  const { page } = world;
  await offerHost(page);
  await page.goto(`${new URL(page.url()).origin}/#/settings`);
  await page.reload();
  const setting = async (): Promise<string | null> => (await world.engine.call('settings.get', undefined)).hotkey;
  const key = page.locator('#hotkey-button');

  await step('keys are taken as pressed', async () => {
    await key.waitFor();
    await eventually('the present key', async () => (await key.innerText()) === 'Ctrl+Alt+Space');
    await key.click();
    await page.keyboard.press('Control+Shift+F');
    await eventually('the setting', async () => (await setting()) === 'Control+Shift+F');
  });
  await step('keys of another program are explained and not taken', async () => {
    await key.click();
    await page.keyboard.press('Alt+Space');
    await page.getByRole('alert').filter({ hasText: 'Alt+Space belongs to another program' }).waitFor();
    assert.equal(await setting(), 'Control+Shift+F');
    await page.getByRole('button', { name: 'Use none' }).click();
    await eventually('the setting', async () => (await setting()) === null);
  });
  await step('budgets and the device are kept', async () => {
    await page.getByLabel('Memory of all of Findling').fill('600');
    await page.getByLabel('Memory of all of Findling').press('Enter');
    await page.getByLabel('Runs on').selectOption('cpu');
    await eventually('the settings', async () => { const { memoryBytes, device } = await world.engine.call('settings.get', undefined); return memoryBytes === 600 * 1024 ** 2 && device === 'cpu'; });
  });
  await step('patterns are tried on known files before they are kept', async () => {
    await page.goto(`${new URL(page.url()).origin}/#/folders`);
    await page.getByRole('button', { name: /Options/ }).first().click();
    await page.getByLabel('Leave out').fill('*.md');
    await page.getByTestId('pattern-trial').filter({ hasText: 'would be left out' }).waitFor();
    await page.keyboard.press('Escape');
  });
  await step('erasing everything is asked once more, and then done', async () => {
    await page.goto(`${new URL(page.url()).origin}/#/settings`);
    await page.getByRole('button', { name: 'Erase everything' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await world.engine.call('roots.list', undefined)).length, 1);
  });
});
