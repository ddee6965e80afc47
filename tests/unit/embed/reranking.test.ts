/** How a reranking model is described, asked and understood. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseModelDescription } from '../../../src/embed/model-description.ts';
import { readAnswers } from '../../../src/embed/rerank-answers.ts';
import { differenceOf } from '../../../src/embed/reranker-trust.ts';
import { pairText, probabilityOfYes, QWEN3_RERANKING, readRerankingRules } from '../../../src/embed/reranking-rules.ts';
import { areLogits, readRerank, rerankBody } from '../../../src/embed/server/rerank-wire.ts';

describe('the question', () => {
  test('placeholders inside a text stay text', () => {
    assert.equal(pairText(QWEN3_RERANKING, 'a {document} b', '{query}', null),
      '<Instruct>: Given a web search query, retrieve relevant passages that answer the query\n<Query>: a {document} b\n<Document>: {query}');
  });

  test('a model.json for reranking needs nothing but its task, and may say everything', () => {
    const file = { path: 'a', bytes: 1, sha256: '0'.repeat(64) };
    const json = {
      format: 1, id: 'r', task: 'reranking', files: { model: file, tokenizer: file }, dimension: 1, pooling: 'last-token', normalized: false, padTokenId: 0,
      maxTokens: 64, windowTokens: 64, licence: 'none', graph: { output: 'logits' },
    };
    assert.deepEqual(parseModelDescription(JSON.stringify(json)).reranking, QWEN3_RERANKING);
    assert.equal(parseModelDescription(JSON.stringify({ ...json, prompts: { instruction: 'Find it' } })).reranking?.instruction, 'Find it');
    assert.equal(parseModelDescription(JSON.stringify({ ...json, reranking: { yes: 'true', no: 'false' } })).reranking?.yes, 'true');
    assert.equal(parseModelDescription(JSON.stringify({ ...json, task: 'embedding' })).reranking, null);
    assert.throws(() => parseModelDescription(JSON.stringify({ ...json, task: 'chat' })), { code: 'model-invalid' });
    assert.throws(() => readRerankingRules({ pair: '{document} {query}' }, null), { code: 'model-invalid' });
  });
});

describe('the answer', () => {
  const tensor = (dims: readonly number[], values: readonly number[]) => ({ dims, at: (index: number) => values[index] ?? Number.NaN });
  const answers = { no: 1, yes: 2 };
  const expected = probabilityOfYes(1, 3);

  test('is the same from every ending a graph may have', () => {
    assert.ok(Math.abs(expected - 1 / (1 + Math.exp(-2))) < 1e-12);
    // Two rows of three tokens of a vocabulary of four; the second row has two real tokens.
    const tokens = [9, 9, 9, 9, 9, 9, 9, 9, 0, 1, 3, 0, 9, 9, 9, 9, 0, 1, 3, 0, 9, 9, 9, 9];
    assert.deepEqual(readAnswers(tensor([2, 3, 4], tokens), [3, 2], answers), [expected, expected]);
    assert.deepEqual(readAnswers(tensor([1, 4], [0, 1, 3, 0]), [7], answers), [expected]);
    assert.deepEqual(readAnswers(tensor([2, 2], [1, 3, 1, 3]), [7, 7], answers), [expected, expected]);
    assert.deepEqual(readAnswers(tensor([1, 1], [2]), [7], answers), [expected]);
  });

  test('of another shape is no answer', () => {
    for (const dims of [[2], [1, 4, 2], [2, 3, 2], [0, 4]]) assert.throws(() => readAnswers(tensor(dims, []), [3], answers), { code: 'model-invalid' }, dims.join());
  });

  test('a device may differ by a little, not by more, and never by something that is no number', () => {
    assert.equal(differenceOf([0.9, 0.1], [0.91, 0.09], 'fp16'), null);
    assert.match(differenceOf([0.9, 0.1], [0.91, 0.09], 'fp32') ?? '', /0\.010/);
    assert.match(differenceOf([0.9, 0.1], [0.5, 0.1], 'fp16') ?? '', /0\.400/);
    assert.notEqual(differenceOf([0.9], [Number.NaN], 'fp16'), null);
    assert.notEqual(differenceOf([0.9, 0.1], [0.9], 'fp16'), null);
  });
});

describe('a server’s /rerank', () => {
  test('is asked in the shape it knows', () => {
    assert.deepEqual(rerankBody('tei', 'm', 'q', ['a']), { query: 'q', texts: ['a'], truncate: true });
    assert.deepEqual(rerankBody('cohere', 'm', 'q', ['a', 'b']), { model: 'm', query: 'q', documents: ['a', 'b'], top_n: 2, return_documents: false });
  });

  test('is understood in every shape, and put into the order of the texts', () => {
    assert.deepEqual(readRerank([{ index: 1, score: 0.9 }, { index: 0, score: 0.2, text: 'a' }], 2), [0.2, 0.9]);
    assert.deepEqual(readRerank({ id: 'x', results: [{ index: 1, relevance_score: 0.9 }, { index: 0, relevance_score: 0.2 }] }, 2), [0.2, 0.9]);
    assert.equal(areLogits([0, 1, 0.5]), false);
    assert.equal(areLogits([0.5, -3]), true);
  });

  test('must score each text once', () => {
    const bad = [null, { results: 3 }, [], [{ index: 0, score: 0.1 }, { index: 0, score: 0.2 }], [{ index: 2, score: 0.1 }], [{ index: 0, score: 'high' }], [{ index: 0, score: 0.3 }, { index: 1, score: null }]];
    for (const body of bad) assert.throws(() => readRerank(body, 2), { code: 'server-refused' }, JSON.stringify(body));
  });
});
