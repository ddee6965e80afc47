import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../src/contract/errors.ts';
import { modelFingerprint } from '../../../src/embed/fingerprint.ts';
import { documentText, inputText, isBlankInput, parseModelDescription, queryText } from '../../../src/embed/model-description.ts';

const SHA = 'a'.repeat(64);
const good = {
  format: 1,
  id: 'some-model',
  files: { model: { path: 'model.onnx', bytes: 10, sha256: SHA }, tokenizer: { path: 'tokenizer.json', bytes: 20, sha256: SHA } },
  dimension: 256,
  pooling: 'last-token',
  normalized: false,
  padTokenId: 0,
  maxTokens: 8192,
  windowTokens: 2048,
  prompts: { query: 'Instruct: {instruction}\nQuery:{text}', document: '{text}', instruction: 'Find it.' },
  licence: 'Apache-2.0',
};
const parse = (change: Record<string, unknown> = {}): ReturnType<typeof parseModelDescription> => parseModelDescription(JSON.stringify({ ...good, ...change }));

test('a good description is read, with the usual names filled in', () => {
  const model = parse();
  assert.equal(model.outputDimension, 256);
  assert.deepEqual(model.graph, { ids: 'input_ids', mask: 'attention_mask', types: null, positions: 'position_ids', past: null, output: 'last_hidden_state' });
  assert.equal(parse({ pooling: 'in-graph' }).graph.output, 'sentence_embedding');
  assert.equal(parse({ outputDimension: 1024 }).outputDimension, 1024);
});

const bad: readonly (readonly [string, Record<string, unknown>])[] = [
  ['format', { format: 2 }],
  ['id', { id: '' }],
  ['files', { files: [] }],
  ['files.model', { files: { tokenizer: good.files.tokenizer } }],
  ['files.model.path', { files: { ...good.files, model: { path: '../../etc/passwd', bytes: 1, sha256: SHA } } }],
  ['files.model.path', { files: { ...good.files, model: { path: '/abs', bytes: 1, sha256: SHA } } }],
  ['files.model.sha256', { files: { ...good.files, model: { path: 'm', bytes: 1, sha256: 'zz' } } }],
  ['files.model.bytes', { files: { ...good.files, model: { path: 'm', bytes: 0, sha256: SHA } } }],
  ['files.data[0].path', { files: { ...good.files, data: [{ path: 'a/b', bytes: 1, sha256: SHA }] } }],
  ['dimension', { dimension: 0 }],
  ['dimension', { dimension: 1.5 }],
  ['dimension', { dimension: '256' }],
  ['outputDimension', { outputDimension: 128 }],
  ['pooling', { pooling: 'max' }],
  ['normalized', { normalized: 1 }],
  ['input', { input: 'letters' }],
  ['padTokenId', { padTokenId: -1 }],
  ['maxTokens', { maxTokens: 1_000_000 }],
  ['windowTokens', { windowTokens: 10_000 }],
  ['prompts.query', { prompts: { query: 'no place for it' } }],
  ['licence', { licence: undefined }],
];
for (const [field, change] of bad) {
  test(`refuses ${field}: ${JSON.stringify(change).slice(0, 70)}`, () => {
    assert.throws(() => parse(change), (error) => error instanceof EngineError && error.code === 'model-invalid' && error.details?.['field'] === field);
  });
}

test('refuses what is not JSON, and JSON that is no object', () => {
  for (const text of ['', '{', 'null', '[]', '"x"']) {
    assert.throws(() => parseModelDescription(text), (error) => error instanceof EngineError && error.code === 'model-invalid');
  }
});

test('prompts are filled once: a placeholder inside the text stays text', () => {
  const { prompts } = parse();
  assert.equal(queryText(prompts, 'what is {instruction} and {text}?', null), 'Instruct: Find it.\nQuery:what is {instruction} and {text}?');
  assert.equal(queryText(prompts, 'q', 'Other task'), 'Instruct: Other task\nQuery:q');
  assert.equal(documentText(prompts, 'costs $& and $1'), 'costs $& and $1');
  assert.equal(documentText({ ...prompts, document: 'passage: {text}' }, 'costs $&'), 'passage: costs $&');
});

test('the fingerprint changes with all that changes a document vector, and only with that', () => {
  const base = modelFingerprint(parse());
  const other = 'b'.repeat(64);
  const changes = [
    { files: { ...good.files, model: { ...good.files.model, sha256: other } } },
    { files: { ...good.files, tokenizer: { ...good.files.tokenizer, sha256: other } } },
    { files: { ...good.files, data: [{ path: 'model.onnx_data', bytes: 5, sha256: SHA }] } },
    { pooling: 'mean' },
    { dimension: 128, outputDimension: 256 },
    { prompts: { ...good.prompts, document: 'passage: {text}' } },
    { input: 'words' },
    { maxTokens: 4096 },
    { windowTokens: 1024 },
  ];
  const all = new Set([base, ...changes.map((change) => modelFingerprint(parse(change)))]);
  assert.equal(all.size, changes.length + 1);
  for (const change of [{ id: 'renamed' }, { licence: 'MIT' }, { prompts: { ...good.prompts, query: 'q: {text}', instruction: 'Another.' } }]) {
    assert.equal(modelFingerprint(parse(change)), base);
  }
});

test('a model that wants words is given identifiers split at their humps, and names of brands whole', () => {
  const given = (text: string): string => inputText('words', text).trim().split(/\s+/).join(' ');
  assert.equal(given('getUserName(XMLHttpRequest)'), 'get User Name XML Http Request');
  assert.equal(given('openFile2Go a.b_c'), 'open File Go a b c');
  assert.equal(given('YouTube iPhone HTTPServer JavaScript'), 'YouTube iPhone HTTPServer JavaScript');
  assert.equal(inputText('raw', 'getUserName'), 'getUserName');
});

test('a model that wants words is given letters and marks alone, in every script', () => {
  const given = (text: string): readonly string[] => inputText('words', text).split(/\s+/).filter((word) => word !== '');
  assert.deepEqual(given('| 12 kg | Größe: 3,5 €!'), ['kg', 'Größe']);
  assert.deepEqual(given('हिन्दी। 東京(とうきょう)'), ['हिन्दी', '東京', 'とうきょう']);
  assert.equal(inputText('raw', '| 12 kg |'), '| 12 kg |');
});

test('a text is blank when nothing of it reaches the tokenizer', () => {
  for (const text of ['', ' \n\t', '\u00a0\u3000\ufeff', '12,5 | 30 %', '--- ***', '👍🏽', 'a', ' 漢 ', '\u0301', '١٢', '{ x }', '\ud83d']) {
    for (const input of ['raw', 'words'] as const) assert.equal(isBlankInput(input, text), inputText(input, text).trim() === '', JSON.stringify([input, text]));
  }
});
