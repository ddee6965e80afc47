import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { missedMs } from '../../../src/watch/clock-jump.ts';
import { Hints, MOST_NAMES } from '../../../src/watch/hints.ts';
import { NewestFirst } from '../../../src/watch/newest-first.ts';
import { chooseWatched } from '../../../src/watch/watch-limit.ts';

describe('missedMs', () => {
  const at = (wallMs: number, monotonicMs: number): { wallMs: number; monotonicMs: number } => ({ wallMs, monotonicMs });
  it('sees nothing in an ordinary tick, a late one, or a clock set by seconds', () => {
    assert.equal(missedMs(at(0, 0), at(10_000, 10_000), 10_000), 0);
    assert.equal(missedMs(at(0, 0), at(13_000, 13_000), 10_000), 0);
    assert.equal(missedMs(at(0, 0), at(12_000, 10_000), 10_000), 0);
    assert.equal(missedMs(at(100_000, 0), at(50_000, 10_000), 10_000), 0, 'the wall clock set back');
  });
  it('sees sleep where the monotonic clock stands still', () => assert.equal(missedMs(at(0, 0), at(3_610_000, 10_000), 10_000), 3_600_000));
  it('sees sleep where both clocks run on', () => assert.equal(missedMs(at(0, 0), at(3_610_000, 3_610_000), 10_000), 3_600_000));
});

describe('NewestFirst', () => {
  it('gives back in order of time, whatever the order given', () => {
    const queue = new NewestFirst<{ modifiedMs: number }>();
    const times = Array.from({ length: 200 }, (_, index) => (index * 7919) % 211);
    for (const modifiedMs of times) queue.push({ modifiedMs });
    const out: number[] = [];
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) out.push(item.modifiedMs);
    assert.deepEqual(out, [...times].sort((left, right) => right - left));
    assert.equal(queue.pop(), undefined);
  });
});

describe('chooseWatched', () => {
  const directories = [{ path: '/r', activityMs: 0 }, { path: '/r/old', activityMs: 1 }, { path: '/r/new', activityMs: 9 }, { path: '/r/middle', activityMs: 5 }];
  it('keeps the root and the most recently active', () => {
    assert.deepEqual(chooseWatched(directories, 3, '/r'), { watch: ['/r', '/r/new', '/r/middle'], poll: ['/r/old'] });
  });
  it('watches all when there is room', () => assert.deepEqual(chooseWatched(directories, Infinity, '/r').poll, []));
});

describe('Hints', () => {
  it('keeps names until there are too many, then looks at everything', () => {
    const hints = new Hints();
    for (let index = 0; index < MOST_NAMES; index += 1) hints.add('/r', `n${index}`, true, index);
    assert.equal(hints.directories.get('/r')?.appeared.size, MOST_NAMES);
    hints.add('/r', 'one more', true, 100);
    hints.add('/r', 'and another', true, 101);
    assert.deepEqual({ ...hints.directories.get('/r') }, { appeared: new Set(), changed: new Set(), everything: true });
    assert.deepEqual([hints.firstMs, hints.lastMs], [0, 101]);
  });
  it('notes writes without their names, but for ignore files', () => {
    const hints = new Hints();
    hints.add('/r', 'a.txt', false, 1);
    hints.add('/r', '.gitignore', false, 2);
    assert.deepEqual({ ...hints.directories.get('/r') }, { appeared: new Set(), changed: new Set(['.gitignore']), everything: false });
  });
});
