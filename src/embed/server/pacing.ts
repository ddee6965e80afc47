/**
 * How much is asked of a server at once. Pure but for waiting. Requests are sized by measured time, since a query may have to wait for those the
 * server is at; how many run beside each other shrinks when it says that it is busy; and none starts while a query is on its way.
 */

import { setTimeout as after } from 'node:timers/promises';
import { EngineError } from '../../contract/errors.ts';

/** A server works through one request at a time at worst: a query then waits for about this. */
const TARGET_REQUEST_MS = 1_000;
const FIRST_CHARACTERS = 8_192;
const FEWEST_CHARACTERS = 512;
const MOST_CHARACTERS = 262_144;
/** How fast the size follows: doubling at most, so that one quick answer does not make the next request ten times as long. */
const GREATEST_STEP = 2;

/** Keeps requests near the target time and within what the server takes. */
export class RequestSizer {
  #characters = FIRST_CHARACTERS;
  #maxTexts: number;
  readonly #maxBytes: number;

  constructor(limits: { readonly maxTexts: number; readonly maxBytes: number }) {
    this.#maxTexts = limits.maxTexts;
    this.#maxBytes = limits.maxBytes;
  }

  get maxTexts(): number {
    return this.#maxTexts;
  }

  /** After an answer. */
  observe(characters: number, ms: number): void {
    const fitting = characters * (TARGET_REQUEST_MS / Math.max(1, ms));
    // A request that was not full says nothing about larger ones.
    if (fitting > this.#characters && characters < this.#characters / 2) return;
    const bounded = Math.min(this.#characters * GREATEST_STEP, Math.max(this.#characters / GREATEST_STEP, fitting));
    this.#characters = Math.min(MOST_CHARACTERS, Math.max(FEWEST_CHARACTERS, bounded));
  }

  /** The server said that these were too many. */
  refusedTexts(count: number): void {
    this.#maxTexts = Math.max(1, Math.min(this.#maxTexts, Math.floor(count / 2)));
  }

  /** Takes the next request's texts from the front of the queue: at least one. `room`: texts that will be added besides. */
  take<T extends { readonly text: string }>(queue: T[], room: number): T[] {
    const taken: T[] = [];
    let characters = 0;
    let bytes = 0;
    for (;;) {
      const next = queue[0];
      if (next === undefined) return taken;
      const more = Buffer.byteLength(next.text);
      const full = taken.length + room >= this.#maxTexts || characters + next.text.length > this.#characters || bytes + more > this.#maxBytes;
      if (taken.length > 0 && full) return taken;
      taken.push(next);
      queue.shift();
      characters += next.text.length;
      bytes += more;
    }
  }
}

/** A hanging query must not stop indexing for longer. */
const LONGEST_YIELD_MS = 2_000;
/** Good answers in a row before one more request is tried beside the others. */
const GOOD_BEFORE_MORE = 20;

/** Bulk requests on their way at once. */
export class Slots {
  readonly #most: number;
  #limit: number;
  #used = 0;
  #good = 0;
  #queries = 0;
  #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
    this.#limit = most;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Call the answer when the query is done. */
  queryBegins(): () => void {
    this.#queries += 1;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#queries -= 1;
      this.#wake();
    };
  }

  /** Waits for a free slot and for queries to be over; call the answer when the request is done. Error: `cancelled`. */
  async take(signal: AbortSignal): Promise<() => void> {
    const patience = performance.now() + LONGEST_YIELD_MS;
    while (this.#used >= this.#limit || (this.#queries > 0 && performance.now() < patience)) {
      if (signal.aborted) throw new EngineError('cancelled');
      await this.#change(signal, this.#used >= this.#limit ? null : patience - performance.now());
    }
    if (signal.aborted) throw new EngineError('cancelled');
    this.#used += 1;
    return () => {
      this.#used -= 1;
      this.#wake();
    };
  }

  succeeded(): void {
    this.#good += 1;
    if (this.#good < GOOD_BEFORE_MORE || this.#limit >= this.#most) return;
    this.#good = 0;
    this.#limit += 1;
    this.#wake();
  }

  wasBusy(): void {
    this.#good = 0;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
  }

  #change(signal: AbortSignal, ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = ms === null ? undefined : setTimeout(done, Math.max(0, ms));
      signal.addEventListener('abort', done, { once: true });
      this.#waiting.push(done);
    });
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A server that asks for more patience than this is taken as away. */
export const LONGEST_RETRY_AFTER_MS = 60_000;

/** Exponential with jitter (half to whole), so that parallel requests do not come back together. What the server asks is the least. `attempt` from 0. */
export function retryDelayMs(attempt: number, retryAfterMs: number | null, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return Math.max(retryAfterMs ?? 0, full * (0.5 + random() / 2));
}

/** Error: `cancelled`. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await after(ms, undefined, { signal });
  } catch (error) {
    if (signal.aborted) throw new EngineError('cancelled', undefined, { cause: error });
    throw error;
  }
}
