/** Kills while a model is changed: in the middle of a build, of a derivation, and on both sides of the switch. The next engine goes on from there. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { EngineError } from '../../src/contract/errors.ts';
import type { GenerationStatus } from '../../src/contract/models.ts';
import type { Failpoint } from '../../src/failpoint.ts';
import { tryConnect } from '../../src/host/connect-engine.ts';
import { openVectorStore } from '../../src/store/lance-store.ts';
import { eventually, isAlive, search, settled, startEngine, testPlace, writeTree, type TestEngine } from '../fixtures/engine.ts';
import { GARDEN_WORDS, gardenFiles } from '../fixtures/garden-files.ts';
import { writeWordModel } from '../fixtures/word-model.ts';

const FILES = 24;

async function prepared(t: TestContext): Promise<Awaited<ReturnType<typeof testPlace>>> {
  const place = await testPlace();
  t.after(() => place.remove());
  await writeTree(place.files, gardenFiles(FILES));
  await writeWordModel(path.join(place.data, 'models/words-a'), { words: GARDEN_WORDS, width: 32, seed: 1 });
  const engine = await startEngine(place.data);
  await engine.client.call('settings.set', { buildModels: 'always' });
  await engine.client.call('roots.add', { path: place.files });
  await settled(engine);
  await engine.stop();
  return place;
}

const generations = async (engine: TestEngine): Promise<readonly GenerationStatus[]> => (await engine.client.call('models.list', undefined)).generations;

async function answering(engine: TestEngine, modelId: string, dimension: number): Promise<GenerationStatus> {
  let found: GenerationStatus | undefined;
  await eventually(`${modelId} with ${dimension} values to answer`, async () => {
    found = (await generations(engine)).find((each) => each.state === 'answering' && each.modelId === modelId && each.dimension === dimension);
    return found !== undefined;
  });
  assert.ok(found);
  return found;
}

/** An engine that dies at the failpoint, while it builds what is wanted or what it is asked for. */
async function killedAt(data: string, failpoint: Failpoint, wanted?: { readonly model: string; readonly dimension: number | null }): Promise<void> {
  let engine: TestEngine;
  try {
    engine = await startEngine(data, { failpoint: `${failpoint}:1` });
  } catch (error) {
    // An engine that goes on with a build by itself may have come to the failpoint before it could greet anyone.
    if (wanted !== undefined || !(error instanceof EngineError) || !['connection-closed', 'engine-unavailable'].includes(error.code)) throw error;
    assert.equal(await tryConnect(data), null, 'no engine is left');
    return;
  }
  if (wanted !== undefined) engine.client.call('models.choose', wanted).catch(() => undefined); // it may be killed inside this call
  await eventually(`the engine to die at ${failpoint}`, () => !isAlive(engine.pid));
}

/** Every window of every generation has one vector, neither none nor two. */
async function assertWhole(data: string, all: readonly GenerationStatus[], files: number): Promise<void> {
  const vectors = await openVectorStore(data);
  try {
    assert.deepEqual([...await vectors.list()].sort(), all.map((each) => each.id).sort(), 'a table for each generation');
    for (const generation of all) {
      const ids = [...await (await vectors.open(generation.id, generation.dimension)).windowIds()];
      assert.equal(new Set(ids).size, ids.length, `no vector twice in generation ${generation.id}`);
      assert.equal(ids.length, files, `a vector for each file in generation ${generation.id}`);
    }
  } finally {
    await vectors.close();
  }
}

test('a change of model that is killed at every turn goes on after each start, and takes over whole', async (t) => {
  const place = await prepared(t);

  await t.test('a build, before and after its vectors are stored, and on both sides of the switch', async () => {
    await killedAt(place.data, 'embed:before-add', { model: 'words-a', dimension: null });
    for (const failpoint of ['embed:vectors-added', 'generation:before-switch', 'generation:switched'] as const) await killedAt(place.data, failpoint);
    const engine = await startEngine(place.data);
    assert.equal((await answering(engine, 'words-a', 32)).share, 1);
    assert.equal((await settled(engine)).embedded, FILES);
    const { hits } = await search(engine, { text: 'telescope stars', showWeak: true });
    assert.equal(new Set(hits.map((hit) => hit.fileId)).size, hits.length, 'no file twice');
    assert.ok(hits[0]?.name.startsWith('telescope'));
    const all = await generations(engine);
    assert.deepEqual(all.map((each) => each.state).sort(), ['answering', 'kept']);
    await engine.stop();
    await assertWhole(place.data, all, FILES);
  });

  await t.test('a derivation', async () => {
    await killedAt(place.data, 'derive:vectors-added', { model: 'words-a', dimension: 8 });
    const engine = await startEngine(place.data);
    assert.equal((await answering(engine, 'words-a', 8)).share, 1);
    const all = await generations(engine);
    assert.equal(all.length, 3);
    await engine.stop();
    await assertWhole(place.data, all, FILES);
  });

  await t.test('a file forgotten while indexing is paused has left every generation, kept ones too', async () => {
    const engine = await startEngine(place.data);
    await engine.client.call('index.pause', {});
    const [file] = (await engine.client.call('files.list', { contains: 'telescope-4' })).files;
    assert.ok(file);
    assert.deepEqual(await engine.client.call('files.forget', { path: file.path }), { files: 1 });
    const all = await generations(engine);
    await engine.stop();
    await assertWhole(place.data, all, FILES - 1);
  });
});
