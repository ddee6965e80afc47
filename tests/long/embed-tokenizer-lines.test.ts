/** 100,000 lines of every script: the shipped tokenizer gives them the ids of the `tokenizers` package, with which the model was trained. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openNative, openTokenizer } from '../../src/embed/tokenizer.ts';
import { mulberry32 } from '../../src/store/random-rows.ts';
import { namesInEveryScript } from '../fixtures/script-lines.ts';

const shipped = fileURLToPath(new URL('../../resources/models/findling-static-multilingual/tokenizer.json', import.meta.url));
const MOST_TOKENS = 100_000;
const LINES = 100_000;
const JOINTS = [' ', '  ', ', ', '\n', '\t', '', ' — ', '/', '_', '. '];

test('100,000 lines of every script have the ids of the tokenizers package', async () => {
  const names = namesInEveryScript();
  const random = mulberry32(17);
  const below = (limit: number): number => Math.floor(random() * limit);
  // Each name by itself, then names joined in all sorts of ways, some in capitals.
  const lines = Array.from({ length: LINES }, (_, index) => {
    const name = names[index] ?? [0, 1, 2, 3].slice(below(3)).map(() => (names[below(names.length)] ?? '') + (JOINTS[below(JOINTS.length)] ?? '')).join('');
    return below(8) === 0 ? name.toUpperCase() : name;
  });
  const [own, native] = await Promise.all([openTokenizer(shipped, MOST_TOKENS), openNative(shipped, MOST_TOKENS)]);
  const [ours, theirs] = await Promise.all([own.encode(lines), native.encode(lines)]);
  const differing = lines.filter((_, index) => ours[index]?.join() !== theirs[index]?.join());
  assert.deepEqual(differing.slice(0, 20), [], `${differing.length} lines differ`);
});
