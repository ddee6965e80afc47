/** The engine as a whole follows the disk: saved, changed, moved, deleted, excluded files; parts killed for real. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createEngine, type Engine } from '../../src/engine.ts';
import { createLog } from '../../src/log.ts';
import { INTERNAL_PROTOCOL_VERSION } from '../../src/process/supervised.ts';
import { Client } from '../../src/rpc/client.ts';
import { serve } from '../../src/rpc/server.ts';
import { createInProcessPair } from '../../src/rpc/transport.ts';
import type { EngineProtocol } from '../../src/contract/calls.ts';
import { eventually, found, gone, search, settled, testPlace, writeTree, type TestEngine } from '../fixtures/engine.ts';

const RESOURCES = path.resolve(import.meta.dirname, '../../resources');

describe('an engine that follows the disk', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  let engine: Engine;
  let host: TestEngine;

  before(async () => {
    place = await testPlace();
    await writeTree(place.files, {
      'garden/roses.txt': 'Roses are pruned in early spring, before the buds open. Zweigschnittmesser.\n',
      'garden/tomatoes.md': '# Tomatoes\n\nTomato seedlings go outside after the last frost. Blattlausfrei.\n',
      'work/invoice.txt': 'The invoice for the roof repair is due within thirty days. Dachrinnenquittung.\n',
    });
    // In this process, so that the parts' process ids can be read and killed; everything else is as in production.
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

  const findable = (word: string, name: string): Promise<void> => eventually(`"${word}" to find ${name}`, async () => (await found(host, word, { wordsOnly: true })).includes(name));
  const vanished = (word: string): Promise<void> => eventually(`"${word}" to find nothing`, async () => (await found(host, `"${word}"`, { wordsOnly: true })).length === 0);

  test('names, words and meaning find a file', async () => {
    assert.deepEqual((await found(host, 'invoice.txt')).slice(0, 1), ['invoice.txt']);
    assert.deepEqual(await found(host, 'Zweigschnittmesser', { wordsOnly: true }), ['roses.txt']);
    const update = await search(host, { text: 'when to cut back flowers', showWeak: true });
    assert.ok(update.hits.some((hit) => hit.tiers.includes('meaning')), 'meaning found something');
  });

  test('nonsense is answered with nothing, in an index of three files too, once confidence is fitted', async () => {
    await eventually('nonsense to find nothing', async () => (await found(host, 'zzzzqqqqxx')).length === 0);
    assert.equal((await found(host, 'when are roses pruned'))[0], 'roses.txt');
  });

  test('a saved file, a changed file and a deleted file are followed', async () => {
    await writeFile(path.join(place.files, 'garden/basil.txt'), 'Basil likes warmth. Sonnenfensterbrett.\n');
    await findable('Sonnenfensterbrett', 'basil.txt');
    await writeFile(path.join(place.files, 'garden/basil.txt'), 'Basil likes warmth. Schattenplatzverbot.\n');
    await findable('Schattenplatzverbot', 'basil.txt');
    await vanished('Sonnenfensterbrett');
    await rm(path.join(place.files, 'garden/basil.txt'));
    await vanished('Schattenplatzverbot');
  });

  test('a rename and a move to a new folder embed nothing again', async () => {
    await settled(host);
    const embedded = engine.embeddedWindows;
    await rename(path.join(place.files, 'garden/roses.txt'), path.join(place.files, 'garden/old-roses.txt'));
    await findable('Zweigschnittmesser', 'old-roses.txt');
    await mkdir(path.join(place.files, 'archive'));
    await rename(path.join(place.files, 'garden/old-roses.txt'), path.join(place.files, 'archive/old-roses.txt'));
    await eventually('the file at its new place', async () => (await search(host, { text: 'Zweigschnittmesser', wordsOnly: true })).hits[0]?.path === path.join(place.files, 'archive/old-roses.txt'));
    await rename(path.join(place.files, 'garden'), path.join(place.files, 'orchard'));
    await eventually('the renamed folder', async () => (await search(host, { text: 'Blattlausfrei', wordsOnly: true })).hits[0]?.path === path.join(place.files, 'orchard/tomatoes.md'));
    const status = await settled(host);
    assert.equal(status.embedded, status.counts.indexed);
    assert.equal(engine.embeddedWindows, embedded, 'windows given to the embedder');
  });

  test('a new exclusion removes what was indexed, and taking it back brings it again', async () => {
    const [root] = await host.client.call('roots.list', undefined);
    assert.ok(root);
    await host.client.call('roots.update', { rootId: root.id, options: { exclude: ['work/'] } });
    await vanished('Dachrinnenquittung');
    await host.client.call('roots.update', { rootId: root.id, options: { exclude: [] } });
    await findable('Dachrinnenquittung', 'invoice.txt');
    await writeFile(path.join(place.files, '.findlingignore'), 'invoice*\n');
    await vanished('Dachrinnenquittung');
    await rm(path.join(place.files, '.findlingignore'));
    await findable('Dachrinnenquittung', 'invoice.txt');
  });

  test('killing the watcher, the extractors and the embedder costs a restart and nothing else', async () => {
    await settled(host);
    for (const part of ['watcher', 'embedder', 'extractors'] as const) {
      const pids = [engine.pids[part]].flat().filter((pid) => pid !== undefined);
      if (part !== 'extractors') assert.equal(pids.length, 1, `the ${part} runs`);
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      await Promise.all(pids.map(gone));
      assert.deepEqual(await found(host, 'Dachrinnenquittung', { wordsOnly: true }), ['invoice.txt'], `words answer without the ${part}`);
      const word = `Nachdemabsturz${part}`;
      await writeFile(path.join(place.files, `after-${part}.txt`), `The ${part} came back. ${word}.\n`);
      await findable(word, `after-${part}.txt`);
    }
    const status = await settled(host);
    assert.equal(status.embedded, status.counts.indexed);
    const update = await search(host, { text: 'when to cut back flowers', showWeak: true });
    assert.ok(update.hits.some((hit) => hit.tiers.includes('meaning')), 'meaning answers again');
  });

  test('a root whose folder vanished is absent, keeps its files, and comes back', async () => {
    await settled(host);
    const aside = place.files + '-unplugged';
    await rename(place.files, aside);
    await host.client.call('index.rescan', {});
    const [absent] = await host.client.call('roots.list', undefined);
    assert.equal(absent?.state, 'absent');
    assert.ok((absent?.note ?? '').length > 0);
    assert.deepEqual(await found(host, 'Dachrinnenquittung', { wordsOnly: true }), ['invoice.txt']);
    await rename(aside, place.files);
    await host.client.call('index.rescan', {});
    await eventually('the root to be watched', async () => (await host.client.call('roots.list', undefined))[0]?.state === 'watching');
    await writeFile(path.join(place.files, 'back.txt'), 'Wiederangestecktwort.\n');
    await findable('Wiederangestecktwort', 'back.txt');
  });

  test('an empty folder where the disk was mounted deletes nothing', async () => {
    await settled(host);
    const aside = place.files + '-unmounted';
    await rename(place.files, aside);
    // What is left of a mount point when its disk is unplugged: another, empty directory of the same path.
    await mkdir(place.files);
    await host.client.call('index.rescan', {});
    const [absent] = await host.client.call('roots.list', undefined);
    assert.equal(absent?.state, 'absent');
    assert.match(absent?.note ?? '', /empty/);
    assert.deepEqual(await found(host, 'Dachrinnenquittung', { wordsOnly: true }), ['invoice.txt']);
    await rm(place.files, { recursive: true });
    await rename(aside, place.files);
    await host.client.call('index.rescan', {});
    assert.deepEqual(await found(host, 'Dachrinnenquittung', { wordsOnly: true }), ['invoice.txt']);
    await eventually('the root to be watched', async () => (await host.client.call('roots.list', undefined))[0]?.state === 'watching');
  });

  test('a folder that is away for a moment, again and again, is watched each time it is back', async () => {
    const aside = place.files + '-moment';
    const state = async (): Promise<string | undefined> => (await host.client.call('roots.list', undefined))[0]?.state;
    for (const word of ['Augenblickwort', 'Wimpernschlagwort', 'Sekundenwort']) {
      await rename(place.files, aside);
      await mkdir(place.files);
      await host.client.call('index.rescan', {});
      assert.equal(await state(), 'absent');
      // What is left of its watches would pass for watching when the very same directory is back. Only Linux tells of them from outside.
      if (process.platform === 'linux') await eventually('its watches to be let go', () => watchesOf(engine.pids.watcher ?? 0) === 0);
      await rm(place.files, { recursive: true });
      await rename(aside, place.files);
      await host.client.call('index.rescan', {});
      await eventually('the root to be watched', async () => (await state()) === 'watching');
      await writeFile(path.join(place.files, `${word}.txt`), `Inhalt ${word}inhalt.\n`);
      await findable(`${word}inhalt`, `${word}.txt`);
    }
  });

  test('pausing keeps what changes meanwhile for later', async () => {
    await host.client.call('index.pause', {});
    await writeFile(path.join(place.files, 'paused.txt'), 'Pausenzeichenwort.\n');
    await eventually('the name', async () => (await found(host, 'paused.txt', { wordsOnly: true })).includes('paused.txt'));
    assert.deepEqual(await found(host, '"Pausenzeichenwort"', { wordsOnly: true }), []);
    await host.client.call('index.resume', undefined);
    await findable('Pausenzeichenwort', 'paused.txt');
  });

  test('too little free space stops indexing, says so, and loses nothing', async () => {
    await settled(host);
    await host.client.call('settings.set', { minFreeBytes: 2 ** 50 });
    await writeFile(path.join(place.files, 'no-room.txt'), 'Festplattenvollwort.\n');
    await eventually('the engine to hold', async () => (await host.client.call('index.status', undefined)).phase === 'disk-full');
    assert.deepEqual(await found(host, '"Festplattenvollwort"', { wordsOnly: true }), []);
    assert.deepEqual(await found(host, 'Dachrinnenquittung', { wordsOnly: true }), ['invoice.txt']);
    await host.client.call('settings.set', { minFreeBytes: 0 });
    await findable('Festplattenvollwort', 'no-room.txt');
  });

  test('removing the folder forgets everything of it', async () => {
    const [root] = await host.client.call('roots.list', undefined);
    await host.client.call('roots.remove', { rootId: root?.id ?? 0 });
    assert.deepEqual(await found(host, 'Dachrinnenquittung'), []);
    const status = await host.client.call('index.status', undefined);
    assert.deepEqual(status.counts, { indexed: 0, pending: 0, skipped: 0, failed: 0 });
    assert.deepEqual(await host.client.call('recents.list', undefined), []);
  });
});

/** Directories that a process has under watch, by the kernel's word. */
function watchesOf(pid: number): number {
  const folder = `/proc/${pid}/fdinfo`;
  return readdirSync(folder).reduce((sum, name) => sum + (readFileSync(path.join(folder, name), 'utf8').match(/^inotify wd:/gm)?.length ?? 0), 0);
}
