/**
 * Jobs of a thread, one after another. Between two jobs the event loop turns, so that a cancellation that was sent meanwhile arrives
 * before the job it is about: a superseded query never starts.
 */

import { EngineError } from '../contract/errors.ts';
import type { AbortSignalLike } from '../rpc/server.ts';

interface Job {
  readonly signal: AbortSignalLike | null;
  readonly start: () => void;
  readonly drop: () => void;
}

export class JobQueue {
  readonly #jobs: Job[] = [];
  #scheduled = false;

  /** Runs synchronous work when its turn comes. Rejects with `cancelled` when the signal aborts before. */
  run<T>(work: () => T, signal: AbortSignalLike | null = null): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({
        signal,
        start: () => {
          try {
            resolve(work());
          } catch (error) {
            reject(error);
          }
        },
        drop: () => reject(new EngineError('cancelled')),
      });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#next();
      if (this.#jobs.length > 0) this.#schedule();
    });
  }

  #next(): void {
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      if (job.signal?.aborted === true) {
        job.drop();
        continue;
      }
      return job.start();
    }
  }
}
