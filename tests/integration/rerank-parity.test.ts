/**
 * Our whole reranking path (chat, tokens, cut, padding, last position, yes against no) in the real reranker process against what PyPI's transformers
 * computed with the same seeded weights (tests/fixtures/qwen3/reranking.json). The bar: P(yes) within 1e-4.
 */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createLocalReranker } from '../../src/embed/local-reranker.ts';
import type { Reranker } from '../../src/embed/reranker.ts';
import { FULL_WIDTH, SMALL } from '../fixtures/qwen3/architecture.ts';
import { longText } from '../fixtures/qwen3/expected.ts';
import { answerTokens, writeQwen3Reranker, type Qwen3FolderOptions } from '../fixtures/qwen3/model-folder.ts';

const MOST_DIFFERENCE = 1e-4;

interface RerankCase {
  readonly size: 'small' | 'full-width';
  readonly query: string;
  readonly instruction: string | null;
  readonly maxTokens: number;
  readonly documents: readonly { readonly text?: string; readonly firstLine?: number; readonly codePoints?: number; readonly tokens: number; readonly probability: number }[];
}

const cases = JSON.parse(await readFile(new URL('../fixtures/qwen3/reranking.json', import.meta.url), 'utf8')) as readonly RerankCase[]; // Written by reference/make_reranking.py.

async function reranker(context: TestContext, options: Qwen3FolderOptions): Promise<Reranker> {
  const folder = await mkdtemp(join(tmpdir(), 'findling-rerank-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  await writeQwen3Reranker(folder, options);
  const model = await createLocalReranker({ folder, threads: 2, device: 'cpu' });
  context.after(() => model.close());
  return model;
}

async function assertParity(model: Reranker, one: RerankCase): Promise<void> {
  const texts = one.documents.map(({ text, firstLine, codePoints }) => text ?? longText(firstLine ?? 0, codePoints ?? 0));
  const scores = await model.score(one.query, texts, { instruction: one.instruction });
  one.documents.forEach(({ tokens, probability }, index) => {
    const difference = Math.abs((scores[index] ?? Number.NaN) - probability);
    assert.ok(difference <= MOST_DIFFERENCE, `${one.size}, "${one.query}", document ${index} of ${tokens} tokens: ${scores[index]} instead of ${probability}`);
  });
}

const FORMS = [
  { name: 'logits of every token, positions and an empty cache', inputs: 'cache', attention: 'fused', ending: 'logits' },
  { name: 'logits of every token', inputs: 'plain', attention: 'standard', ending: 'logits' },
  { name: 'two answers from the graph', inputs: 'plain', attention: 'standard', ending: answerTokens() },
] as const;

for (const { name, ...form } of FORMS) {
  test(`P(yes) equals the reference at all lengths, cut documents and own instructions: ${name}`, async (context) => {
    const model = await reranker(context, { ...form, sizes: SMALL, maxTokens: 1024 });
    for (const one of cases.filter(({ size }) => size === 'small')) await assertParity(model, one);
  });
}

test('P(yes) equals the reference with a layer of full width', async (context) => {
  const model = await reranker(context, { inputs: 'cache', attention: 'fused', ending: 'logits', sizes: FULL_WIDTH, maxTokens: 1024 });
  for (const one of cases.filter(({ size }) => size === 'full-width')) await assertParity(model, one);
});
