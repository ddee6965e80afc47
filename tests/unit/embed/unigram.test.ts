import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnigramBuilder } from '../../../src/embed/unigram.ts';
import { readVocabularyFile } from '../../../src/embed/vocabulary-file.ts';

function vocabulary(pieces: readonly (readonly [string, number])[], byteFallback = false): (word: string) => string[] {
  const builder = new UnigramBuilder();
  for (const [piece, score] of pieces) builder.add(piece, score);
  const unigram = builder.build(0, byteFallback);
  return (word) => {
    const ids: number[] = [];
    unigram.cut(word, ids);
    return ids.map((id) => pieces[id]?.[0] ?? '?');
  };
}

const PIECES = [['<unk>', 0], ['a', 0], ['b', 0], ['c', 0], ['d', 0], ['cd', 1], ['ab', 2], ['abc', 5], ['abcd', 10], ['😀', 1]] as const;

test('the most likely cut is taken', () => {
  const cut = vocabulary(PIECES);
  assert.deepEqual(cut('abcdacd'), ['abcd', 'a', 'cd']);
  assert.deepEqual(cut('abd'), ['ab', 'd']);
  assert.deepEqual(cut(''), []);
});

test('unknown characters that stand together are one, and surrogate pairs are not torn', () => {
  const cut = vocabulary(PIECES);
  assert.deepEqual(cut('axyb'), ['a', '<unk>', 'b']);
  assert.deepEqual(cut('a😀😁b'), ['a', '😀', '<unk>', 'b']);
});

test('with byte fallback an unknown character is its bytes, in order', () => {
  const bytes = Array.from({ length: 256 }, (_, byte) => [`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, 0] as const);
  const cut = vocabulary([['<unk>', 0], ...bytes, ['a', -1]], true);
  assert.deepEqual(cut('aéa'), ['a', '<0xC3>', '<0xA9>', 'a']);
});

test('a vocabulary is read piece by piece, escapes included, and the rest of the file is parsed', () => {
  const pieces = [['<unk>', 0], ['a"b\\', -1.5], ['é\n', -2e-3], ['漢', -13.346456527709961], [']],[[', -3]];
  const json = { version: '1.0', model: { unk_id: 0, vocab: pieces, type: 'Unigram' }, after: ['x'] };
  for (const text of [JSON.stringify(json), JSON.stringify(json, null, 2)]) {
    const file = readVocabularyFile(Buffer.from(text));
    assert.ok(file !== null);
    const read: unknown[] = [];
    file.forEachPiece((piece, score) => read.push([piece, score]));
    assert.equal(file.pieces, pieces.length);
    assert.deepEqual(read, pieces);
    assert.deepEqual(file.rest, { ...json, model: { ...json.model, vocab: [] } });
  }
});

test('a file with another kind of vocabulary is not read', () => {
  for (const vocab of [{ a: 0 }, ['a', 'b'], [['a']], [['a', 'b']], [[1, 2]]]) {
    assert.equal(readVocabularyFile(Buffer.from(JSON.stringify({ model: { vocab } }))), null, JSON.stringify(vocab));
  }
  assert.equal(readVocabularyFile(Buffer.from('{}')), null);
  assert.equal(readVocabularyFile(Buffer.from('{"model":{"vocab":[["a",1]')), null);
});
