/** What a reading does to an order: places are exchanged among those that were read, and nothing else moves. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FileKind } from '../../../src/contract/model.ts';
import { isReadable, orderAsRead, type RankedFile } from '../../../src/search/rerank.ts';
import { wantedReranker } from '../../../src/search/reranker-source.ts';
import { mulberry32 } from '../../../src/store/random-rows.ts';

function file(fileId: number, score: number, change: { readonly kind?: FileKind; readonly part?: string } = {}): RankedFile {
  return { fileId, modifiedMs: 0, record: { kind: change.kind ?? 'text' }, explain: { parts: [{ name: change.part ?? 'meaning', value: score, note: '' }], score } };
}
const ids = (files: readonly RankedFile[]): readonly number[] => files.map(({ fileId }) => fileId);
/** Ids 1, 2, 3 … with the scores of reciprocal ranks. */
const list = (count: number): RankedFile[] => Array.from({ length: count }, (_, index) => file(index + 1, 1 / (61 + index)));

describe('the order with a reading', () => {
  test('a sure reading brings a file from the last place to the first', () => {
    const read = new Map(list(20).map(({ fileId }) => [fileId, fileId === 20 ? 0.97 : 0.05]));
    assert.deepEqual(ids(orderAsRead(list(20), read)).slice(0, 3), [20, 1, 2]);
  });

  test('an unsure reading leaves the first place alone', () => {
    const read = new Map(list(20).map(({ fileId }) => [fileId, fileId === 1 ? 0.4 : 0.6]));
    assert.equal(ids(orderAsRead(list(20), read))[0], 1);
  });

  test('equal probabilities change nothing', () => {
    const read = new Map(list(20).map(({ fileId }) => [fileId, 0.3]));
    assert.deepEqual(orderAsRead(list(20), read), list(20));
  });

  test('exact names, exact phrases and code stay where they are', () => {
    const files = [file(1, 2.01, { part: 'exact name' }), file(2, 1.01, { part: 'exact phrase' }), file(3, 0.016), file(4, 0.015, { kind: 'code' }), file(5, 0.014), file(6, 0.013)];
    assert.deepEqual(files.map(isReadable), [false, false, true, false, true, true]);
    assert.deepEqual(ids(orderAsRead(files, new Map([[1, 0], [2, 0], [3, 0.01], [4, 0], [5, 0.02], [6, 0.99]]))), [1, 2, 6, 4, 3, 5]);
  });

  test('what was not read keeps its place, whatever was read around it, and every order is explained by its parts', () => {
    const random = mulberry32(5);
    for (let round = 0; round < 200; round++) {
      const files = list(12);
      const read = new Map(files.filter(() => random() < 0.5).map(({ fileId }) => [fileId, random()]));
      const ordered = orderAsRead(files, read);
      files.forEach(({ fileId }, place) => { if (!read.has(fileId)) assert.equal(ordered[place]?.fileId, fileId); });
      assert.deepEqual([...ids(ordered)].sort((a, b) => a - b), ids(files));
      for (const { explain } of ordered) assert.equal(explain.score, explain.parts.reduce((sum, { value }) => sum + value, 0));
      for (const [place, { explain }] of ordered.entries()) assert.ok(place === 0 || explain.score <= (ordered[place - 1]?.explain.score ?? 0));
    }
  });

  test('a file that moved says where from and why', () => {
    const [first] = orderAsRead(list(3), new Map([[1, 0.1], [2, 0.1], [3, 0.99]]));
    assert.deepEqual(first?.explain.parts.at(-1)?.name, 'reranker');
    assert.equal(first.explain.parts.at(-1)?.note, 'place 1 instead of 3 of 3 read beside the query, 99 % yes');
  });

  test('one file alone has nobody to change places with', () => {
    assert.deepEqual(orderAsRead(list(3), new Map([[3, 1]])), list(3));
  });
});

describe('which reranker', () => {
  const facts = { setting: 'auto', serverModel: null, installed: ['qwen3-reranker-0.6b'], gpu: null, asked: undefined } as const;
  test('by itself only where reading is quick: on a trusted graphics card or a server', () => {
    assert.equal(wantedReranker(facts).kind, 'none');
    assert.deepEqual(wantedReranker({ ...facts, gpu: 'webgpu' }), { kind: 'local', model: 'qwen3-reranker-0.6b', device: 'webgpu' });
    assert.deepEqual(wantedReranker({ ...facts, serverModel: 'm' }), { kind: 'server' });
  });

  test('a request overrides the setting, both ways', () => {
    assert.deepEqual(wantedReranker({ ...facts, asked: true }), { kind: 'local', model: 'qwen3-reranker-0.6b', device: 'cpu' });
    assert.deepEqual(wantedReranker({ ...facts, setting: 'off', asked: true }), { kind: 'local', model: 'qwen3-reranker-0.6b', device: 'cpu' });
    assert.equal(wantedReranker({ ...facts, setting: 'off' }).kind, 'none');
    assert.equal(wantedReranker({ ...facts, gpu: 'webgpu', asked: false }).kind, 'none');
  });

  test('a model named in the settings reads on the processor too; one that is not there does not', () => {
    assert.deepEqual(wantedReranker({ ...facts, setting: 'qwen3-reranker-0.6b' }), { kind: 'local', model: 'qwen3-reranker-0.6b', device: 'cpu' });
    assert.equal(wantedReranker({ ...facts, setting: 'another' }).kind, 'none');
    assert.equal(wantedReranker({ ...facts, setting: 'server' }).kind, 'none');
  });
});
