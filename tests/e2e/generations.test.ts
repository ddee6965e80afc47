/** Changing the model in the page: what it takes, how far it is, what it waits for, comparing, going back, deleting. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { GARDEN_WORDS, gardenFiles } from '../fixtures/garden-files.ts';
import { writeWordModel } from '../fixtures/word-model.ts';
import { auditProblems } from './audit.ts';
import { AppPage } from './pages/app-page.ts';
import { closeBrowser, openWorld, stepsOf } from './world.ts';

after(closeBrowser);

const BUILT_IN = 'findling-static-multilingual';

it('changes the model while the present one goes on answering', async (t) => {
  const world = await openWorld(t, { files: gardenFiles(16) });
  await writeWordModel(path.join(path.dirname(world.corpus), 'data/models/words-a'), { words: GARDEN_WORDS, width: 128, seed: 1 });
  await world.engine.call('settings.set', { minFreeBytes: 0, buildModels: 'always' });
  await world.engine.call('index.pause', {});
  const step = stepsOf(t);
  const { page } = world;
  const app = new AppPage(page);
  const section = page.getByRole('region', { name: 'What your files mean' });
  const card = (title: string): Locator => section.getByRole('listitem', { name: title, exact: true });
  const choose = async (): Promise<Locator> => {
    await section.getByRole('button', { name: 'See what it takes' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    return dialog;
  };

  const audit = async (): Promise<void> => assert.deepEqual(await auditProblems(page), []);

  await step('says what a change takes before anything begins', async () => {
    await app.go('Models');
    await card(BUILT_IN).getByText('Answers your searches').waitFor();
    await card(BUILT_IN).getByText(/knows all of your text/).waitFor();
    await section.getByRole('combobox', { name: 'Models' }).selectOption('words-a');
    const dialog = await choose();
    assert.match(await dialog.innerText(), /reads all of your text once[\s\S]*\d characters[\s\S]*about \d+ sec[\s\S]*Disk needed meanwhile[\s\S]*Disk free/);
    await audit();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await section.getByRole('listitem').count(), 1);
  });

  await step('shows how much the new one knows and what it waits for', async () => {
    await (await choose()).getByRole('button', { name: 'Begin' }).click();
    await card('words-a').getByText('Waits for indexing to be resumed.').waitFor();
    await card('words-a').getByText(/words-a knows 0 ?% of your text/).waitFor();
    await card('words-a').getByRole('progressbar', { name: 'Text that words-a knows' }).waitFor();
    await card(BUILT_IN).getByText('Answers your searches').waitFor();
    await audit();
  });

  await step('lets it answer when it is complete, and keeps the other', async () => {
    await world.engine.call('index.resume', undefined);
    await card('words-a').getByText('Answers your searches').waitFor();
    await card(BUILT_IN).getByText('Kept for going back').waitFor();
  });

  await step('compares the two on the files', async () => {
    await card(BUILT_IN).getByRole('button', { name: /^Compare/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('rowheader', { name: 'Right file first' }).waitFor();
    assert.match(await dialog.innerText(), /\d+ questions made from titles and headings of your files/);
    await audit();
    await page.keyboard.press('Escape');
  });

  await step('goes back by keyboard, and deletes what is not wanted', async () => {
    await card(BUILT_IN).getByRole('button', { name: /^Go back/ }).press('Enter');
    await card(BUILT_IN).getByText('Answers your searches').waitFor();
    await card('words-a').getByRole('button', { name: /^Delete/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await card('words-a').waitFor({ state: 'detached' });
  });

  await step('speaks Chinese', async () => {
    await world.engine.call('settings.set', { language: 'zh-CN' });
    await page.getByRole('region', { name: '文件含义' }).getByText('正在回答搜索').waitFor();
    await page.getByText(`${BUILT_IN} 已读完全部文本。`).waitFor();
  });
});
