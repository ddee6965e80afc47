/** `findling serve --openai` on a real engine with the built-in model, asked by the programs it is for: the openai client and LangChain. */

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { OpenAIEmbeddings } from '@langchain/openai';
import OpenAI, { APIError, AuthenticationError, BadRequestError, NotFoundError, RateLimitError } from 'openai';
import { EngineError } from '../../src/contract/errors.ts';
import type { EmbeddedTexts } from '../../src/contract/models.ts';
import { startOpenAiServer, type EngineModels, type OpenAiServer } from '../../src/server/openai-server.ts';
import { eventually, testPlace } from '../fixtures/engine.ts';
import { runCli, startCli } from './cli-run.ts';

const KEY = 'fl-test-key';

const cosine = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
const lengthOf = (vector: readonly number[]): number => Math.hypot(...vector);

/** A request as no client would send it. */
function raw(base: string, path: string, options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {}): Promise<{ readonly status: number; readonly body: string; readonly retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, base), { method: options.method ?? 'GET', headers: options.headers ?? {} }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => { body += String(text); });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, retryAfter: response.headers['retry-after'] }));
    });
    request.on('error', reject);
    request.end(options.body);
  });
}

describe('findling serve --openai', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  let child: ChildProcess;
  let baseURL: string;
  let client: OpenAI;
  let model: string;

  before(async () => {
    place = await testPlace();
    child = startCli(['serve', '--openai'], { data: place.data, env: { FINDLING_OPENAI_KEY: KEY } });
    assert.ok(child.stdout !== null);
    const [line] = await once(createInterface(child.stdout), 'line') as [string];
    baseURL = line;
    client = new OpenAI({ baseURL, apiKey: KEY });
    // The model of a new engine is loading: 503 until then.
    await eventually('the model', () => client.embeddings.create({ model: 'findling', input: 'ready?' }).then(() => true, (error: unknown) => {
      if (error instanceof APIError && error.status === 503) return false;
      throw error;
    }));
    model = (await client.embeddings.create({ model: 'findling', input: 'which?' })).model;
  });
  after(async () => {
    const ended = once(child, 'close');
    child.kill('SIGINT');
    await ended;
    await runCli(['stop'], { data: place.data });
    await place.remove();
  });

  it('prints the base URL', () => assert.match(baseURL, /^http:\/\/127\.0\.0\.1:\d+\/v1$/));

  it('lists the model', async () => {
    const models = await client.models.list();
    assert.deepEqual(models.data.map((each) => each.id), [model]);
    assert.equal((await client.models.retrieve(model)).id, model);
    await assert.rejects(client.models.retrieve('other'), NotFoundError);
  });

  it('gives the openai client unit vectors, the same as floats and as base64', async () => {
    const input = ['a dog sleeps in the sun', 'ein Hund schläft in der Sonne', 'quarterly tax return'];
    const floats = await client.embeddings.create({ model, input, encoding_format: 'float' });
    const packed = await client.embeddings.create({ model, input });
    assert.equal(floats.model, model);
    assert.ok(floats.usage.prompt_tokens > 0);
    assert.deepEqual(floats.data.map((each) => each.index), [0, 1, 2]);
    for (const [index, { embedding }] of floats.data.entries()) {
      assert.ok(Math.abs(lengthOf(embedding) - 1) < 1e-3);
      assert.ok(cosine(embedding, Array.from(packed.data[index]?.embedding ?? [])) > 0.99999);
    }
    const [dog = [], hund = [], tax = []] = floats.data.map((each) => each.embedding);
    assert.ok(cosine(dog, hund) > cosine(dog, tax));
  });

  it('gives one text what it gives in a list, and smaller dimensions at unit length', async () => {
    const whole = (await client.embeddings.create({ model: 'findling', input: 'a dog', encoding_format: 'float' })).data[0]?.embedding ?? [];
    const short = (await client.embeddings.create({ model, input: ['a dog'], dimensions: 32, encoding_format: 'float' })).data[0]?.embedding ?? [];
    assert.equal(short.length, 32);
    assert.ok(Math.abs(lengthOf(short) - 1) < 1e-3);
    assert.ok(cosine(short, whole.slice(0, 32)) / lengthOf(whole.slice(0, 32)) > 0.99999);
    await assert.rejects(client.embeddings.create({ model, input: 'a', dimensions: whole.length + 1 }), BadRequestError);
  });

  it('takes a large batch, in order', async () => {
    const words = ['dog', 'tax', 'river', 'violin', 'printer'];
    const input = Array.from({ length: 700 }, (_, index) => `${words[index % words.length]} number ${index}`);
    const { data } = await client.embeddings.create({ model, input });
    assert.equal(data.length, 700);
    const alone = (await client.embeddings.create({ model, input: input[603] ?? '' })).data[0]?.embedding ?? [];
    assert.ok(cosine(Array.from(data[603]?.embedding ?? []), Array.from(alone)) > 0.999);
  });

  it('refuses in that API\'s form: tokens, an unknown model, a wrong key', async () => {
    await assert.rejects(client.embeddings.create({ model, input: [1, 2, 3] }), (error: unknown) => error instanceof BadRequestError && error.param === 'input' && /token ids/.test(error.message));
    await assert.rejects(client.embeddings.create({ model: 'text-embedding-3-small', input: 'a' }), (error: unknown) => error instanceof NotFoundError && error.code === 'model_not_found');
    await assert.rejects(new OpenAI({ baseURL, apiKey: 'wrong' }).embeddings.create({ model, input: 'a' }), AuthenticationError);
    const reranked = await raw(baseURL, '/v1/rerank', { method: 'POST', headers: { Authorization: `Bearer ${KEY}` }, body: JSON.stringify({ query: 'q', documents: ['a'] }) });
    assert.equal(reranked.status, 404);
    assert.match(reranked.body, /No reranking model/);
  });

  it('serves LangChain\'s OpenAIEmbeddings', async () => {
    const embeddings = new OpenAIEmbeddings({ model, apiKey: KEY, configuration: { baseURL }, batchSize: 16 });
    const documents = await embeddings.embedDocuments(Array.from({ length: 40 }, (_, index) => `the ${index}th letter to the landlord`).concat('a recipe for soup'));
    assert.equal(documents.length, 41);
    const query = await embeddings.embedQuery('landlord letter');
    assert.equal(query.length, documents[0]?.length);
    const soup = documents[40] ?? [];
    assert.ok(documents.slice(0, 40).every((document) => cosine(query, document) > cosine(query, soup)));
  });

  it('is closed to web pages and to other names of this machine', async () => {
    const headers = { Authorization: `Bearer ${KEY}` };
    assert.equal((await raw(baseURL, '/v1/models', { headers })).status, 200);
    assert.equal((await raw(baseURL, '/v1/models', { headers: { ...headers, Host: 'evil.example' } })).status, 403);
    assert.equal((await raw(baseURL, '/v1/models', { headers: { ...headers, Origin: 'https://evil.example' } })).status, 403);
    assert.equal((await raw(baseURL, '/v1/models', { headers: { ...headers, Origin: 'null' } })).status, 403);
    assert.equal((await raw(baseURL, '/', { headers })).status, 404);
    assert.equal((await raw(baseURL, '/v1/embeddings', { method: 'OPTIONS', headers })).status, 404);
  });
});

describe('the endpoint by itself', () => {
  const servers: OpenAiServer[] = [];
  after(async () => { await Promise.all(servers.map((server) => server.close())); });
  const vectorsOf = (texts: readonly string[]): EmbeddedTexts => ({ model: 'm', dimension: 1, tokens: texts.length, vectors: Buffer.from(Float32Array.from(texts, () => 1).buffer).toString('base64') });
  /** A reranker by length, and texts that wait to be let through. */
  const open = async (engine: Partial<EngineModels>, limits: { readonly maxBodyBytes?: number; readonly maxWaiting?: number } = {}): Promise<string> => {
    const server = await startOpenAiServer({
      port: 0, key: null, limits,
      engine: {
        modelId: async () => 'm',
        embed: async ({ texts }) => vectorsOf(texts),
        rerank: async ({ texts }) => ({ model: 'r', scores: texts.map((text) => text.length / 100) }),
        ...engine,
      },
    });
    servers.push(server);
    return server.baseUrl;
  };
  const post = (base: string, path: string, body: unknown) => raw(base, path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

  it('reranks in both shapes', async () => {
    const base = await open({});
    assert.deepEqual(JSON.parse((await post(base, '/v1/rerank', { model: 'x', query: 'q', documents: ['a', 'aaa', 'aa'], top_n: 2 })).body), { model: 'r', results: [{ index: 1, relevance_score: 0.03 }, { index: 2, relevance_score: 0.02 }] });
    assert.deepEqual(JSON.parse((await post(base, '/rerank', { query: 'q', texts: ['a', 'aa'] })).body), [{ index: 1, score: 0.02 }, { index: 0, score: 0.01 }]);
  });

  it('cuts large requests for the engine, and sends away what is too large', async () => {
    const calls: number[] = [];
    const base = await open({ embed: async ({ texts }) => { calls.push(texts.length); return vectorsOf(texts); } }, { maxBodyBytes: 100_000 });
    assert.equal((await post(base, '/v1/embeddings', { model: 'm', input: Array.from({ length: 150 }, () => 'a') })).status, 200);
    assert.deepEqual(calls, [64, 64, 22]);
    assert.equal((await post(base, '/v1/embeddings', { model: 'm', input: 'a'.repeat(100_001) })).status, 413);
    assert.equal((await post(base, '/v1/embeddings', '{')).status, 400);
  });

  it('works at two requests, keeps some waiting, and tells the others to come again', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => { release = resolve; });
    let running = 0;
    const base = await open({ embed: async ({ texts }) => { running += 1; await released; return vectorsOf(texts); } }, { maxWaiting: 1 });
    const client = new OpenAI({ baseURL: base, apiKey: 'any', maxRetries: 0 });
    const ask = () => client.embeddings.create({ model: 'm', input: 'a' });
    const first = [ask(), ask()];
    await eventually('two at work', () => running === 2);
    const refused: unknown[] = [];
    const more = [ask(), ask(), ask()].map((asked) => asked.catch((error: unknown) => { refused.push(error); return null; }));
    await eventually('one in line and two sent away', () => refused.length === 2);
    assert.ok(refused.every((error) => error instanceof RateLimitError));
    release();
    assert.equal((await Promise.all([...first, ...more])).filter((answer) => answer !== null).length, 3);
    assert.equal(running, 3);
  });

  it('stops the engine\'s work when the program goes away', async () => {
    let aborted = false;
    let started = false;
    const base = await open({ embed: (_request, signal) => new Promise((_, reject) => {
      started = true;
      signal.addEventListener('abort', () => { aborted = true; reject(new EngineError('cancelled')); });
    }) });
    const stop = new AbortController();
    const asked = new OpenAI({ baseURL: base, apiKey: 'any', maxRetries: 0 }).embeddings.create({ model: 'm', input: 'a' }, { signal: stop.signal });
    await eventually('the engine to be asked', () => started);
    stop.abort();
    await assert.rejects(asked);
    await eventually('the engine to be told', () => aborted);
  });

  it('says when the model is not there, and when to come again', async () => {
    const base = await open({ embed: async () => { throw new EngineError('embedder-unavailable'); } });
    const answer = await post(base, '/v1/embeddings', { model: 'm', input: 'a' });
    assert.equal(answer.status, 503);
    assert.equal(answer.retryAfter, '2');
    assert.equal((JSON.parse(answer.body) as { error: { code: string } }).error.code, 'model_unavailable');
  });

  it('says that a port is in use', async () => {
    const base = await open({});
    await assert.rejects(startOpenAiServer({ port: Number(new URL(base).port), key: null, engine: { modelId: async () => 'm', embed: async ({ texts }) => vectorsOf(texts), rerank: async () => ({ model: 'r', scores: [] }) } }), (error: unknown) => error instanceof EngineError && error.code === 'bad-input');
  });
});
