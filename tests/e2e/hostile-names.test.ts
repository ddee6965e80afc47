/** File names and texts that try to be more than text. */

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { AppPage } from './pages/app-page.ts';
import { SearchPage } from './pages/search-page.ts';
import { closeBrowser, openWorld } from './world.ts';

after(closeBrowser);

const HOSTILE = {
  'Hostile/<img src=x onerror=alert(1)> zebra.txt': 'A zebra. <script>alert(2)</script> <img src=x onerror=alert(3)>\n',
  'Hostile/zebra \u202Efdp.exe.txt': 'A zebra in disguise.\n',
  'Hostile/zebra\nwith\ttwo lines.txt': 'A zebra in two lines.\n',
  'Hostile/<b onmouseover=alert(4)>zebra folder/zebra {{7*7}} ${7*7}.txt': 'A zebra in a template.\n',
};

it('shows hostile names and texts as inert text', async (t) => {
  const world = await openWorld(t, { files: HOSTILE });
  const { page } = world;
  const search = new SearchPage(page);
  const app = new AppPage(page);
  page.on('dialog', (dialog) => {
    world.complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await search.search('zebra');
  const names = await search.names();
  assert.deepEqual([...names].sort(), [
    '<img src=x onerror=alert(1)> zebra.txt', 'zebra \uFFFDfdp.exe.txt', 'zebra {{7*7}} ${7*7}.txt', 'zebra\u240Awith\u2409two lines.txt',
  ].sort());
  for (let row = 0; row < names.length; row += 1) {
    await search.rows.nth(row).click();
    await search.preview.locator('.passage').first().waitFor();
    await search.rows.nth(row).hover();
  }
  assert.equal(await page.locator('main img, main script, main b').count(), 0);
  // One line each, whatever the name says.
  const heights = await search.rows.locator('.hit-name').evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().height));
  assert.ok(Math.max(...heights) - Math.min(...heights) < 4, `heights ${heights.join(', ')}`);
  // The override must not reorder anything outside of its name.
  const row = search.row('fdp.exe');
  const [nameBox, dateBox] = [await row.locator('.hit-name').boundingBox(), await row.locator('.hit-date').boundingBox()];
  assert.ok(nameBox !== null && dateBox !== null && nameBox.x < dateBox.x);

  await app.go('Files');
  await page.getByRole('textbox', { name: 'Search by path' }).fill('zebra');
  await app.ledgerRow('onerror=alert(1)').waitFor();
  assert.equal(await page.locator('main img, main script, main b').count(), 0);
});
