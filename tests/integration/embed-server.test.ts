/** The embedder over a server, against emulations of each kind of server (embed-server-emulator.ts), one quirk at a time. */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { EngineError, type ErrorCode } from '../../src/contract/errors.ts';
import type { ServerSettings } from '../../src/contract/settings.ts';
import type { Embedder } from '../../src/embed/embedder.ts';
import { checkServer } from '../../src/embed/server/check-server.ts';
import { createServerEmbedder } from '../../src/embed/server/server-embedder.ts';
import type { KnownKind } from '../../src/embed/server/server-kinds.ts';
import { eventually } from '../fixtures/engine.ts';
import { referenceVector, startEmulator, type Emulator, type EmulatorOptions } from './embed-server-emulator.ts';

const SETTINGS: ServerSettings = {
  baseUrl: null, model: 'stand-in', key: null, headers: [], kind: 'auto', queryPrompt: null, documentPrompt: null,
  windowTokens: 256, parallel: 4, allowRemote: false, rerankModel: null,
};
const QWEN = 'Qwen/Qwen3-Embedding';
const WORDS = ['river', 'mountain', 'invoice', 'garden', 'violin', 'harbour', 'lantern', 'pepper', 'window', 'forest', 'engine', 'letter'];
/** Different texts without end. */
const sentence = (seed: number, words = 6): string => Array.from({ length: words }, (_, index) => WORDS[(seed * 7 + index * (seed % 5 + 1)) % WORDS.length]).join(' ') + ` ${seed}`;

const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let dot = 0;
  for (let index = 0; index < a.length; index++) dot += (a[index] ?? 0) * (b[index] ?? 0);
  return dot / (Math.hypot(...Array.from(a)) * Math.hypot(...Array.from(b)));
};
const rejectsWith = (code: ErrorCode, message?: RegExp) => (error: unknown): boolean => {
  assert.ok(error instanceof EngineError, String(error));
  assert.equal(error.code, code, error.message);
  if (message !== undefined) assert.match(error.message, message);
  return true;
};

describe('an embedder over a server', () => {
  let folder: string;
  let files = 0;
  const servers: Emulator[] = [];
  const embedders: Embedder[] = [];

  before(async () => { folder = await mkdtemp(path.join(os.tmpdir(), 'findling-server-')); });
  after(() => rm(folder, { recursive: true, force: true }));
  afterEach(async () => {
    await Promise.all(embedders.splice(0).map((embedder) => embedder.close()));
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  const emulate = async (options: Partial<EmulatorOptions> & { readonly kind: KnownKind }): Promise<Emulator> => {
    const server = await startEmulator(options);
    servers.push(server);
    return server;
  };
  const identityFile = (): string => path.join(folder, `identity-${files++}.json`);
  const open = async (server: Emulator, change: Partial<ServerSettings> = {}, more: { readonly dimension?: number; readonly identityPath?: string; readonly renew?: boolean } = {}): Promise<Embedder> => {
    const embedder = await createServerEmbedder({
      settings: { ...SETTINGS, baseUrl: `${server.url}/v1`, ...change }, dimension: more.dimension ?? null, identityPath: more.identityPath ?? identityFile(), renew: more.renew ?? false,
    });
    embedders.push(embedder);
    return embedder;
  };
  const rowsOf = (embedder: Embedder, vectors: Float32Array): readonly Float32Array[] => Array.from({ length: vectors.length / embedder.model.dimension }, (_, row) => vectors.subarray(row * embedder.model.dimension, (row + 1) * embedder.model.dimension));
  const assertReference = (row: Float32Array | undefined, text: string): void => {
    assert.ok(row !== undefined);
    assert.ok(Math.abs(Math.hypot(...row) - 1) < 1e-5, 'unit length');
    assert.ok(cosine(row, referenceVector(text, row.length)) > 0.99999, text);
  };

  const KINDS: readonly (Partial<EmulatorOptions> & { readonly kind: KnownKind })[] = [
    { kind: 'openai', key: 'sk-secret', shuffled: true, base64: true },
    { kind: 'sglang', unitLength: false },
    { kind: 'vllm', shuffled: true },
    { kind: 'tei', maxTexts: 3 },
    { kind: 'llama.cpp', endToken: false, model: QWEN },
    { kind: 'ollama', unitLength: false },
    { kind: 'lm-studio', endToken: false, model: QWEN },
  ];
  for (const quirks of KINDS) {
    it(`${quirks.kind} (emulated): the same vectors as from any other, in the order of the texts`, async () => {
      const server = await emulate(quirks);
      const embedder = await open(server, { model: quirks.model ?? 'stand-in', key: quirks.key ?? null });
      const texts = Array.from({ length: 40 }, (_, index) => sentence(index, 3 + (index % 9)));
      const rows = rowsOf(embedder, await embedder.embedDocuments(texts));
      assert.equal(rows.length, texts.length);
      for (const [index, text] of texts.entries()) assertReference(rows[index], text);
      const query = await embedder.embedQuery('where is the violin');
      assertReference(query, quirks.model === QWEN ? 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:where is the violin' : 'where is the violin');
      assert.equal(embedder.status().state, 'ready');
      assert.ok(server.seen.every(({ body }) => body['encoding_format'] === 'float' && body['dimensions'] === undefined));
      if (quirks.maxTexts !== undefined) assert.ok(server.seen.every(({ texts: sent }) => sent.length <= (quirks.maxTexts ?? 0)));
    });
  }

  it('blank texts are never sent and have zero rows', async () => {
    const server = await emulate({ kind: 'sglang' });
    const embedder = await open(server);
    const rows = rowsOf(embedder, await embedder.embedDocuments(['', 'river', ' \n\t', 'garden']));
    assert.deepEqual(rows.map((row) => row.every((value) => value === 0)), [true, false, true, false]);
    assert.ok((await embedder.embedQuery('  ')).every((value) => value === 0));
    assert.ok(server.seen.every(({ texts }) => texts.every((text) => text.trim() !== '')));
  });

  it('a server that takes fewer texts or bytes than expected gets smaller requests', async () => {
    const server = await emulate({ kind: 'openai', maxTexts: 5, maxBytes: 4_000 });
    const embedder = await open(server);
    const texts = Array.from({ length: 60 }, (_, index) => sentence(index, 8));
    const rows = rowsOf(embedder, await embedder.embedDocuments(texts));
    for (const [index, text] of texts.entries()) assertReference(rows[index], text);
    const refused = server.seen.filter(({ texts: sent }) => sent.length > 5).length;
    await embedder.embedDocuments(texts);
    assert.equal(server.seen.filter(({ texts: sent }) => sent.length > 5).length, refused, 'learned');
  });

  for (const kind of ['llama.cpp', 'ollama', 'vllm', 'sglang', 'lm-studio', 'tei'] as const) {
    it(`${kind} (emulated) refuses long texts: they are embedded in pieces, the end of the text included`, async () => {
      const server = await emulate({ kind, maxTokens: 40 });
      const embedder = await open(server);
      const long = `${'river mountain forest '.repeat(40)} ${'violin letter '.repeat(40)}`;
      const rows = rowsOf(embedder, await embedder.embedDocuments([long, 'garden', '長い文章です。'.repeat(60)]));
      assertReference(rows[1], 'garden');
      assert.ok(rows.every((row) => Math.abs(Math.hypot(...row) - 1) < 1e-5));
      const row = rows[0] ?? new Float32Array(0);
      assert.ok(cosine(row, referenceVector('violin letter')) > 0.2, 'the end is in it');
      assert.ok(cosine(row, referenceVector('river mountain')) > 0.2, 'the beginning is in it');
      const query = await embedder.embedQuery('where '.repeat(200));
      assert.ok(query.some((value) => value !== 0));
      assert.equal(embedder.status().state, 'ready');
    });
  }

  it('tei (emulated) cuts long texts without a word: they are embedded in pieces all the same, and set-up says so', async () => {
    const server = await emulate({ kind: 'tei', maxTokens: 200, truncates: true });
    const embedder = await open(server);
    const long = `${'river mountain forest '.repeat(150)} ${'violin letter '.repeat(150)}`;
    const [row, short] = rowsOf(embedder, await embedder.embedDocuments([long, 'garden']));
    assert.ok(cosine(row ?? [], referenceVector('violin letter')) > 0.2, 'the end is in it');
    assertReference(short, 'garden');
    const found = await checkServer({ ...SETTINGS, baseUrl: server.url });
    assert.deepEqual(found.findings.map(({ code }) => code), ['window']);
  });

  it('a text that the server fails on stays without a vector; all others have theirs', async () => {
    const server = await emulate({ kind: 'vllm', poison: 'pepper9' });
    const embedder = await open(server);
    const texts = [...Array.from({ length: 20 }, (_, index) => sentence(index)), 'the pepper9 one'];
    const rows = rowsOf(embedder, await embedder.embedDocuments(texts));
    assert.ok(rows[20]?.every((value) => value === 0));
    for (const [index, text] of texts.slice(0, 20).entries()) assertReference(rows[index], text);
    assert.equal(embedder.status().state, 'ready');
  });

  it('a busy server gets patience and fewer requests at once', async () => {
    const server = await emulate({ kind: 'tei' });
    const embedder = await open(server, { parallel: 4 });
    server.change({ first: [
      { status: 429, headers: { 'Retry-After': '0' }, body: { error: 'Model is overloaded', error_type: 'overloaded' } },
      { status: 503, body: { error: 'loading' } },
    ] });
    const texts = Array.from({ length: 80 }, (_, index) => sentence(index, 30));
    const rows = rowsOf(embedder, await embedder.embedDocuments(texts));
    for (const [index, text] of texts.entries()) assertReference(rows[index], text);
    assert.equal(embedder.status().state, 'ready');
  });

  it('requests run beside each other, as many as are set', async () => {
    const server = await emulate({ kind: 'sglang' });
    const embedder = await open(server, { parallel: 3 });
    let open3: () => void = () => undefined;
    const three = new Promise<void>((resolve) => { open3 = resolve; });
    server.change({ hold: async () => { if (server.atOnce.now >= 3) open3(); await three; } });
    await embedder.embedDocuments(Array.from({ length: 300 }, (_, index) => sentence(index, 40)));
    assert.equal(server.atOnce.most, 3);
  });

  it('a query overtakes bulk requests that are on their way, and no new one starts before it', async () => {
    const server = await emulate({ kind: 'vllm' });
    const embedder = await open(server, { parallel: 2 });
    let release: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => { release = resolve; });
    server.change({ hold: async (texts) => { if (texts[0]?.includes('where') !== true) await answered; } });
    const bulk = embedder.embedDocuments(Array.from({ length: 300 }, (_, index) => sentence(index, 40)));
    await eventually('two bulk requests', () => server.atOnce.now === 2);
    await embedder.embedQuery('where is it');
    release();
    await bulk;
  });

  it('a cancelled request ends at once, on the server too', async () => {
    const server = await emulate({ kind: 'ollama' });
    const embedder = await open(server);
    server.change({ hold: () => new Promise(() => undefined) });
    const stop = new AbortController();
    const bulk = embedder.embedDocuments(Array.from({ length: 100 }, (_, index) => sentence(index, 40)), stop.signal);
    await eventually('bulk requests on their way', () => server.atOnce.now === 4);
    const query = embedder.embedQuery('where', { signal: stop.signal });
    await eventually('the query on its way', () => server.atOnce.now === 5);
    stop.abort();
    await assert.rejects(bulk, rejectsWith('cancelled'));
    await assert.rejects(query, rejectsWith('cancelled'));
    assert.equal(embedder.status().state, 'ready', 'nobody is to blame');
  });

  it('a server that goes away is said to be down, and is used again when it is back', async () => {
    const server = await emulate({ kind: 'llama.cpp' });
    const embedder = await open(server);
    const states: string[] = [];
    embedder.onStatus(({ state }) => { states.push(state); });
    await server.stop();
    await assert.rejects(embedder.embedDocuments(['river']), rejectsWith('embedder-unavailable', /refused|closed/));
    assert.equal(embedder.status().state, 'down');
    assert.match(embedder.status().trouble ?? '', /is not running/);
    await assert.rejects(embedder.embedQuery('river'), rejectsWith('embedder-unavailable'));
    await server.start();
    await eventually('the server to be used again', () => embedder.status().state === 'ready');
    assertReference(await embedder.embedQuery('river'), 'river');
    assert.deepEqual(states, ['down', 'ready']);
  });

  it('a known server may be away when the engine starts', async () => {
    const server = await emulate({ kind: 'sglang' });
    const identityPath = identityFile();
    const first = await open(server, {}, { identityPath });
    await server.stop();
    const second = await open(server, {}, { identityPath });
    assert.deepEqual(second.model, first.model);
    await eventually('it to be found away', () => second.status().state === 'down');
    await server.start();
    await eventually('it to come up', () => second.status().state === 'ready');
  });

  it('a server never seen must be there', async () => {
    const server = await emulate({ kind: 'sglang' });
    await server.stop();
    await assert.rejects(open(server), rejectsWith('server-unreachable'));
    await server.start();
    await assert.rejects(open(server, { model: 'another' }), rejectsWith('server-refused', /another/));
  });

  it('other vectors under the same name are never mixed in, and a renewal takes them as a new model', async () => {
    const server = await emulate({ kind: 'ollama' });
    const identityPath = identityFile();
    const embedder = await open(server, {}, { identityPath });
    server.change({ seed: 9 });
    await assert.rejects(embedder.embedDocuments(['river', 'garden']), rejectsWith('server-mismatch'));
    assert.equal(embedder.status().state, 'down');
    assert.match(embedder.status().trouble ?? '', /other vectors/);
    const restarted = await open(server, {}, { identityPath });
    await eventually('the mismatch to be seen at start', () => restarted.status().state === 'down');
    assert.equal(restarted.model.fingerprint, embedder.model.fingerprint);
    const renewed = await open(server, {}, { identityPath, renew: true });
    assert.notEqual(renewed.model.fingerprint, embedder.model.fingerprint);
    await renewed.embedDocuments(['river']);
    server.change({ seed: 0 });
    const back = await open(server, {}, { identityPath, renew: true });
    assert.equal(back.model.fingerprint, embedder.model.fingerprint, 'the first model is known again');
  });

  it('a server that takes one text at a time is held to its identity too', async () => {
    const server = await emulate({ kind: 'openai', maxTexts: 1 });
    const embedder = await open(server);
    const rows = rowsOf(embedder, await embedder.embedDocuments(['river', 'garden', 'letter']));
    for (const [index, text] of ['river', 'garden', 'letter'].entries()) assertReference(rows[index], text);
  });

  it('the fingerprint follows what changes a document vector, and nothing else', async () => {
    const server = await emulate({ kind: 'vllm' });
    const moved = await emulate({ kind: 'sglang', unitLength: false, model: 'the-same-elsewhere' });
    const identityPath = identityFile();
    const changes: readonly (readonly [Partial<ServerSettings>, { readonly dimension?: number }])[] = [
      [{}, {}], [{ queryPrompt: 'q: {text}' }, {}], [{ documentPrompt: 'd: {text}' }, {}], [{ windowTokens: 128 }, {}], [{}, { dimension: 32 }],
    ];
    const prints = await Promise.all(changes.map(async ([settings, more]) => (await open(server, settings, { ...more, identityPath })).model.fingerprint));
    assert.equal(prints[1], prints[0], 'query prompt');
    assert.equal(new Set(prints).size, 4);
    const elsewhere = await open(moved, { model: 'the-same-elsewhere' }, { identityPath });
    assert.equal(elsewhere.model.fingerprint, prints[0], 'the same model at another server needs no new vectors');
  });

  it('a smaller dimension is cut here and made unit length', async () => {
    const server = await emulate({ kind: 'tei' });
    const embedder = await open(server, {}, { dimension: 16 });
    const [row] = rowsOf(embedder, await embedder.embedDocuments(['river mountain']));
    assert.equal(row?.length, 16);
    assert.ok(cosine(row ?? [], referenceVector('river mountain').slice(0, 16)) > 0.99999);
    assert.equal((await embedder.embedQuery('river')).length, 16);
  });

  it('a redirect is not followed, and the key goes nowhere else', async () => {
    const thief = await emulate({ kind: 'openai' });
    const server = createServer((_request, response) => response.writeHead(307, { Location: `${thief.url}/v1/embeddings` }).end());
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const { port } = server.address() as AddressInfo;
    try {
      await assert.rejects(createServerEmbedder({ settings: { ...SETTINGS, baseUrl: `http://127.0.0.1:${port}`, key: 'sk-secret' }, dimension: null, identityPath: identityFile() }), rejectsWith('server-refused', /127\.0\.0\.1:\d+/));
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    }
    assert.equal(thief.seen.length, 0);
  });

  it('a refused key is said so, without the key; nor is it kept', async () => {
    const server = await emulate({ kind: 'openai', key: 'sk-right' });
    await assert.rejects(open(server, { key: 'sk-wrong-0815' }), (error: unknown) => {
      assert.ok(error instanceof EngineError);
      assert.match(error.message, /refuses the key/);
      assert.ok(!error.message.includes('sk-wrong-0815'));
      return true;
    });
    const identityPath = identityFile();
    const embedder = await open(server, { key: 'sk-right', headers: ['X-Team: search'] }, { identityPath });
    await embedder.embedQuery('river');
    assert.equal(server.seen.at(-1)?.headers['x-team'], 'search');
    assert.ok(!(await readFile(identityPath, 'utf8')).includes('sk-right'));
  });

  it('nothing is sent to another machine before it is allowed', async () => {
    for (const baseUrl of ['http://192.0.2.7:8080/v1', 'http://example.com', 'http://localhost.example.com', 'http://0.0.0.0:8080', 'http://[::]:1', 'http://[2001:db8::1]/v1']) {
      await assert.rejects(createServerEmbedder({ settings: { ...SETTINGS, baseUrl }, dimension: null, identityPath: identityFile() }), rejectsWith('remote-not-allowed'), baseUrl);
      await assert.rejects(checkServer({ ...SETTINGS, baseUrl }), rejectsWith('remote-not-allowed'), baseUrl);
    }
  });

  it('localhost by name works, and the address may lack its /v1 or name the endpoint', async () => {
    const server = await emulate({ kind: 'vllm' });
    for (const baseUrl of [`http://localhost:${server.port}`, `${server.url}/`, `${server.url}/v1/`, `${server.url}/v1/embeddings`]) {
      const embedder = await open(server, { baseUrl });
      assertReference(await embedder.embedQuery('river'), 'river');
    }
    server.change({ apiPath: '/proxy' });
    assertReference(await (await open(server, { baseUrl: `${server.url}/proxy` })).embedQuery('river'), 'river');
  });

  it('without a model set, the only one of the server is taken', async () => {
    const server = await emulate({ kind: 'llama.cpp', model: 'some.gguf' });
    const embedder = await open(server, { model: '' });
    await embedder.embedQuery('river');
    assert.equal(server.seen.at(-1)?.body['model'], 'some.gguf');
  });

  describe('set-up', () => {
    const check = async (options: Partial<EmulatorOptions> & { readonly kind: KnownKind }) => {
      const server = await emulate({ model: QWEN, ...options });
      return checkServer({ ...SETTINGS, model: options.model ?? QWEN, baseUrl: server.url });
    };

    it('finds nothing wrong with a good server', async () => {
      const found = await check({ kind: 'sglang' });
      assert.equal(found.kind, 'SGLang');
      assert.equal(found.dimension, 64);
      assert.equal(found.remote, false);
      assert.equal(found.check.passed, true, found.check.detail);
      assert.deepEqual(found.findings, []);
    });
    const WRONG: readonly (readonly [string, Partial<EmulatorOptions> & { readonly kind: KnownKind }, RegExp, boolean])[] = [
      ['a missing end token, by the tokens it counts', { kind: 'llama.cpp', endToken: false }, /does not put the model's end token/, true],
      ['a missing end token, by the golden pairs', { kind: 'lm-studio', endToken: false }, /does not put the model's end token/, true],
      ['pooling by mean', { kind: 'vllm', pooling: 'mean' }, /pool by mean/, false],
      ['a prompt of the server', { kind: 'tei', ownPrompt: 'You embed texts for a search in a library: ' }, /prompt of its own/, true],
      ['vectors that are not of unit length', { kind: 'ollama', unitLength: false }, /not of unit length/, true],
      ['a wrong dimension', { kind: 'sglang', width: 1024, model: 'qwen3-embedding:4b' }, /2560 values; the server answers with 1024/, true],
      ['windows that are too long', { kind: 'llama.cpp', maxTokens: 128 }, /too long for the server/, true],
    ];
    for (const [what, options, finding, passed] of WRONG) {
      it(`finds ${what}`, async () => {
        const found = await check(options);
        const said = found.findings.map(({ detail }) => detail).join('\n');
        assert.match(said, finding);
        assert.equal(found.check.passed, passed, found.check.detail);
        assert.equal(found.findings.length, 1, said);
      });
    }
    it('does not take another model for Qwen3-Embedding-0.6B', async () => {
      const name = 'Qwen3-Embedding-0.6B';
      const found = await check({ kind: 'vllm', width: 1024, model: name });
      assert.equal(found.check.passed, false);
      assert.deepEqual(found.check.cosines.map(({ expected }) => expected), [0.7646, 0.1414, 0.1355, 0.6]);
    });
  });
});
