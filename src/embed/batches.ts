/**
 * How bulk texts are grouped into graph runs. Pure. Texts of like length go together, so that little is padding; a run is
 * sized by measured time, so that a query waits for at most one short run, and by what memory allows.
 */

import type { RunShapes } from './shapes.ts';

/** A query may wait for one run: longer is felt as lag after a key. */
const TARGET_RUN_MS = 50;
/** Before anything was measured: short even for a 0.6 B model on two cores (about 60 tokens a second there is one row). */
const FIRST_TOKENS = 512;
/**
 * On the CPU never more padded tokens in a run: a static model is faster than any time limit, and the float tables of its graph, tokens ×
 * dimension, must stay in a core's own cache (the built-in model's graph, two million tokens: 0.53 s at 1,024, 0.68 s at 2,048, 0.66 s at 512).
 */
export const CPU_MOST_TOKENS = 1024;
/** On a GPU: what the fastest cards do in the target time; more would only take memory. */
export const GPU_MOST_TOKENS = 8192;
/**
 * However slow a model is, its runs may have so many padded tokens: a 0.6 B model does a third as many tokens per second in runs of 8, four
 * fifths in runs of 32, and from 64 on all it can (measured with its layers on the CPU). That is a second on two cores. One row may have more:
 * a text cannot be split here.
 */
const FEWEST_TOKENS = 64;
/** How much a new measurement counts. */
const SMOOTHING = 0.3;
/** A row joins a run only when the run's length is mostly its own: of a few rows of very unlike lengths, most would be padding. */
const LEAST_FILLED = 0.7;
/** After so many runs without a failed allocation, runs may be twice as large again. */
const RUNS_UNTIL_GROWTH = 500;

/** Texts to embed, handed out run by run: longest first, each once, those without tokens never. */
export class BatchQueue {
  readonly #lengths: readonly number[];
  readonly #shapes: RunShapes;
  readonly #order: readonly number[];
  #next = 0;

  /** Tokens of each text. */
  constructor(lengths: readonly number[], shapes: RunShapes) {
    this.#lengths = lengths;
    this.#shapes = shapes;
    this.#order = lengths.map((_, index) => index).filter((index) => (lengths[index] ?? 0) > 0)
      .sort((left, right) => (lengths[right] ?? 0) - (lengths[left] ?? 0));
  }

  /** Indexes of the texts of the next run; empty when all were handed out. `rowsOf`: rows a run of this padded length may have. */
  next(rowsOf: (length: number) => number): number[] {
    const first = this.#order[this.#next];
    if (first === undefined) return [];
    const length = this.#padded(first);
    const most = Math.max(1, rowsOf(length));
    let end = this.#next + 1;
    while (end < this.#order.length && end - this.#next < most && this.#padded(this.#order[end] ?? 0) >= length * LEAST_FILLED) end++;
    const run = this.#order.slice(this.#next, end);
    this.#next = end;
    return run;
  }

  #padded(index: number): number {
    return this.#shapes.length(this.#lengths[index] ?? 0);
  }
}

export interface RunLimits {
  /** Padded tokens of a run of more than one row. */
  readonly mostTokens: number;
  /** Rows of this padded length that fit into memory; at least 1 is used. */
  readonly mostRows?: (length: number) => number;
}

/**
 * Keeps runs near the target time. Time per token differs with length (attention grows with its square), so each padded length has
 * its own rate, begun from the nearest one known. A larger run is at most as slow per token, so the estimate errs on the short side.
 */
export class RunSizer {
  readonly #shapes: RunShapes;
  readonly #limits: RunLimits;
  /** Padded length to tokens per millisecond. */
  readonly #rates = new Map<number, number>();
  readonly #seenShapes = new Set<string>();
  #mostTokens: number;
  #runsSinceFailure = 0;

  constructor(shapes: RunShapes, limits: RunLimits) {
    this.#shapes = shapes;
    this.#limits = limits;
    this.#mostTokens = limits.mostTokens;
  }

  /** Rows the next run of this padded length may have. */
  rows(length: number): number {
    const rate = this.#rate(length);
    const wanted = rate === undefined ? FIRST_TOKENS : Math.max(FEWEST_TOKENS, rate * TARGET_RUN_MS);
    const byTime = Math.floor(Math.min(this.#mostTokens, wanted * this.#shapes.overshoot) / length);
    const byMemory = this.#limits.mostRows?.(length) ?? byTime;
    return this.#shapes.fullRows(Math.max(1, Math.min(byTime, byMemory)));
  }

  /** After every run, with its padded rows and length. */
  observe(rows: number, length: number, ms: number): void {
    this.#grow();
    if (this.#shapes.warmsUpPerShape && !this.#seenShapes.has(`${rows} ${length}`)) {
      this.#seenShapes.add(`${rows} ${length}`);
      return;
    }
    const rate = (rows * length) / Math.max(ms, 0.01);
    const known = this.#rates.get(length);
    // What is left of a list makes a small run, which is slower per token than the full ones it would make smaller.
    if (known !== undefined && rate < known && rows * 2 <= this.rows(length)) return;
    this.#rates.set(length, known === undefined ? rate : known + SMOOTHING * (rate - known));
  }

  /** An allocation failed in a run of this shape: later runs are half as large. */
  shrink(rows: number, length: number): void {
    this.#mostTokens = Math.max(FEWEST_TOKENS, Math.floor((rows * length) / 2));
    this.#runsSinceFailure = 0;
  }

  #grow(): void {
    this.#runsSinceFailure += 1;
    if (this.#runsSinceFailure < RUNS_UNTIL_GROWTH || this.#mostTokens >= this.#limits.mostTokens) return;
    this.#mostTokens = Math.min(this.#limits.mostTokens, this.#mostTokens * 2);
    this.#runsSinceFailure = 0;
  }

  /** Of this length, else of the nearest one measured. */
  #rate(length: number): number | undefined {
    let nearest: number | undefined;
    let distance = Number.POSITIVE_INFINITY;
    for (const [known, rate] of this.#rates) {
      const far = Math.abs(Math.log(known / length));
      if (far < distance) [nearest, distance] = [rate, far];
    }
    return nearest;
  }
}
