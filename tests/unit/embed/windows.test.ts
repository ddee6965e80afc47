import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { planWindows } from '../../../src/embed/windows.ts';
import { estimateTokens } from '../../../src/passage/tokens.ts';

const passage = (ordinal: number, text: string): { ordinal: number; text: string } => ({ ordinal, text });

test('passages are joined exactly as long as the estimate stays within the rule', () => {
  const passages = [passage(0, 'one two three. '), passage(1, 'four five six. '), passage(2, 'seven eight.')];
  const both = estimateTokens(passages[0]?.text ?? '') + estimateTokens(passages[1]?.text ?? '');
  const windows = planWindows(passages, { maxTokens: both });
  assert.deepEqual(windows.map(({ first, last, text }) => ({ first, last, text })), [
    { first: 0, last: 1, text: 'one two three. four five six. ' },
    { first: 2, last: 2, text: 'seven eight.' },
  ]);
});

test('every passage is in exactly one window and all windows together are the text', () => {
  const passages = Array.from({ length: 57 }, (_, ordinal) => passage(ordinal, `passage ${'x'.repeat((ordinal * 37) % 400)} 漢字${ordinal}\n`));
  for (const maxTokens of [1, 20, 100, 2048]) {
    const windows = planWindows(passages, { maxTokens });
    assert.equal(windows.map((window) => window.text).join(''), passages.map((each) => each.text).join(''));
    let next = 0;
    for (const window of windows) {
      assert.equal(window.first, next);
      assert.ok(window.last >= window.first);
      next = window.last + 1;
    }
    assert.equal(next, passages.length);
  }
});

test('a passage longer than the rule is a window by itself', () => {
  const windows = planWindows([passage(0, 'short'), passage(1, 'long '.repeat(500)), passage(2, 'short')], { maxTokens: 50 });
  assert.deepEqual(windows.map(({ first, last }) => [first, last]), [[0, 0], [1, 1], [2, 2]]);
});

test('ordinals need not start at zero', () => {
  assert.deepEqual(planWindows([passage(7, 'a'), passage(8, 'b')], { maxTokens: 100 }).map(({ first, last }) => [first, last]), [[7, 8]]);
});

test('no passages, no windows', () => {
  assert.deepEqual(planWindows([], { maxTokens: 100 }), []);
});

test('the hash is the first 16 bytes of the SHA-256 of the text', () => {
  const [window] = planWindows([passage(0, 'Grüße, 世界')], { maxTokens: 100 });
  assert.equal(window?.hash, createHash('sha256').update('Grüße, 世界').digest('hex').slice(0, 32));
});
