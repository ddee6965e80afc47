/**
 * Characters per second over requests that may overlap. Idle time between requests does not count; time lost to warming up,
 * restarts and failed tries does, since it will be lost again. Recent work counts more, so that the rate follows the device.
 */

/**
 * Work this old counts a third. Long enough that texts of other scripts and lengths even out, short enough that an estimate
 * follows when the device changes: an estimate of hours may be 30 % off after two minutes.
 */
const MEMORY_MS = 180_000;

export class RateMeter {
  #active = 0;
  #sinceMs = 0;
  #measuredMs = 0;
  /** Faded by age, both alike: their quotient is the rate. */
  #characters = 0;
  #workMs = 0;

  get perSecond(): number {
    return this.#workMs === 0 ? 0 : Math.round((this.#characters / this.#workMs) * 1000);
  }

  /** Time at work so far. */
  get measuredMs(): number {
    return Math.round(this.#measuredMs);
  }

  /** A request starts at this time. */
  start(nowMs: number): void {
    if (this.#active++ === 0) this.#sinceMs = nowMs;
  }

  /** A request ended, having embedded this many characters (0 when it failed). */
  end(characters: number, nowMs: number): void {
    this.#active--;
    const ms = Math.max(nowMs - this.#sinceMs, 0);
    this.#sinceMs = nowMs;
    const faded = Math.exp(-ms / MEMORY_MS);
    this.#characters = this.#characters * faded + characters;
    this.#workMs = this.#workMs * faded + ms;
    this.#measuredMs += ms;
  }
}
