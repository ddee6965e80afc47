/**
 * Takes pending files, newest-used first, through extraction to committed passages and planned windows. A bad file is an
 * outcome, never an end: the lane goes on.
 */

import { EngineError } from '../contract/errors.ts';
import { planWindows } from '../embed/windows.ts';
import type { WindowRule } from '../embed/embedder.ts';
import type { ExtractorPool } from '../extract/extractor.ts';
import { failpoint } from '../failpoint.ts';
import { describeError, type Log } from '../log.ts';
import type { Extraction, Window } from '../pipeline.ts';
import type { IndexStore, PendingFile } from '../store/index-store.ts';
import type { Gate } from './gate.ts';
import type { Rate } from './rate.ts';

/** Files asked for at a time: enough that the pool never waits for the store. */
const FETCH_FILES = 256;
/** More than this waiting is bulk work, which yields to searches. */
const FRESH_FILES = 16;
/** Rest after an unexpected error of the store, so that a persistent one cannot spin. */
const ERROR_REST_MS = 1_000;
/** A file that changes while it is read is tried again after this; its new version also arrives as a change. */
const UNSTEADY_REST_MS = 2_000;

export interface ExtractLaneOptions {
  readonly store: IndexStore;
  readonly pool: ExtractorPool;
  readonly gate: Gate;
  readonly log: Log;
  readonly rate: Rate;
  /** Generations that need windows, with their rules. */
  readonly generations: () => ReadonlyMap<number, WindowRule>;
  readonly pausedRoots: () => readonly number[];
  /** Resolves when reading files does not hold up names. */
  readonly namesFirst: () => Promise<void>;
  /** Something was committed: there may be windows to embed. */
  readonly onCommitted: () => void;
  /** Nothing is in hand any more; more may wait. */
  readonly onRest: () => void;
}

export class ExtractLane {
  readonly #options: ExtractLaneOptions;
  readonly #inFlight = new Map<number, PendingFile>();
  readonly #closing = new AbortController();
  #waiting: PendingFile[] = [];
  #running: Promise<void> | undefined;
  #again = false;
  /** Workers that the gate has let through. */
  #working = 0;

  constructor(options: ExtractLaneOptions) {
    this.#options = options;
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Is anything in hand that was let through the gate? What waits at it is not. */
  get inHand(): boolean {
    return this.#working > 0;
  }

  /** The file read longest, for the status line. */
  get current(): string | null {
    return this.#inFlight.values().next().value?.path ?? null;
  }

  /** There may be pending files. */
  wake(): void {
    if (this.#closing.signal.aborted) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      this.#options.onCommitted();
      if (this.#again) this.wake();
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const workers = Array.from({ length: this.#options.pool.width }, () => this.#work());
    await Promise.all(workers);
  }

  async #work(): Promise<void> {
    for (;;) {
      // Before the gate: whoever waits behind it would read on although it was closed meanwhile.
      await this.#options.namesFirst();
      const open = await this.#options.gate.open(this.#waiting.length > FRESH_FILES ? 'bulk' : 'fresh');
      if (!open || this.#closing.signal.aborted) {
        // Else the lane would be woken again at once, and for ever.
        this.#again = false;
        return;
      }
      const done = await this.#workOnce();
      if (done === 'nothing-left') return;
      if (done === 'failed') await rest(ERROR_REST_MS);
    }
  }

  async #workOnce(): Promise<'read' | 'failed' | 'nothing-left'> {
    this.#working += 1;
    try {
      const file = await this.#next();
      if (file === undefined) return 'nothing-left';
      await this.#process(file);
      return 'read';
    } catch (error) {
      if (this.#closing.signal.aborted) return 'nothing-left';
      if (error instanceof EngineError && error.code === 'disk-full') this.#options.gate.diskFilled();
      else this.#options.log.error('extraction lane', { error: describeError(error) });
      return 'failed';
    } finally {
      this.#working -= 1;
      if (this.#working === 0) this.#options.onRest();
    }
  }

  /** One fetch at a time serves all workers. */
  #fetching: Promise<void> | undefined;
  async #next(): Promise<PendingFile | undefined> {
    if (this.#waiting.length === 0) {
      this.#fetching ??= this.#fetch().finally(() => { this.#fetching = undefined; });
      await this.#fetching;
    }
    const file = this.#waiting.shift();
    if (file !== undefined) this.#inFlight.set(file.fileId, file);
    return file;
  }

  async #fetch(): Promise<void> {
    this.#again = false;
    const files = await this.#options.store.nextPending(FETCH_FILES, [...this.#inFlight.keys()], this.#options.pausedRoots());
    this.#waiting = files.filter((file) => !this.#inFlight.has(file.fileId));
  }

  async #process(file: PendingFile): Promise<void> {
    let keep = false;
    try {
      const extraction = await this.#options.pool.extract({ path: file.path, size: file.size }, this.#closing.signal);
      if (extraction.state === 'failed' && extraction.reason === 'changed-while-reading') {
        keep = true;
        setTimeout(() => { this.#inFlight.delete(file.fileId); this.wake(); }, UNSTEADY_REST_MS).unref();
        return;
      }
      failpoint('extract:before-commit');
      await this.#options.store.commitExtraction(file, extraction, this.#plan(extraction));
      failpoint('extract:committed');
      this.#options.rate.add(1);
      this.#options.onCommitted();
    } finally {
      if (!keep) this.#inFlight.delete(file.fileId);
    }
  }

  #plan(extraction: Extraction): ReadonlyMap<number, readonly Window[]> {
    if (extraction.state !== 'document') return new Map();
    const plans = new Map<number, readonly Window[]>();
    for (const [generationId, rule] of this.#options.generations()) plans.set(generationId, planWindows(extraction.passages, rule));
    return plans;
  }
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms).unref(); });
}
