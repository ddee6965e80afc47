/** Changing the model while people search, in an engine with real models, real stores and real embedder processes. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { EngineProtocol } from '../../src/contract/calls.ts';
import type { GenerationStatus, ModelPlan } from '../../src/contract/models.ts';
import { createEngine, type Engine } from '../../src/engine.ts';
import { createLog } from '../../src/log.ts';
import { INTERNAL_PROTOCOL_VERSION } from '../../src/process/supervised.ts';
import { Client } from '../../src/rpc/client.ts';
import { serve } from '../../src/rpc/server.ts';
import { createInProcessPair } from '../../src/rpc/transport.ts';
import { eventually, search, settled, testPlace, writeTree, type TestEngine } from '../fixtures/engine.ts';
import { GARDEN_WORDS, gardenFiles } from '../fixtures/garden-files.ts';
import { writeWordModel } from '../fixtures/word-model.ts';

const RESOURCES = path.resolve(import.meta.dirname, '../../resources');
const FILES = 24;

describe('changing the model', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  let engine: Engine;
  let host: TestEngine;

  before(async () => {
    place = await testPlace();
    await writeTree(place.files, gardenFiles(FILES));
    await writeWordModel(path.join(place.data, 'models/words-a'), { words: GARDEN_WORDS, width: 32, seed: 1 });
    await writeWordModel(path.join(place.data, 'models/words-b'), { words: GARDEN_WORDS, width: 48, seed: 2 });
    engine = await createEngine({
      dataDirectory: place.data, resourcesDirectory: RESOURCES, version: 'test', log: createLog({ file: path.join(place.data, 'engine.log'), level: 'debug' }),
      host: { stop() {}, erase() {}, servePage: () => Promise.reject(new Error('not here')), pageAddress: () => null },
    });
    const [near, far] = createInProcessPair();
    serve<EngineProtocol>(far, engine.handlers, { protocolVersion: INTERNAL_PROTOCOL_VERSION });
    const client = new Client<EngineProtocol>(near, { protocolVersion: INTERNAL_PROTOCOL_VERSION, software: 'test' });
    host = { client, pid: process.pid, stop: async () => {}, kill: async () => {} };
    await client.call('roots.add', { path: place.files });
    await settled(host);
  });
  after(async () => {
    await engine.close();
    await place.remove();
  });

  const generations = async (): Promise<readonly GenerationStatus[]> => (await host.client.call('models.list', undefined)).generations;
  const of = async (modelId: string, dimension?: number): Promise<GenerationStatus> => {
    const found = (await generations()).find((each) => each.modelId === modelId && (dimension === undefined || each.dimension === dimension));
    assert.ok(found, `a generation of ${modelId}`);
    return found;
  };
  /** Waits until its build says why it waits. */
  const waitsFor = (modelId: string, why: string): Promise<void> => eventually(`${modelId} to wait for ${why}`, async () => (await generations()).some((each) => each.modelId === modelId && each.waitsFor === why));
  const answers = (modelId: string, dimension?: number): Promise<void> => eventually(`${modelId} to answer`, async () => (await generations()).some((each) => each.modelId === modelId && each.state === 'answering' && (dimension === undefined || each.dimension === dimension)));
  const plan = (model: string, dimension: number | null = null): Promise<ModelPlan> => host.client.call('models.plan', { model, dimension });
  /** Names found by meaning. */
  const byMeaning = async (text: string): Promise<readonly string[]> => (await search(host, { text, showWeak: true })).hits.filter((hit) => hit.tiers.includes('meaning')).map((hit) => hit.name);

  test('what a change takes is said before it is begun, with the speed of this model on these files', async () => {
    const built = await plan('words-a');
    assert.equal(built.work, 'build');
    assert.ok(built.characters > 1000 && built.needBytes > 0 && built.freeBytes > 0);
    assert.ok(built.estimatedMs !== null && built.estimatedMs >= 0);
    assert.deepEqual(await plan('findling-static-multilingual').then(({ work, characters }) => ({ work, characters })), { work: 'none', characters: 0 });
    await assert.rejects(plan('not-there'), { code: 'model-missing' });
    await assert.rejects(plan('words-a', 64), { code: 'bad-input' });
    assert.equal((await generations()).length, 1, 'planning makes nothing');
  });

  test('while somebody searches, the new one waits and the old one answers; new files are the old one\'s first', async () => {
    await byMeaning('pruning the roses');
    await host.client.call('models.choose', { model: 'words-a' });
    assert.equal((await host.client.call('settings.get', undefined)).model, 'words-a');
    await waitsFor('words-a', 'the computer to be idle');
    const waiting = await of('words-a');
    assert.deepEqual({ state: waiting.state, share: waiting.share, embedded: waiting.filesEmbedded, files: waiting.files }, { state: 'building', share: 0, embedded: 0, files: FILES });
    assert.ok((waiting.expectedBytes ?? 0) > 0);
    await assert.rejects(host.client.call('generations.switch', { generationId: waiting.id }), { code: 'generation-incomplete' });
    await writeTree(place.files, { 'kiwi.md': '# Kiwi\n\nSaddle and pedal and wheel of the bicycle, and the brake, and a chain.\n' });
    await eventually('the new file to be found by meaning', async () => (await byMeaning('bicycle saddle pedal')).slice(0, 4).includes('kiwi.md'));
    assert.equal((await host.client.call('index.status', undefined)).model.dimension, (await of('findling-static-multilingual')).dimension);
    assert.ok((await of('words-a')).files > FILES, 'the waiting one knows of it');
  });

  test('when it may, it is built and takes over in one step; the old one is kept and needs no embedding to come back', async () => {
    await host.client.call('settings.set', { buildModels: 'always' });
    await answers('words-a');
    const [mine, old] = [await of('words-a'), await of('findling-static-multilingual')];
    assert.deepEqual({ share: mine.share, remaining: mine.remainingMs, waits: mine.waitsFor }, { share: 1, remaining: 0, waits: null });
    assert.ok(mine.bytes > 0);
    assert.equal(old.state, 'kept');
    assert.ok((await byMeaning('telescope stars')).slice(0, 3).every((name) => name.startsWith('telescope')));
    const status = await settled(host);
    assert.equal(status.model.dimension, 32);
    assert.equal(status.embedded, status.counts.indexed);

    const embedded = engine.embeddedWindows;
    assert.equal((await plan('findling-static-multilingual')).work, 'switch');
    await host.client.call('generations.switch', { generationId: old.id });
    assert.equal((await of('findling-static-multilingual')).state, 'answering');
    assert.equal((await host.client.call('settings.get', undefined)).model, 'findling-static-multilingual');
    assert.ok((await byMeaning('telescope stars')).length > 0);
    await host.client.call('models.choose', { model: 'words-a' });
    await answers('words-a');
    assert.equal(engine.embeddedWindows, embedded, 'nothing was embedded anew');
  });

  test('what changed while a generation was kept is caught up when it answers again; what was deleted had left it at once', async () => {
    const old = await of('findling-static-multilingual');
    await writeFile(path.join(place.files, 'kiwi.md'), '# Kiwi\n\nThe violin and the piano, a melody for the choir, a rehearsal.\n');
    await rm(path.join(place.files, 'bread-1.md'));
    await eventually('the change to be found', async () => (await byMeaning('violin rehearsal melody')).slice(0, 4).includes('kiwi.md'));
    await eventually('the deleted file to have left both', async () => (await generations()).every((each) => each.files === FILES));
    assert.ok((await of('findling-static-multilingual')).share < 1);
    await host.client.call('generations.switch', { generationId: old.id });
    await eventually('the old one to have caught up', async () => (await of('findling-static-multilingual')).share === 1);
    assert.ok((await byMeaning('violin rehearsal melody')).slice(0, 4).includes('kiwi.md'));
    await host.client.call('models.choose', { model: 'words-a' });
    await answers('words-a');
  });

  test('a smaller dimension is cut from stored vectors: nothing is embedded, and the whole ones come back as they were', async () => {
    await settled(host);
    const before = await byMeaning('passport border visa');
    const embedded = engine.embeddedWindows;
    const derived = await plan('words-a', 16);
    assert.deepEqual({ work: derived.work, characters: derived.characters }, { work: 'derive', characters: 0 });
    await host.client.call('models.choose', { model: 'words-a', dimension: 16 });
    await answers('words-a', 16);
    assert.equal(engine.embeddedWindows, embedded, 'windows given to the embedder');
    assert.equal((await settled(host)).model.dimension, 16);
    assert.equal((await of('words-a', 16)).share, 1);
    assert.ok((await byMeaning('passport border visa')).slice(0, 3).every((name) => name.startsWith('passport')));
    await host.client.call('models.choose', { model: 'words-a' });
    await answers('words-a', 32);
    assert.equal(engine.embeddedWindows, embedded);
    assert.deepEqual(await byMeaning('passport border visa'), before);
  });

  test('two generations are compared on the person\'s own files before switching, half-built ones on what both have', async () => {
    const old = await of('findling-static-multilingual');
    const compared = await host.client.call('generations.compare', { generationId: old.id });
    assert.equal(compared.answering, (await of('words-a', 32)).id);
    assert.equal(compared.files, FILES);
    assert.ok(compared.questions >= 10, `${compared.questions} questions`);
    for (const share of [compared.answeringFirst, compared.candidateFirst, compared.answeringTopTen, compared.candidateTopTen, compared.overlap]) assert.ok(share >= 0 && share <= 1);
    // A title's words stand in its own file: both must do far better than the one in 24 of chance.
    assert.ok(compared.answeringTopTen > 0.8 && compared.candidateTopTen > 0.8, JSON.stringify(compared));
    await assert.rejects(host.client.call('generations.compare', { generationId: 99 }), { code: 'not-found' });

    await host.client.call('index.pause', {});
    await host.client.call('models.choose', { model: 'words-b' });
    await waitsFor('words-b', 'indexing to be resumed');
    const empty = await host.client.call('generations.compare', { generationId: (await of('words-b')).id });
    assert.deepEqual({ files: empty.files, of: empty.ofFiles, questions: empty.questions }, { files: 0, of: FILES, questions: 0 });
    await host.client.call('index.resume', undefined);
    await answers('words-b');
  });

  test('searches during switches are each answered by one model, and by meaning every time', async () => {
    await settled(host);
    let [searches, unavailable, done] = [0, 0, false];
    const searching = (async () => {
      while (!done) {
        // Another text each time: a kept vector would prove nothing.
        const update = await search(host, { text: `roses thorns branches ${'x'.repeat(searches % 40)}`, showWeak: true });
        searches += 1;
        // Vectors of one model against a table of another have another width: that would be an error, told as this notice.
        if (update.notices.some(({ code }) => code === 'meaning-unavailable')) unavailable += 1;
      }
    })();
    const ids = [await of('words-a', 32), await of('words-b'), await of('findling-static-multilingual')].map(({ id }) => id);
    for (const generationId of [...ids, ...ids]) {
      await host.client.call('generations.switch', { generationId });
      const before = searches;
      await eventually('some searches', () => searches > before + 2);
    }
    done = true;
    await searching;
    assert.equal(unavailable, 0, `of ${searches} searches`);
    await host.client.call('models.choose', { model: 'words-b' });
    await answers('words-b');
  });

  test('a wanted model that is missing never takes the answering one down, and is built once it is there', async () => {
    await host.client.call('settings.set', { model: 'words-c' });
    await eventually('the trouble to be said', async () => (await host.client.call('index.status', undefined)).troubles.some((trouble) => trouble.includes('words-c')));
    assert.ok((await byMeaning('router password')).length > 0);
    await assert.rejects(host.client.call('models.choose', { model: 'words-d' }), { code: 'model-missing' });
    assert.equal((await host.client.call('settings.get', undefined)).model, 'words-c');
    await writeWordModel(path.join(place.data, 'models/words-c'), { words: GARDEN_WORDS, width: 24, seed: 3 });
    await host.client.call('models.choose', { model: 'words-c' });
    await answers('words-c');
    assert.deepEqual((await host.client.call('index.status', undefined)).troubles, []);
  });

  test('a dropped generation leaves no rows and no vectors; the answering one cannot be dropped', async () => {
    const [answering, kept] = [await of('words-c'), await of('words-b')];
    await assert.rejects(host.client.call('generations.drop', { generationId: answering.id }), { code: 'generation-answering' });
    await assert.rejects(host.client.call('models.remove', { id: 'words-b' }), { code: 'model-in-use' });
    const table = path.join(place.data, 'vectors', `generation_${kept.id}.lance`);
    assert.ok(existsSync(table));
    await host.client.call('generations.drop', { generationId: kept.id });
    assert.ok(!existsSync(table));
    assert.ok(!(await generations()).some((each) => each.id === kept.id));
    await assert.rejects(host.client.call('generations.drop', { generationId: kept.id }), { code: 'not-found' });
    assert.equal((await plan('words-b')).work, 'build');
  });

  test('a build that is given up takes the wish back', async () => {
    await host.client.call('index.pause', {});
    await host.client.call('models.choose', { model: 'words-b' });
    await waitsFor('words-b', 'indexing to be resumed');
    await host.client.call('generations.drop', { generationId: (await of('words-b')).id });
    assert.equal((await host.client.call('settings.get', undefined)).model, 'words-c');
    await host.client.call('index.resume', undefined);
    assert.ok(!(await generations()).some((each) => each.modelId === 'words-b'));
    assert.equal((await of('words-c')).state, 'answering');
  });
});
