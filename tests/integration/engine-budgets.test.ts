/** Budgets of a real engine, changed while it runs and measured from outside: size of the index, memory, threads, free disk, battery. */

import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import type { IndexStatus } from '../../src/contract/model.ts';
import type { Settings } from '../../src/contract/settings.ts';
import { processTree, sum, type ProcessFigures } from '../bench/measure.ts';
import { eventually, found, gone, search, settled, startEngine, testPlace, writeTree, type TestEngine } from '../fixtures/engine.ts';

const MB = 1024 * 1024;
const ONLY_LINUX = process.platform === 'linux' ? false : 'reads /proc';
/**
 * Of 300 files of which some 70 fit at most, what is read when the limit is met: those, the 64 that the pool has in hand, and as many again until the next
 * look at the size. Not in bytes: the journal that SQLite writes for them depends on how they fall into transactions, which is the machine's affair.
 */
const FILES = 300;
const MOST_READ = 70 + 2 * 64;
const MOST_LOOKS = 3;

describe('budgets of an engine that runs', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  let engine: TestEngine;

  before(async () => {
    place = await testPlace();
    await writeTree(place.files, { 'roses.txt': 'Roses are pruned in early spring. Zweigschnittmesser.\n', 'roof.txt': 'The invoice for the roof repair is due. Dachrinnenquittung.\n' });
    engine = await startEngine(place.data);
    await set({ minFreeBytes: 0, onBattery: 'run' });
    await engine.client.call('roots.add', { path: place.files });
    await settled(engine);
  });
  // A test that failed in the middle must not leave the next one waiting at its limit.
  afterEach(() => set({ minFreeBytes: 0, maxIndexBytes: 0, memoryBytes: 0, onBattery: 'run' }));
  after(async () => {
    await engine.stop();
    await place.remove();
  });

  function set(change: Partial<Settings>): Promise<Settings> {
    return engine.client.call('settings.set', change);
  }
  function status(): Promise<IndexStatus> {
    return engine.client.call('index.status', undefined);
  }
  /** Resolves with the first status that says that the index is at its limit, once the folders are known whole. */
  async function full(): Promise<IndexStatus> {
    let last = await status();
    await eventually('the index to be at its limit', async () => {
      last = await status();
      return last.phase === 'index-full' && last.roots.every(({ state }) => state === 'watching');
    });
    return last;
  }
  const wordsAnswer = async (): Promise<void> => assert.deepEqual(await found(engine, 'Zweigschnittmesser', { wordsOnly: true }), ['roses.txt']);

  /** Text in which no word comes twice: every file makes the index grow by more than itself. */
  async function writeMany(folder: string, files: number, words: number): Promise<void> {
    await mkdir(folder, { recursive: true });
    let word = 0;
    for (let file = 0; file < files; file += 1) {
      const text = Array.from({ length: words }, () => `w${(word++ * 2_654_435_761 % 2 ** 32).toString(36)}x`).join(' ');
      await writeFile(path.join(folder, `many-${file}.txt`), text);
    }
  }

  test('too little free disk holds indexing, not searching, until the setting is another', async () => {
    await set({ minFreeBytes: 2 ** 52 });
    await eventually('the disk to count as full', async () => (await status()).phase === 'disk-full');
    await writeFile(path.join(place.files, 'waits.txt'), 'Nachregenwetter.\n');
    await eventually('the new file to wait', async () => (await status()).counts.pending === 1);
    await wordsAnswer();
    await set({ minFreeBytes: 0 });
    await settled(engine);
    assert.deepEqual(await found(engine, 'Nachregenwetter', { wordsOnly: true }), ['waits.txt']);
  });

  test('what the desktop tells of the battery counts at once', async () => {
    await set({ onBattery: 'stop' });
    await engine.client.call('host.power', { onBattery: true });
    assert.equal((await status()).phase, 'battery');
    await writeFile(path.join(place.files, 'mains.txt'), 'Ladekabelhalter.\n');
    await eventually('the new file to wait', async () => (await status()).counts.pending === 1);
    await wordsAnswer();
    await engine.client.call('host.power', { onBattery: false });
    await settled(engine);
    assert.deepEqual(await found(engine, 'Ladekabelhalter', { wordsOnly: true }), ['mains.txt']);
    await set({ onBattery: 'run' });
  });

  test('other threads mean another embedder process, and no search fails over it', { skip: ONLY_LINUX }, async () => {
    const embedder = (): ProcessFigures | undefined => processTree(engine.pid).find(({ name }) => name.startsWith('embed/embed-process'));
    const before = embedder();
    assert.ok(before);
    await set({ cpuThreads: 3 });
    let searches = 0;
    await eventually('an embedder with three threads', async () => {
      const update = await search(engine, { text: 'when to cut back flowers', showWeak: true });
      searches += 1;
      assert.ok(update.hits.some((hit) => hit.tiers.includes('meaning')), `meaning answers search ${searches}`);
      const now = embedder();
      return now !== undefined && now.pid !== before.pid && (await readFile(`/proc/${now.pid}/cmdline`, 'utf8')).includes('"threads":3');
    });
    await gone(before.pid);
    await set({ cpuThreads: 0 });
  });

  test('an index at its limit grows no further, says why, and goes on when files are forgotten or the limit is raised', async () => {
    const more = `${place.files}-more`;
    await writeMany(more, FILES, 750);
    const limit = await indexBytes(place.data) + MB;
    await set({ maxIndexBytes: limit });
    const root = await engine.client.call('roots.add', { path: more });
    for (let look = 1; ; look += 1) {
      const held = await full();
      assert.ok(held.counts.pending >= FILES - MOST_READ, `only ${held.counts.pending} of ${FILES} wait`);
      assert.equal(held.current, null, 'nothing is in hand');
      assert.match(held.troubles.join('\n'), /index has reached its limit of .* Raise the limit in the settings, or forget files/);
      const bytes = await indexBytes(place.data);
      await wordsAnswer();
      const { pending } = (await status()).counts;
      const grown = await indexBytes(place.data) - bytes;
      if (pending === held.counts.pending && grown <= 0) break;
      // Upkeep, seconds after the last file, makes the index smaller, and then some more are read. Only a very slow machine lets that fall between two looks, and hardly twice.
      assert.ok(look < MOST_LOOKS, `nothing is read any more: ${pending} wait instead of ${held.counts.pending}, ${grown} bytes more`);
    }

    await set({ maxIndexBytes: 0 });
    const whole = await settled(engine);
    assert.deepEqual(whole.troubles, []);
    assert.ok(await indexBytes(place.data) > limit, 'all of it is more than the limit');

    await set({ maxIndexBytes: limit });
    await full();
    await engine.client.call('roots.remove', { rootId: root.id });
    await settled(engine);
    await rm(more, { recursive: true });
    await set({ maxIndexBytes: 0 });
  });

  test('a memory budget is met: parts rest, bulk work waits, words answer, and meaning comes back when it is asked', { skip: ONLY_LINUX }, async () => {
    await settled(engine);
    await search(engine, { text: 'when to cut back flowers' });
    const tree = processTree(engine.pid);
    const core = sum(tree.filter(({ name }) => /engine-process|watch-process/.test(name))).pssMb;
    assert.ok(sum(tree).pssMb > core + 60, 'a model is in memory');
    const budgetMb = Math.ceil(core + 50);
    await set({ memoryBytes: budgetMb * MB });
    await eventually('all parts to be within the budget', () => sum(processTree(engine.pid)).pssMb <= budgetMb);
    await wordsAnswer();
    const update = await search(engine, { text: 'when to cut back flowers', showWeak: true });
    assert.ok(update.hits.some((hit) => hit.tiers.includes('meaning')), 'the model is loaded for a search');

    const more = `${place.files}-bulk`;
    await writeMany(more, 200, 1_500);
    const root = await engine.client.call('roots.add', { path: more });
    await eventually('bulk work to wait', async () => (await status()).troubles.some((trouble) => /memory budget/.test(trouble)));
    await wordsAnswer();

    await set({ memoryBytes: 32 * MB });
    await eventually('a budget that cannot be kept to be told', async () => (await status()).troubles.some((trouble) => /memory budget of 32 MB is less than/.test(trouble)));
    await wordsAnswer();
    await set({ memoryBytes: 0 });
    assert.deepEqual((await status()).troubles, []);
    await engine.client.call('roots.remove', { rootId: root.id });
    await settled(engine);
    await rm(more, { recursive: true });
  });
});

/** Of the files for words and for vectors, from outside. */
async function indexBytes(data: string): Promise<number> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name)).filter((file) => /index\.sqlite|\.lance\//.test(file));
  const sizes = await Promise.all(files.map((file) => stat(file).then((found) => found.size, () => 0)));
  assert.ok(sizes.length > 1);
  return sizes.reduce((all, size) => all + size, 0);
}
