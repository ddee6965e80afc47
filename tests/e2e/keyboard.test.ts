/** Everything without a mouse. */

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { eventually } from '../fixtures/engine.ts';
import { SearchPage } from './pages/search-page.ts';
import { closeBrowser, openWorld, stepsOf } from './world.ts';

after(closeBrowser);

const MANY = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`Many/harvest ${String(index + 1).padStart(2, '0')}.txt`, `The harvest of year ${index + 1} was good.\n`]));

it('is steered by keys alone', async (t) => {
  const world = await openWorld(t, { files: MANY });
  const step = stepsOf(t);
  const { page } = world;
  const search = new SearchPage(page);
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');
  const selectedIndex = async (): Promise<number> => {
    const id = await search.box.getAttribute('aria-activedescendant');
    const ids = await search.rows.evaluateAll((rows) => rows.map((row) => row.id));
    return ids.indexOf(id ?? 'none');
  };

  await step('the box has the focus from the start, and / and Ctrl-K bring it back', async () => {
    // It is seen a moment before it has the focus.
    await page.waitForFunction(() => document.activeElement?.id === 'search-input');
    await page.keyboard.press('Tab');
    assert.notEqual(await focused(), 'search-input');
    await page.keyboard.press('/');
    assert.equal(await focused(), 'search-input');
    assert.equal(await search.box.inputValue(), '', 'the slash is not typed');
    await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).press('Enter');
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await page.keyboard.press('Control+k');
    await search.box.waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'search-input');
  });

  await step('arrows, pages and ends move in the list while the box keeps the focus', async () => {
    await page.keyboard.type('harvest');
    await search.finished();
    assert.equal(await search.rows.count(), 20);
    assert.equal(await selectedIndex(), -1);
    const moves: readonly (readonly [string, number])[] = [
      ['ArrowDown', 0], ['ArrowDown', 1], ['ArrowUp', 0], ['ArrowUp', 0], ['PageDown', 8], ['End', 19], ['ArrowDown', 19], ['PageUp', 11], ['Home', 0],
    ];
    for (const [key, expected] of moves) {
      await page.keyboard.press(key);
      assert.equal(await selectedIndex(), expected, key);
    }
    assert.equal(await search.selected.count(), 1);
    assert.equal(await focused(), 'search-input');
  });

  await step('the selected row is in sight, and its text beside it', async () => {
    await page.keyboard.press('End');
    const name = await search.selected.locator('.hit-name').innerText();
    await search.preview.getByRole('heading', { name }).waitFor();
    const inSight = await search.selected.evaluate((row) => {
      const pane = row.closest('.search-list')?.getBoundingClientRect();
      const own = row.getBoundingClientRect();
      return pane !== undefined && own.top >= pane.top - 1 && own.bottom <= pane.bottom + 1;
    });
    assert.equal(inSight, true);
  });

  await step('Escape leaves the row first and clears the text next', async () => {
    await page.keyboard.press('Escape');
    assert.equal(await selectedIndex(), -1);
    assert.equal(await search.box.inputValue(), 'harvest');
    await page.keyboard.press('Escape');
    await eventually('the box to be empty', async () => (await search.box.inputValue()) === '');
    await page.getByRole('heading', { name: 'Find it by what it means' }).waitFor();
  });

  await step('Enter selects first, then asks the engine to open; Ctrl-Enter to show the folder', async () => {
    await page.keyboard.type('limescale');
    await search.finished();
    await page.keyboard.press('Enter');
    await search.preview.getByRole('heading', { name: 'Boiler warranty.md' }).waitFor();
    const calls = await recordCalls(page);
    await page.keyboard.press('Control+Enter');
    await page.keyboard.press('Enter');
    await page.waitForFunction((list) => list.length >= 2, calls);
    assert.deepEqual(await calls.jsonValue(), ['files.reveal', 'files.open']);
  });

  await step('a filter is chosen and left by keys', async () => {
    await search.chip('Type').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox', { name: 'Document' }).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'checkbox');
    await page.keyboard.press('Space');
    await search.chip('Type: Document').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('checkbox', { name: 'Document' }).waitFor({ state: 'detached' });
    assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ''), /^Type/);
  });
});

/** Names of the calls the page makes from now on. Kept from the engine: no program opens on the machine that runs the tests. */
async function recordCalls(page: SearchPage['page']) {
  return page.evaluateHandle(() => {
    const calls: string[] = [];
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function record(data) {
      const message = JSON.parse(String(data)) as { kind: string; name?: string };
      if (message.kind === 'call' && (message.name === 'files.open' || message.name === 'files.reveal')) calls.push(message.name);
      else send.call(this, data);
    };
    return calls;
  });
}
