/** The embedder's process dies, rests, is cancelled and is asked two things at once. */

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Embedder, EmbedderStatus } from '../../src/embed/embedder.ts';
import { readModelFolder } from '../../src/embed/model-folder.ts';
import { createOnnxEmbedder } from '../../src/embed/onnx-embedder.ts';
import { openTokenizer } from '../../src/embed/tokenizer.ts';
import { eventually } from '../fixtures/engine.ts';

const folder = fileURLToPath(new URL('../../resources/models/findling-static-multilingual', import.meta.url));

async function ready(context: TestContext): Promise<Embedder> {
  const embedder = await createOnnxEmbedder({ folder, threads: 1, queryWaitMs: 600_000 });
  // The engine has other things that keep it alive while a restart is waited for; a test has this.
  const alive = setInterval(() => {}, 60_000);
  context.after(async () => {
    clearInterval(alive);
    await embedder.close();
  });
  await eventually('the embedder is ready', () => embedder.status().state === 'ready');
  return embedder;
}

function kill(embedder: Embedder): void {
  if (embedder.pid !== undefined) process.kill(embedder.pid, 'SIGKILL');
}

/** Takes a second or more. */
const manyTexts = Array.from({ length: 12_000 }, (_, index) => `passage ${index} with some words of its own: ${(index * 7919).toString(36)} ${'budget garden contract '.repeat(20)}`);

test('a kill in the middle of bulk work costs a restart and nothing else', async (context) => {
  const embedder = await ready(context);
  const states: string[] = [];
  embedder.onStatus((status: EmbedderStatus) => states.push(status.state));
  const first = embedder.pid;
  const texts = manyTexts.slice(0, 3000);
  const work = embedder.embedDocuments(texts);
  kill(embedder);
  const vectors = await work;
  assert.notEqual(embedder.pid, first);
  const alone = await embedder.embedDocuments([texts[2999] ?? '']);
  assert.ok(alone.every((value, index) => Math.abs(value - (vectors[2999 * embedder.model.dimension + index] ?? 0)) < 1e-4));
  assert.deepEqual(states, ['down', 'starting', 'ready']);
});

test('a process that dies under every try makes the request fail, with a code, and the next one work', async (context) => {
  const embedder = await ready(context);
  const killer = setInterval(() => kill(embedder), 5);
  await assert.rejects(embedder.embedDocuments(manyTexts), { code: 'embedder-unavailable' });
  clearInterval(killer);
  assert.equal((await embedder.embedDocuments(['garden'])).length, embedder.model.dimension);
});

test('a query waits out a restart', async (context) => {
  const embedder = await ready(context);
  kill(embedder);
  assert.equal((await embedder.embedQuery('garden')).length, embedder.model.dimension);
});

test('it comes back by itself after it died, before anyone asks', async (context) => {
  const embedder = await ready(context);
  kill(embedder);
  await eventually('it noticed', () => embedder.status().state === 'down');
  assert.match(embedder.status().trouble ?? '', /SIGKILL/);
  await eventually('it is back', () => embedder.status().state === 'ready');
});

test('a query overtakes bulk work', async (context) => {
  const embedder = await ready(context);
  let bulkDone = false;
  const bulk = embedder.embedDocuments(manyTexts).then(() => { bulkDone = true; });
  await eventually('bulk work is under way', () => embedder.status().charactersPerSecond > 0);
  await embedder.embedQuery('garden');
  assert.equal(bulkDone, false);
  await bulk;
});

test('texts cut beside the graph have the rows they have on the calling thread', async (context) => {
  const embedder = await ready(context);
  const { description, tokenizerPath } = await readModelFolder(folder);
  const tokenizer = await openTokenizer(tokenizerPath, description.maxTokens, description.input);
  const texts = ['', 'garden', ' | 12 | ', 'getUserName of a Straßenbahnhaltestelle', '会议记录：下周三下午三点', 'long '.repeat(3000), '\ud800 half', ...manyTexts.slice(0, 200)];
  const rows = await tokenizer.encode(texts);
  assert.deepEqual(await embedder.countTokens?.(texts), rows.map((row) => row.length));
  // A row that began or ended elsewhere would be another text's.
  const [alone, together] = [await embedder.embedDocuments(['garden']), await embedder.embedDocuments(texts)];
  const { dimension } = embedder.model;
  assert.ok(alone.every((value, index) => Math.abs(value - (together[dimension + index] ?? 0)) < 1e-4));
  assert.ok(together.subarray(0, dimension).every((value) => value === 0));
});

test('cancelled work ends at once, and the process goes on', async (context) => {
  const embedder = await ready(context);
  const pid = embedder.pid;
  const controller = new AbortController();
  const bulk = embedder.embedDocuments(manyTexts, controller.signal);
  const query = embedder.embedQuery('garden', { signal: controller.signal });
  controller.abort();
  await assert.rejects(bulk, { code: 'cancelled' });
  await assert.rejects(query, { code: 'cancelled' });
  await assert.rejects(embedder.embedQuery('garden', { signal: controller.signal }), { code: 'cancelled' });
  assert.equal((await embedder.embedQuery('garden')).length, embedder.model.dimension);
  assert.equal(embedder.pid, pid);
});

test('resting ends the process; the next request loads it again', async (context) => {
  const embedder = await ready(context);
  const pid = embedder.pid ?? 0;
  await embedder.rest();
  assert.equal(embedder.pid, undefined);
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  const [query, documents] = await Promise.all([embedder.embedQuery('garden'), embedder.embedDocuments(['garden'])]);
  assert.deepEqual(query, documents);
});

test('closing ends the process and refuses what comes after', async (context) => {
  const embedder = await ready(context);
  const pid = embedder.pid ?? 0;
  await embedder.close();
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  await assert.rejects(embedder.embedQuery('garden'), { code: 'embedder-unavailable' });
  await assert.rejects(embedder.embedDocuments(['garden']), { code: 'embedder-unavailable' });
});
