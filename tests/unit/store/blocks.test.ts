import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Passage } from '../../../src/pipeline.ts';
import { packBlocks, unpackBlock } from '../../../src/store/blocks.ts';

function passagesOf(texts: readonly string[]): Passage[] {
  return texts.map((text, ordinal) => ({ ordinal, span: { start: ordinal * 1000, end: ordinal * 1000 + text.length }, text, place: { line: ordinal + 1, heading: 'A\nB' }, hash: '' }));
}

test('what is unpacked is what was packed', () => {
  const texts = ['', 'one\n\n{"two"}', '臺灣 😀', 'x'.repeat(50_000), ...Array.from({ length: 100 }, (_, index) => `passage ${index} `.repeat(60))];
  const blocks = packBlocks(passagesOf(texts));
  assert.ok(blocks.length > 3);
  const unpacked = blocks.flatMap((block) => {
    const passages = unpackBlock(block.data);
    assert.equal(passages.length, block.count);
    return passages;
  });
  assert.deepEqual(unpacked.map((passage) => passage.text), texts);
  assert.deepEqual(unpacked.map((passage) => passage.start), texts.map((_, index) => index * 1000));
  assert.deepEqual(unpacked[2]?.place, { line: 3, heading: 'A\nB' });
});

test('blocks follow one another without a gap', () => {
  let next = 0;
  for (const block of packBlocks(passagesOf(Array.from({ length: 300 }, () => 'y'.repeat(700))))) {
    assert.equal(block.first, next);
    next += block.count;
  }
  assert.equal(next, 300);
});

test('no passages make no block', () => {
  assert.deepEqual(packBlocks([]), []);
});
