/**
 * The reranker over a server's `/rerank`, against emulations of each shape: real HTTP servers in the test's process, labelled as emulations. A text's score in
 * them is the share of the query's letters it has, so that order and values can be computed by hand.
 */

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/config.ts';
import type { ServerSettings } from '../../src/contract/settings.ts';
import { createServerReranker } from '../../src/embed/server/server-reranker.ts';
import type { Reranker } from '../../src/embed/reranker.ts';

const TEXTS = ['abc', 'xyz', 'ab', 'a'] as const;
const QUERY = 'abc';
const EXPECTED = [1, 0, 2 / 3, 1 / 3];
const KEY = 'key-never-shown';

type Shape = 'tei' | 'cohere' | 'sglang';

interface Emulation {
  readonly settings: ServerSettings;
  /** Bodies of the requests, with their paths. */
  readonly seen: { readonly path: string; readonly body: Readonly<Record<string, unknown>> }[];
  stop(): Promise<void>;
}

interface Options {
  readonly shape: Shape;
  readonly path: string;
  readonly kind?: ServerSettings['kind'];
  readonly logits?: boolean;
  readonly mostTexts?: number;
  readonly hold?: () => Promise<void>;
}

function score(query: string, text: string): number {
  return [...query].filter((letter) => text.includes(letter)).length / query.length;
}

async function emulate(context: TestContext, { shape, path, kind = 'auto', logits = false, mostTexts = 32, hold }: Options): Promise<Emulation> {
  const seen: { path: string; body: Record<string, unknown> }[] = [];
  const server: Server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer); // No encoding is set: chunks are Buffers.
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>; // What our own client sent.
      seen.push({ path: request.url ?? '', body });
      const answer = (status: number, value: unknown): void => { response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value)); };
      await hold?.();
      if (request.headers.authorization !== `Bearer ${KEY}`) return answer(401, { error: `no such key ${String(request.headers.authorization)}` });
      if (request.url !== path) return answer(404, { detail: 'Not Found' });
      const texts = body[shape === 'tei' ? 'texts' : 'documents'];
      if (!Array.isArray(texts)) return answer(422, { error: 'missing field' });
      if (texts.length > mostTexts) return answer(422, { error: `batch size ${texts.length} > maximum allowed batch size ${mostTexts}`, error_type: 'Validation' });
      const ranked = texts.map((text, index) => ({ index, value: score(String(body['query']), String(text)) }))
        .map(({ index, value }) => ({ index, value: logits ? (value - 0.5) * 8 : value })).sort((a, b) => b.value - a.value);
      if (shape === 'cohere') answer(200, { model: body['model'], results: ranked.map(({ index, value }) => ({ index, relevance_score: value, document: null })) });
      else answer(200, ranked.map(({ index, value }) => ({ index, score: value })));
    })();
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const stop = (): Promise<void> => new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  context.after(stop);
  const { port } = server.address() as AddressInfo; // A TCP server's address is never a text.
  return { seen, stop, settings: { ...DEFAULT_SETTINGS.server, baseUrl: `http://127.0.0.1:${port}/v1`, key: KEY, kind, rerankModel: 'reader' } };
}

function open(context: TestContext, settings: ServerSettings): Reranker {
  const reranker = createServerReranker({ settings });
  context.after(() => reranker.close());
  return reranker;
}

for (const { name, ...options } of [
  { name: 'TEI', shape: 'tei', path: '/rerank', kind: 'tei' },
  { name: 'vLLM', shape: 'cohere', path: '/v1/rerank', kind: 'vllm' },
  { name: 'llama.cpp', shape: 'cohere', path: '/v1/rerank', kind: 'llama.cpp' },
  { name: 'SGLang', shape: 'sglang', path: '/v1/rerank', kind: 'sglang' },
  { name: 'a server below /v1 of which nothing is known', shape: 'cohere', path: '/v1/rerank' },
  { name: 'a server at its root of which nothing is known', shape: 'cohere', path: '/rerank' },
  { name: 'TEI, of which nothing is known', shape: 'tei', path: '/rerank' },
] as const) {
  test(`scores come back in the order of the texts: ${name} (emulated)`, async (context) => {
    const { settings, seen } = await emulate(context, options);
    const reranker = open(context, settings);
    assert.deepEqual(await reranker.score(QUERY, TEXTS), EXPECTED);
    assert.equal(reranker.status().state, 'ready');
    // The way in is looked for once.
    const tries = seen.length;
    await reranker.score(QUERY, TEXTS);
    assert.equal(seen.length, tries + 1);
    assert.equal(seen.at(-1)?.path, options.path);
  });
}

test('bare logits become probabilities, in every later answer too', async (context) => {
  const { settings } = await emulate(context, { shape: 'cohere', path: '/v1/rerank', logits: true });
  const reranker = open(context, settings);
  const scores = await reranker.score(QUERY, TEXTS);
  EXPECTED.forEach((value, index) => assert.ok(Math.abs((scores[index] ?? 9) - 1 / (1 + Math.exp(-(value - 0.5) * 8))) < 1e-9));
  const [middle] = await reranker.score('ab', ['a']);
  assert.equal(middle, 0.5, 'a logit of 0, which might be a probability');
});

test('many texts go in requests of a few, best first, and fewer where the server takes fewer', async (context) => {
  const { settings, seen } = await emulate(context, { shape: 'tei', path: '/rerank', kind: 'tei', mostTexts: 3 });
  const reranker = open(context, settings);
  const parts: number[] = [];
  const scores = await reranker.score(QUERY, [...TEXTS, ...TEXTS, ...TEXTS], { next: (from) => parts.push(from) });
  assert.deepEqual(scores, [...EXPECTED, ...EXPECTED, ...EXPECTED]);
  assert.equal(parts[0], 0);
  assert.ok(parts.length > 3);
  assert.ok(seen.every(({ body }) => body['query'] === QUERY));
});

test('a server that is away is unavailable, with the reason in its state', async (context) => {
  const { settings, stop } = await emulate(context, { shape: 'tei', path: '/rerank', kind: 'tei' });
  const reranker = open(context, settings);
  await stop();
  await assert.rejects(reranker.score(QUERY, TEXTS), { code: 'embedder-unavailable' });
  assert.equal(reranker.status().state, 'down');
  assert.match(reranker.status().trouble ?? '', /not running/);
});

test('a server without /rerank says so', async (context) => {
  const { settings } = await emulate(context, { shape: 'tei', path: '/elsewhere' });
  await assert.rejects(open(context, settings).score(QUERY, TEXTS), /no reranking there, or not the model "reader" \(404\)/);
});

test('a refused key is told without the key', async (context) => {
  const { settings } = await emulate(context, { shape: 'tei', path: '/rerank', kind: 'tei' });
  const reranker = open(context, { ...settings, key: 'wrong-key-never-shown' });
  await assert.rejects(reranker.score(QUERY, TEXTS), (error: Error) => {
    assert.match(error.message, /refuses the key/);
    assert.ok(!error.message.includes('wrong-key-never-shown'));
    return true;
  });
});

test('a search that is over stops its request', async (context) => {
  const controller = new AbortController();
  const { settings } = await emulate(context, { shape: 'tei', path: '/rerank', kind: 'tei', hold: () => new Promise((resolve) => { controller.signal.addEventListener('abort', () => resolve()); setImmediate(() => controller.abort()); }) });
  await assert.rejects(open(context, settings).score(QUERY, TEXTS, { signal: controller.signal }), { code: 'cancelled' });
});

test('text leaves for another machine only when that was allowed', () => {
  const settings = { ...DEFAULT_SETTINGS.server, baseUrl: 'http://reader.example:80/v1', rerankModel: 'reader' };
  assert.throws(() => createServerReranker({ settings }), { code: 'remote-not-allowed' });
  assert.throws(() => createServerReranker({ settings: { ...settings, rerankModel: null } }), { code: 'bad-input' });
});
