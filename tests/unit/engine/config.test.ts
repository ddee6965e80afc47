import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DEFAULT_SETTINGS, mergeSettings, SettingsFile } from '../../../src/config.ts';
import { DEFAULT_ROOT_OPTIONS, NO_FOLDERS, readFolders, withFolder } from '../../../src/folder-settings.ts';

let folder: string;
beforeEach(async () => { folder = await mkdtemp(path.join(os.tmpdir(), 'findling-config-')); });
afterEach(() => rm(folder, { recursive: true }));

test('without a file the defaults hold and nothing is written', async () => {
  assert.deepEqual(new SettingsFile(folder).load(), { settings: DEFAULT_SETTINGS, folders: NO_FOLDERS, trouble: null });
  assert.deepEqual(await readdir(folder), []);
});

test('what is saved is loaded again, and a partial file takes the other defaults', async () => {
  const changed = mergeSettings(DEFAULT_SETTINGS, { theme: 'dark', cpuThreads: 3 });
  await new SettingsFile(folder).save(changed, NO_FOLDERS);
  assert.deepEqual(new SettingsFile(folder).load().settings, changed);
  await writeFile(path.join(folder, 'config.json'), '{"language":"zh-CN"}');
  assert.deepEqual(new SettingsFile(folder).load().settings, { ...DEFAULT_SETTINGS, language: 'zh-CN' });
});

test('saves one after the other leave the last one whole', async () => {
  const file = new SettingsFile(folder);
  await Promise.all([1, 2, 3, 4, 5].map((cpuThreads) => file.save({ ...DEFAULT_SETTINGS, cpuThreads }, NO_FOLDERS)));
  assert.equal(new SettingsFile(folder).load().settings.cpuThreads, 5);
  assert.deepEqual(await readdir(folder), ['config.json']);
});

for (const [what, text] of [['cut off', '{"theme":"da'], ['not an object', '[1]'], ['a wrong value', '{"theme":"purple"}'], ['folders that are a list', '{"folders":[]}']] as const) {
  test(`a damaged file (${what}) is moved aside, said so, and the defaults hold`, async () => {
    await writeFile(path.join(folder, 'config.json'), text);
    const { settings, folders, trouble } = new SettingsFile(folder).load();
    assert.deepEqual([settings, folders], [DEFAULT_SETTINGS, null]);
    assert.match(trouble ?? '', /damaged.*moved to config\.json\.damaged-/);
    const [aside] = await readdir(folder);
    assert.equal(await readFile(path.join(folder, aside ?? ''), 'utf8'), text);
  });
}

test('what is said of a damaged file quotes nothing of it', async () => {
  for (const text of ['{"server":{"key":"hunter2" oops', '{"server":{"key":hunter2}}', 'hunter2', '{"key":"hunter2']) {
    await writeFile(path.join(folder, 'config.json'), text);
    const { trouble } = new SettingsFile(folder).load();
    assert.match(trouble ?? '', /\(It is not valid JSON(, line \d+ column \d+)?\.\)/);
    assert.doesNotMatch(trouble ?? '', /hunter/);
  }
});

test('settings of a newer version survive a save by this one', async () => {
  await writeFile(path.join(folder, 'config.json'), '{"theme":"dark","holographicMode":true}');
  const file = new SettingsFile(folder);
  const { settings, trouble } = file.load();
  assert.equal(trouble, null);
  await file.save({ ...settings, theme: 'light' }, NO_FOLDERS);
  const saved = JSON.parse(await readFile(path.join(folder, 'config.json'), 'utf8')) as Record<string, unknown>;
  assert.equal(saved['holographicMode'], true);
  assert.equal(saved['theme'], 'light');
});

test('folders stand in the file beside the settings, and one that is not usable goes back as it was', async () => {
  const written = { '/notes': { exclude: ['*.log'] }, '/photos': { threshold: 7 } };
  await writeFile(path.join(folder, 'config.json'), JSON.stringify({ theme: 'dark', folders: written }));
  const file = new SettingsFile(folder);
  const { settings, folders } = file.load();
  assert.ok(folders !== null);
  await file.save(settings, withFolder(folders, '/mail', { ...DEFAULT_ROOT_OPTIONS, paused: true }));
  const saved = JSON.parse(await readFile(path.join(folder, 'config.json'), 'utf8')) as Record<string, unknown>;
  assert.deepEqual(saved['folders'], { ...written, '/mail': { paused: true } });
  assert.equal(saved['theme'], 'dark');
});

test('an edit by somebody else is seen once, one’s own writing never', async () => {
  const file = new SettingsFile(folder);
  assert.equal(file.load().trouble, null);
  assert.equal(file.edited(), null);
  await file.save(DEFAULT_SETTINGS, NO_FOLDERS);
  assert.equal(file.edited(), null);
  await writeFile(path.join(folder, 'config.json'), '{"theme":"dark","folders":{"/notes":{"paused":true}}}');
  assert.deepEqual(file.edited(), { settings: { ...DEFAULT_SETTINGS, theme: 'dark' }, folders: readFolders({ '/notes': { paused: true } }) });
  assert.equal(file.edited(), null);
  await rm(path.join(folder, 'config.json'));
  assert.equal(file.edited(), null, 'an editor writes it anew in a moment');
});

test('an edit that is not understood stays where it is, and is moved aside before anything is written over it', async () => {
  const file = new SettingsFile(folder);
  file.load();
  await writeFile(path.join(folder, 'config.json'), '{"theme":"purple"}');
  assert.throws(() => file.edited(), { code: 'bad-input', message: /^theme must be one of/ });
  assert.equal(file.edited(), null, 'said once');
  assert.deepEqual(await readdir(folder), ['config.json']);
  const aside = await file.save(DEFAULT_SETTINGS, NO_FOLDERS);
  assert.match(aside ?? '', /^config\.json\.damaged-/);
  assert.equal(await readFile(path.join(folder, aside ?? ''), 'utf8'), '{"theme":"purple"}');
  assert.equal(new SettingsFile(folder).load().trouble, null);
});
