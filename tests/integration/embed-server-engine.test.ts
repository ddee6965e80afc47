/** A whole engine over an embedding server (emulated): indexing, searching, instructions, and the server's absence. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { EngineError } from '../../src/contract/errors.ts';
import type { Settings } from '../../src/contract/settings.ts';
import { eventually, found, search, settled, startEngine, testPlace, writeTree, type TestEngine } from '../fixtures/engine.ts';
import { startEmulator, type Emulator } from './embed-server-emulator.ts';

const MODEL = 'Qwen/Qwen3-Embedding';
const LAW = 'Given a question about tenancy law, retrieve the clause that answers it';
const MUSIC = 'Given a question about music, retrieve notes that answer it';

describe('an engine over an embedding server', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  let server: Emulator;
  let engine: TestEngine;
  let law: number;

  before(async () => {
    place = await testPlace();
    server = await startEmulator({ kind: 'llama.cpp', model: MODEL, endToken: false });
    await writeTree(place.files, {
      'law/lease.md': 'The capital deposit of the lease is due at the beginning of the tenancy.',
      'music/strings.md': 'A violin has four strings, and gravity keeps the player on the floor.',
      'other/china.md': 'The capital of China is Beijing, a large city in the north.',
    });
    const settings: Pick<Settings, 'model' | 'server'> = {
      model: 'server',
      server: { baseUrl: server.url, model: MODEL, key: null, headers: [], kind: 'auto', queryPrompt: null, documentPrompt: null, windowTokens: 256, parallel: 2, allowRemote: false, rerankModel: null },
    };
    await writeFile(path.join(place.data, 'config.json'), JSON.stringify(settings));
    engine = await startEngine(place.data);
    law = (await engine.client.call('roots.add', { path: path.join(place.files, 'law') })).id;
    await engine.client.call('roots.add', { path: path.join(place.files, 'music') });
    await engine.client.call('roots.add', { path: path.join(place.files, 'other') });
    await eventually('all to be embedded', async () => {
      const status = await settled(engine);
      return status.model.id === 'server' && status.embedded === 3;
    });
  });
  after(async () => {
    await engine.stop();
    await server.stop();
    await place.remove();
  });

  /** Query texts the server was sent since. */
  const queriesSince = (count: number): readonly string[] => server.seen.slice(count).flatMap(({ texts }) => texts).filter((text) => text.startsWith('Instruct: '));

  it('finds by the server\'s vectors, the end token put behind each text', async () => {
    assert.equal((await found(engine, 'Beijing capital', { showWeak: true }))[0], 'china.md');
    const status = await engine.client.call('index.status', undefined);
    assert.equal(status.model.device, `127.0.0.1:${server.port}`);
    assert.equal(status.model.takesInstruction, true);
    assert.ok(server.seen.slice(-1).every(({ texts }) => texts.every((text) => text.endsWith('<|endoftext|>'))));
  });

  it('a query over folders with different instructions embeds each once, and nothing else anew', async () => {
    const roots = await engine.client.call('roots.list', undefined);
    const music = roots.find((root) => root.path.endsWith('music'))?.id ?? 0;
    await engine.client.call('roots.update', { rootId: law, options: { instruction: LAW } });
    await engine.client.call('roots.update', { rootId: music, options: { instruction: MUSIC } });
    const before = server.seen.length;
    await search(engine, { text: 'who pays the deposit', showWeak: true });
    await search(engine, { text: 'who pays the deposit', showWeak: true });
    assert.deepEqual([...queriesSince(before)].sort(), [
      `Instruct: ${LAW}\nQuery:who pays the deposit<|endoftext|>`,
      `Instruct: ${MUSIC}\nQuery:who pays the deposit<|endoftext|>`,
      'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:who pays the deposit<|endoftext|>',
    ].sort());
    const only = server.seen.length;
    await search(engine, { text: 'who pays the rent', filters: { rootIds: [law] } });
    assert.deepEqual(queriesSince(only), [`Instruct: ${LAW}\nQuery:who pays the rent<|endoftext|>`]);
    const status = await settled(engine);
    assert.equal(status.embedded, 3, 'an instruction changes no stored vector');
  });

  it('an instruction of the query goes before those of the folders, and one for all comes after them', async () => {
    const before = server.seen.length;
    await search(engine, { text: 'four strings', instruction: 'Find an instrument' });
    assert.deepEqual(queriesSince(before), ['Instruct: Find an instrument\nQuery:four strings<|endoftext|>']);
    await engine.client.call('settings.set', { instruction: 'Find notes' });
    const then = server.seen.length;
    await search(engine, { text: 'five strings' });
    assert.deepEqual(queriesSince(then).map((text) => text.split('\n')[0]).sort(), [`Instruct: ${LAW}`, `Instruct: ${MUSIC}`, 'Instruct: Find notes'].sort());
  });

  it('while the server is away names and words answer, new files wait, and it is taken up again by itself', async () => {
    await server.stop();
    await writeTree(place.files, { 'other/tuba.md': 'The tuba is the lowest of the brass.' });
    await eventually('the new file to be found by its words', async () => (await found(engine, 'tuba')).includes('tuba.md'));
    const update = await search(engine, { text: 'tuba brass lowest' });
    assert.ok(update.notices.some((notice) => notice.code === 'meaning-unavailable' && /is not running|out of order|starting/.test(notice.detail)), JSON.stringify(update.notices));
    await eventually('the trouble to be said', async () => (await engine.client.call('index.status', undefined)).troubles.some((trouble) => /embedding server/.test(trouble)));
    await server.start();
    await eventually('the new file to be embedded', async () => (await engine.client.call('index.status', undefined)).embedded === 4);
    assert.ok((await found(engine, 'lowest brass', { showWeak: true })).includes('tuba.md'));
  });

  it('checks a server without keeping it; a key belongs to one address, and so does the leave to send text', async () => {
    const checked = await engine.client.call('server.check', { baseUrl: server.url, model: MODEL });
    assert.equal(checked.kind, 'llama.cpp');
    assert.equal(checked.check.passed, true, checked.check.detail);
    await assert.rejects(engine.client.call('server.check', { baseUrl: 'http://192.0.2.1/v1' }), (error: unknown) => error instanceof EngineError && error.code === 'remote-not-allowed');
    const set = await engine.client.call('settings.set', { server: { ...(await engine.client.call('settings.get', undefined)).server, key: 'sk-1', allowRemote: true } });
    assert.equal(set.server.key, 'sk-1');
    const moved = await engine.client.call('settings.set', { server: { baseUrl: 'http://192.0.2.1/v1' } as Settings['server'] }); // A part is enough.
    assert.deepEqual([moved.server.key, moved.server.allowRemote], [null, false]);
  });
});
