/** How fast bytes come, over the last seconds. Pure: the clock is given. */

/** Long enough to be steady, short enough to show a change of network. */
const WINDOW_MS = 5_000;

export class ByteRate {
  #samples: { readonly atMs: number; readonly bytes: number }[] = [];

  /** `bytes` in all, as of `nowMs`. */
  observe(bytes: number, nowMs: number): void {
    const last = this.#samples.at(-1);
    // A restart from nothing is no negative speed.
    if (last !== undefined && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ atMs: nowMs, bytes });
    while ((this.#samples[0]?.atMs ?? nowMs) < nowMs - WINDOW_MS) this.#samples.shift();
  }

  /** 0 while unknown or when nothing comes. */
  perSecond(nowMs: number): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || first.atMs < nowMs - 2 * WINDOW_MS) return 0;
    const elapsedMs = nowMs - first.atMs;
    return elapsedMs <= 0 ? 0 : ((last.bytes - first.bytes) / elapsedMs) * 1000;
  }
}
