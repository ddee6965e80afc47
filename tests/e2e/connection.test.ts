/** The engine goes away and comes back; the page stays calm and loses nothing. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, it } from 'node:test';
import { SearchPage } from './pages/search-page.ts';
import { closeBrowser, openWorld } from './world.ts';

after(closeBrowser);

it('says that the connection was lost, comes back by itself, and follows the index again', async (t) => {
  const world = await openWorld(t);
  const { page, tap, corpus } = world;
  const search = new SearchPage(page);
  await search.search('limescale');
  await search.rows.first().click();
  await search.preview.getByRole('heading', { name: 'Boiler warranty.md' }).waitFor();
  const banner = page.getByRole('status').filter({ hasText: 'The connection to Findling was lost' });
  await tap.cut();
  await banner.waitFor();
  assert.equal(await search.selected.count(), 1, 'what was on screen stays');
  tap.mend();
  await banner.waitFor({ state: 'detached' });
  await writeFile(`${corpus}/Home/Kettle.txt`, 'Limescale in the kettle.\n');
  await search.row('Kettle.txt').waitFor();
  assert.equal(await search.selected.locator('.hit-name').innerText(), 'Boiler warranty.md');
});

it('survives the engine being killed: a banner, then all is found again at the new address', async (t) => {
  const world = await openWorld(t);
  const { page, complaints } = world;
  const search = new SearchPage(page);
  await search.search('limescale');
  const port = Number(new URL(page.url()).port);
  const { pid } = await world.engine.call('engine.info', undefined);
  process.kill(pid, 'SIGKILL');
  await page.getByRole('status').filter({ hasText: 'The connection to Findling was lost' }).waitFor();
  await search.box.fill('limescale in');
  assert.ok((await search.names()).includes('Boiler warranty.md'), 'hits stay readable while there is no engine');
  const address = await world.restartEngine(port);
  await page.goto(address);
  await search.search('limescale');
  await search.row('Boiler warranty.md').waitFor();
  // The browser itself logs that nobody answered meanwhile.
  assert.ok(complaints.every((complaint) => /ERR_CONNECTION_REFUSED|WebSocket connection to/.test(complaint)), complaints.join('\n'));
  complaints.splice(0);
});

it('says calmly that the settings file was damaged, and all is found with the defaults', async (t) => {
  const world = await openWorld(t);
  const { page, complaints } = world;
  const search = new SearchPage(page);
  await search.search('limescale');
  const { pid, dataDirectory } = await world.engine.call('engine.info', undefined);
  const port = Number(new URL(page.url()).port);
  process.kill(pid, 'SIGKILL');
  await page.getByRole('status').filter({ hasText: 'The connection to Findling was lost' }).waitFor();
  await writeFile(path.join(dataDirectory, 'config.json'), '{ "theme": ');
  await page.goto(await world.restartEngine(port));
  await page.getByText('1 trouble').click();
  await page.getByText(/config\.json was damaged .* the defaults are used/).waitFor();
  await search.search('limescale');
  await search.row('Boiler warranty.md').waitFor();
  complaints.splice(0);
});
