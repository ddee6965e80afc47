/**
 * One graph, two lanes: jobs run one at a time, and a waiting query job always goes before a waiting bulk job. A running job
 * is never interrupted, which is why bulk jobs are kept short (batches.ts). Where they cannot be short (one text is a second's work for a large
 * model on a processor), they wait a while after a query: who searches will search again.
 */

export type Lane = 'query' | 'bulk';

/** A bulk job that takes longer is felt by a query behind it. */
const LONG_JOB_MS = 200;
/** So long after a query long bulk jobs wait: time to read a list and change a word. */
const QUIET_AFTER_QUERY_MS = 3_000;

export class Lanes {
  readonly #quietMs: number;
  readonly #waiting: Record<Lane, (() => Promise<void>)[]> = { query: [], bulk: [] };
  #running = false;
  #bulkMs = 0;
  #queryEndMs = Number.NEGATIVE_INFINITY;
  /** Ends a pause between jobs. */
  #hurry: () => void = () => {};

  constructor(quietMs: number = QUIET_AFTER_QUERY_MS) {
    this.#quietMs = quietMs;
  }

  /** Runs the job when its turn comes; settles as the job does. A job that no longer matters should check so itself, first thing. */
  run<T>(lane: Lane, job: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting[lane].push(() => job().then(resolve, reject));
      if (lane === 'query') this.#hurry();
      if (!this.#running) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = true;
    for (;;) {
      // A turn of the event loop before each job: a query that has arrived in the pipe meanwhile lines up, and goes first.
      await new Promise((resolve) => { setImmediate(resolve); });
      const query = this.#waiting.query.shift();
      const startMs = performance.now();
      if (query !== undefined) {
        await query();
        this.#queryEndMs = performance.now();
        continue;
      }
      const quietMs = this.#bulkMs > LONG_JOB_MS ? this.#queryEndMs + this.#quietMs - startMs : 0;
      if (this.#waiting.bulk.length > 0 && quietMs > 0) {
        await this.#pause(quietMs);
        continue;
      }
      const bulk = this.#waiting.bulk.shift();
      if (bulk === undefined) break;
      await bulk();
      this.#bulkMs = performance.now() - startMs;
    }
    this.#running = false;
  }

  /** Until the time is over or a query comes. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#hurry = () => { clearTimeout(timer); resolve(); };
    });
  }
}
