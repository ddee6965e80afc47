/** Sizes, slots, back-off and pieces: all that can be decided without a server. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineError } from '../../../src/contract/errors.ts';
import { RequestSizer, retryDelayMs, Slots } from '../../../src/embed/server/pacing.ts';
import { halve, LengthLimit } from '../../../src/embed/server/pieces.ts';

describe('the size of requests', () => {
  const queueOf = (count: number, length: number): { text: string }[] => Array.from({ length: count }, () => ({ text: 'a'.repeat(length) }));
  it('keeps to texts, bytes and at least one', () => {
    const sizer = new RequestSizer({ maxTexts: 4, maxBytes: 100 });
    assert.equal(sizer.take(queueOf(10, 10), 1).length, 3, 'room for one more');
    assert.equal(sizer.take(queueOf(10, 40), 0).length, 2);
    assert.equal(sizer.take(queueOf(10, 4_000), 1).length, 1);
    assert.deepEqual(sizer.take([], 0), []);
  });
  it('follows the time an answer takes', () => {
    const sizer = new RequestSizer({ maxTexts: 10_000, maxBytes: 10 ** 9 });
    const full = (): number => sizer.take(queueOf(10_000, 100), 0).length * 100;
    const first = full();
    sizer.observe(first, 10_000);
    assert.ok(full() < first && full() >= first / 2 - 100, 'slow: half at most');
    for (let round = 0; round < 10; round++) sizer.observe(full(), full() / 100);
    assert.ok(Math.abs(full() - 100_000) < 5_000, `${full()}: 100 characters in a millisecond`);
    const large = full();
    sizer.observe(200, 1);
    assert.equal(full(), large, 'a small request says nothing about large ones');
  });
  it('learns how many texts are too many', () => {
    const sizer = new RequestSizer({ maxTexts: 64, maxBytes: 10 ** 6 });
    sizer.refusedTexts(64);
    assert.equal(sizer.maxTexts, 32);
    sizer.refusedTexts(3);
    sizer.refusedTexts(1);
    assert.equal(sizer.maxTexts, 1);
  });
});

describe('slots', () => {
  const open = new AbortController().signal;
  it('are given to as many as there are, and on', async () => {
    const slots = new Slots(2);
    const [first] = [await slots.take(open), await slots.take(open)];
    let third = false;
    const waiting = slots.take(open).then((free) => { third = true; return free; });
    await new Promise((resolve) => { setImmediate(resolve); });
    assert.equal(third, false);
    first?.();
    (await waiting)();
    assert.equal(third, true);
  });
  it('wait while a query is on its way', async () => {
    const slots = new Slots(2);
    const done = slots.queryBegins();
    let taken = false;
    const waiting = slots.take(open).then(() => { taken = true; });
    await new Promise((resolve) => { setImmediate(resolve); });
    assert.equal(taken, false);
    done();
    done();
    await waiting;
    assert.equal(taken, true);
  });
  it('become fewer for a busy server, and more again after good answers', () => {
    const slots = new Slots(8);
    slots.wasBusy();
    slots.wasBusy();
    assert.equal(slots.limit, 2);
    for (let answer = 0; answer < 20; answer++) slots.succeeded();
    assert.equal(slots.limit, 3);
    for (let answer = 0; answer < 1000; answer++) slots.succeeded();
    assert.equal(slots.limit, 8);
    for (let turn = 0; turn < 9; turn++) slots.wasBusy();
    assert.equal(slots.limit, 1);
  });
  it('reject who is cancelled while waiting', async () => {
    const slots = new Slots(1);
    await slots.take(open);
    const stop = new AbortController();
    const waiting = slots.take(stop.signal);
    stop.abort();
    await assert.rejects(waiting, (error: unknown) => error instanceof EngineError && error.code === 'cancelled');
  });
});

describe('back-off', () => {
  it('doubles, is spread, has an end, and honours what the server asks', () => {
    assert.deepEqual([0, 1, 2, 3].map((attempt) => retryDelayMs(attempt, null, () => 1)), [500, 1000, 2000, 4000]);
    assert.deepEqual([0, 1, 2, 3].map((attempt) => retryDelayMs(attempt, null, () => 0)), [250, 500, 1000, 2000]);
    assert.equal(retryDelayMs(50, null, () => 1), 30_000);
    assert.equal(retryDelayMs(0, 7_000, () => 1), 7_000);
  });
});

describe('pieces of a long text', () => {
  it('are the whole text, parted at a space, never inside a character', () => {
    const text = `${'word '.repeat(50)}${'😀'.repeat(50)}`;
    for (const piece of [text, '😀'.repeat(100), 'x'.repeat(200), `${'a'.repeat(99)} ${'b'.repeat(99)}`]) {
      const halves = halve({ owner: 3, text: piece });
      assert.ok(halves !== null);
      assert.equal(halves.map((half) => half.text).join(''), piece);
      assert.ok(halves.every((half) => half.owner === 3 && !/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(half.text) && half.text.length > 0));
    }
    assert.equal(halve({ owner: 0, text: `${'a'.repeat(99)} ${'b'.repeat(99)}` })?.[0].text, 'a'.repeat(99));
    assert.equal(halve({ owner: 0, text: 'short' }), null);
  });
  it('are cut beforehand once the server has refused a length', () => {
    const limit = new LengthLimit();
    const text = 'some words in a row '.repeat(200);
    assert.equal(limit.cut({ owner: 0, text }).length, 1);
    limit.refused(text);
    const pieces = limit.cut({ owner: 0, text });
    assert.ok(pieces.length >= 2 && pieces.length <= 4, `${pieces.length}`);
    assert.equal(pieces.map((piece) => piece.text).join(''), text);
    assert.deepEqual(limit.cut({ owner: 0, text: ' \n ' }), []);
  });
});
