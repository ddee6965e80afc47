import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readProcesses, readTasks } from '../../../src/budget/measure-memory.ts';
import { decideMemory, holdsBulk, MEMORY_AT_EASE, type MemoryAction, type MemoryReading, type MemoryState } from '../../../src/budget/memory-policy.ts';

const MB = 1024 * 1024;
const BUDGET = 400 * MB;
const OVER: Partial<MemoryReading> = { totalBytes: 500 * MB };
const WELL: Partial<MemoryReading> = { totalBytes: 200 * MB };

/** Measurements every two seconds, one after the other, from a state on. */
function measured(readings: readonly Partial<MemoryReading>[], from: { readonly state: MemoryState; readonly nowMs: number } = { state: MEMORY_AT_EASE, nowMs: 1_000_000 }): {
  readonly state: MemoryState; readonly nowMs: number; readonly steps: readonly number[]; readonly actions: readonly (readonly MemoryAction[])[];
} {
  let { state, nowMs } = from;
  const steps: number[] = [];
  const actions: (readonly MemoryAction[])[] = [];
  for (const reading of readings) {
    nowMs += 2_000;
    const decision = decideMemory(state, BUDGET, { nowMs, totalBytes: 0, coreBytes: 150 * MB, answeringLoaded: true, answeringIdleMs: 60_000, ...reading });
    state = decision.state;
    steps.push(state.step);
    actions.push(decision.actions);
  }
  return { state, nowMs, steps, actions };
}

function times<T>(count: number, one: T): readonly T[] {
  return Array.from({ length: count }, () => one);
}

describe('memory above its budget', () => {
  test('is answered by one more step at each measurement, the least missed first', () => {
    const { actions, steps } = measured(times(5, OVER));
    assert.deepEqual(steps, [1, 2, 3, 4, 4]);
    assert.deepEqual(actions.slice(0, 4), [
      ['rest-others'], ['rest-others', 'end-extractors'], ['rest-others', 'end-extractors'], ['rest-others', 'end-extractors', 'rest-answering'],
    ]);
  });

  test('below the budget nothing is done', () => {
    const { actions, steps } = measured(times(3, { totalBytes: BUDGET }));
    assert.deepEqual(steps, [0, 0, 0]);
    assert.deepEqual(actions.flat(), []);
  });

  test('bulk work is held for ten seconds after the last excess, and only let go with room to spare', () => {
    const held = measured(times(3, OVER));
    assert.ok(holdsBulk(held.state));
    assert.deepEqual(measured(times(6, WELL), held).steps, [3, 3, 3, 3, 0, 0]);
    const tight = measured(times(100, { totalBytes: BUDGET * 0.95 }), held);
    assert.ok(holdsBulk(tight.state), 'there is no room');
    assert.equal(measured(times(60, { totalBytes: BUDGET * 0.95 }), tight).state.step, 0, 'after five minutes in any case');
  });

  test('work that goes over each time waits longer each time, up to five minutes', () => {
    let run = measured(times(3, OVER));
    const holds: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const heldMs = run.nowMs;
      while (holdsBulk(run.state)) run = measured([WELL], run);
      holds.push((run.nowMs - heldMs) / 1_000);
      run = measured([OVER], run);
      assert.equal(run.state.step, 3, 'held first thing');
    }
    assert.deepEqual(holds, [10, 20, 40, 80, 160, 300, 300, 300]);
  });

  test('an excess long after the last one is a first one again', () => {
    const before = measured([...times(3, OVER), ...times(60, WELL)]);
    assert.equal(before.state.step, 0);
    const again = measured(times(3, OVER), before);
    assert.deepEqual(again.steps, [1, 2, 3]);
    assert.equal(again.state.holdMs, 10_000);
  });

  test('the answering model does not rest while somebody searches', () => {
    const { actions } = measured(times(10, { ...OVER, answeringIdleMs: 9_000 }));
    assert.ok(!actions.flat().includes('rest-answering'));
  });

  test('a model that is loaded again and again rests more and more seldom', () => {
    let run = measured(times(4, OVER));
    assert.ok(run.actions.flat().includes('rest-answering'));
    run = measured(times(3, { ...OVER, answeringIdleMs: 15_000 }), run);
    assert.ok(!run.actions.flat().includes('rest-answering'), 'ten seconds are not enough any more');
    run = measured([{ ...OVER, answeringIdleMs: 20_000 }], run);
    assert.ok(run.actions.flat().includes('rest-answering'));
    assert.ok(!measured([{ ...OVER, answeringIdleMs: 30_000 }], run).actions.flat().includes('rest-answering'));
  });

  test('a model that is not loaded is not sent to rest', () => {
    assert.ok(!measured(times(10, { ...OVER, answeringLoaded: false })).actions.flat().includes('rest-answering'));
  });

  test('a budget below what cannot rest is told from one that is only exceeded', () => {
    assert.equal(measured(times(5, OVER)).state.tooSmall, false);
    const tooSmall = measured([{ totalBytes: 600 * MB, coreBytes: BUDGET + 1 }]);
    assert.equal(tooSmall.state.tooSmall, true);
    assert.equal(measured([{ totalBytes: BUDGET, coreBytes: BUDGET - 1 }], tooSmall).state.tooSmall, true, 'no flicker at the border');
    assert.equal(measured([{ totalBytes: BUDGET, coreBytes: BUDGET * 0.8 }], tooSmall).state.tooSmall, false);
  });
});

describe('what systems say of memory', () => {
  test('ps: a process and all below it, and nobody else', () => {
    const text = '    1     0   1000\n   50     1   2000\n   51    50   3000\n   52    51    400\n   60     1  99999\n';
    assert.deepEqual([...readProcesses(text, 50)], [[50, 2000 * 1024], [51, 3000 * 1024], [52, 400 * 1024]]);
    assert.deepEqual([...readProcesses('', 50)], []);
  });

  test('tasklist: whatever separates thousands, and names with commas', () => {
    const text = '"node.exe","4242","Console","1","12,345 K"\r\n"a, b.exe","77","Console","1","1.234 K"\r\n"other.exe","9","Services","0","8 K"\r\n';
    assert.deepEqual([...readTasks(text, new Set([4242, 77]))], [[4242, 12_345 * 1024], [77, 1_234 * 1024]]);
    assert.deepEqual([...readTasks('INFO: No tasks are running.', new Set([1]))], []);
  });
});
