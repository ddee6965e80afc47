/** What servers answer, good and bad, and what is made of it. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineError } from '../../../src/contract/errors.ts';
import { errorText, readEmbeddings } from '../../../src/embed/server/embeddings-wire.ts';
import { failureOf, type Failure } from '../../../src/embed/server/failures.ts';
import { judgeServer, type ServerFacts } from '../../../src/embed/server/check-server.ts';
import { missesEndToken } from '../../../src/embed/server/probe-server.ts';
import { promptsOf } from '../../../src/embed/server/model-prompts.ts';
import { queryText } from '../../../src/embed/model-description.ts';

describe('an answer of /v1/embeddings', () => {
  const base64 = (values: readonly number[]): string => Buffer.from(Float32Array.from(values).buffer).toString('base64');
  it('is put in order by its indexes, in either encoding', () => {
    const { rows, promptTokens } = readEmbeddings({ data: [{ index: 1, embedding: base64([3, 4]) }, { index: 0, embedding: [1, 2] }], usage: { prompt_tokens: 5 } }, 2);
    assert.deepEqual(rows.map((row) => [...row]), [[1, 2], [3, 4]]);
    assert.equal(promptTokens, 5);
  });
  it('may lack indexes, nest a row, or count no tokens', () => {
    const { rows, promptTokens } = readEmbeddings({ data: [{ embedding: [[1, 2]] }, { embedding: [3, 4] }], usage: { prompt_tokens: 0 } }, 2);
    assert.deepEqual(rows.map((row) => [...row]), [[1, 2], [3, 4]]);
    assert.equal(promptTokens, null);
  });
  const BAD: readonly (readonly [string, unknown, number])[] = [
    ['no JSON', '<html>', 1], ['no data', { object: 'list' }, 1], ['too few vectors', { data: [{ index: 0, embedding: [1] }] }, 2], ['too many', { data: [{ embedding: [1] }, { embedding: [1] }] }, 1],
    ['an index twice', { data: [{ index: 0, embedding: [1] }, { index: 0, embedding: [1] }] }, 2], ['an index beyond', { data: [{ index: 7, embedding: [1] }] }, 1],
    ['different lengths', { data: [{ embedding: [1, 2] }, { embedding: [1] }] }, 2], ['an empty vector', { data: [{ embedding: [] }] }, 1],
    ['null in a vector', { data: [{ embedding: [1, null] }] }, 1], ['NaN in base64', { data: [{ embedding: base64([Number.NaN]) }] }, 1], ['half a float', { data: [{ embedding: 'AAAAAAA=' }] }, 1],
  ];
  for (const [what, body, texts] of BAD) it(`is refused for ${what}`, () => assert.throws(() => readEmbeddings(body, texts), (error: unknown) => error instanceof EngineError && error.code === 'server-refused'));
});

describe('an answer other than 200', () => {
  const CASES: readonly (readonly [number, unknown, Failure | null])[] = [
    [200, {}, null], [401, {}, 'denied'], [403, {}, 'denied'], [429, {}, 'busy'], [503, { error: { message: 'Loading model' } }, 'away'], [502, '<html>', 'away'], [500, { error: 'boom' }, 'away'],
    [404, {}, 'missing'], [405, {}, 'missing'], [501, { error: { message: 'This server does not support embeddings.' } }, 'missing'], [413, '', 'too-many'], [424, { error: 'Inference failed' }, 'away'],
    [422, { error: 'batch size 64 > maximum allowed batch size 32' }, 'too-many'],
    [413, { error: '`inputs` must have less than 512 tokens. Given: 600' }, 'too-long'],
    [500, { error: { message: 'input (600 tokens) is too large to process. increase the physical batch size (current batch size: 512)' } }, 'too-long'],
    [400, { error: { message: 'the input length exceeds the context length' } }, 'too-long'],
    [400, { message: "This model's maximum context length is 512 tokens. However, you requested 600 tokens" }, 'too-long'],
    [400, { message: 'The input (600 tokens) is longer than the model\'s context length (512 tokens).' }, 'too-long'],
    [400, { error: { message: 'unknown field' } }, 'refused'], [422, { detail: [{ msg: 'field required' }] }, 'refused'],
  ];
  for (const [status, body, failure] of CASES) it(`${status} ${JSON.stringify(body).slice(0, 60)} is ${String(failure)}`, () => assert.equal(failureOf(status, body), failure));
  it('has its words in many places', () => {
    for (const body of [{ error: 'x' }, { error: { message: 'x' } }, { message: 'x' }, { detail: 'x' }, 'x']) assert.equal(errorText(body), 'x');
    assert.equal(errorText(null), '');
  });
});

describe('prompts by the model\'s name', () => {
  const prompt = (model: string): string => queryText(promptsOf({ model, queryPrompt: null, documentPrompt: null }), 'Q', 'TASK');
  const document = (model: string): string => promptsOf({ model, queryPrompt: null, documentPrompt: null }).document;
  it('are Qwen3\'s under any of its names, with no space after "Query:"', () => {
    for (const name of ['Qwen/Qwen3-Embedding-4B', 'qwen3-embedding:8b', 'text-embedding-qwen3-embedding-0.6b', 'qwen3_embedding', 'Qwen3-Embedding-0.6B-Q8_0.gguf']) assert.equal(prompt(name), 'Instruct: TASK\nQuery:Q', name);
  });
  it('are those of other families', () => {
    assert.equal(prompt('intfloat/multilingual-e5-small'), 'query: Q');
    assert.equal(document('intfloat/multilingual-e5-small'), 'passage: {text}');
    assert.equal(prompt('intfloat/multilingual-e5-large-instruct'), 'Instruct: TASK\nQuery: Q');
    assert.equal(document('intfloat/multilingual-e5-large-instruct'), '{text}');
    assert.equal(document('nomic-embed-text:latest'), 'search_document: {text}');
    assert.equal(prompt('google/embeddinggemma-300m'), 'task: search result | query: Q');
    assert.equal(prompt('BAAI/bge-m3'), 'Q');
    assert.equal(prompt('text-embedding-3-small'), 'Q');
  });
  it('give way to the person\'s own', () => {
    const own = promptsOf({ model: 'bge-m3', queryPrompt: 'find {instruction}: {text}', documentPrompt: 'doc {text}' });
    assert.equal(queryText(own, 'Q', null), 'find Given a web search query, retrieve relevant passages that answer the query: Q');
    assert.equal(own.document, 'doc {text}');
  });
});

describe('the missing end token', () => {
  const right = [0.75, 0.1, 0.1, 0.6];
  const wrong = [0.6, 0.5, 0.5, 0.5];
  const misses = (change: Partial<Parameters<typeof missesEndToken>[0]>): boolean => missesEndToken({ model: 'qwen3-embedding-4b', plain: right, appended: right, countedTokens: null, ...change });
  it('is believed when counted and the pairs do not gainsay it', () => {
    assert.equal(misses({ plain: wrong, countedTokens: 2 }), true);
    assert.equal(misses({ appended: wrong, countedTokens: 2 }), false, 'counts words, not tokens');
    assert.equal(misses({ plain: wrong, countedTokens: 3 }), false);
  });
  it('without a count, only by a clear gain', () => {
    assert.equal(misses({ plain: wrong }), true);
    assert.equal(misses({ plain: [0.72, 0.12, 0.12, 0.6] }), false);
    assert.equal(missesEndToken({ model: 'Qwen3-Embedding-0.6B', plain: [0.5, 0.4, 0.4, 0.4], appended: [0.76, 0.14, 0.14, 0.6], countedTokens: null }), true);
  });
});

describe('the judgement of a server', () => {
  const facts = (change: Partial<ServerFacts>): ServerFacts => ({
    profile: { kind: 'vllm', model: 'Qwen/Qwen3-Embedding-0.6B', apiPath: '/v1', endToken: null, dimension: 1024, maxTexts: 64, maxTokens: null, golden: [] },
    cosines: [0.7646, 0.1414, 0.1355, 0.6], lengths: [1, 1, 1, 1], reversedCosine: 0.9, batchCosine: 1, countedTokens: 3, takesWindow: true, windowTokens: 2048, openWay: false, ...change,
  });
  it('passes the published cosines of Qwen3-Embedding-0.6B, exact or of 8-bit weights', () => {
    assert.deepEqual(judgeServer(facts({}), 1).findings, []);
    assert.equal(judgeServer(facts({ cosines: [0.75, 0.16, 0.14, 0.61] }), 1).check.passed, true);
    assert.equal(judgeServer(facts({ cosines: [0.7, 0.3, 0.3, 0.6] }), 1).check.passed, false);
  });
  it('names padding that changes vectors, and a way that is open', () => {
    assert.deepEqual(judgeServer(facts({ batchCosine: 0.97 }), 1).findings.map(({ code }) => code), ['batch']);
    assert.deepEqual(judgeServer(facts({ openWay: true }), 1).findings.map(({ code }) => code), ['open-way']);
  });
});
