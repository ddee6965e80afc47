/** Tries a small request again with patience: what may go away by itself is waited for, all else is told. */

import { setTimeout as delay } from 'node:timers/promises';
import { EngineError } from '../contract/errors.ts';
import { Trouble } from './trouble.ts';

/** How patient a download is. Tests are less so. */
export interface Patience {
  /** A server that says nothing for this long is given up for now. */
  readonly idleMs: number;
  /** First wait before trying again; doubles up to `longestWaitMs`. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** Tries without a single new byte before it gives up. */
  readonly tries: number;
}

/** Minutes in all: long enough for a router that restarts, short enough that a person still sits there. */
export const PATIENCE: Patience = { idleMs: 30_000, firstWaitMs: 1_000, longestWaitMs: 60_000, tries: 8 };

/** Errors: `download-failed`; the signal's reason. `waiting` hears why it waits, and null when it goes on. */
export async function retried<T>(patience: Patience, signal: AbortSignal, waiting: (reason: string | null) => void, run: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      const result = await run();
      waiting(null);
      return result;
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (error.remedy !== 'again' || tried >= patience.tries) throw new EngineError('download-failed', error.message, { cause: error });
      await patientWait(error, tried, patience, signal, waiting);
    }
  }
}

/** Waits as the server asked, else longer each time; throws the signal's reason when it ends. */
export async function patientWait(trouble: Trouble, failures: number, patience: Patience, signal: AbortSignal, waiting: (reason: string | null) => void): Promise<void> {
  const own = Math.min(patience.longestWaitMs, patience.firstWaitMs * 2 ** Math.max(0, failures - 1));
  waiting(`${trouble.message} Trying again.`);
  await delay(trouble.waitMs ?? own, undefined, { signal }).catch((error: unknown) => { if (!signal.aborted) throw error; });
  signal.throwIfAborted();
}
