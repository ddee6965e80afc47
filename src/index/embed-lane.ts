/**
 * Takes windows without vectors to the embedder and their vectors to the table: one lane for the generation that answers, one for a
 * generation that is being built. Table chores are done between batches.
 * Crash order: the vectors are on disk before a file is marked as embedded (store/index-store.ts); a kill between the two
 * costs an embedding, never a wrong answer.
 */

import { EngineError } from '../contract/errors.ts';
import type { Embedder } from '../embed/embedder.ts';
import { failpoint } from '../failpoint.ts';
import { describeError, type Log } from '../log.ts';
import type { EmbeddedWindow } from '../pipeline.ts';
import type { IndexStore, PendingWindow } from '../store/index-store.ts';
import type { VectorTable } from '../store/vector-store.ts';
import type { LaneGate } from './gate.ts';
import { orAborted } from './or-aborted.ts';
import type { TableChores } from './table-chores.ts';

/** Text given to the embedder at once is this much work, so that pausing is prompt and a kill costs little, within the two bounds below. */
const FETCH_MS = 5_000;
/** Before anything was measured, and never less: a few windows of a large model. */
const LEAST_FETCH_CHARACTERS = 20_000;
/** A fraction of a second of work for the built-in model. More at once only takes memory. */
const MOST_FETCH_CHARACTERS = 400_000;
/** More than this at the last fetch is bulk work, which yields to searches. */
const FRESH_CHARACTERS = 100_000;
/** Each flush is a LanceDB fragment and several fsyncs; thousands of rows make that cheap, a second keeps new files findable. */
const FLUSH_ROWS = 8_192;
const FLUSH_AFTER_MS = 1_000;
/** Rest after an error, so that a persistent one cannot spin: the embedder has its own back-off besides. */
const ERROR_REST_MS = 2_000;

export interface EmbedLaneOptions {
  readonly store: IndexStore;
  readonly table: VectorTable;
  readonly chores: TableChores;
  /** Asked for before each batch: a build opens its model only when there is something to embed. */
  readonly embedder: () => Promise<Embedder>;
  readonly gate: LaneGate;
  readonly log: Log;
  /** Something changed that the status shows. */
  readonly onProgress: () => void;
  /** Nothing waits any more. */
  readonly onDrained?: () => void;
}

export class EmbedLane {
  readonly #options: EmbedLaneOptions;
  readonly #closing = new AbortController();
  /** Files whose windows were fetched and are not yet marked. */
  readonly #inFlight = new Set<number>();
  #rows: EmbeddedWindow[] = [];
  #emptyWindows: number[] = [];
  /** Windows whose rows may have reached the table although marking them failed: deleted before they are added again. */
  readonly #unsure = new Set<number>();
  #lastTrouble = '';
  #oldestRowMs = 0;
  /** Was the last fetch one of many? Bulk work yields to searches. */
  #bulk = false;
  /** The embedder's speed when it was last used, characters per second; 0: unknown. */
  #perSecond = 0;
  #running: Promise<void> | undefined;
  #again = false;
  #inHand = false;
  /** Windows given to the embedder since the start: renames and restarts must not raise it. */
  embeddedWindows = 0;

  constructor(options: EmbedLaneOptions) {
    this.#options = options;
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Is a batch in hand that was let through the gate? */
  get inHand(): boolean {
    return this.#inHand;
  }

  /** Why nothing is embedded, in English; null when nothing went wrong lately. */
  get trouble(): string | null {
    return this.#lastTrouble === '' ? null : this.#lastTrouble;
  }

  /** There may be windows to embed or vectors to delete. */
  wake(): void {
    if (this.#closing.signal.aborted) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      this.#options.onProgress();
      if (this.#again) this.wake();
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      // A lane that waits at a closed gate must end all the same.
      const open = await orAborted(this.#options.gate.open(this.#bulk ? 'bulk' : 'fresh'), this.#closing.signal);
      this.#again = false;
      if (!open || this.#closing.signal.aborted) return;
      try {
        if (await this.#stepInHand()) continue;
        this.#lastTrouble = '';
        if (this.#again) continue;
        this.#options.onDrained?.();
        return;
      } catch (error) {
        for (const row of this.#rows) this.#unsure.add(row.windowId);
        this.#drop();
        if (this.#closing.signal.aborted) return;
        if (error instanceof EngineError && error.code === 'disk-full') this.#options.gate.diskFilled();
        else this.#complain(error);
        this.#again = true;
        await rest(ERROR_REST_MS, this.#closing.signal);
      }
    }
  }

  async #stepInHand(): Promise<boolean> {
    this.#inHand = true;
    try {
      return await this.#step();
    } finally {
      this.#inHand = false;
      this.#options.onProgress();
    }
  }

  /** One batch. Answers whether anything was done: then there may be more. */
  async #step(): Promise<boolean> {
    const { store, table, chores } = this.#options;
    // Only with nothing waiting to be flushed: a row flushed after its deletion was carried out would stay for ever.
    if (this.#rows.length === 0) {
      await chores.deleteQueued();
      await chores.retagQueued();
    }
    const wanted = Math.min(MOST_FETCH_CHARACTERS, Math.max(LEAST_FETCH_CHARACTERS, Math.round(this.#perSecond * (FETCH_MS / 1000))));
    const windows = await store.nextUnembedded(table.generationId, wanted, [...this.#inFlight]);
    const fetched = windows.reduce((sum, window) => sum + window.text.length, 0);
    this.#bulk = fetched >= wanted || fetched > FRESH_CHARACTERS;
    if (windows.length > 0) await this.#embed(windows);
    const due = this.#rows.length >= FLUSH_ROWS || Date.now() - this.#oldestRowMs >= FLUSH_AFTER_MS || windows.length === 0;
    const flush = due && this.#rows.length + this.#emptyWindows.length > 0;
    if (flush) await this.#flush();
    return windows.length > 0 || flush;
  }

  async #embed(windows: readonly PendingWindow[]): Promise<void> {
    for (const window of windows) this.#inFlight.add(window.fileId);
    this.embeddedWindows += windows.length;
    const embedder = await this.#options.embedder();
    const { dimension } = embedder.model;
    const vectors = await embedder.embedDocuments(windows.map((window) => window.text), this.#closing.signal);
    this.#perSecond = embedder.status().charactersPerSecond;
    if (this.#rows.length === 0) this.#oldestRowMs = Date.now();
    for (const [index, window] of windows.entries()) {
      const vector = vectors.subarray(index * dimension, (index + 1) * dimension);
      // A zero vector (no token in the text) is near nothing: the window counts as embedded and has no row.
      if (vector.every((value) => value === 0)) this.#emptyWindows.push(window.windowId);
      else this.#rows.push({ windowId: window.windowId, fileId: window.fileId, rootId: window.rootId, kind: window.kind, modifiedDay: window.modifiedDay, vector });
    }
  }

  async #flush(): Promise<void> {
    const { store, table } = this.#options;
    const rows = this.#rows;
    const windowIds = [...rows.map((row) => row.windowId), ...this.#emptyWindows];
    const again = rows.filter((row) => this.#unsure.has(row.windowId)).map((row) => row.windowId);
    if (again.length > 0) await table.deleteWindows(again);
    failpoint('embed:before-add');
    if (rows.length > 0) await table.add(rows, this.#closing.signal);
    failpoint('embed:vectors-added');
    await store.markEmbedded(table.generationId, windowIds);
    failpoint('embed:marked');
    this.#options.chores.changedRows += rows.length;
    for (const windowId of again) this.#unsure.delete(windowId);
    this.#drop();
    this.#options.onProgress();
  }

  /** Once per trouble, not once per try. */
  #complain(error: unknown): void {
    const trouble = error instanceof Error ? error.message : String(error);
    if (trouble === this.#lastTrouble) return;
    this.#lastTrouble = trouble;
    this.#options.log.warn('embedding waits', { error: describeError(error) });
    this.#options.onProgress();
  }

  /** Forgets what is not flushed: it is fetched again. */
  #drop(): void {
    this.#rows = [];
    this.#emptyWindows = [];
    this.#inFlight.clear();
  }
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms).unref();
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
