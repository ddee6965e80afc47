/** A real engine among other programs and odd files: waking up, folders that changed unseen, paths and names that few programs take. */

import assert from 'node:assert/strict';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { EngineError } from '../../src/contract/errors.ts';
import { checkNewRoot } from '../../src/folders.ts';
import { processTree } from '../bench/measure.ts';
import { eventually, found, search, settled, startEngine, testPlace, writeTree, type TestEngine } from '../fixtures/engine.ts';
import { runCli } from './cli-run.ts';

const ONLY_LINUX = process.platform === 'linux' ? false : 'needs names or files of Linux';
/** Longer than most programs can name; Linux itself takes 4,095 bytes. */
const LONG_PATH = 4_000;

describe('an engine among odd files', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  let engine: TestEngine;

  before(async () => {
    place = await testPlace();
    await writeTree(place.files, { 'roses.txt': 'Roses are pruned in early spring. Zweigschnittmesser.\n' });
    if (process.platform === 'linux') await mkdir(path.join(place.files, 'poll\\ed'));
    engine = await startEngine(place.data);
    await engine.client.call('settings.set', { minFreeBytes: 0, onBattery: 'run' });
    await engine.client.call('roots.add', { path: place.files });
    await settled(engine);
  });
  after(async () => {
    await engine.stop();
    await place.remove();
  });

  test('what changed unseen is found when the computer wakes up', { skip: ONLY_LINUX }, async () => {
    // No watch can be set on a name with a backslash: the folder is only looked at every few minutes, as a network drive is.
    const root = (await engine.client.call('roots.list', undefined))[0];
    assert.match(root?.note ?? '', /checked every 5 minutes/);
    await writeFile(path.join(place.files, 'poll\\ed', 'unseen.txt'), 'Schlafwandlerpfad.\n');
    await writeFile(path.join(place.files, 'seen.txt'), 'Tagwandlerpfad.\n');
    await eventually('the watched change', async () => (await found(engine, 'Tagwandlerpfad', { wordsOnly: true })).length === 1);
    assert.deepEqual(await found(engine, 'Schlafwandlerpfad', { wordsOnly: true }), [], 'nobody told of it');
    await engine.client.call('host.power', { woke: true });
    await eventually('the unseen change', async () => (await found(engine, 'Schlafwandlerpfad', { wordsOnly: true }))[0] === 'unseen.txt');
  });

  test('looking for changes reads no file that is unchanged', { skip: ONLY_LINUX }, async () => {
    await settled(engine);
    const extractors = (): readonly number[] => processTree(engine.pid).filter(({ name }) => name.startsWith('extract/')).map(({ pid }) => pid);
    for (const pid of extractors()) killIfAlive(pid);
    await eventually('no extractor to run', () => extractors().length === 0);
    await engine.client.call('index.rescan', {});
    await settled(engine);
    assert.deepEqual(extractors(), [], 'nothing was opened');
  });

  test('a path of four thousand characters is indexed, found and shown', { skip: ONLY_LINUX }, async () => {
    let folder = place.files;
    while (folder.length + 202 < LONG_PATH - 10) folder = path.join(folder, 'd'.repeat(200));
    const file = path.join(folder, `${'f'.repeat(LONG_PATH - folder.length - 5)}.txt`);
    assert.equal(file.length, LONG_PATH);
    await mkdir(folder, { recursive: true });
    await writeFile(file, 'Langpfadprobe.\n');
    await eventually('the file', async () => (await search(engine, { text: 'Langpfadprobe', wordsOnly: true })).hits[0]?.path === file);
    const { code, out } = await runCli(['search', 'Langpfadprobe'], { data: place.data });
    assert.equal(code, 0);
    assert.match(out, /fff\.txt/);
    await assert.rejects(engine.client.call('roots.add', { path: `/${'x'.repeat(5_000)}` }), isCoded);
  });

  test('names with line breaks or a turned direction are one harmless line on the command line', { skip: process.platform === 'win32' }, async () => {
    await writeTree(place.files, { 'two\nlines.txt': 'Zeilenbruchname.\n', 'invoice-\u202Efdp.exe': 'Richtungswechselname.\n' });
    await eventually('both', async () => (await found(engine, 'lines')).includes('two\nlines.txt') && (await found(engine, 'invoice')).includes('invoice-\u202Efdp.exe'));
    await settled(engine);
    const { out } = await runCli(['files'], { data: place.data });
    assert.match(out, /two lines\.txt/);
    assert.match(out, /invoice-\uFFFDfdp\.exe/);
    assert.doesNotMatch(out, /\u202E/);
  });

  test('a folder that this person may not read is refused by name, and nothing is added', { skip: process.platform === 'win32' }, async () => {
    const closed = path.join(path.dirname(place.files), 'closed');
    const inner = path.join(closed, 'inner');
    await mkdir(inner, { recursive: true });
    await chmod(closed, 0);
    await asOrdinaryUser(closed, () => assert.rejects(checkNewRoot(inner, [], place.data), (error) => error instanceof EngineError && error.code === 'folder-denied' && error.details?.['path'] === inner));
  });
});

/** One that has nothing to do may have ended by itself since it was seen. */
function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Mode bits mean nothing to the superuser, whom tests in containers run as. */
async function asOrdinaryUser(folder: string, work: () => Promise<unknown>): Promise<void> {
  const { geteuid, seteuid } = process;
  if (geteuid === undefined || seteuid === undefined || geteuid() !== 0) return void await work();
  const nobody = 65_534;
  const above = path.dirname(folder);
  await chown(folder, nobody, nobody);
  await chmod(above, 0o755);
  seteuid(nobody);
  try {
    await work();
  } finally {
    seteuid(0);
  }
}

function isCoded(error: unknown): boolean {
  return error instanceof EngineError && (error.code === 'bad-input' || error.code === 'folder-not-found');
}
