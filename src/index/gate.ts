/**
 * Whether indexing may work now: pause, disk, size of the index, battery, memory, closing. Lanes await `open()` before each piece of work;
 * searching never asks.
 */

import { atLimitText, measureAgainAfterMs } from '../budget/index-limit.ts';
import type { Settings } from '../contract/settings.ts';
import { freeBytes } from './disk.ts';
import { onBatteryPower } from './power.ts';

/** Free space and power change slowly; asking the system more often only costs. */
const CHECK_MS = 5_000;
/** A person who types pauses for this long between two searches, and less: bulk work rests until the searching is over. */
const QUIET_MS = 200;
/** However much is searched, bulk work does its next piece after this: an index must not starve. */
const LONGEST_YIELD_MS = 3_000;
const YIELD_STEP_MS = 20;
/** A rest between pieces of work on battery, so that the processor sleeps most of the time. */
const SLOW_REST_MS = 400;

/** `memory` holds bulk work alone: a file that was just saved takes little, and is looked for soon. */
export type Hold = 'paused' | 'disk-full' | 'index-full' | 'battery' | 'memory';

export interface GateOptions {
  readonly dataDirectory: string;
  readonly settings: () => Settings;
  /** Bytes of the index on disk, words and vectors. Asked only while there is a limit. */
  readonly indexBytes: () => Promise<number>;
  readonly onChange: () => void;
}

/** What a lane asks before each piece of work: the Gate itself, or one that asks more (build-gate.ts). */
export interface LaneGate {
  open(work: 'bulk' | 'fresh'): Promise<boolean>;
  diskFilled(): void;
}

export class Gate implements LaneGate {
  readonly #dataDirectory: string;
  readonly #settings: () => Settings;
  readonly #indexBytes: () => Promise<number>;
  readonly #onChange: () => void;
  #paused = false;
  #pausedUntilMs: number | null = null;
  #pauseTimer: NodeJS.Timeout | undefined;
  #diskFull = false;
  #battery = false;
  /** What a desktop host said, which knows it at once and on every system; null: nobody said, the system is asked. */
  #toldBattery: boolean | null = null;
  #indexFull = false;
  #memory = false;
  #checkedMs = 0;
  /** The size of the index need not be looked at before. */
  #sizeDueMs = 0;
  #checking: Promise<void> | undefined;
  #closed = false;
  #waiters: (() => void)[] = [];
  #recheck: NodeJS.Timeout | undefined;
  #searches = 0;
  #searchedMs = 0;
  #yielding: Promise<void> | undefined;
  /** On battery, those who rest stand in line: fresh files apart, so that they do not wait behind a whole folder. */
  readonly #slowLines: Record<'bulk' | 'fresh', Promise<void>> = { bulk: Promise.resolve(), fresh: Promise.resolve() };

  constructor(options: GateOptions) {
    this.#dataDirectory = options.dataDirectory;
    this.#settings = options.settings;
    this.#indexBytes = options.indexBytes;
    this.#onChange = options.onChange;
  }

  /** Why nothing, or for `memory` nothing in bulk, is indexed now; null when it may. */
  get hold(): Hold | null {
    if (this.#paused) return 'paused';
    if (this.#diskFull) return 'disk-full';
    if (this.#indexFull) return 'index-full';
    if (this.#battery && this.#settings().onBattery === 'stop') return 'battery';
    if (this.#memory) return 'memory';
    return null;
  }

  /** What a person should know of the hold beyond its name, in English; null: nothing. */
  get trouble(): string | null {
    return this.#indexFull ? atLimitText(this.#settings().maxIndexBytes) : null;
  }

  /** As it was at the last look: builds in idle times want mains power whatever the setting for the rest is. */
  get onBattery(): boolean {
    return this.#battery;
  }

  /** Since the last search ended; 0 while one runs, Infinity before the first. */
  quietMs(nowMs: number): number {
    if (this.#searches > 0) return 0;
    return this.#searchedMs === 0 ? Infinity : nowMs - this.#searchedMs;
  }

  get pausedUntilMs(): number | null {
    return this.#pausedUntilMs;
  }

  pause(minutes: number | undefined): void {
    clearTimeout(this.#pauseTimer);
    this.#paused = true;
    this.#pausedUntilMs = minutes === undefined ? null : Date.now() + minutes * 60_000;
    if (minutes !== undefined) this.#pauseTimer = setTimeout(() => this.resume(), minutes * 60_000).unref();
    this.#onChange();
  }

  resume(): void {
    clearTimeout(this.#pauseTimer);
    this.#paused = false;
    this.#pausedUntilMs = null;
    this.#release();
  }

  /** A store said that the disk is full: hold until the watermark is met again. */
  diskFilled(): void {
    this.#diskFull = true;
    this.#checkedMs = Date.now();
    this.#onChange();
  }

  /** The watermark, the limit or the battery rule may be another now. */
  async settingsChanged(): Promise<void> {
    await this.#checking;
    this.#checkedMs = 0;
    this.#sizeDueMs = 0;
    await this.#check();
    this.#release();
  }

  /** Files were forgotten: the index may be below its limit. */
  async indexShrank(): Promise<void> {
    if (this.#indexFull) await this.settingsChanged();
  }

  /** All parts together take more memory than they may (`true`), or work may go on (budget/memory-budget.ts). */
  holdForMemory(hold: boolean): void {
    if (this.#memory === hold) return;
    this.#memory = hold;
    this.#release();
  }

  /** A desktop host tells that the power supply changed. */
  async powerChanged(onBattery: boolean): Promise<void> {
    this.#toldBattery = onBattery;
    await this.settingsChanged();
  }

  /** A search begins; the answer is to be called when it ended. */
  searchBegins(): () => void {
    this.#searches += 1;
    return () => {
      this.#searches -= 1;
      this.#searchedMs = Date.now();
    };
  }

  /**
   * Resolves when work may go on; false when the engine is closing. Bulk work rests while a person searches; a few fresh files do not:
   * one that was just saved is looked for by the very person who searches.
   */
  async open(work: 'bulk' | 'fresh'): Promise<boolean> {
    do {
      // Before the check: what is checked before a wait may no longer be true after it.
      if (work === 'bulk') {
        this.#yielding ??= this.#yieldToSearches().finally(() => { this.#yielding = undefined; });
        await this.#yielding;
      }
      if (!this.#closed) await this.#check();
      while (!this.#closed && this.#holds(work)) {
        await new Promise<void>((resolve) => {
          this.#waiters.push(resolve);
          if (this.hold !== 'paused' && this.hold !== 'memory') this.#recheck ??= setTimeout(() => { this.#recheck = undefined; this.#release(); }, CHECK_MS).unref();
        });
        if (!this.#closed) await this.#check();
      }
      if (!this.#closed && this.#battery && this.#settings().onBattery === 'slow') {
        const turn = this.#slowLines[work].then(() => this.#slowRest());
        this.#slowLines[work] = turn;
        await turn;
      }
      // The line may have been long, and the gate closed meanwhile.
    } while (!this.#closed && this.#holds(work));
    return !this.#closed;
  }

  #holds(work: 'bulk' | 'fresh'): boolean {
    const hold = this.hold;
    return hold !== null && (hold !== 'memory' || work === 'bulk');
  }

  /** Nobody rests once the mains are back or the rule is another. */
  async #slowRest(): Promise<void> {
    if (this.#closed || !this.#battery || this.#settings().onBattery !== 'slow') return;
    await new Promise((resolve) => { setTimeout(resolve, SLOW_REST_MS).unref(); });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#pauseTimer);
    clearTimeout(this.#recheck);
    this.#release();
  }

  async #yieldToSearches(): Promise<void> {
    const until = Date.now() + LONGEST_YIELD_MS;
    while (!this.#closed && (this.#searches > 0 || Date.now() < this.#searchedMs + QUIET_MS) && Date.now() < until) {
      await new Promise((resolve) => { setTimeout(resolve, YIELD_STEP_MS).unref(); });
    }
  }

  /** One check serves all who ask meanwhile: nobody may pass on what was true before it. */
  #check(): Promise<void> {
    if (this.#checking !== undefined) return this.#checking;
    const nowMs = Date.now();
    const system = nowMs - this.#checkedMs >= CHECK_MS;
    const size = nowMs >= this.#sizeDueMs && (this.#settings().maxIndexBytes > 0 || this.#indexFull);
    if (!system && !size) return Promise.resolve();
    this.#checking = this.#look(system, size).finally(() => { this.#checking = undefined; });
    return this.#checking;
  }

  async #look(system: boolean, size: boolean): Promise<void> {
    const before = this.hold;
    if (system) {
      // A disk that cannot be asked (unmounted, gone) cannot be written to either.
      this.#diskFull = (await freeBytes(this.#dataDirectory).catch(() => 0)) < this.#settings().minFreeBytes;
      this.#battery = this.#toldBattery ?? (await onBatteryPower());
      this.#checkedMs = Date.now();
    }
    if (size) await this.#measure();
    if (this.hold !== before) this.#onChange();
  }

  async #measure(): Promise<void> {
    const limit = this.#settings().maxIndexBytes;
    // What cannot be measured now holds nothing up: the disk's own watermark stands behind it.
    const bytes = limit === 0 ? 0 : await this.#indexBytes().catch(() => 0);
    this.#indexFull = limit > 0 && bytes >= limit;
    this.#sizeDueMs = Date.now() + measureAgainAfterMs(bytes, limit);
  }

  #release(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
    this.#onChange();
  }
}
