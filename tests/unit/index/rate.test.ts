import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rate } from '../../../src/index/rate.ts';

test('counts per second since the first event, and forgets what is older than half a minute', () => {
  let now = 1_000_000;
  const rate = new Rate(() => now);
  assert.equal(rate.perSecond(), 0);
  rate.add(10);
  now += 5_000;
  rate.add(20);
  assert.equal(rate.perSecond(), 6);
  now += 26_000;
  assert.equal(rate.perSecond(), 20 / 26);
  now += 10_000;
  assert.equal(rate.perSecond(), 0);
});

test('a burst within one second is not divided by almost nothing', () => {
  let now = 0;
  const rate = new Rate(() => now);
  rate.add(500);
  now += 1;
  rate.add(500);
  assert.equal(rate.perSecond(), 1000);
});
