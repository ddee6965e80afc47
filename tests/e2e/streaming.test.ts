/** Answers come in tiers and out of turn: what a person looks at must hold still. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, it } from 'node:test';
import { SearchPage } from './pages/search-page.ts';
import { closeBrowser, openWorld } from './world.ts';

after(closeBrowser);

const FRUIT = Object.fromEntries(['apple', 'pear', 'plum', 'cherry', 'quince'].map((fruit) => [`Fruit/${fruit} orchard.txt`, `The ${fruit} trees of the orchard were planted last year.\n`]));

it('never lets an older answer overwrite a newer one', async (t) => {
  const world = await openWorld(t, { files: FRUIT });
  const search = new SearchPage(world.page);
  await search.box.waitFor();
  world.tap.holdWhen((text) => text === 'limescale');
  await search.box.fill('limescale');
  await world.tap.untilHeld();
  await search.search('orchard');
  const shown = await search.names();
  // Meaning may bring others besides.
  for (const file of Object.keys(FRUIT)) assert.ok(shown.includes(file.slice('Fruit/'.length)), file);
  world.tap.release();
  // An answer to a later question has gone through the same socket after the late one: it would have been drawn by now.
  await search.search('orchard quince');
  assert.ok(!(await search.names()).includes('Boiler warranty.md'));
  await search.search('orchard');
  assert.deepEqual(await search.names(), shown);
});

it('keeps the selected row and those above in place when meaning joins, and slots the rest in below', async (t) => {
  const world = await openWorld(t, { files: FRUIT });
  const { page, tap } = world;
  const search = new SearchPage(page);
  await search.box.waitFor();
  // Where meaning is in as soon as words are, the engine paints once: here the first tier is painted alone in any case, and once.
  tap.holdWhen((text) => text === 'orchard');
  await search.box.fill('orchard');
  await tap.untilHeld('done');
  tap.show((update) => ({ ...update, stage: 'words' }));
  await search.rows.nth(4).waitFor();
  const before = await search.names();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const box = await search.selected.boundingBox();
  // The order turned round is the worst that a later tier can bring.
  let order: readonly number[] = [];
  tap.release((update) => {
    const hits = [...update.hits].reverse();
    order = hits.map((hit) => hit.fileId);
    return { ...update, hits };
  });
  await page.locator('[data-stage="done"]').waitFor();
  const now = await search.names();
  const ids = await search.rows.evaluateAll((rows) => rows.map((row) => Number(row.id.replace('hit-', ''))));
  assert.deepEqual(now.slice(0, 2), before.slice(0, 2));
  assert.deepEqual(ids.slice(2), order.filter((id) => !ids.slice(0, 2).includes(id)));
  assert.notDeepEqual(ids, order, 'the new order would have moved rows');
  assert.equal(await search.selected.locator('.hit-name').innerText(), before[1]);
  const moved = Math.abs(((await search.selected.boundingBox())?.y ?? 0) - (box?.y ?? 0));
  // The rows above may grow by a line: badges of meaning join in place.
  assert.ok(moved < 40, `the selected row moved by ${moved} px`);
});

it('finds a new file in the answer on screen without another key', async (t) => {
  const world = await openWorld(t);
  const { page, corpus } = world;
  const search = new SearchPage(page);
  await search.search('marzipan cake');
  assert.ok(!(await search.names()).includes('Cake.txt'));
  await writeFile(`${corpus}/Home/Cake.txt`, 'Marzipan cake with almonds.\n');
  await search.row('Cake.txt').waitFor();
});

it('asks for nothing while an input method composes, and for the whole once it is done', async (t) => {
  const world = await openWorld(t);
  const { page } = world;
  const search = new SearchPage(page);
  await search.box.waitFor();
  const session = await page.context().newCDPSession(page);
  const asked: string[] = [];
  world.tap.holdWhen((text) => { asked.push(text); return false; });
  await search.box.focus();
  for (const text of ['y', 'ya', 'ya jin']) await session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  assert.equal(await search.box.inputValue(), 'ya jin');
  await session.send('Input.insertText', { text: '押金' });
  await search.finished();
  assert.equal((await search.names())[0], '租房合同.md');
  assert.deepEqual([...new Set(asked)], ['押金']);
});
