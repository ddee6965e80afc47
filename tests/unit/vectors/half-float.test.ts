import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHalf, toHalf } from '../../../src/store/half-float.ts';
import { chooseOffsets } from '../../../src/store/random-rows.ts';

test('every half survives the way to a number and back', () => {
  for (let half = 0; half < 0x10000; half++) {
    const value = fromHalf(half);
    if (Number.isNaN(value)) assert.ok(Number.isNaN(fromHalf(toHalf(value))));
    else assert.equal(toHalf(value), half, half.toString(16));
  }
});

test('what lies between two halves goes to the nearer, and a tie to the even one', () => {
  const step = 2 ** -10;
  assert.equal(fromHalf(toHalf(1 + step * 0.49)), 1);
  assert.equal(fromHalf(toHalf(1 + step * 0.51)), 1 + step);
  assert.equal(fromHalf(toHalf(1 + step * 0.5)), 1);
  assert.equal(fromHalf(toHalf(1 + step * 1.5)), 1 + step * 2);
  assert.equal(fromHalf(toHalf(2047.9 / 2048)), 1);
  assert.equal(fromHalf(toHalf(65_520)), Number.POSITIVE_INFINITY);
  assert.equal(fromHalf(toHalf(2 ** -26)), 0);
  assert.equal(fromHalf(toHalf(-(2 ** -24))), -(2 ** -24));
});

test('chosen rows are distinct, in order, below the limit, and the same for the same seed', () => {
  const chosen = chooseOffsets(1000, 100, 7);
  assert.equal(new Set(chosen).size, 100);
  assert.deepEqual(chosen, chosen.toSorted((left, right) => left - right));
  assert.ok(chosen.every((offset) => offset >= 0 && offset < 1000));
  assert.deepEqual(chooseOffsets(1000, 100, 7), chosen);
  assert.notDeepEqual(chooseOffsets(1000, 100, 8), chosen);
  assert.deepEqual(chooseOffsets(3, 100, 7), [0, 1, 2]);
  assert.deepEqual(chooseOffsets(0, 100, 7), []);
});
