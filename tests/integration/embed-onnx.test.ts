/** Real graphs in the real embedder process: the shipped model, and tiny ones whose vectors can be computed by hand. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Embedder } from '../../src/embed/embedder.ts';
import { createOnnxEmbedder } from '../../src/embed/onnx-embedder.ts';
import { eventually } from '../fixtures/engine.ts';
import { TINY_TABLE, TINY_WORDS, writeTinyModel } from '../fixtures/tiny-model.ts';

const shipped = fileURLToPath(new URL('../../resources/models/findling-static-multilingual', import.meta.url));
let embedder: Embedder;
before(async () => { embedder = await createOnnxEmbedder({ folder: shipped, threads: 1, queryWaitMs: 600_000 }); });
after(() => embedder.close());

const dot = (left: Float32Array, right: Float32Array): number => left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
const row = (vectors: Float32Array, index: number, dimension: number): Float32Array => vectors.subarray(index * dimension, (index + 1) * dimension);

test('the shipped model puts a translation nearer than another subject', async () => {
  const [dog, hund, tax] = await Promise.all(['the dog sleeps in the garden', 'der Hund schläft im Garten', 'annual income tax return'].map((text) => embedder.embedQuery(text)));
  assert.ok(dog !== undefined && hund !== undefined && tax !== undefined);
  assert.ok(Math.abs(Math.hypot(...dog) - 1) < 1e-5);
  assert.ok(dot(dog, hund) > 0.3 && dot(dog, hund) > dot(dog, tax) + 0.2, `${dot(dog, hund)} ${dot(dog, tax)}`);
});

test('a text has the same vector alone, among others and as a query', async () => {
  const texts = Array.from({ length: 700 }, (_, index) => `text ${index}: ${'some words about budgets and gardens '.repeat(index % 40)}`);
  const together = await embedder.embedDocuments(texts);
  assert.equal(together.length, texts.length * embedder.model.dimension);
  for (const index of [0, 1, 39, 350, 699]) {
    const alone = await embedder.embedDocuments([texts[index] ?? '']);
    const query = await embedder.embedQuery(texts[index] ?? '');
    assert.ok(dot(alone, row(together, index, embedder.model.dimension)) > 0.99999);
    assert.ok(dot(query, alone) > 0.99999);
  }
});

test('a text without a visible character has a zero row, its neighbours do not', async () => {
  const vectors = await embedder.embedDocuments(['', 'garden', ' \n\t ', 'Garten']);
  assert.deepEqual([0, 1, 2, 3].map((index) => Math.round(Math.hypot(...row(vectors, index, embedder.model.dimension)))), [0, 1, 0, 1]);
  assert.ok((await embedder.embedQuery('  ')).every((value) => value === 0));
  assert.equal((await embedder.embedDocuments([])).length, 0);
});

test('a very long text is cut, not refused', async () => {
  const vector = await embedder.embedQuery('word '.repeat(500_000));
  assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5);
});

async function tiny(context: TestContext, overrides: Readonly<Record<string, unknown>>): Promise<Embedder> {
  const folder = await mkdtemp(join(tmpdir(), 'findling-tiny-'));
  await writeTinyModel(folder, overrides);
  const model = await createOnnxEmbedder({ folder, threads: 1, queryWaitMs: 600_000 });
  context.after(async () => {
    await model.close();
    await rm(folder, { recursive: true });
  });
  return model;
}

const vectorOf = (word: (typeof TINY_WORDS)[number]): readonly number[] => TINY_TABLE[TINY_WORDS.indexOf(word)] ?? [];
function assertDirection(actual: Float32Array, expected: readonly number[]): void {
  const length = Math.hypot(...expected);
  expected.forEach((value, index) => assert.ok(Math.abs((actual[index] ?? 0) - value / length) < 1e-5, `${[...actual].join(' ')} is not along ${expected.join(' ')}`));
}

test('mean pooling leaves padding out and counts the end token', async (context) => {
  const model = await tiny(context, { pooling: 'mean' });
  const vectors = await model.embedDocuments(['red', 'red green blue dark']);
  const sum = (...words: (typeof TINY_WORDS)[number][]): number[] => [0, 1, 2, 3].map((axis) => words.reduce((total, word) => total + (vectorOf(word)[axis] ?? 0), 0));
  assertDirection(row(vectors, 0, 4), sum('red', '[END]'));
  assertDirection(row(vectors, 1, 4), sum('red', 'green', 'blue', 'dark', '[END]'));
});

test('cls pooling takes the first token', async (context) => {
  const model = await tiny(context, { pooling: 'cls' });
  const vectors = await model.embedDocuments(['dark red', 'green']);
  assertDirection(row(vectors, 0, 4), vectorOf('dark'));
  assertDirection(row(vectors, 1, 4), vectorOf('green'));
});

test('last-token pooling takes the end token, of a text that was cut too', async (context) => {
  const model = await tiny(context, { pooling: 'last-token', maxTokens: 4, windowTokens: 4 });
  const vectors = await model.embedDocuments(['blue', 'blue blue blue blue blue blue blue']);
  assertDirection(row(vectors, 0, 4), vectorOf('[END]'));
  assertDirection(row(vectors, 1, 4), vectorOf('[END]'));
});

test('a smaller dimension is cut off and made unit length again', async (context) => {
  const model = await tiny(context, { pooling: 'cls', dimension: 3, outputDimension: 4 });
  const vector = await model.embedQuery('dark');
  assert.equal(vector.length, 3);
  assertDirection(vector, [0, 0, 1]);
});

test('query and document prompts reach the model, an instruction only with queries', async (context) => {
  const model = await tiny(context, { pooling: 'cls', prompts: { query: '{instruction} {text}', document: 'dark {text}', instruction: 'green' } });
  assert.equal(model.model.takesInstruction, true);
  assertDirection(await model.embedQuery('red'), vectorOf('green'));
  assertDirection(await model.embedQuery('red', { instruction: 'blue' }), vectorOf('blue'));
  assertDirection(await model.embedDocuments(['red']), vectorOf('dark'));
});

const broken: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['an output that is not there', { graph: { output: 'no_such_output' } }],
  ['an input that is not there', { graph: { ids: 'no_such_input' } }],
];
for (const [what, overrides] of broken) {
  test(`a graph with ${what} leaves the embedder down, with the reason, and requests answered`, async (context) => {
    const model = await tiny(context, overrides);
    await eventually('the embedder is down', () => model.status().state === 'down');
    assert.match(model.status().trouble ?? '', /graph/i);
    await assert.rejects(model.embedDocuments(['red']), { code: 'embedder-unavailable' });
    await assert.rejects(model.embedQuery('red'), { code: 'embedder-unavailable' });
  });
}

test('a graph whose output has another width is refused when it is first run', async (context) => {
  const model = await tiny(context, { pooling: 'cls', dimension: 5 });
  await assert.rejects(model.embedQuery('red'), { code: 'model-invalid', message: /shape/ });
});
