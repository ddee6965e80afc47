/**
 * Work that nobody waits for goes behind work that somebody does: the system's scheduler decides within milliseconds, which no
 * pausing of ours can. Failing to lower a priority costs nothing but speed, so it is not an error.
 */

import { readdirSync, readlinkSync } from 'node:fs';
import os from 'node:os';

/** All of an idle processor, about a tenth of a busy one: less could make an honest file miss its deadline. */
const BEHIND = os.constants.priority.PRIORITY_BELOW_NORMAL;

/** This process as a whole. On Linux priorities belong to threads, so each one there is by now is lowered. */
export function stepBehindWhole(): void {
  const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [0];
  for (const thread of threads) lower(thread);
}

/** The calling thread alone, where the system can do that (Linux). */
export function stepBehind(): void {
  if (process.platform !== 'linux') return;
  // Read on the calling thread: `123/task/456`.
  lower(Number(readlinkSync('/proc/thread-self').split('/').at(-1)));
}

function lower(id: number): void {
  try {
    os.setPriority(id, BEHIND);
  } catch (error) {
    // A thread that ended meanwhile, or a system that does not allow it. Anything else would be a mistake of ours.
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR')) throw error;
  }
}
