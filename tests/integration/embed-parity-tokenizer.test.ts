/** Token ids against PyPI's tokenizers on 10,000 lines of every script, whole and cut, with a byte-level BPE put together as Qwen's is. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openTokenizer } from '../../src/embed/tokenizer.ts';
import { weightDigests } from '../fixtures/qwen3/expected.ts';
import { FULL_WIDTH, seededWeights } from '../fixtures/qwen3/architecture.ts';
import { END_TOKEN, SEED, tokenizerPath } from '../fixtures/qwen3/model-folder.ts';
import { seededLine } from '../fixtures/qwen3/seeded-lines.ts';

const kept = JSON.parse(readFileSync(new URL('../fixtures/qwen3/token-ids.json', import.meta.url), 'utf8')) as { // Written by reference/make_token_ids.py.
  readonly seed: number;
  readonly block: number;
  /** SHA-256 per block of lines: ids joined by commas, a line break after each. */
  readonly digests: readonly string[];
  readonly cutTo: number;
  readonly cutDigests: readonly string[];
  readonly samples: readonly { readonly number: number; readonly line: string; readonly ids: readonly number[] }[];
};
const MOST_TOKENS = 2048;
const tokenizerFile = fileURLToPath(tokenizerPath);
const line = (number: number): string => seededLine(kept.seed, number);

async function digestsOf(maxTokens: number): Promise<readonly string[]> {
  const tokenizer = await openTokenizer(tokenizerFile, maxTokens);
  const digests: string[] = [];
  for (let block = 0; block < kept.digests.length; block++) {
    const rows = await tokenizer.encode(Array.from({ length: kept.block }, (_, index) => line(block * kept.block + index)));
    const hash = createHash('sha256');
    for (const ids of rows) hash.update(`${ids.join()}\n`);
    digests.push(hash.digest('hex'));
  }
  return digests;
}

test('the seeded lines are the reference\'s, and a few of them have its ids, readably', async () => {
  const tokenizer = await openTokenizer(tokenizerFile, MOST_TOKENS);
  for (const sample of kept.samples) {
    assert.equal(line(sample.number), sample.line);
    assert.deepEqual(await tokenizer.encode([sample.line]), [sample.ids]);
  }
});

test('all 10,000 lines of every script have the reference\'s ids', async () => {
  assert.equal(kept.digests.length * kept.block, 10_000);
  assert.deepEqual(await digestsOf(MOST_TOKENS), kept.digests);
});

test('cut to a few tokens, all 10,000 lines keep their first ids and the end token', async () => {
  assert.deepEqual(await digestsOf(kept.cutTo), kept.cutDigests);
});

test('seeded weights are bit for bit the reference\'s', () => {
  const weights = seededWeights(SEED);
  const { hidden, heads, headDimension, vocabulary, intermediate } = FULL_WIDTH;
  const made: Readonly<Record<string, Float32Array>> = {
    'embed_tokens.weight': weights.table('embed_tokens.weight', vocabulary, hidden),
    'layers.0.self_attn.q_proj.weight': weights.matrix('layers.0.self_attn.q_proj.weight', heads * headDimension, hidden),
    'layers.0.self_attn.k_norm.weight': weights.gain('layers.0.self_attn.k_norm.weight', headDimension),
    'layers.0.mlp.down_proj.weight': weights.matrix('layers.0.mlp.down_proj.weight', hidden, intermediate),
  };
  for (const [name, values] of Object.entries(made)) {
    assert.equal(createHash('sha256').update(Buffer.from(values.buffer)).digest('hex'), weightDigests[name], name);
  }
});

test('the end token of the kept tokenizer is the one that tests pad with', async () => {
  const [row] = await (await openTokenizer(tokenizerFile, MOST_TOKENS)).encode(['yes']);
  assert.equal(row?.length, 2);
  assert.equal(row[1], END_TOKEN);
});

const end = ['<|endoftext|>', END_TOKEN];
const start = ['<|im_start|>', END_TOKEN + 1];
const template = { type: 'TemplateProcessing', single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '<|endoftext|>', type_id: 0 } }], pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 0 } }], special_tokens: { '<|endoftext|>': { id: '<|endoftext|>', ids: [END_TOKEN], tokens: ['<|endoftext|>'] } } };
const variants: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['a template alone', { post_processor: template }],
  ["RoBERTa's processor", { post_processor: { type: 'RobertaProcessing', sep: end, cls: start, trim_offsets: true, add_prefix_space: false } }],
  ["BERT's processor", { post_processor: { type: 'BertProcessing', sep: end, cls: start } }],
  ['a cut of its own, on the other side', { truncation: { direction: 'Left', max_length: 4, strategy: 'LongestFirst', stride: 0 } }],
  ['padding of its own', { padding: { strategy: { Fixed: 64 }, direction: 'Left', pad_to_multiple_of: null, pad_id: 0, pad_type_id: 0, pad_token: '!' } }],
];
for (const [what, fields] of variants) {
  test(`with ${what} in its file, a tokenizer cuts at the end and keeps the end token`, async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'findling-tokenizer-'));
    context.after(() => rm(folder, { recursive: true }));
    const source = JSON.parse(readFileSync(tokenizerPath, 'utf8')) as Record<string, unknown>; // A tokenizer.json is an object.
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify({ ...source, ...fields }));
    const long = 'the report of the meeting about the budget and the garden';
    const [cut = [], whole = []] = await Promise.all([kept.cutTo, MOST_TOKENS].map(async (most) => (await (await openTokenizer(join(folder, 'tokenizer.json'), most)).encode([long]))[0]));
    assert.equal(cut.length, kept.cutTo);
    assert.ok(whole.length > kept.cutTo);
    assert.deepEqual(cut, [...whole.slice(0, kept.cutTo - 1), END_TOKEN]);
  });
}
