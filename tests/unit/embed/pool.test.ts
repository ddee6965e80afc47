import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalize, poolRows, type GraphOutput } from '../../../src/embed/pool.ts';

/** Two rows of three tokens, two values each; the second row has one real token. */
const hidden: GraphOutput = { rows: 2, length: 3, width: 2, values: Float32Array.from([3, 4, 0, 1, 1, 0, 0, 2, 99, 99, 99, 99]) };
const close = (actual: Float32Array, expected: readonly number[]): void => {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, index) => assert.ok(Math.abs((actual[index] ?? Number.NaN) - value) < 1e-6, `${[...actual].join(' ')} ≠ ${expected.join(' ')}`));
};

test('cls takes the first token', () => {
  const into = new Float32Array(4);
  poolRows(hidden, 'cls', [3, 1], 2, into, [0, 1]);
  close(into, [0.6, 0.8, 0, 1]);
});

test('last-token takes the last real token, not the padding', () => {
  const into = new Float32Array(4);
  poolRows(hidden, 'last-token', [3, 1], 2, into, [0, 1]);
  close(into, [1, 0, 0, 1]);
});

test('mean leaves padding out', () => {
  const into = new Float32Array(4);
  poolRows(hidden, 'mean', [3, 1], 2, into, [0, 1]);
  close(into, [4 / Math.hypot(4, 5), 5 / Math.hypot(4, 5), 0, 1]);
});

test('rows are written to their places', () => {
  const into = new Float32Array(6);
  poolRows({ rows: 2, length: 1, width: 2, values: Float32Array.from([1, 0, 0, 1]) }, 'in-graph', [1, 1], 2, into, [2, 0]);
  close(into, [0, 1, 0, 0, 1, 0]);
});

test('a smaller dimension is cut off first and made unit length after', () => {
  const into = new Float32Array(2);
  poolRows({ rows: 1, length: 1, width: 4, values: Float32Array.from([3, 4, 50, 60]) }, 'in-graph', [1], 2, into, [0]);
  close(into, [0.6, 0.8]);
});

test('a vector that has no direction becomes zero, never NaN', () => {
  for (const values of [[0, 0], [Number.NaN, 1], [Number.POSITIVE_INFINITY, 1], [1e30, 1e30]]) {
    const vector = Float32Array.from(values);
    normalize(vector);
    assert.ok(vector.every((value) => Number.isFinite(value)), `${values.join()}`);
    assert.ok(Math.abs(Math.hypot(...vector) - (values[0] === 1e30 ? 1 : 0)) < 1e-6);
  }
});
