/** Work that waits for mains power: the page and the panel say so, and offer what helps instead of a resume that does nothing. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, it } from 'node:test';
import { eventually } from '../fixtures/engine.ts';
import { SearchPage } from './pages/search-page.ts';
import { closeBrowser, openWorld, stepsOf } from './world.ts';

after(closeBrowser);

it('on battery the page waits in its own words, and one press goes on', async (t) => {
  const world = await openWorld(t);
  const step = stepsOf(t);
  const { page, engine, corpus } = world;
  const search = new SearchPage(page);
  const bar = page.getByRole('contentinfo', { name: 'Status' });
  const tooButton = bar.getByRole('button', { name: 'Index on battery too' });

  await step('the status bar says what is waited for, and has nothing to resume', async () => {
    await engine.call('settings.set', { onBattery: 'stop' });
    await engine.call('host.power', { onBattery: true });
    await writeFile(`${corpus}/Home/Kettle.txt`, 'Descaling the kettle with vinegar.\n');
    await bar.getByText('Waiting for mains power').waitFor();
    await bar.getByText('1 file waiting').waitFor();
    assert.equal(await bar.getByText('Paused').count(), 0);
    assert.equal(await bar.getByRole('button', { name: 'Resume' }).count(), 0);
    assert.equal(await tooButton.getAttribute('title'), 'Sets “On battery” in the settings to “Go slowly”');
  });
  await step('the panel says it where somebody looks for the file', async () => {
    const panel = await page.context().newPage();
    await panel.goto(`${new URL(page.url()).origin}/#/panel`);
    await new SearchPage(panel).box.fill('descaling');
    await panel.getByRole('status').filter({ hasText: 'New and changed files wait for mains power' }).waitFor();
    await panel.close();
  });
  await step('a person’s own pause is still one that can be resumed', async () => {
    await engine.call('index.pause', {});
    await bar.getByRole('button', { name: 'Resume' }).click();
    await tooButton.waitFor();
  });
  await step('the press changes the setting, and the file is read', async () => {
    await tooButton.click();
    await eventually('the setting to be another', async () => (await engine.call('settings.get', undefined)).onBattery === 'slow');
    await search.search('descaling vinegar');
    await search.row('Kettle.txt').waitFor();
    await bar.getByRole('button', { name: 'Pause' }).waitFor();
    assert.equal(await tooButton.count(), 0);
  });
});
