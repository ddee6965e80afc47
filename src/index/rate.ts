/** How much happened per second lately, for status lines and estimates. */

/** Long enough to be steady over files of very different size, short enough to follow a change of pace. */
const WINDOW_MS = 30_000;

export class Rate {
  readonly #events: { readonly atMs: number; readonly amount: number }[] = [];
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  add(amount: number): void {
    this.#events.push({ atMs: this.#now(), amount });
    this.#forget();
  }

  /** Per second over the last half minute, or since the first event in it. */
  perSecond(): number {
    this.#forget();
    const first = this.#events[0];
    if (first === undefined) return 0;
    const seconds = Math.max(1, (this.#now() - first.atMs) / 1000);
    return this.#events.reduce((sum, event) => sum + event.amount, 0) / seconds;
  }

  #forget(): void {
    const from = this.#now() - WINDOW_MS;
    let drop = 0;
    while (drop < this.#events.length && (this.#events[drop]?.atMs ?? 0) < from) drop += 1;
    if (drop > 0) this.#events.splice(0, drop);
  }
}
