/**
 * Twenty kills of the engine, at every failpoint and at seeded random moments, while files are added, changed, moved and deleted.
 * After each, the next engine must come to exactly what is on the disk: nothing lost, nothing double, nothing left over.
 */

import assert from 'node:assert/strict';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { EngineError } from '../../src/contract/errors.ts';
import { FAILPOINTS, type Failpoint } from '../../src/failpoint.ts';
import { tryConnect } from '../../src/host/connect-engine.ts';
import { eventually, isAlive, search, settled, startEngine, testPlace, writeTree, type TestEngine } from '../fixtures/engine.ts';

const KILLS = 20;
/** Seed of the run; a failure names it together with the round. */
const SEED = 20_261_121;

/** mulberry32: small, seeded, good enough for choosing moments. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A word that stands in one file only, made of letters so that no rule about numbers or common words touches it. */
function token(file: number, version: number): string {
  const letters = (value: number): string => [...String(value)].map((digit) => 'bcdfghjklm'[Number(digit)]).join('');
  return `zq${letters(file)}x${letters(version)}q`;
}

test(`${KILLS} kills lose nothing and leave nothing behind`, async () => {
  const place = await testPlace();
  const next = random(SEED);
  const versions = new Map<string, { file: number; version: number }>();
  const write = async (name: string, file: number, version: number): Promise<void> => {
    await writeTree(place.files, { [name]: text(file, version) });
    versions.set(name, { file, version });
  };
  let files = 0;
  try {
    for (let round = 0; round < KILLS; round += 1) {
      const failpoint = round < FAILPOINTS.length ? FAILPOINTS[round] : undefined;
      const engine = failpoint === undefined ? await startEngine(place.data) : await startDying(place.data, failpoint);
      if (round === 0) await engine?.client.call('roots.add', { path: place.files }).catch(() => undefined); // it may be killed inside this call
      // Work that meets the kill: new files, a changed one, a moved one, a deleted one.
      const work = (async () => {
        // What is changed, moved and deleted was there before, so that there is something indexed to take back.
        const before = [...versions.keys()];
        const pick = (): string => before.splice(Math.floor(next() * before.length), 1)[0] ?? '';
        for (let count = 0; count < 12; count += 1) await write(`part-${files % 4}/note-${files}.txt`, files++, 0);
        const changed = pick();
        const known = versions.get(changed);
        if (known !== undefined) await write(changed, known.file, known.version + 1);
        const moved = pick();
        const kept = versions.get(moved);
        if (kept !== undefined) {
          const target = moved.replace(/(\w+)\.txt$/, `$1-m${round}.txt`);
          await rename(path.join(place.files, moved), path.join(place.files, target));
          versions.delete(moved);
          versions.set(target, kept);
        }
        const deleted = pick();
        if (versions.delete(deleted)) await rm(path.join(place.files, deleted));
      })();
      await work;
      if (engine !== null && failpoint === undefined) {
        const killAt = Date.now() + Math.floor(next() * 1_500);
        await eventually('the moment of the kill', () => Date.now() >= killAt);
        await engine.kill();
      } else if (engine !== null) {
        // It must come to the failpoint by itself, or this test proves nothing about it.
        await eventually(`the engine to die at ${failpoint ?? ''}`, () => !isAlive(engine.pid));
      }
      if (round % 4 === 3 || round === KILLS - 1) await verify(place.data, place.files, versions, `seed ${SEED}, round ${round}`);
    }
  } finally {
    await place.remove();
  }
});

/** An engine that will die at the failpoint; null: it has, on its way through the folders it knows, before it could greet anyone. */
async function startDying(data: string, failpoint: Failpoint): Promise<TestEngine | null> {
  try {
    return await startEngine(data, { failpoint: `${failpoint}:1` });
  } catch (error) {
    if (!(error instanceof EngineError) || !['connection-closed', 'engine-unavailable'].includes(error.code)) throw error;
    assert.equal(await tryConnect(data), null, 'no engine is left');
    return null;
  }
}

/** Starts a sound engine, lets it settle and compares what it finds with the disk, file by file. */
async function verify(data: string, folder: string, versions: ReadonlyMap<string, { file: number; version: number }>, where: string): Promise<void> {
  const engine = await startEngine(data);
  try {
    if ((await engine.client.call('roots.list', undefined)).length === 0) await engine.client.call('roots.add', { path: folder });
    await engine.client.call('index.rescan', {});
    const status = await settled(engine);
    assert.equal(status.counts.indexed, versions.size, `${where}: files indexed`);
    assert.equal(status.embedded, versions.size, `${where}: files embedded`);
    const page = await engine.client.call('files.list', { limit: 1000 });
    assert.deepEqual(page.files.map((file) => path.relative(folder, file.path)).sort(), [...versions.keys()].sort(), `${where}: the ledger`);
    for (const [name, { file, version }] of versions) {
      assert.deepEqual(await byWord(engine, token(file, version)), [path.basename(name)], `${where}: ${name} by its word`);
      if (version > 0) assert.deepEqual(await byWord(engine, token(file, version - 1)), [], `${where}: ${name} by a word it no longer has`);
    }
    // Meaning alone, without a word in common: every file is about the same subject, so as many files as asked for must come.
    const meaning = await search(engine, { text: 'watering plants on the balcony', limit: 10, showWeak: true });
    assert.equal(new Set(meaning.hits.map((hit) => hit.fileId)).size, meaning.hits.length, `${where}: no file twice`);
    assert.ok(meaning.hits.some((hit) => hit.tiers.includes('meaning')), `${where}: meaning answers`);
  } finally {
    await engine.stop();
  }
}

async function byWord(engine: TestEngine, word: string): Promise<readonly string[]> {
  const update = await search(engine, { text: `"${word}"`, wordsOnly: true });
  return update.hits.map((hit) => hit.name);
}

function text(file: number, version: number): string {
  return `The flowers and herbs in the garden need water every morning.\n\nNumber ${file}: ${token(file, version)}.\n`;
}

test('a kill in the middle of a write of settings leaves the old ones or the new ones', async () => {
  const place = await testPlace();
  try {
    const engine = await startEngine(place.data);
    const changes = (async () => {
      for (let cpuThreads = 1; cpuThreads < 200; cpuThreads += 1) await engine.client.call('settings.set', { cpuThreads });
    })().catch(() => undefined); // ends with the engine
    await eventually('the first save', async () => (await readdir(place.data)).includes('config.json'));
    await engine.kill();
    await changes;
    const again = await startEngine(place.data);
    assert.ok((await again.client.call('settings.get', undefined)).cpuThreads >= 1);
    assert.deepEqual((await again.client.call('index.status', undefined)).troubles, []);
    await again.stop();
    await writeFile(path.join(place.data, 'config.json'), '{');
    const third = await startEngine(place.data);
    assert.match((await third.client.call('index.status', undefined)).troubles.join(), /config\.json was damaged/);
    await third.stop();
  } finally {
    await place.remove();
  }
});
