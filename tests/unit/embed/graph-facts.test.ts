/** What is read from ONNX files that are not loaded. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { readGraphFacts } from '../../../src/embed/graph-facts.ts';
import { writeTinyModel } from '../../fixtures/tiny-model.ts';

let folder = '';
before(async () => { folder = await mkdtemp(path.join(tmpdir(), 'findling-facts-')); });
after(() => rm(folder, { recursive: true }));

/** Protobuf, by hand: a varint field, and one of bytes. */
const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varint(Math.floor(value / 0x80))]);
const number = (field: number, value: number): Buffer => Buffer.from([...varint(field * 8), ...varint(value)]);
const bytes = (field: number, content: Buffer | string): Buffer => {
  const body = Buffer.from(content);
  return Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(body.length)]), body]);
};
const weight = (name: string, type: number, dims: readonly Buffer[], raw = Buffer.alloc(0)): Buffer => bytes(5, Buffer.concat([...dims, number(2, type), bytes(8, name), bytes(9, raw)]));
const node = (type: string, name: string, inputs: readonly string[]): Buffer => bytes(1, Buffer.concat([...inputs.map((input) => bytes(1, input)), bytes(3, name), bytes(4, type)]));
const FLOAT = 1;
const UINT8 = 2;
const HALF = 10;

async function factsOf(...parts: readonly Buffer[]): Promise<ReturnType<typeof readGraphFacts>> {
  const file = path.join(folder, 'graph.onnx');
  await writeFile(file, Buffer.concat([number(1, 8), bytes(7, Buffer.concat(parts)), bytes(8, Buffer.concat([bytes(1, ''), number(2, 13)]))]));
  return readGraphFacts(file, 'input_ids');
}

test('weights are counted by their sizes, packed or not, wherever they lie', async () => {
  const facts = await factsOf(weight('a', FLOAT, [number(1, 1000), number(1, 300)]), weight('b', FLOAT, [bytes(1, Buffer.from([...varint(200), ...varint(10)]))], Buffer.alloc(100_000)), weight('c', FLOAT, [number(1, 7)]));
  assert.deepEqual(facts, { precision: 'fp32', weightBytes: (300_000 + 2_000 + 7) * 4, lookUp: null });
});

test('precision is that of most weights; a fifth of small integers makes a graph quantised', async () => {
  assert.equal((await factsOf(weight('a', HALF, [number(1, 900)]), weight('b', FLOAT, [number(1, 100)]))).precision, 'fp16');
  assert.equal((await factsOf(weight('a', HALF, [number(1, 500)]), weight('b', UINT8, [number(1, 500)]))).precision, 'quantized');
  assert.equal((await factsOf(weight('a', FLOAT, [number(1, 500)]), weight('b', UINT8, [number(1, 50)]))).precision, 'fp32');
});

test('the look-up of tokens is found by its inputs, when it has a name', async () => {
  const table = weight('table', HALF, [number(1, 1000), number(1, 64)]);
  assert.deepEqual((await factsOf(node('Gather', 'other', ['table', 'positions']), node('Gather', 'look-up', ['table', 'input_ids']), table)).lookUp, { node: 'look-up', bytes: 128_000 });
  assert.equal((await factsOf(node('Gather', '', ['table', 'input_ids']), table)).lookUp, null);
  assert.equal((await factsOf(node('Gather', 'look-up', ['computed', 'input_ids']), table)).lookUp, null);
});

test('a real graph is read, and a file that is none gives nothing', async () => {
  await writeTinyModel(path.join(folder, 'tiny'));
  assert.equal(readGraphFacts(path.join(folder, 'tiny', 'model.onnx'), 'input_ids').weightBytes, 7 * 4 * 4);
  await writeFile(path.join(folder, 'text'), 'this is no graph, '.repeat(1000));
  assert.equal(readGraphFacts(path.join(folder, 'text'), 'input_ids').weightBytes, 0);
  await writeFile(path.join(folder, 'empty'), '');
  assert.equal(readGraphFacts(path.join(folder, 'empty'), 'input_ids').weightBytes, 0);
});
