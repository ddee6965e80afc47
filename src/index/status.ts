/**
 * A status of the engine (of indexing, of models): put together on change, at most four times a second, and only while somebody looks or waits. An idle
 * engine that nobody watches computes nothing.
 */

import { describeError, type Log } from '../log.ts';

/** Faster than this nobody reads, and each one costs a few counting queries. */
const LEAST_INTERVAL_MS = 250;

interface Waiter<T> {
  readonly settled: (status: T) => boolean;
  resolve(status: T): void;
  reject(error: unknown): void;
}

export class StatusBoard<T> {
  readonly #compute: () => Promise<T>;
  readonly #log: Log;
  readonly #viewers = new Set<(status: T) => void>();
  readonly #waiters = new Set<Waiter<T>>();
  #timer: NodeJS.Timeout | undefined;
  #lastMs = 0;
  #computing = false;
  #again = false;
  #last = '';

  constructor(options: { compute: () => Promise<T>; log: Log }) {
    this.#compute = options.compute;
    this.#log = options.log;
  }

  /** Something may have changed. Cheap: called for every file. */
  changed(): void {
    if (this.#viewers.size + this.#waiters.size === 0) return;
    if (this.#computing) {
      this.#again = true;
      return;
    }
    const wait = Math.max(0, this.#lastMs + LEAST_INTERVAL_MS - Date.now());
    this.#timer ??= setTimeout(() => { this.#timer = undefined; void this.#publish(); }, wait);
  }

  /** Gives the status now and on change; call the answer to stop. */
  view(viewer: (status: T) => void): () => void {
    this.#viewers.add(viewer);
    this.#last = '';
    this.changed();
    return () => { this.#viewers.delete(viewer); };
  }

  /** Resolves with the first status that is settled. */
  when(settled: (status: T) => boolean, signal: { addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void; throwIfAborted(): void }): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter<T> = { settled, resolve, reject };
      this.#waiters.add(waiter);
      signal.addEventListener('abort', () => {
        this.#waiters.delete(waiter);
        try { signal.throwIfAborted(); } catch (error) { reject(error); }
      }, { once: true });
      this.changed();
    });
  }

  close(error: unknown): void {
    clearTimeout(this.#timer);
    for (const waiter of this.#waiters) waiter.reject(error);
    this.#waiters.clear();
    this.#viewers.clear();
  }

  async #publish(): Promise<void> {
    this.#computing = true;
    this.#again = false;
    this.#lastMs = Date.now();
    // Who comes while it is put together may have done something since that it does not know of: for them it is put together again.
    const waiters = [...this.#waiters];
    try {
      const status = await this.#compute();
      for (const waiter of waiters) {
        if (!waiter.settled(status)) continue;
        this.#waiters.delete(waiter);
        waiter.resolve(status);
      }
      const text = JSON.stringify(status);
      if (text !== this.#last) for (const viewer of this.#viewers) viewer(status);
      this.#last = text;
    } catch (error) {
      this.#log.warn('status', { error: describeError(error) });
      this.#again = true;
    } finally {
      this.#computing = false;
      if (this.#again) this.changed();
    }
  }
}
