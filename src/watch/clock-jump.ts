/** Did the machine sleep (or this process stand still) between two looks at the clock? The rule is pure; `watchClock` looks. */

/** Two clocks at one moment: the wall's, and one that never jumps but may stand still during sleep. Milliseconds. */
export interface ClockReading {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** Below this a late timer is a busy machine, and a difference of the clocks is the time server's correction. */
const LEAST_JUMP_MS = 5_000;

/**
 * Milliseconds that went missing; 0: nothing happened. On Linux the monotonic clock stands still during sleep and the wall clock runs on; elsewhere
 * both run on and the look itself comes late. A process that was stopped shows as the latter. While it slept or stood, hints may have been lost.
 */
export function missedMs(before: ClockReading, now: ClockReading, intervalMs: number): number {
  const wall = now.wallMs - before.wallMs;
  const monotonic = now.monotonicMs - before.monotonicMs;
  const missed = Math.max(wall - monotonic, monotonic - intervalMs);
  return missed >= LEAST_JUMP_MS ? missed : 0;
}

/** Looks at the clocks this often for as long as the process lives, and tells when time went missing. */
export function watchClock(intervalMs: number, onMissed: (missedMs: number) => void): void {
  const read = (): ClockReading => ({ wallMs: Date.now(), monotonicMs: performance.now() });
  let before = read();
  setInterval(() => {
    const now = read();
    const missed = missedMs(before, now, intervalMs);
    before = now;
    if (missed > 0) onMissed(missed);
  }, intervalMs);
}
