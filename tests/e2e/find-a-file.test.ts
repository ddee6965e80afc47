/** The whole way of a person: first launch, a folder, finding by name, words and meaning, reading, the ledger, and forgetting. */

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { AppPage } from './pages/app-page.ts';
import { SearchPage } from './pages/search-page.ts';
import { closeBrowser, openWorld, stepsOf } from './world.ts';

after(closeBrowser);

it('leads from first launch to a found file and back to an empty index', async (t) => {
  const world = await openWorld(t, { indexed: false });
  const step = stepsOf(t);
  const { page, corpus } = world;
  const app = new AppPage(page);
  const search = new SearchPage(page);

  await step('greets, offers sample files first, and reads nothing before it is asked to', async () => {
    await page.getByRole('heading', { name: 'Welcome to Findling' }).waitFor();
    await app.button(/^Choose a folder/).waitFor();
    const offers = await page.locator('.first-choices').getByRole('button').allTextContents();
    assert.match(offers[0] ?? '', /^Try it with sample files/);
    assert.match(offers[1] ?? '', /^Choose a folder/);
    assert.deepEqual((await world.engine.call('roots.list', undefined)), []);
    assert.equal(new URL(page.url()).search, '', 'the token must not stay in the address');
  });

  await step('adds a folder chosen by path, and says so when the path is wrong', async () => {
    await app.button(/^Choose a folder/).click();
    const dialog = app.dialog('Choose a folder');
    await dialog.getByRole('textbox', { name: 'Folder' }).fill('/no/such/folder');
    await dialog.getByRole('button', { name: 'Go', exact: true }).click();
    await dialog.getByRole('alert').filter({ hasText: 'This folder does not exist' }).waitFor();
    await dialog.getByRole('textbox', { name: 'Folder' }).fill(corpus);
    await dialog.getByRole('button', { name: 'Go', exact: true }).click();
    await dialog.getByRole('button', { name: '合同' }).waitFor();
    await dialog.getByRole('button', { name: 'Add this folder' }).click();
    await dialog.waitFor({ state: 'detached' });
    await search.box.waitFor();
    await world.engine.call('index.settled', undefined);
  });

  await step('finds by part of a name', async () => {
    await search.search('token_buck');
    assert.equal((await search.names())[0], 'token_bucket.py');
    assert.match(await search.rows.first().innerText(), /Name/);
    assert.equal(await search.rows.first().locator('.hit-name mark').first().innerText(), 'token_buck');
  });

  await step('finds by words and marks them', async () => {
    await search.search('limescale');
    const row = search.row('Boiler warranty.md');
    assert.match(await row.innerText(), /Words/);
    assert.deepEqual(await row.locator('.hit-snippet mark').allTextContents(), ['Limescale']);
  });

  await step('finds by meaning what shares no word with the search', async () => {
    await search.search('money back for a journey that did not take place');
    const weak = app.button(/weak match|Show them/).first();
    if (await search.row('Refund letter.txt').count() === 0) await weak.click();
    await search.row('Refund letter.txt').waitFor();
    assert.match(await search.row('Refund letter.txt').innerText(), /Meaning/);
  });

  await step('finds Chinese words without spaces around them', async () => {
    await search.search('押金');
    assert.equal((await search.names())[0], '租房合同.md');
    assert.deepEqual(await search.rows.first().locator('.hit-snippet mark').allTextContents(), ['押金']);
  });

  await step('reads the text around the hit, with the marks, and explains the order', async () => {
    await search.search('limescale');
    await search.row('Boiler warranty.md').click();
    await search.preview.getByRole('heading', { name: 'Boiler warranty.md' }).waitFor();
    await search.preview.locator('.passage mark').filter({ hasText: 'Limescale' }).first().waitFor();
    await search.preview.getByRole('button', { name: 'Why this result' }).click();
    const total = await search.preview.getByRole('table').locator('tfoot td.number').innerText();
    assert.match(total, /^\+[\d.,]+$/);
    assert.ok(await search.preview.getByRole('table').locator('tbody tr').count() > 0);
  });

  await step('filters by type with a chip, as the query language does', async () => {
    await search.search('warranty');
    assert.ok((await search.names()).includes('Boiler warranty.md'));
    await search.chip('Type').click();
    await page.getByRole('checkbox', { name: 'PDF' }).check();
    await page.keyboard.press('Escape');
    await search.chip('Type: PDF').waitFor();
    await search.finished();
    assert.ok(!(await search.names()).includes('Boiler warranty.md'));
    await app.button('Remove all filters').click();
    await search.search('warranty type:md');
    await search.row('Boiler warranty.md').waitFor();
    await search.chip(/^Type: /).waitFor();
  });

  await step('says honestly when nothing is there', async () => {
    await search.search('"zzyzx qwrtpl"');
    await page.getByRole('heading', { name: 'Nothing here' }).waitFor();
    await search.live.filter({ hasText: 'No results.' }).waitFor({ state: 'attached' });
  });

  await step('shows in the ledger what became of each file', async () => {
    await app.go('Files');
    await app.ledgerRow('Boiler warranty.md').filter({ hasText: 'words and meaning' }).waitFor();
    await page.getByRole('button', { name: /^Skipped/ }).click();
    await app.ledgerRow('empty.txt').filter({ hasText: 'Is empty' }).waitFor();
    await page.getByRole('button', { name: /^Failed/ }).click();
    await app.ledgerRow('broken.pdf').filter({ hasText: 'Is damaged' }).waitFor();
    assert.equal(await app.ledgerRow('empty.txt').count(), 0);
    await page.getByRole('button', { name: /^All/ }).click();
    await page.getByRole('textbox', { name: 'Search by path' }).fill('garden');
    await app.ledgerRow('Garden diary.md').waitFor();
    await app.ledgerRow('Boiler warranty.md').waitFor({ state: 'detached' });
  });

  await step('speaks Chinese when it is set, and finds there too', async () => {
    await app.go('Settings');
    await page.getByLabel('Language').selectOption('zh-CN');
    await page.getByRole('heading', { name: '设置', level: 1 }).waitFor();
    // The document learns of it after it was drawn.
    await page.locator('html[lang="zh-CN"]').waitFor({ state: 'attached' });
    await app.go('搜索');
    await search.search('租金');
    assert.equal((await search.names())[0], '租房合同.md');
    await search.live.filter({ hasText: '个结果' }).waitFor({ state: 'attached' });
    await page.reload();
    await page.getByRole('navigation').getByRole('link', { name: '设置' }).waitFor();
    await app.go('设置');
    await page.getByLabel('语言').selectOption('en');
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  });

  await step('asks before it forgets a folder, and then nothing of it is found', async () => {
    await app.go('Folders');
    await app.card('corpus').getByRole('button', { name: 'Remove' }).click();
    const dialog = app.dialog('Remove this folder?');
    await dialog.getByText('The files themselves stay where they are.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.equal((await world.engine.call('roots.list', undefined)).length, 1);
    await app.card('corpus').getByRole('button', { name: 'Remove' }).click();
    await dialog.getByRole('button', { name: 'Remove and forget' }).click();
    await page.getByRole('heading', { name: 'Welcome to Findling' }).waitFor();
    assert.deepEqual(await world.engine.call('roots.list', undefined), []);
  });
});
