/** When an engine should end by itself: nobody needs it any more, or its data directory has been taken away. */

import { statSync } from 'node:fs';
import type { IndexStatus } from '../contract/model.ts';
import type { Log } from '../log.ts';
import { describeError } from '../log.ts';

/** Looking four times a minute is free and late by at most a quarter minute. */
const LOOK_EVERY_MS = 15_000;

export interface IdleOptions {
  /** 0: never. */
  readonly minutes: number;
  readonly connections: () => number;
  readonly status: () => Promise<IndexStatus> | IndexStatus;
  readonly end: () => void;
  readonly log: Log;
  /** For tests. */
  readonly lookEveryMs?: number;
}

/** Ends an engine that a command line started: no connection and no work for some minutes. */
export function watchIdle(options: IdleOptions): { stop(): void } {
  if (!(options.minutes > 0)) return { stop() {} };
  const wantedMs = options.minutes * 60_000;
  let idleSinceMs: number | null = null;

  const look = async (): Promise<void> => {
    // A paused or full engine has no work either: it would wait for ever.
    const busy = options.connections() > 0 || ['starting', 'crawling', 'indexing'].includes((await options.status()).phase);
    if (busy) idleSinceMs = null;
    else idleSinceMs ??= Date.now();
    if (idleSinceMs !== null && Date.now() - idleSinceMs >= wantedMs) options.end();
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => options.log.warn('idleness is unknown', { error: describeError(error) }));
  }, options.lookEveryMs ?? LOOK_EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** A stat is free; what is written meanwhile goes nowhere anyway. */
const PLACE_EVERY_MS = 5_000;

/**
 * Ends an engine whose data directory was deleted, moved or replaced: it would go on working into files nobody sees, beside
 * the engine that the next host starts for the new directory.
 */
export function watchPlace(options: { readonly dataDirectory: string; readonly end: () => void; readonly lookEveryMs?: number }): { stop(): void } {
  const place = (): string | null => {
    const stats = statSync(options.dataDirectory, { throwIfNoEntry: false, bigint: true });
    return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
  };
  const own = place();
  const timer = setInterval(() => { if (place() !== own) options.end(); }, options.lookEveryMs ?? PLACE_EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
