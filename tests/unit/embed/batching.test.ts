import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchQueue, CPU_MOST_TOKENS, RunSizer } from '../../../src/embed/batches.ts';
import { paddedLength, prepareInputs } from '../../../src/embed/inputs.ts';
import { RateMeter } from '../../../src/embed/rate-meter.ts';
import { CPU_SHAPES, GPU_SHAPES } from '../../../src/embed/shapes.ts';
import { nextChunk, type Chunk } from '../../../src/embed/text-chunks.ts';

/** All runs of a list, each of at most so many padded tokens. */
function runsOf(lengths: readonly number[], tokens: number, shapes = CPU_SHAPES): number[][] {
  const queue = new BatchQueue(lengths, shapes);
  const runs: number[][] = [];
  const rowsOf = (length: number): number => shapes.fullRows(Math.floor(tokens / length));
  for (let run = queue.next(rowsOf); run.length > 0; run = queue.next(rowsOf)) runs.push(run);
  return runs;
}

test('batches hold like lengths, each row once, none above the budget but a row that is so by itself', () => {
  const lengths = Array.from({ length: 500 }, (_, index) => (index * 7919) % 300);
  const batches = runsOf(lengths, 1024);
  const seen = batches.flat().sort((left, right) => left - right);
  assert.deepEqual(seen, lengths.map((_, index) => index).filter((index) => (lengths[index] ?? 0) > 0));
  let previous = Number.POSITIVE_INFINITY;
  for (const batch of batches) {
    const rows = batch.map((index) => lengths[index] ?? 0);
    assert.ok(batch.length === 1 || batch.length * paddedLength(Math.max(...rows)) <= 1024);
    assert.ok(Math.max(...rows) <= previous, 'longest first');
    previous = Math.min(...rows);
  }
});

test('little of a batch is padding', () => {
  const lengths = Array.from({ length: 2000 }, (_, index) => 20 + ((index * 104_729) % 400));
  const real = lengths.reduce((sum, length) => sum + length, 0);
  for (const [shapes, most] of [[CPU_SHAPES, 1.2], [GPU_SHAPES, 1.3]] as const) {
    const padded = runsOf(lengths, 2048, shapes).reduce((sum, batch) => sum + shapes.rows(batch.length) * shapes.length(Math.max(...batch.map((index) => lengths[index] ?? 0))), 0);
    assert.ok(padded / real < most, `${padded / real}`);
  }
});

test('a few rows of very unlike lengths are run apart', () => {
  assert.deepEqual(runsOf([500, 10, 480, 12], 1_000_000), [[0, 2], [3, 1]]);
});

test('texts without tokens are in no batch', () => {
  assert.deepEqual(runsOf([0, 5, 0], 100), [[1]]);
  assert.deepEqual(runsOf([], 100), []);
});

test('on the CPU little of a row is padding', () => {
  for (let tokens = 1; tokens <= 4096; tokens++) {
    const padded = paddedLength(tokens);
    assert.ok(padded >= tokens && padded - tokens < Math.max(4, tokens / 16), `${tokens} to ${padded}`);
  }
});

test('a GPU sees few shapes: lengths of a short list, rows doubling', () => {
  const lengths = new Set(Array.from({ length: 512 }, (_, index) => GPU_SHAPES.length(index + 1)));
  const rows = new Set(Array.from({ length: 32 }, (_, index) => GPU_SHAPES.rows(index + 1)));
  assert.deepEqual([lengths.size, rows.size], [8, 6]);
  for (let count = 1; count <= 100; count++) {
    assert.ok(GPU_SHAPES.length(count) >= count && GPU_SHAPES.rows(count) >= count);
    assert.ok(GPU_SHAPES.fullRows(count) <= count && GPU_SHAPES.rows(GPU_SHAPES.fullRows(count)) === GPU_SHAPES.fullRows(count));
  }
  assert.equal(GPU_SHAPES.length(9000), 16_384);
});

test('rows of padding alone have one token that counts', () => {
  const { rows, length, ids, mask } = prepareInputs([[5, 6]], 9, { rows: 2, length: 4 });
  assert.deepEqual([rows, length], [2, 4]);
  assert.deepEqual([...ids], [5n, 6n, 9n, 9n, 9n, 9n, 9n, 9n]);
  assert.deepEqual([...mask], [1n, 1n, 0n, 0n, 1n, 0n, 0n, 0n]);
});

test('rows are padded at the end and masked', () => {
  const { rows, length, ids, mask } = prepareInputs([[5, 6, 7], [2_000_000_000]], 9);
  assert.equal(rows, 2);
  assert.equal(length, 4);
  assert.deepEqual([...ids], [5n, 6n, 7n, 9n, 2_000_000_000n, 9n, 9n, 9n]);
  assert.deepEqual([...mask], [1n, 1n, 1n, 0n, 1n, 0n, 0n, 0n]);
});

/** Runs until the sizer knows the model: `ms` tells how long a run of this shape takes. Answers the rows of the last run. */
function settle(sizer: RunSizer, length: number, ms: (rows: number) => number): number {
  for (let run = 0; run < 40; run++) {
    const rows = sizer.rows(length);
    sizer.observe(rows, length, ms(rows));
  }
  return sizer.rows(length);
}

test('a slow model gets small runs, a fast one runs up to the limit', () => {
  const slow = new RunSizer(CPU_SHAPES, { mostTokens: CPU_MOST_TOKENS });
  assert.equal(settle(slow, 16, (rows) => (rows * 16) / 4), 12); // 4 tokens a millisecond: 50 ms are 200 tokens.
  const fast = new RunSizer(CPU_SHAPES, { mostTokens: CPU_MOST_TOKENS });
  assert.equal(settle(fast, 16, () => 0.1), CPU_MOST_TOKENS / 16);
});

test('a model that takes seconds for one row gets one row at a time', () => {
  const sizer = new RunSizer(CPU_SHAPES, { mostTokens: CPU_MOST_TOKENS });
  assert.equal(settle(sizer, 512, (rows) => rows * 10_000), 1);
});

test('on a GPU, where a few rows cost as much as one, runs grow to the target time in full shapes', () => {
  const sizer = new RunSizer(GPU_SHAPES, { mostTokens: 8192 });
  // 20 ms for a launch, 2 ms a row: 15 rows take 50 ms.
  assert.equal(settle(sizer, 256, (rows) => 20 + rows * 2), 8);
});

test('lengths differ in speed: attention grows with the square', () => {
  const sizer = new RunSizer(CPU_SHAPES, { mostTokens: 100_000 });
  const ms = (rows: number, length: number): number => rows * (length / 10 + (length * length) / 10_000);
  const short = settle(sizer, 64, (rows) => ms(rows, 64));
  const long = settle(sizer, 128, (rows) => ms(rows, 128));
  assert.deepEqual([short, long], [7, 3]);
});

test('the first run of a shape on a GPU compiles, and is no measure', () => {
  const sizer = new RunSizer(GPU_SHAPES, { mostTokens: 8192 });
  const before = sizer.rows(128);
  sizer.observe(before, 128, 9000);
  assert.equal(sizer.rows(128), before);
});

test('what is left of a list does not make later runs smaller', () => {
  const sizer = new RunSizer(GPU_SHAPES, { mostTokens: 8192 });
  const settled = settle(sizer, 256, (rows) => 20 + rows * 2);
  for (let run = 0; run < 5; run++) sizer.observe(1, 256, 22);
  assert.equal(sizer.rows(256), settled);
});

test('after a failed allocation runs are half as large, and grow again once it has gone well for long', () => {
  const sizer = new RunSizer(GPU_SHAPES, { mostTokens: 8192 });
  const settled = settle(sizer, 256, () => 5);
  assert.equal(settled, 32);
  sizer.shrink(settled, 256);
  assert.equal(sizer.rows(256), 16);
  for (let run = 0; run < 500; run++) sizer.observe(16, 256, 5);
  assert.equal(sizer.rows(256), 32);
});

test('no more rows than memory has room for', () => {
  const sizer = new RunSizer(GPU_SHAPES, { mostTokens: 8192, mostRows: () => 5 });
  assert.equal(settle(sizer, 64, () => 1), 4);
});

test('chunks are bounded, in order, and a long text stands alone', () => {
  const texts = ['aaaa', 'bb', 'c'.repeat(50), 'd', 'e'];
  const chunks: Chunk[] = [];
  for (let chunk = nextChunk(texts, 0, 6); chunk !== null; chunk = nextChunk(texts, chunk.to, 6)) chunks.push(chunk);
  assert.deepEqual(chunks, [
    { from: 0, to: 2, characters: 6 },
    { from: 2, to: 3, characters: 50 },
    { from: 3, to: 5, characters: 2 },
  ]);
  assert.equal(nextChunk([], 0, 6), null);
});

test('the rate counts overlapping requests once and idle time never', () => {
  const meter = new RateMeter();
  meter.start(0);
  meter.start(10);
  meter.end(1000, 100);
  meter.end(1000, 200);
  assert.equal(meter.perSecond, 10_000);
  meter.start(100_000);
  meter.end(1000, 100_100);
  assert.equal(meter.perSecond, 10_000);
});

test('after two minutes the rate is good for an estimate of hours, warming up and mixed texts included', () => {
  // Ten seconds to load, then 240 characters a second, a window at a time, of scripts that differ by a factor of three.
  const meter = new RateMeter();
  const speeds = [420, 140, 300, 200];
  let now = 0;
  let [embedded, run] = [0, 0];
  meter.start(now);
  now += 10_000;
  meter.end(0, now);
  for (; meter.measuredMs < 120_000; run++) {
    meter.start(now);
    now += (1_500 / (speeds[run % speeds.length] ?? 1)) * 1000;
    meter.end(1_500, now);
    embedded += 1_500;
  }
  const truth = 4 / speeds.reduce((sum, speed) => sum + 1 / speed, 0);
  assert.ok(embedded > 0 && Math.abs(meter.perSecond / truth - 1) < 0.3, `${meter.perSecond} against ${truth}`);
});
