/** How often a device may fail before it is given up. Pure: times come in, decisions go out. */

/** Faults older than this are forgotten: a driver that resets once a day is still worth having. */
const FAULT_MEMORY_MS = 10 * 60_000;
/** A fault may be chance (a driver reset, a suspended machine), three in ten minutes are not; a hang costs a person more and counts double. */
const FAULTS_ALLOWED = 3;
const HANG_WEIGHT = 2;

export class FaultCount {
  #faults: { readonly atMs: number; readonly weight: number }[] = [];

  /** True: give the device up. */
  add(hung: boolean, nowMs: number): boolean {
    this.#faults = [...this.#faults.filter(({ atMs }) => nowMs - atMs < FAULT_MEMORY_MS), { atMs: nowMs, weight: hung ? HANG_WEIGHT : 1 }];
    return this.#faults.reduce((sum, { weight }) => sum + weight, 0) >= FAULTS_ALLOWED;
  }

  forget(): void {
    this.#faults = [];
  }
}

export interface BackOffLimits {
  readonly memoryRestMs: number;
  readonly memoryRetryMs: number;
  readonly longestRetryMs: number;
}

/** Without a failure for this long, the next one is a first one again. */
const MEMORY_CALM_MS = 10 * 60_000;

/** What to do when a device has no memory for the smallest run. */
export class MemoryBackOff {
  readonly #limits: BackOffLimits;
  #failures = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(limits: BackOffLimits) {
    this.#limits = limits;
  }

  /** `patient`: requests wait so long for the same device. Otherwise the CPU takes over and the device is tried again after `ms`. */
  next(nowMs: number): { readonly patient: boolean; readonly ms: number } {
    if (this.#failures > 0 && nowMs - this.#lastMs > MEMORY_CALM_MS + this.#retryMs()) this.#failures = 0;
    if (this.#failures > 0) return { patient: false, ms: this.leave(nowMs) };
    this.#failures = 1;
    this.#lastMs = nowMs;
    return { patient: true, ms: this.#limits.memoryRestMs };
  }

  /** It failed while nobody waited for it: how long to leave it. */
  leave(nowMs: number): number {
    this.#failures += 1;
    this.#lastMs = nowMs;
    return this.#retryMs();
  }

  forget(): void {
    this.#failures = 0;
  }

  /** Doubles from the second failure on. */
  #retryMs(): number {
    return Math.min(this.#limits.longestRetryMs, this.#limits.memoryRetryMs * 2 ** Math.max(0, this.#failures - 2));
  }
}
