/** What an automatic audit would look at: names, roles, contrast, sizes, and that nothing runs out of a narrow page. */

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import type { Page } from 'playwright-core';
import { contrastProblems, nameProblems } from './audit.ts';
import { AppPage } from './pages/app-page.ts';
import { SearchPage } from './pages/search-page.ts';
import { closeBrowser, openWorld } from './world.ts';

after(closeBrowser);

async function visitAll(page: Page, look: (where: string) => Promise<void>): Promise<void> {
  const search = new SearchPage(page);
  const app = new AppPage(page);
  await search.box.waitFor();
  await look('home');
  await search.search('warranty');
  await look('results');
  await search.rows.first().click();
  await search.preview.locator('.passage').first().waitFor();
  await search.preview.getByRole('button', { name: 'Why this result' }).click();
  await look('preview');
  const back = page.getByRole('button', { name: 'Back to the results' });
  if (await back.isVisible()) await back.click();
  await search.search('"zzyzx qwrtpl"');
  await look('nothing found');
  await search.chip('Language').click();
  await look('filter menu');
  await page.keyboard.press('Escape');
  await app.go('Folders');
  await app.card('corpus').waitFor();
  await look('folders');
  await app.card('corpus').getByRole('button', { name: 'Options' }).click();
  await look('options');
  await page.keyboard.press('Escape');
  await app.go('Files');
  await app.ledgerRow('Boiler warranty.md').waitFor();
  await look('files');
  await app.go('Models');
  await page.getByRole('heading', { name: 'BGE-M3' }).waitFor();
  await look('models');
  await app.go('Settings');
  await page.getByText('Data directory', { exact: true }).waitFor();
  await look('settings');
}

for (const colorScheme of ['light', 'dark'] as const) {
  it(`has names, roles and contrast everywhere (${colorScheme})`, async (t) => {
    const world = await openWorld(t, { browser: { colorScheme, reducedMotion: 'reduce' } });
    await visitAll(world.page, async (where) => {
      assert.deepEqual(await nameProblems(world.page), [], where);
      assert.deepEqual(await contrastProblems(world.page), [], where);
    });
    });
}

it('fits a page of 360 px, and one at 200 % zoom', async (t) => {
  const world = await openWorld(t);
  const { page } = world;
  for (const viewport of [{ width: 360, height: 740 }, { width: 640, height: 400 }]) {
    await page.setViewportSize(viewport);
    await page.reload();
    await visitAll(page, async (where) => {
      const wide = await page.evaluate(() => ({ content: document.documentElement.scrollWidth, window: document.documentElement.clientWidth }));
      assert.ok(wide.content <= wide.window, `${where} at ${viewport.width} px is ${wide.content} px wide`);
    });
    await new AppPage(page).go('Search');
    await page.getByRole('button', { name: 'Clear the search' }).click();
  }
});

it('tells screen readers how many hits there are and which row is active', async (t) => {
  const world = await openWorld(t);
  const search = new SearchPage(world.page);
  await search.search('limescale');
  const count = await search.rows.count();
  assert.ok(count > 0);
  await search.live.filter({ hasText: new RegExp(`^${count} results?\\.$`) }).waitFor({ state: 'attached' });
  assert.equal(await search.box.getAttribute('aria-expanded'), 'true');
  assert.equal(await search.box.getAttribute('aria-controls'), await search.list.getAttribute('id'));
  await world.page.keyboard.press('ArrowDown');
  const active = await search.box.getAttribute('aria-activedescendant');
  assert.equal(await world.page.locator(`#${active}`).getAttribute('aria-selected'), 'true');
});

it('has an audit that notices what it looks for', async (t) => {
  const { page } = await openWorld(t, { indexed: false, browser: { reducedMotion: 'reduce' } });
  await page.getByRole('button', { name: /^Choose a folder/ }).waitFor();
  assert.deepEqual([await nameProblems(page), await contrastProblems(page)], [[], []]);
  await page.evaluate(() => {
    document.documentElement.style.setProperty('--muted', '#a8aaa8');
    document.querySelector('main')?.append(document.createElement('button'));
  });
  assert.match((await nameProblems(page)).join(), /button\. has no name/);
  assert.match((await contrastProblems(page)).join(), /p\.lead/);
});
