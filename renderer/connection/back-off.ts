/** How long to wait before the next attempt to connect. Pure; the jitter is given. */

/** A restarted engine is back within a second or two, so the first attempts come quickly. */
export const FIRST_WAIT_MS = 250;
/** An engine that stays away is asked often enough that nobody has to reload the page. */
export const LONGEST_WAIT_MS = 8_000;
/** Several open pages must not knock at the same moment. */
const JITTER_SHARE = 0.2;

/** `attempt` counts from 0; `random` is in [0, 1). */
export function waitBefore(attempt: number, random: number): number {
  const plain = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 16));
  return Math.round(plain * (1 - JITTER_SHARE * random));
}
