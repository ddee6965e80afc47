import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { halfToNumber, planFeeds, positionsOf, type GraphSignature } from '../../../src/embed/graph-feeds.ts';
import { prepareInputs } from '../../../src/embed/inputs.ts';
import { parseModelDescription, type ModelDescription } from '../../../src/embed/model-description.ts';

const PAD = 9;
const file = { path: 'x', bytes: 1, sha256: '0'.repeat(64) };
function description(fields: Readonly<Record<string, unknown>> = {}): ModelDescription {
  return parseModelDescription(JSON.stringify({
    format: 1, id: 'x', files: { model: file, tokenizer: file }, dimension: 2, pooling: 'last-token', normalized: false, padTokenId: PAD,
    maxTokens: 16, windowTokens: 16, licence: 'none', ...fields,
  }));
}

type Shape = readonly (string | number)[];
function signature(inputs: Readonly<Record<string, readonly [Tensor.Type, Shape]>>, outputs: readonly string[] = ['last_hidden_state', 'present.0.key']): GraphSignature {
  const inputMetadata = Object.entries(inputs).map(([name, [type, shape]]): InferenceSession.ValueMetadata => ({ name, isTensor: true, type, shape }));
  return { inputNames: Object.keys(inputs), outputNames: outputs, inputMetadata };
}

const IDS = { input_ids: ['int64', ['batch_size', 'sequence_length']], attention_mask: ['int64', ['batch_size', 'sequence_length']] } as const;
const past = (type: Tensor.Type, shape: Shape): Record<string, readonly [Tensor.Type, Shape]> => ({ ...IDS, 'past_key_values.0.key': [type, shape], 'past_key_values.0.value': [type, shape] });
const two = prepareInputs([[1, 2, 3], [4]], PAD);

test('positions count a row\'s real tokens and stay at the last one in its padding', () => {
  const { length } = two;
  const positions = [...positionsOf(two)].map(Number);
  assert.deepEqual(positions.slice(0, 4), [0, 1, 2, 2]);
  assert.ok(positions.slice(length).every((position) => position === 0));
});

test('a graph is fed what it has inputs for, and only the output that is read is asked for', () => {
  const plain = planFeeds(signature(IDS), description());
  assert.deepEqual(Object.keys(plain.feeds(two)), ['input_ids', 'attention_mask']);
  assert.equal(plain.output, 'last_hidden_state');
  const more = planFeeds(signature({ ...IDS, position_ids: IDS.input_ids, kinds: IDS.input_ids }), description({ graph: { types: 'kinds' } }));
  assert.deepEqual(Object.keys(more.feeds(two)).sort(), ['attention_mask', 'input_ids', 'kinds', 'position_ids']);
});

test('empty past keys have the sizes that the graph names, in its precision', () => {
  for (const type of ['float32', 'float16'] as const) {
    const feeds = planFeeds(signature(past(type, ['batch_size', 8, 'past_sequence_length', 128])), description()).feeds(two);
    const key = feeds['past_key_values.0.key'];
    assert.deepEqual([key?.type, key?.dims], [type, [2, 8, 0, 128]]);
  }
});

test('past keys without sizes in the graph need them in model.json', () => {
  const nameless = signature(past('float32', ['batch_size', 'heads', 'past_sequence_length', 'width']));
  assert.throws(() => planFeeds(nameless, description()), { code: 'model-invalid', message: /graph\.past/ });
  const feeds = planFeeds(nameless, description({ graph: { past: { heads: 2, headDimension: 16 } } })).feeds(two);
  assert.deepEqual(feeds['past_key_values.0.value']?.dims, [2, 2, 0, 16]);
});

test('inputs that nobody knows are named, and so is a missing output', () => {
  assert.throws(() => planFeeds(signature({ ...IDS, pixel_values: IDS.input_ids }), description()), { code: 'model-invalid', message: /pixel_values/ });
  assert.throws(() => planFeeds(signature(IDS, ['logits']), description()), { code: 'model-invalid', message: /last_hidden_state.*logits/ });
});

test('half-precision outputs are decoded: fractions, the smallest and the largest, infinities', () => {
  const halves = { 0x3c00: 1, 0xc000: -2, 0x3555: 0.333251953125, 0x0001: 2 ** -24, 0x03ff: 1023 * 2 ** -24, 0x7bff: 65_504, 0x7c00: Infinity, 0xfc00: -Infinity, 0x8000: -0 };
  for (const [bits, value] of Object.entries(halves)) assert.ok(Object.is(halfToNumber(Number(bits)), value), `${bits}`);
  assert.ok(Number.isNaN(halfToNumber(0x7e00)));
  const feeds = planFeeds(signature(IDS), description({ pooling: 'in-graph', graph: { output: 'last_hidden_state' } }));
  const output = feeds.read(new Tensor('float16', Uint16Array.of(0x3c00, 0xc000, 0x3800, 0), [2, 2]), two);
  assert.deepEqual([...output.values], [1, -2, 0.5, 0]);
});

test('an output of another shape or kind is refused', () => {
  const feeds = planFeeds(signature(IDS), description());
  assert.throws(() => feeds.read(new Tensor('float32', new Float32Array(4), [2, 2]), two), { code: 'model-invalid', message: /shape/ });
  assert.throws(() => feeds.read(new Tensor('int32', new Int32Array(2 * two.length * 2), [2, two.length, 2]), two), { code: 'model-invalid', message: /float32/ });
  assert.throws(() => feeds.read(undefined, two), { code: 'model-invalid' });
});
