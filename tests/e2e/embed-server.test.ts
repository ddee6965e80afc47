/** The settings of an embedding server in the page: the check's findings, the warning before text leaves, use, and instructions. The server is emulated. */

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { eventually } from '../fixtures/engine.ts';
import { startEmulator } from '../integration/embed-server-emulator.ts';
import { auditProblems } from './audit.ts';
import { AppPage } from './pages/app-page.ts';
import { closeBrowser, openWorld, stepsOf } from './world.ts';

after(closeBrowser);

const MODEL = 'Qwen/Qwen3-Embedding';

it('an embedding server is set up, warned about, used and instructed', async (t) => {
  const server = await startEmulator({ kind: 'lm-studio', model: MODEL, endToken: false });
  t.after(() => server.stop());
  const world = await openWorld(t);
  const { page, engine } = world;
  const step = stepsOf(t);
  const app = new AppPage(page);
  const section = page.getByRole('region', { name: 'Embedding server' });
  const address = section.getByRole('textbox', { name: 'Address' });
  const check = section.getByRole('button', { name: 'Check the server' });
  const use = section.getByRole('button', { name: 'Use this server' });
  const audit = async (): Promise<void> => assert.deepEqual(await auditProblems(page), []);

  await step('warns before anything is sent to another machine, and needs leave', async () => {
    await app.go('Settings');
    await address.fill('http://192.0.2.7:8080/v1');
    assert.equal(await use.isDisabled(), true);
    await check.click();
    await section.getByRole('alert').filter({ hasText: 'would leave this machine for 192.0.2.7:8080' }).waitFor();
    assert.equal(await section.getByRole('checkbox', { name: 'Send text of my files to 192.0.2.7:8080' }).isChecked(), false);
    await audit();
    await section.getByRole('checkbox').check();
    // The leave was for that address.
    await address.fill(server.url);
    await address.fill('http://192.0.2.8:8080/v1');
    await check.click();
    await section.getByRole('alert').filter({ hasText: '192.0.2.8:8080' }).waitFor();
    assert.equal((await engine.call('settings.get', undefined)).server.baseUrl, null, 'nothing is kept by a check');
  });

  await step('says what is wrong with an address or a server that is not there', async () => {
    await address.fill('http://user@127.0.0.1/');
    await check.click();
    await section.getByRole('alert').filter({ hasText: 'must not hold a name' }).waitFor();
    await address.fill('http://127.0.0.1:9/v1');
    await check.click();
    await section.getByRole('alert').filter({ hasText: 'is not running' }).waitFor();
  });

  await step('shows what the check found, in plain words', async () => {
    await address.fill(`${server.url}/v1`);
    await section.getByRole('textbox', { name: 'Model' }).fill(MODEL);
    await check.press('Enter');
    await section.getByText('LM Studio answers with 64 dimensions. It embeds as it should').waitFor();
    await section.getByText('does not put the model\'s end token').waitFor();
    await section.getByText('More settings').click();
    await audit();
  });

  await step('speaks Chinese', async () => {
    await engine.call('settings.set', { language: 'zh-CN' });
    const chinese = page.getByRole('region', { name: '嵌入服务器' });
    await chinese.getByText(/LM Studio 返回 64 维向量。 *嵌入正常/).waitFor();
    await chinese.getByText('服务器没有在文本末尾加上模型的结束标记').waitFor();
    await engine.call('settings.set', { language: 'en' });
    await section.waitFor();
  });

  await step('uses the server: the draft outlived the change of another setting', async () => {
    await use.click();
    await eventually('the server to be chosen', async () => {
      const settings = await engine.call('settings.get', undefined);
      return settings.model === 'server' && settings.server.baseUrl === `${server.url}/v1`;
    });
    await section.getByText('In use').waitFor();
  });

  await step('instructs: for all searches, and for one', async () => {
    await engine.call('settings.set', { buildModels: 'always' });
    await eventually('the server\'s vectors to be made', async () => (await engine.call('models.list', undefined)).generations.some(({ modelId, share }) => modelId === 'server' && share === 1));
    const built = (await engine.call('models.list', undefined)).generations.find(({ modelId }) => modelId === 'server');
    if (built?.state === 'ready') await engine.call('generations.switch', { generationId: built.id });
    await eventually('the server to answer', async () => (await engine.call('index.status', undefined)).model.takesInstruction);
    const all = page.getByRole('region', { name: 'Task instruction' }).getByRole('textbox');
    await all.fill('Given a name, find letters to that person');
    await all.blur();
    await eventually('the instruction to be kept', async () => (await engine.call('settings.get', undefined)).instruction === 'Given a name, find letters to that person');
    await audit();
    await app.go('Search');
    await page.getByRole('combobox', { name: 'Search your files' }).fill('harbour master');
    await eventually('the query with it', () => server.seen.some(({ texts }) => texts.some((text) => text.startsWith('Instruct: Given a name, find letters to that person\nQuery:harbour master'))));
    await page.getByRole('button', { name: 'Task' }).click();
    await page.getByRole('textbox', { name: 'What this search is for' }).fill('Find ships');
    await page.getByRole('button', { name: 'Search so' }).click();
    await eventually('the query\'s own', () => server.seen.some(({ texts }) => texts.some((text) => text.startsWith('Instruct: Find ships\nQuery:harbour master'))));
    await page.getByRole('button', { name: 'Task: Find ships' }).waitFor();
    await audit();
  });
});
