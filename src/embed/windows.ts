/**
 * Windows: the runs of whole passages that are embedded as one. Pure, and run on the store's writer thread too, so it must
 * import nothing that loads a model. A static model takes about one passage, Qwen3 up to 2,048 tokens.
 * Passages cover their text without overlap, so their texts joined are the text itself: no separator is put between them.
 */

import { createHash } from 'node:crypto';
import { estimateTokens } from '../passage/tokens.ts';
import type { Window } from '../pipeline.ts';
import type { WindowRule } from './embedder.ts';

/** 16 bytes of SHA-256: no two texts of one disk will share them by accident. */
const HASH_BYTES = 16;

/**
 * Cuts a document's passages (in order) into windows of at most `rule.maxTokens` estimated tokens. A passage that is longer
 * by itself is a window by itself: the model's tokenizer truncates it. Each passage is in exactly one window.
 */
export function planWindows(passages: readonly { readonly ordinal: number; readonly text: string }[], rule: WindowRule): Window[] {
  const windows: Window[] = [];
  let run: { ordinal: number; text: string }[] = [];
  let runTokens = 0;
  const close = (): void => {
    const first = run[0];
    const last = run.at(-1);
    if (first === undefined || last === undefined) return;
    const text = run.length === 1 ? first.text : run.map((passage) => passage.text).join('');
    windows.push({ first: first.ordinal, last: last.ordinal, text, hash: windowHash(text) });
    run = [];
    runTokens = 0;
  };
  for (const passage of passages) {
    const tokens = estimateTokens(passage.text);
    if (runTokens + tokens > rule.maxTokens) close();
    run.push(passage);
    runTokens += tokens;
  }
  close();
  return windows;
}

/** Hex of the first 16 bytes of the text's SHA-256. */
export function windowHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, HASH_BYTES * 2);
}
