/** `findling models use` and `findling models generations` against a real engine. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { eventually, settled, startEngine, testPlace, writeTree } from '../fixtures/engine.ts';
import { GARDEN_WORDS, gardenFiles } from '../fixtures/garden-files.ts';
import { writeWordModel } from '../fixtures/word-model.ts';
import { runCli } from './cli-run.ts';

test('the model is changed, compared, switched back and dropped from the command line', async (t) => {
  const place = await testPlace();
  t.after(() => place.remove());
  await writeTree(place.files, gardenFiles(16));
  await writeWordModel(path.join(place.data, 'models/words-a'), { words: GARDEN_WORDS, width: 32, seed: 1 });
  const engine = await startEngine(place.data);
  t.after(() => engine.stop());
  await engine.client.call('settings.set', { buildModels: 'always' });
  await engine.client.call('roots.add', { path: place.files });
  await settled(engine);
  const run = (...args: string[]): ReturnType<typeof runCli> => runCli(['models', ...args], { data: place.data });

  const refused = await run('use', 'words-a');
  assert.match(refused.out, /It reads all text once[\s\S]*Time here: +about \d+/);
  assert.match(refused.err, /--yes/);
  assert.equal((await run('use', 'words-a', '--yes')).code, 0);
  await eventually('words-a to answer', async () => /words-a \(32 dimensions\): answers searches\n +knows 100 ?% of your text/.test((await run('generations')).out));
  const [old] = JSON.parse((await run('generations', '--json')).out) as { id: number; state: string }[];
  assert.equal(old?.state, 'kept');
  assert.match((await run('generations', 'compare', String(old.id))).out, /\d+ questions? made from titles[\s\S]*Right file first/);
  assert.equal((await run('generations', 'switch', String(old.id))).code, 0);
  assert.match((await run('use', 'findling-static-multilingual')).out, /answers already/);
  const other = (JSON.parse((await run('generations', '--json')).out) as { id: number; state: string }[]).find((each) => each.state === 'kept');
  assert.match((await run('generations', 'drop', String(other?.id))).err, /--yes/);
  assert.equal((await run('generations', 'drop', String(other?.id), '--yes')).code, 0);
  assert.match((await run('generations', 'drop', '77', '--yes')).err, /no such generation/);
  for (const [args, says] of [[['use'], /Name a model/], [['generations', 'dance', '1'], /'dance' is not/], [['generations', 'switch'], /by its number/], [['generations', 'drop', 'x'], /whole number/]] as const) {
    const { code, err } = await run(...args);
    assert.equal(code, 2);
    assert.match(err, says);
  }
});
