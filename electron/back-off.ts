/** How long to wait before the engine is started again. Pure. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** An engine that ran this long was well: the next failure starts from the beginning. */
export const WELL_AFTER_MS = 60_000;

/** Milliseconds before try number `failures + 1`; `failures` counts those in a row, from 1. */
export function backOffMs(failures: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
}
