/**
 * Our whole path (prompt, tokens, end token, cut, batches, padding, pooling, dimensions, unit length) in the real embedder process against
 * vectors that PyPI's transformers computed with the same seeded weights (tests/fixtures/qwen3). The bar is cosine ≥ 0.9999 in fp32.
 */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Embedder } from '../../src/embed/embedder.ts';
import { createOnnxEmbedder } from '../../src/embed/onnx-embedder.ts';
import { FULL_WIDTH, SMALL } from '../fixtures/qwen3/architecture.ts';
import { cosine, expectedCases, oneTokenCase, type ExpectedCase } from '../fixtures/qwen3/expected.ts';
import { tokenizerPath, writeBertModel, writeQwen3Model, type Qwen3FolderOptions } from '../fixtures/qwen3/model-folder.ts';

const LEAST_COSINE = 0.9999;
const THREADS = 2;

const POOLED = { inputs: 'plain', attention: 'standard', ending: 'pooled' } as const;
const CACHE = { inputs: 'cache', attention: 'fused', ending: 'hidden' } as const;

async function embedder(context: TestContext, write: (folder: string) => Promise<void>): Promise<Embedder> {
  const folder = await mkdtemp(join(tmpdir(), 'findling-parity-'));
  await write(folder);
  const model = await createOnnxEmbedder({ folder, threads: THREADS, queryWaitMs: 600_000 });
  context.after(async () => {
    await model.close();
    await rm(folder, { recursive: true });
  });
  return model;
}

const qwen3 = (context: TestContext, options: Qwen3FolderOptions): Promise<Embedder> => embedder(context, (folder) => writeQwen3Model(folder, options));

async function embedCases(model: Embedder, cases: readonly ExpectedCase[]): Promise<readonly Float32Array[]> {
  const documents = cases.flatMap(({ document }) => document ?? []);
  const rows = await model.embedDocuments(documents);
  const { dimension } = model.model;
  return Promise.all(cases.map(async ({ document, query }) => {
    if (query !== null) return model.embedQuery(query.text, { instruction: query.instruction });
    const row = documents.indexOf(document ?? '');
    return rows.slice(row * dimension, (row + 1) * dimension);
  }));
}

function assertParity(name: string, cases: readonly ExpectedCase[], vectors: readonly Float32Array[]): void {
  cases.forEach((one, index) => {
    const actual = vectors[index] ?? new Float32Array();
    const expected = one.vector(name).subarray(0, actual.length);
    assert.ok(Math.abs(Math.hypot(...actual) - 1) < 1e-5, `${one.name} has no unit length`);
    const similarity = cosine(actual, expected);
    assert.ok(similarity >= LEAST_COSINE, `${name}, ${one.name} (${one.tokens} tokens): cosine ${similarity}`);
  });
}

/** Without the longest texts, whose attention takes most of the time; for what does not depend on length. */
const shorter = expectedCases.filter(({ tokens }) => tokens <= 512);

const lengths = expectedCases.map(({ tokens }) => tokens);

test('the kept cases have the lengths that matter: the end token and one more, 511, 2,048 exactly, and cut to 2,048', () => {
  for (const wanted of [2, 511, 2048]) assert.ok(lengths.includes(wanted), `${wanted} tokens`);
  assert.equal(lengths.filter((tokens) => tokens === 2048).length, 2);
  assert.equal(oneTokenCase.tokens, 1);
});

const forms: readonly (readonly [string, Omit<Qwen3FolderOptions, 'sizes'>, readonly ExpectedCase[]])[] = [
  ['pooled in the graph', POOLED, expectedCases],
  ['with positions and empty past keys, fused attention', CACHE, expectedCases],
  ['with positions and empty past keys, standard operators', { ...CACHE, attention: 'standard' }, shorter],
  ['pooled in the graph, fused attention', { ...POOLED, attention: 'fused' }, expectedCases],
  ['with half-precision past keys and output', { ...CACHE, halves: true }, shorter],
  ['with weights in a file beside it', { ...CACHE, externalData: true }, shorter],
];
for (const [what, form, cases] of forms) {
  test(`a small model ${what}: documents in one batch of mixed lengths and queries with instructions are the reference's`, async (context) => {
    const model = await qwen3(context, { sizes: SMALL, ...form });
    assertParity('small', cases, await embedCases(model, cases));
  });
}

for (const [what, form] of [['pooled in the graph', { ...POOLED, attention: 'fused' }], ['with positions and empty past keys', CACHE]] as const) {
  test(`one layer of full width ${what}: 2 to 2,048 tokens are the reference's, in one call and alone`, async (context) => {
    const model = await qwen3(context, { sizes: FULL_WIDTH, ...form });
    assertParity('full-width', expectedCases, await embedCases(model, expectedCases));
    for (const one of shorter) assertParity('full-width', [one], await embedCases(model, [one]));
  });
}

test('a text of one token, by a tokenizer without an end token, is the reference\'s', async (context) => {
  const source = JSON.parse(await readFile(tokenizerPath, 'utf8')) as Record<string, unknown>; // A tokenizer.json is an object.
  const tokenizer = Buffer.from(JSON.stringify({ ...source, post_processor: null }));
  for (const form of [POOLED, CACHE]) {
    const model = await qwen3(context, { sizes: SMALL, ...form, tokenizer });
    assert.deepEqual(await model.countTokens?.([oneTokenCase.document ?? '']), [1]);
    assertParity('small', [oneTokenCase], await embedCases(model, [oneTokenCase]));
  }
});

test('a smaller dimension is the reference\'s first values made unit length again', async (context) => {
  for (const form of [POOLED, CACHE]) {
    const model = await qwen3(context, { sizes: SMALL, ...form, overrides: { dimension: 32, outputDimension: SMALL.hidden } });
    const vectors = await embedCases(model, shorter);
    assert.ok(vectors.every((vector) => vector.length === 32));
    assertParity('small', shorter, vectors);
  }
});

for (const pooling of ['mean', 'cls'] as const) {
  test(`an encoder with ${pooling} pooling and token types gives the reference's vectors, padded or not`, async (context) => {
    const model = await embedder(context, (folder) => writeBertModel(folder, pooling));
    const documents = expectedCases.filter(({ document }) => document !== null);
    assertParity(`bert-${pooling}`, documents, await embedCases(model, documents));
    for (const one of documents) assertParity(`bert-${pooling}`, [one], await embedCases(model, [one]));
  });
}

test('the bar sees a missing end token, the wrong pooling, a cut without the end token and a lost instruction', async (context) => {
  const source = JSON.parse(await readFile(tokenizerPath, 'utf8')) as Record<string, unknown>;
  const withoutEnd = await qwen3(context, { sizes: SMALL, ...CACHE, tokenizer: Buffer.from(JSON.stringify({ ...source, post_processor: null })) });
  const mean = await qwen3(context, { sizes: SMALL, ...CACHE, overrides: { pooling: 'mean' } });
  const noInstruction = await qwen3(context, { sizes: SMALL, ...CACHE, overrides: { prompts: { query: 'Instruct: \nQuery:{text}' } } });
  const nearest = async (model: Embedder, cases: readonly ExpectedCase[]): Promise<number> => {
    const vectors = await embedCases(model, cases);
    return Math.max(...cases.map((one, index) => cosine(vectors[index] ?? new Float32Array(), one.vector('small'))));
  };
  assert.ok(await nearest(withoutEnd, expectedCases.filter(({ document }) => document !== null)) < 0.99);
  assert.ok(await nearest(mean, shorter.filter(({ document }) => document !== null)) < 0.99);
  assert.ok(await nearest(noInstruction, expectedCases.filter(({ query }) => query !== null)) < LEAST_COSINE);
});
