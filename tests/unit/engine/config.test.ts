import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DEFAULT_SETTINGS, mergeSettings, SettingsFile } from '../../../src/config.ts';

let folder: string;
beforeEach(async () => { folder = await mkdtemp(path.join(os.tmpdir(), 'findling-config-')); });
afterEach(() => rm(folder, { recursive: true }));

test('without a file the defaults hold and nothing is written', async () => {
  assert.deepEqual(new SettingsFile(folder).load(), { settings: DEFAULT_SETTINGS, trouble: null });
  assert.deepEqual(await readdir(folder), []);
});

test('what is saved is loaded again, and a partial file takes the other defaults', async () => {
  const changed = mergeSettings(DEFAULT_SETTINGS, { theme: 'dark', cpuThreads: 3 });
  await new SettingsFile(folder).save(changed);
  assert.deepEqual(new SettingsFile(folder).load().settings, changed);
  await writeFile(path.join(folder, 'config.json'), '{"language":"zh-CN"}');
  assert.deepEqual(new SettingsFile(folder).load().settings, { ...DEFAULT_SETTINGS, language: 'zh-CN' });
});

test('saves one after the other leave the last one whole', async () => {
  const file = new SettingsFile(folder);
  await Promise.all([1, 2, 3, 4, 5].map((cpuThreads) => file.save({ ...DEFAULT_SETTINGS, cpuThreads })));
  assert.equal(new SettingsFile(folder).load().settings.cpuThreads, 5);
  assert.deepEqual(await readdir(folder), ['config.json']);
});

for (const [what, text] of [['cut off', '{"theme":"da'], ['not an object', '[1]'], ['a wrong value', '{"theme":"purple"}']] as const) {
  test(`a damaged file (${what}) is moved aside, said so, and the defaults hold`, async () => {
    await writeFile(path.join(folder, 'config.json'), text);
    const { settings, trouble } = new SettingsFile(folder).load();
    assert.deepEqual(settings, DEFAULT_SETTINGS);
    assert.match(trouble ?? '', /damaged.*moved to config\.json\.damaged-/);
    const [aside] = await readdir(folder);
    assert.equal(await readFile(path.join(folder, aside ?? ''), 'utf8'), text);
  });
}

test('settings of a newer version survive a save by this one', async () => {
  await writeFile(path.join(folder, 'config.json'), '{"theme":"dark","holographicMode":true}');
  const file = new SettingsFile(folder);
  const { settings, trouble } = file.load();
  assert.equal(trouble, null);
  await file.save({ ...settings, theme: 'light' });
  const saved = JSON.parse(await readFile(path.join(folder, 'config.json'), 'utf8')) as Record<string, unknown>;
  assert.equal(saved['holographicMode'], true);
  assert.equal(saved['theme'], 'light');
});
