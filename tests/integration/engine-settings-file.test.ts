/** `config.json` and a real engine: folders' own settings and all others go both ways, and a wrong entry costs nobody anything. */

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { IndexStatus, Root, RootOptions } from '../../src/contract/model.ts';
import { DEFAULT_ROOT_OPTIONS } from '../../src/folder-settings.ts';
import { openIndexStore } from '../../src/store/sqlite-store.ts';
import { eventually, found, settled, startEngine, testPlace, writeTree, type TestEngine } from '../fixtures/engine.ts';
import { runCli, type Ran } from './cli-run.ts';

const WORD = 'Gartenschlauchkupplung';

describe('settings in config.json', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  let file: string;
  let notes: string;
  let mail: string;
  let engine: TestEngine | undefined;

  beforeEach(async () => {
    place = await testPlace();
    file = path.join(place.data, 'config.json');
    [notes, mail] = [path.join(place.files, 'notes'), path.join(place.files, 'mail')];
    await writeTree(place.files, { 'notes/keep.txt': `${WORD} one\n`, 'notes/drop.log': `${WORD} two\n`, 'mail/letter.txt': `${WORD} three\n` });
  });
  afterEach(async () => {
    await engine?.stop();
    engine = undefined;
    await place.remove();
  });

  const start = async (): Promise<TestEngine> => (engine = await startEngine(place.data));
  const stop = async (): Promise<void> => {
    await engine?.stop();
    engine = undefined;
  };
  const add = (host: TestEngine, folder: string, options?: Partial<RootOptions>): Promise<Root> => host.client.call('roots.add', { path: folder, ...(options === undefined ? {} : { options }) });
  const status = (host: TestEngine): Promise<IndexStatus> => host.client.call('index.status', undefined);
  const optionsOf = async (host: TestEngine, folder: string): Promise<RootOptions | undefined> => (await status(host)).roots.find((root) => root.path === folder)?.options;
  const inFile = async (): Promise<{ readonly folders?: Readonly<Record<string, unknown>>; readonly theme?: string }> => JSON.parse(await readFile(file, 'utf8')) as { folders?: Readonly<Record<string, unknown>> };
  const write = (content: object): Promise<void> => writeFile(file, JSON.stringify(content));
  const names = async (host: TestEngine): Promise<readonly string[]> => [...await found(host, WORD, { wordsOnly: true })].sort();
  const applied = (host: TestEngine, wanted: readonly string[]): Promise<void> => eventually(`only ${wanted.join(' and ')} to be found`, async () => (await names(host)).join() === wanted.join());

  test('an edit while the engine runs is applied as if it came from the page, and other settings with it', async () => {
    const host = await start();
    await add(host, notes);
    await add(host, mail);
    await settled(host);
    assert.deepEqual(await names(host), ['drop.log', 'keep.txt', 'letter.txt']);
    await write({ theme: 'dark', folders: { [notes]: { exclude: ['*.log'], threshold: 0.5 }, [mail]: { paused: true } } });
    await applied(host, ['keep.txt', 'letter.txt']);
    assert.deepEqual(await optionsOf(host, notes), { ...DEFAULT_ROOT_OPTIONS, exclude: ['*.log'], threshold: 0.5 });
    assert.equal((await optionsOf(host, mail))?.paused, true);
    assert.equal((await host.client.call('settings.get', undefined)).theme, 'dark');
    await eventually('the paused folder to say so', async () => (await status(host)).roots.find((root) => root.path === mail)?.state === 'paused');

    await write({ theme: 'dark', folders: { [notes]: { threshold: 0.5 } } });
    await applied(host, ['drop.log', 'keep.txt', 'letter.txt']);
    assert.deepEqual(await optionsOf(host, mail), DEFAULT_ROOT_OPTIONS);
    assert.deepEqual((await status(host)).troubles, []);
  });

  test('what the command line and the page set stands in the file, only where it differs from the defaults', async () => {
    const host = await start();
    const run = async (...args: readonly string[]): Promise<Ran> => {
      const ran = await runCli([...args], { data: place.data });
      assert.equal(ran.code, 0, ran.err);
      return ran;
    };
    const { id } = await add(host, notes, { includeHidden: true });
    await run('folders', 'set', notes, 'exclude', '*.log');
    assert.deepEqual((await inFile()).folders, { [notes]: { exclude: ['*.log'], includeHidden: true } });
    await host.client.call('roots.update', { rootId: id, options: { includeHidden: false, instruction: 'Find recipes' } });
    await run('config', 'set', 'theme', 'dark');
    assert.deepEqual((await inFile()).folders, { [notes]: { exclude: ['*.log'], instruction: 'Find recipes' } });
    // An edit that the engine may not have seen yet is not undone by a change from elsewhere.
    await write({ ...await inFile(), folders: { [notes]: { exclude: ['*.log'], maxFileBytes: 1000 } } });
    await run('folders', 'set', notes, 'threshold', '0.25');
    assert.deepEqual((await inFile()).folders, { [notes]: { exclude: ['*.log'], maxFileBytes: 1000, threshold: 0.25 } });
    assert.deepEqual(await optionsOf(host, notes), { ...DEFAULT_ROOT_OPTIONS, exclude: ['*.log'], maxFileBytes: 1000, threshold: 0.25 });
    await applied(host, ['keep.txt']);
    await host.client.call('roots.remove', { rootId: id });
    assert.deepEqual([(await inFile()).folders, (await inFile()).theme], [undefined, 'dark']);
  });

  test('an edit while no engine runs counts from the start', async () => {
    let host = await start();
    await add(host, notes, { instruction: 'Find recipes' });
    await settled(host);
    await stop();
    await write({ folders: { [`${notes}/`]: { exclude: ['*.log'] } } });
    host = await start();
    assert.deepEqual(await optionsOf(host, notes), { ...DEFAULT_ROOT_OPTIONS, exclude: ['*.log'] });
    await applied(host, ['keep.txt']);
  });

  test('an entry that is wrong is named, costs no other, stays in the file, and counts once it is right', async () => {
    let host = await start();
    await add(host, notes, { exclude: ['*.log'] });
    await add(host, mail);
    await settled(host);
    const wrong = { exclude: '*.txt' };
    await write({ folders: { [notes]: wrong, [mail]: { exclude: ['letter.*'] }, 'not/absolute': {} } });
    await applied(host, ['keep.txt']);
    const told = (await status(host)).troubles;
    assert.equal(told.length, 2);
    assert.ok(told[0]?.startsWith(`config.json: folders[${JSON.stringify(notes)}].exclude must be a list. (bad-input)`), told[0]);
    assert.match(told[1] ?? '', /folders\["not\/absolute"\] must be an absolute path/);
    assert.deepEqual((await optionsOf(host, notes))?.exclude, ['*.log'], 'it keeps what it had');

    await host.client.call('settings.set', { theme: 'dark' });
    assert.deepEqual((await inFile()).folders, { [mail]: { exclude: ['letter.*'] }, [notes]: wrong, 'not/absolute': {} });
    await stop();
    host = await start();
    assert.deepEqual((await status(host)).troubles, told, 'said by the next engine too');
    assert.deepEqual((await optionsOf(host, notes))?.exclude, ['*.log']);
    await write({ folders: { [notes]: { exclude: ['keep.*'] } } });
    await applied(host, ['drop.log', 'letter.txt']);
    assert.deepEqual((await status(host)).troubles, []);
  });

  test('a folder that is set elsewhere replaces its wrong entry', async () => {
    const host = await start();
    const { id } = await add(host, notes, { exclude: ['*.log'] });
    // Nothing else changes the status then.
    await settled(host);
    await write({ folders: { [notes]: { threshold: 7 } } });
    let shown = -1;
    host.client.subscribe('index.status', undefined, { next: ({ troubles }) => { shown = troubles.length; } });
    await eventually('the trouble to be shown', () => shown === 1);
    await host.client.call('roots.update', { rootId: id, options: {} });
    assert.deepEqual((await inFile()).folders, { [notes]: { exclude: ['*.log'] } }, 'what it has now');
    await eventually('whoever looks to see that it is over', () => shown === 0);
    await host.client.call('roots.update', { rootId: id, options: { threshold: 0.7 } });
    assert.deepEqual((await inFile()).folders, { [notes]: { exclude: ['*.log'], threshold: 0.7 } });
    assert.deepEqual((await status(host)).troubles, []);
  });

  test('an entry for a folder that is not watched adds nothing, and counts when the folder is added, by whatever name', async () => {
    const link = path.join(place.files, 'link');
    await symlink(mail, link);
    const later = path.join(place.files, 'later');
    await write({ newFolders: { includeHidden: true, includeSecrets: true }, folders: { [notes]: { exclude: ['*.log'], includeHidden: false }, [link]: { paused: true }, [later]: { threshold: 7 } } });
    const host = await start();
    assert.deepEqual((await status(host)).roots, []);
    assert.deepEqual((await add(host, notes)).options, { ...DEFAULT_ROOT_OPTIONS, exclude: ['*.log'], includeSecrets: true });
    assert.equal((await add(host, mail)).options.paused, true);
    await applied(host, ['keep.txt']);
    await mkdir(later);
    await assert.rejects(add(host, later), { code: 'folder-settings-invalid', message: new RegExp(`^config\\.json: folders\\["${later}"\\]\\.threshold must be a number`) });
    assert.deepEqual((await inFile()).folders, { [notes]: { exclude: ['*.log'], includeSecrets: true }, [mail]: { includeHidden: true, includeSecrets: true, paused: true }, [later]: { threshold: 7 } });
  });

  test('an edit that is no JSON changes nothing, stays until it is right, and is moved aside by a change from elsewhere', async () => {
    const host = await start();
    const { id } = await add(host, notes, { exclude: ['*.log'] });
    await settled(host);
    await writeFile(file, '{"folders": {');
    await eventually('the trouble', async () => (await status(host)).troubles.join().startsWith('config.json is not used as it is now'));
    assert.deepEqual(await optionsOf(host, notes), { ...DEFAULT_ROOT_OPTIONS, exclude: ['*.log'] });
    assert.equal(await readFile(file, 'utf8'), '{"folders": {');
    await write({ theme: 'purple', folders: {} });
    await eventually('the key to be named', async () => (await status(host)).troubles.join().includes('theme must be one of: system, light, dark. (bad-input)'));
    await host.client.call('roots.update', { rootId: id, options: { paused: true } });
    assert.deepEqual((await inFile()).folders, { [notes]: { exclude: ['*.log'], paused: true } });
    const aside = (await readdir(place.data)).find((name) => name.startsWith('config.json.damaged-')) ?? '';
    assert.match(await readFile(path.join(place.data, aside), 'utf8'), /purple/);
    assert.match((await status(host)).troubles.join(), new RegExp(`was moved to ${aside}`));
    await write({ folders: { [notes]: {} } });
    await applied(host, ['drop.log', 'keep.txt']);
    assert.deepEqual((await status(host)).troubles, []);
  });

  test('a file that was damaged while no engine ran costs no folder what it leaves out', async () => {
    let host = await start();
    await add(host, notes, { exclude: ['*.log'] });
    await settled(host);
    await stop();
    await writeFile(file, '{');
    host = await start();
    assert.match((await status(host)).troubles.join(), /config\.json was damaged .* was moved to/);
    assert.deepEqual(await optionsOf(host, notes), { ...DEFAULT_ROOT_OPTIONS, exclude: ['*.log'] });
    assert.deepEqual((await inFile()).folders, { [notes]: { exclude: ['*.log'] } });
  });

  test('the settings of a catalog that is older than the file’s part for them move there once', async () => {
    const store = await openIndexStore(place.data);
    await store.addRoot(notes, { ...DEFAULT_ROOT_OPTIONS, exclude: ['*.log'] });
    await store.close();
    let host = await start();
    assert.deepEqual(await optionsOf(host, notes), { ...DEFAULT_ROOT_OPTIONS, exclude: ['*.log'] });
    assert.deepEqual((await inFile()).folders, { [notes]: { exclude: ['*.log'] } });
    await stop();
    await write({});
    host = await start();
    assert.deepEqual(await optionsOf(host, notes), DEFAULT_ROOT_OPTIONS, 'from then on the file alone counts');
  });
});
