/** Models that a person brings along, for machines with no network; and models that are tested anew. */

import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { createModelShelf } from '../../src/models/model-shelf.ts';
import { REGISTRY } from '../../src/models/registry.ts';
import { shelfWorld, tinyFiles, tinyModel, type ShelfWorld } from '../fixtures/tiny-registry.ts';
import { SMALL } from '../fixtures/qwen3/architecture.ts';
import { writeQwen3Model, writeQwen3Reranker } from '../fixtures/qwen3/model-folder.ts';
import { writeTinyModel } from '../fixtures/tiny-model.ts';

describe('importing a model', () => {
  let files: Record<string, Buffer>;
  let world: ShelfWorld;
  let brought: string;
  before(async () => { files = await tinyFiles(); });
  beforeEach(async () => {
    world = await shelfWorld([tinyModel(files, { hashed: true }), tinyModel(files, { hashed: true, id: 'tiny-reranker' })]);
    brought = await realpath(await mkdtemp(path.join(os.tmpdir(), 'findling-brought-')));
  });
  afterEach(async () => {
    await world.close();
    await rm(brought, { recursive: true, force: true });
  });

  async function writeRaw(folder: string, leaveOut: readonly string[] = []): Promise<string> {
    for (const [name, content] of Object.entries(files)) {
      if (leaveOut.includes(name)) continue;
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), content);
    }
    return folder;
  }

  it('takes a folder with model.json, verifies and tests it, and lists it', async () => {
    const folder = path.join(brought, 'mine');
    await writeTinyModel(folder, { id: 'My own model' });
    const listing = await world.shelf.import({ path: folder });
    assert.deepEqual([listing.id, listing.origin, listing.dimension, listing.variants.length], ['My-own-model', 'imported', 4, 0]);
    // It knows no English: said, not hidden.
    assert.equal(listing.installed?.check?.passed, false);
    assert.match(listing.installed.check.detail, /not nearest to its own answer/);
    assert.equal(await world.shelf.folderOf('My-own-model'), path.join(world.data, 'models', 'My-own-model'));
    assert.deepEqual(await readdir(path.join(world.data, 'downloads')), []);
  });

  it('knows the raw files of a model of the registry and writes its model.json', async () => {
    const folder = await writeRaw(path.join(brought, 'models--onnx--Tiny', 'snapshots'));
    await assert.rejects(world.shelf.import({ path: folder }), { code: 'model-invalid', message: /could be those of Tiny \(fp32\), Tiny \(fp16\)/ });
    const alone = await shelfWorld([{ ...tinyModel(files, { hashed: true }), variants: tinyModel(files, { hashed: true }).variants.slice(0, 1) }]);
    try {
      const { id, origin, installed } = await alone.shelf.import({ path: path.join(folder, 'onnx', 'model.onnx') });
      assert.deepEqual([id, origin, installed?.variant, installed?.check?.passed], ['tiny', 'registry', 'fp32', true]);
      assert.equal(JSON.parse(await readFile(path.join(alone.data, 'models', 'tiny', 'model.json'), 'utf8')).source.hashes, 'registry');
    } finally {
      await alone.close();
    }
  });

  const refused: readonly (readonly [string, (folder: string) => Promise<string>, { readonly code: string; readonly message: RegExp }])[] = [
    ['nothing', async (folder) => path.join(folder, 'no such'), { code: 'model-missing', message: /nothing at/ }],
    ['an empty folder', async (folder) => folder, { code: 'model-missing', message: /no model\.json here/ }],
    ['raw files without the tokenizer', async (folder) => writeRaw(path.join(folder, 'tiny'), ['tokenizer.json']), { code: 'model-missing', message: /lacks tokenizer\.json/ }],
    ['raw files of another size', async (folder) => {
      await writeRaw(path.join(folder, 'tiny'));
      await writeFile(path.join(folder, 'tiny', 'tokenizer.json'), '{}');
      return path.join(folder, 'tiny');
    }, { code: 'model-invalid', message: /tokenizer\.json has 2 bytes/ }],
    ['raw files whose config.json is another model\'s', async (folder) => {
      await writeRaw(path.join(folder, 'tiny'));
      await writeFile(path.join(folder, 'tiny', 'config.json'), '{"model_type":"other"}');
      return path.join(folder, 'tiny');
    }, { code: 'model-invalid', message: /config\.json says model_type = other/ }],
    ['a folder whose model.json names a missing file', async (folder) => {
      await writeTinyModel(folder);
      await rm(path.join(folder, 'model.onnx'));
      return folder;
    }, { code: 'model-missing', message: /lacks model\.onnx/ }],
    ['a folder whose file is damaged', async (folder) => {
      await writeTinyModel(folder);
      const graph = await readFile(path.join(folder, 'model.onnx'));
      await writeFile(path.join(folder, 'model.onnx'), graph.fill(7, 20, 24));
      return folder;
    }, { code: 'model-invalid', message: /model\.onnx is damaged/ }],
    ['an archive', async (folder) => {
      await writeFile(path.join(folder, 'model.zip'), 'PK');
      return path.join(folder, 'model.zip');
    }, { code: 'model-invalid', message: /must be unpacked/ }],
    ['a model.json that leaves its folder', async (folder) => {
      await writeTinyModel(folder, { files: { model: { path: '../model.onnx', bytes: 1, sha256: 'a'.repeat(64) }, tokenizer: { path: 'tokenizer.json', bytes: 1, sha256: 'a'.repeat(64) } } });
      return folder;
    }, { code: 'model-invalid', message: /plain file name/ }],
  ];
  for (const [what, make, error] of refused) {
    it(`refuses ${what} by name and leaves nothing behind`, async () => {
      await assert.rejects(world.shelf.import({ path: await make(brought) }), error);
      assert.deepEqual((await world.shelf.list()).filter(({ installed }) => installed !== null), []);
      assert.deepEqual(await readdir(path.join(world.data, 'downloads')).catch(() => []), []);
    });
  }

  it('refuses to replace a model in use, and does not begin without room', async () => {
    await writeTinyModel(brought, { id: 'mine' });
    world.inUse.add('mine');
    await assert.rejects(world.shelf.import({ path: brought }), { code: 'model-in-use' });
    world.inUse.clear();
    world.settings = { ...world.settings, minFreeBytes: Number.MAX_SAFE_INTEGER };
    await assert.rejects(world.shelf.import({ path: brought }), { code: 'disk-full' });
  });

  it('tests a reranking model as what it is', async () => {
    await writeQwen3Reranker(brought, { sizes: SMALL, inputs: 'plain', attention: 'standard', ending: 'logits', maxTokens: 256 });
    const { id, task, installed } = await world.shelf.import({ path: brought });
    assert.deepEqual([id, task], ['qwen3-reranker-test', 'reranking']);
    // Its weights are random: whichever way it comes out, the figures are probabilities of two questions over two texts.
    const figures = [...(installed?.check?.detail ?? '').matchAll(/\d\.\d\d/g)].map(([text]) => Number(text));
    assert.equal(figures.length, 4, installed?.check?.detail);
    assert.ok(figures.every((value) => value >= 0 && value <= 1));
  });

  it('says of random weights under Qwen3\'s name that they are not Qwen3', async () => {
    const known = await shelfWorld(REGISTRY);
    try {
      await writeQwen3Model(brought, {
        sizes: SMALL, inputs: 'cache', attention: 'fused', ending: 'hidden', maxTokens: 256,
        overrides: { id: 'qwen3-embedding-0.6b', prompts: REGISTRY.find(({ id }) => id === 'qwen3-embedding-0.6b')?.settings.prompts },
      });
      const { installed, origin } = await known.shelf.import({ path: brought });
      assert.deepEqual([origin, installed?.check?.passed], ['registry', false]);
      assert.match(installed?.check?.detail ?? '', /not the published vectors: \S+ for 0\.7646, \S+ for 0\.1414, \S+ for 0\.1355, \S+ for 0\.6000/);
      assert.deepEqual(installed?.check?.cosines.map(({ expected }) => expected), [0.7646, 0.1414, 0.1355, 0.6]);
    } finally {
      await known.close();
    }
  });

  it('leaves no copies of an import that was killed', async () => {
    await mkdir(path.join(world.data, 'downloads', 'mine.import', 'model'), { recursive: true });
    await world.shelf.list();
    assert.deepEqual(await readdir(path.join(world.data, 'downloads')), []);
  });

  it('verifies again: hashes the files anew and keeps the result', async () => {
    await writeTinyModel(brought, { id: 'mine' });
    await world.shelf.import({ path: brought });
    const tokenizer = path.join(await world.shelf.folderOf('mine'), 'tokenizer.json');
    const text = await readFile(tokenizer, 'utf8');
    await writeFile(tokenizer, text.replace('green', 'grean'));
    const check = await world.shelf.verify({ id: 'mine' });
    assert.equal(check.passed, false);
    assert.match(check.detail, /tokenizer\.json is damaged/);
    assert.deepEqual((await world.again().listing('mine')).installed?.check, check);
    await assert.rejects(world.shelf.verify({ id: 'nobody' }), { code: 'not-found' });
  });

  it('lists a folder that was dropped in, also one that cannot be used, with the reason', async () => {
    await writeTinyModel(path.join(world.data, 'models', 'dropped'));
    await cp(path.join(world.data, 'models', 'dropped'), path.join(world.data, 'models', 'cut'), { recursive: true });
    await writeFile(path.join(world.data, 'models', 'cut', 'model.onnx'), 'short');
    assert.equal((await world.listing('dropped')).installed?.check, null);
    assert.match((await world.listing('cut')).installed?.check?.detail ?? '', /another size/);
  });

  it('the built-in model passes its test and cannot be removed', async () => {
    const shelf = createModelShelf({
      dataDirectory: world.data, resourcesDirectory: path.join(import.meta.dirname, '..', '..', 'resources'), settings: () => DEFAULT_SETTINGS, inUse: () => new Set(), log: createLog({ file: path.join(world.data, 'log') }),
    });
    const [builtIn] = await shelf.list();
    assert.equal(builtIn?.origin, 'built-in');
    assert.equal((await shelf.verify({ id: builtIn.id })).passed, true);
    await assert.rejects(shelf.remove({ id: builtIn.id }), { code: 'model-in-use' });
    await shelf.close();
  });
});
