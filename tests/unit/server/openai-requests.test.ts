/** What our OpenAI-compatible endpoint takes, refuses and answers. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineError } from '../../../src/contract/errors.ts';
import { embeddingsBody, errorBody, rerankingBody, toOpenAiError } from '../../../src/server/openai-answers.ts';
import { OpenAiError, readEmbeddingsRequest, readRerankingRequest } from '../../../src/server/openai-requests.ts';

const refuses = (read: () => unknown, param: string | null) => assert.throws(read, (error: unknown) => error instanceof OpenAiError && error.status === 400 && error.param === param);

describe('a request for embeddings', () => {
  const read = (change: Record<string, unknown> = {}) => readEmbeddingsRequest({ model: 'm', input: 'text', ...change });
  it('may be one text or several, and has the API\'s defaults', () => {
    assert.deepEqual(read(), { model: 'm', texts: ['text'], encoding: 'float', dimensions: null, as: 'document', instruction: null });
    assert.deepEqual(read({ input: ['a', 'b'], encoding_format: 'base64', dimensions: 8, input_type: 'query', instruction: 'I', user: 'x' }), { model: 'm', texts: ['a', 'b'], encoding: 'base64', dimensions: 8, as: 'query', instruction: 'I' });
    assert.equal(read({ input_type: 'passage' }).as, 'document');
    assert.deepEqual(read({ input: 'a\0b' }).texts, ['a b']);
  });
  const BAD: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ['no model', { model: '' }, 'model'], ['no input', { input: undefined }, 'input'], ['an empty text', { input: '' }, 'input'], ['an empty list', { input: [] }, 'input'], ['an empty text in a list', { input: ['a', ''] }, 'input'],
    ['token ids', { input: [1, 2, 3] }, 'input'], ['lists of token ids', { input: [[1, 2], [3]] }, 'input'], ['an object', { input: [{ text: 'a' }] }, 'input'], ['too many texts', { input: Array.from({ length: 2049 }, () => 'a') }, 'input'],
    ['a text without end', { input: 'a'.repeat(200_001) }, 'input'], ['dimensions of nothing', { dimensions: 0 }, 'dimensions'], ['half a dimension', { dimensions: 1.5 }, 'dimensions'], ['another encoding', { encoding_format: 'int8' }, 'encoding_format'],
    ['another type', { input_type: 'x' }, 'input_type'],
  ];
  for (const [what, change, param] of BAD) it(`with ${what} is refused by name`, () => refuses(() => read(change), param));
  it('that is no object is refused', () => { for (const body of [null, [], 'x', 7]) refuses(() => readEmbeddingsRequest(body), null); });
});

describe('a request to rerank', () => {
  it('comes in two shapes and is answered in its own, best first', () => {
    const results = readRerankingRequest({ model: 'm', query: 'q', documents: ['a', { text: 'b' }, 'c'], top_n: 2, return_documents: true });
    assert.deepEqual(rerankingBody(results, 'r', [0.1, 0.9, 0.5]), { model: 'r', results: [{ index: 1, relevance_score: 0.9, document: { text: 'b' } }, { index: 2, relevance_score: 0.5, document: { text: 'c' } }] });
    const tei = readRerankingRequest({ query: 'q', texts: ['a', 'b'], return_text: true });
    assert.deepEqual(rerankingBody(tei, 'r', [0.1, 0.9]), [{ index: 1, score: 0.9, text: 'b' }, { index: 0, score: 0.1, text: 'a' }]);
    const raw = rerankingBody(readRerankingRequest({ query: 'q', texts: ['a', 'b'], raw_scores: true }), 'r', [0.5, 1]) as { score: number }[];
    assert.ok((raw[0]?.score ?? 0) > 20 && Number.isFinite(raw[0]?.score));
    assert.equal(raw[1]?.score, 0);
  });
  it('without query or texts is refused by name', () => {
    refuses(() => readRerankingRequest({ documents: ['a'] }), 'query');
    refuses(() => readRerankingRequest({ query: 'q' }), 'documents');
    refuses(() => readRerankingRequest({ query: 'q', texts: [] }), 'texts');
    refuses(() => readRerankingRequest({ query: 'q', documents: ['a'], top_n: 0 }), 'top_n');
  });
});

describe('an answer with embeddings', () => {
  const request = readEmbeddingsRequest({ model: 'm', input: ['a'] });
  const vector = (body: unknown): unknown => (body as { data: { embedding: unknown }[] }).data[0]?.embedding;
  it('has floats, or their bytes', () => {
    assert.deepEqual(vector(embeddingsBody(request, 'm', [Float32Array.of(0.5, -0.25)], 3)), [0.5, -0.25]);
    assert.equal(vector(embeddingsBody({ ...request, encoding: 'base64' }, 'm', [Float32Array.of(0.5, -0.25)], 3)), 'AAAAPwAAgL4=');
  });
  it('cut to fewer dimensions has unit length again, and a zero row stays zero', () => {
    assert.deepEqual(vector(embeddingsBody({ ...request, dimensions: 2 }, 'm', [Float32Array.of(3, 4, 12)], 3)), [...Float32Array.of(0.6, 0.8)]);
    assert.deepEqual(vector(embeddingsBody({ ...request, dimensions: 2 }, 'm', [new Float32Array(3)], 3)), [0, 0]);
  });
});

describe('an error', () => {
  it('has the API\'s form and says nothing of our inside', () => {
    assert.deepEqual(errorBody(toOpenAiError(new Error('secret path'))), { error: { message: 'Something went wrong inside Findling.', type: 'server_error', param: null, code: null } });
    assert.deepEqual([toOpenAiError(new EngineError('embedder-unavailable')).status, toOpenAiError(new EngineError('model-missing')).status, toOpenAiError(new EngineError('bad-input')).status], [503, 404, 400]);
  });
});
