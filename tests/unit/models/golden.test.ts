/** Golden pairs: when a model is right, and what is said when it is not. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeLikeness, judgeVectors, PLAIN_TEST, type SelfTest } from '../../../src/models/golden.ts';
import { REGISTRY } from '../../../src/models/registry.ts';

const unit = (...values: number[]): Float32Array => {
  const length = Math.hypot(...values);
  return Float32Array.from(values.map((value) => value / length));
};
const pairs = { questions: ['a', 'b'], texts: ['x', 'y'] };
const test: SelfTest = { kind: 'cosines', pairs, expected: [[1, 0.6], [0, 0.8]], tolerance: 0.01 };

describe('golden pairs', () => {
  it('pass when every likeness is the published one', () => {
    const { passed, cosines, detail } = judgeVectors(test, [unit(1, 0), unit(0, 1)], [unit(1, 0), unit(3, 4)]);
    assert.equal(passed, true, detail);
    assert.deepEqual(cosines.map(({ expected, found }) => [expected, Math.round(found * 1e6) / 1e6]), [[1, 1], [0.6, 0.6], [0, 0], [0.8, 0.8]]);
  });
  it('fail by numbers when one is off', () => {
    const { passed, detail } = judgeVectors(test, [unit(1, 0), unit(0, 1)], [unit(1, 0.3), unit(3, 4)]);
    assert.equal(passed, false);
    assert.match(detail, /0\.9578 for 1\.0000/);
  });
  for (const [what, vector] of [['zero', new Float32Array(2)], ['no numbers', Float32Array.of(Number.NaN, 0)], ['not of unit length', Float32Array.of(2, 0)]] as const) {
    it(`fail when a vector is ${what}`, () => {
      assert.match(judgeVectors(test, [vector, unit(0, 1)], [unit(1, 0), unit(3, 4)]).detail, /does not work on this machine/);
    });
  }
  it('without published figures, each question must be nearest to its own text', () => {
    assert.equal(judgeLikeness(PLAIN_TEST, [[0.9, 0.8], [0.7, 0.71]]).passed, true);
    const { passed, detail } = judgeLikeness(PLAIN_TEST, [[0.9, 0.8], [0.7, 0.7]]);
    assert.equal(passed, false);
    assert.match(detail, /“Explain gravity” is not nearest/);
    assert.equal(judgeLikeness(PLAIN_TEST, [[Number.NaN, 0], [0, 1]]).passed, false);
  });
  it('Qwen3 with a missing end token or instruction would be seen: the room is far smaller than what those change', () => {
    const qwen = REGISTRY.find(({ id }) => id === 'qwen3-embedding-0.6b');
    assert.equal(judgeLikeness(qwen?.selfTest ?? PLAIN_TEST, [[0.7646, 0.1414], [0.1355, 0.6]]).passed, true);
    assert.equal(judgeLikeness(qwen?.selfTest ?? PLAIN_TEST, [[0.7646, 0.1914], [0.1355, 0.6]]).passed, false);
  });
});
