/** The models view: what there is, a download that is stopped and goes on, a self-test that fails in plain sight, import and removal. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, it } from 'node:test';
import type { Locator } from 'playwright-core';
import type { Fault } from '../fixtures/model-hub.ts';
import { GRAPH_BYTES, startRerankerHub } from '../fixtures/reranker-hub.ts';
import { writeTinyModel } from '../fixtures/tiny-model.ts';
import { auditProblems } from './audit.ts';
import { AppPage } from './pages/app-page.ts';
import { closeBrowser, openWorld, stepsOf } from './world.ts';

after(closeBrowser);

it('brings models to this machine, and says plainly how they do', async (t) => {
  const hub = await startRerankerHub();
  t.after(() => hub.close());
  const world = await openWorld(t, { indexed: false });
  await world.engine.call('settings.set', { downloads: { mirror: hub.address, proxy: null }, minFreeBytes: 0 });
  const step = stepsOf(t);
  const { page } = world;
  const app = new AppPage(page);
  const card = (title: string): Locator => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, level: 3, exact: true }) });
  const reranker = card('Qwen3-Reranker 0.6B');

  const audit = async (): Promise<void> => assert.deepEqual(await auditProblems(page), []);

  await step('shows each model with size, licence and what it is good for, and asks nothing of the network', async () => {
    await app.go('Models');
    await page.getByRole('heading', { name: 'Models', level: 1 }).waitFor();
    const qwen = card('Qwen3-Embedding 0.6B');
    assert.match(await qwen.innerText(), /over 100 languages[\s\S]*1,024 dimensions[\s\S]*Licence: Apache-2\.0/);
    assert.deepEqual(await qwen.getByRole('combobox').locator('option').allTextContents(), ['fp32, 2.4 GB', 'fp16, 1.2 GB', 'q4f16, 578 MB']);
    assert.match(await card('EmbeddingGemma 300M').innerText(), /Gemma Terms of Use/);
    await card('findling-static-multilingual').getByText('In use').waitFor();
    assert.equal(hub.requests.length, 0);
    await audit();
  });

  await step('downloads with progress, stops, and keeps what is there', async () => {
    // However long the steps below take: a server given up as silent is silent again.
    hub.faults.push({ kind: 'cut', after: GRAPH_BYTES }, { kind: 'stall', after: 200_000 }, ...Array.from({ length: 100 }, (): Fault => ({ kind: 'stall', after: 0 })));
    await reranker.getByRole('combobox').selectOption('fp16');
    await reranker.getByRole('button', { name: /^Download Qwen3-Reranker/ }).click();
    const bar = reranker.getByRole('progressbar', { name: 'Download of Qwen3-Reranker 0.6B' });
    await bar.waitFor();
    await reranker.getByText(/^20\d kB of 40\d kB/).waitFor();
    await reranker.getByRole('button', { name: 'Stop downloading' }).click();
    await reranker.getByText('Stopped', { exact: true }).waitFor();
    hub.faults.splice(0);
    await audit();
  });

  await step('goes on by keyboard, and shows that what came does not work', async () => {
    await reranker.getByRole('button', { name: /^Go on/ }).press('Enter');
    await reranker.getByText(/^Self-test failed/).waitFor();
    await page.getByRole('alert').filter({ hasText: 'failed its self-test' }).waitFor();
    assert.ok(hub.requests.some(({ headers }) => headers.range === 'bytes=200000-'));
    await audit();
  });

  await step('asks before it removes', async () => {
    await reranker.getByRole('button', { name: 'Remove Qwen3-Reranker 0.6B' }).click();
    const dialog = app.dialog('Remove Qwen3-Reranker 0.6B?');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await reranker.getByRole('button', { name: 'Remove Qwen3-Reranker 0.6B' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await reranker.getByRole('button', { name: /^Download/ }).waitFor();
  });

  await step('tells why a download does not work', async () => {
    hub.hubFaults.push({ status: 403 });
    await reranker.getByRole('button', { name: /^Download/ }).click();
    await reranker.getByText(/import the folder/).waitFor();
    await page.getByRole('alert').filter({ hasText: 'stopped' }).waitFor();
    await reranker.getByRole('button', { name: /^Delete the unfinished download/ }).click();
    await reranker.getByRole('button', { name: /^Download/ }).waitFor();
  });

  await step('imports a folder of this machine, and tests the built-in model', async () => {
    const folder = path.join(world.corpus, 'tiny');
    await writeTinyModel(folder);
    await app.button('Import from this machine').click();
    const dialog = app.dialog('Import a model');
    await dialog.getByRole('textbox', { name: 'Folder' }).fill(folder);
    await dialog.getByRole('button', { name: 'Import from this folder' }).click();
    await card('tiny').getByText(/^Self-test failed/).waitFor();
    await card('findling-static-multilingual').getByRole('button', { name: /^Test / }).click();
    await card('findling-static-multilingual').getByText(/^Self-test passed/).waitFor();
  });

  await step('speaks Chinese', async () => {
    await world.engine.call('settings.set', { language: 'zh-CN' });
    await page.getByRole('heading', { name: '模型', level: 1 }).waitFor();
    assert.match(await card('BGE-M3').innerText(), /尤其是中文[\s\S]*许可证：MIT/);
    await card('findling-static-multilingual').getByText(/^自检通过/).waitFor();
  });
});
