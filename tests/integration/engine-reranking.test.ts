/** A whole engine with a reranking model in its models folder (of seeded weights): when it reads, and that nobody has to ask for it to stop. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import type { SearchRequest, SearchUpdate } from '../../src/contract/model.ts';
import { eventually, settled, startEngine, testPlace, writeTree, type TestEngine } from '../fixtures/engine.ts';
import { SMALL } from '../fixtures/qwen3/architecture.ts';
import { writeQwen3Reranker } from '../fixtures/qwen3/model-folder.ts';

function updates(engine: TestEngine, request: SearchRequest): Promise<readonly SearchUpdate[]> {
  const all: SearchUpdate[] = [];
  return new Promise((resolve, reject) => {
    engine.client.subscribe('search', request, { next: (update) => { all.push(update); }, error: reject, complete: () => resolve(all) });
  });
}
const reads = async (engine: TestEngine, change: Omit<SearchRequest, 'text'> = {}): Promise<boolean> => {
  const all = await updates(engine, { text: 'harbour ferry noon', ...change });
  assert.equal(all.at(-1)?.stage, 'done');
  return all.some(({ stage }) => stage === 'meaning');
};

test('on a processor a reranking model reads when a search asks for it or the settings name it, and not by itself', async (context) => {
  const place = await testPlace();
  context.after(() => place.remove());
  await writeQwen3Reranker(path.join(place.data, 'models', 'small-reader'), { sizes: SMALL, inputs: 'cache', attention: 'fused', ending: 'logits', maxTokens: 512 });
  await writeTree(place.files, Object.fromEntries(Array.from({ length: 4 }, (_, index) => [`note-${index}.txt`, `The ferry number ${index} leaves the harbour at noon.\n`])));
  const engine = await startEngine(place.data);
  context.after(() => engine.kill());
  await engine.client.call('roots.add', { path: place.files });
  await settled(engine);

  assert.equal(await reads(engine), false);
  await eventually('the model to be known', () => reads(engine, { rerank: true }));
  await engine.client.call('settings.set', { reranker: 'small-reader' });
  assert.equal(await reads(engine), true);
  assert.equal(await reads(engine, { rerank: false }), false);
  await engine.client.call('settings.set', { reranker: 'off' });
  assert.equal(await reads(engine), false);
  const asked = await updates(engine, { text: 'harbour ferry noon', rerank: true });
  assert.deepEqual(asked.at(-1)?.notices, []);
  assert.equal(asked.at(-1)?.hits.length, 4);
});
