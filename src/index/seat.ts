/**
 * The seat of the generation that answers: who sits there at the start, and the one step in which another takes it.
 *
 * What a reader would get wrong: the catalog says which generation is active, but searches ask `current`, which is exchanged as one
 * object. A search takes table, embedder and calibration from it once, so it can never mix two generations.
 */

import { EngineError } from '../contract/errors.ts';
import type { Settings } from '../contract/settings.ts';
import { failpoint } from '../failpoint.ts';
import { describeError, type Log } from '../log.ts';
import type { GenerationRow, IndexStore } from '../store/index-store.ts';
import { calibrateWhenDue, loadCalibration, type KeptCalibration } from './calibration.ts';
import { EmbedLane } from './embed-lane.ts';
import { BUILT_IN, readSource, sameSource, wantedSource, writeSource, type EmbedderSource } from './embedder-source.ts';
import type { Embedders } from './embedders.ts';
import type { GenerationSet, OpenGeneration } from './generation-set.ts';
import type { LaneGate } from './gate.ts';
import type { SharedEmbedder } from './shared-embedder.ts';

/** Loading a model of a gigabyte from a slow disk, and its self-test on a new device. */
const WARM_UP_MS = 3 * 60_000;
/** Any text: what is loaded for it is loaded for the first search. */
const WARM_UP = 'ready';

/** What a search by meaning needs, of one generation. */
export interface Answering {
  readonly generation: OpenGeneration;
  readonly source: EmbedderSource;
  readonly embedder: SharedEmbedder;
  readonly lane: EmbedLane;
  readonly kept: KeptCalibration | null;
}

export interface SeatOptions {
  readonly store: IndexStore;
  readonly set: GenerationSet;
  readonly embedders: Embedders;
  readonly settings: () => Settings;
  readonly gate: LaneGate;
  readonly log: Log;
  /** There may be work: its model is ready, or it has just taken the seat. */
  readonly wake: () => void;
  readonly onChange: () => void;
  /** Another generation, or another way of embedding queries, answers from here on. */
  readonly onAnswering: () => void;
}

export class Seat {
  readonly #options: SeatOptions;
  #current: Answering | undefined;
  /** Taking the seat and dropping generations go one after another. */
  #turn: Promise<unknown> = Promise.resolve();
  #embeddedBefore = 0;

  constructor(options: SeatOptions) {
    this.#options = options;
  }

  get current(): Answering | undefined {
    return this.#current;
  }

  /** Windows given to the embedder by all who sat here since the start. */
  get embeddedWindows(): number {
    return this.#embeddedBefore + (this.#current?.lane.embeddedWindows ?? 0);
  }

  /**
   * The active generation, if its model is there. Else the built-in model stands in, at once and for as long as needed: an index that is
   * filled anew in minutes is better than none. A server that is away is waited for: it comes back by itself.
   */
  async find(): Promise<void> {
    const { log, set, settings } = this.#options;
    const active = set.active;
    if (active !== undefined) {
      const source = readSource(active, settings());
      try {
        return await this.inTurn(async () => this.#answerAs(source, active));
      } catch (error) {
        if (!isGone(error)) throw error;
        log.error('the model that answered is gone', { model: active.modelId, error: describeError(error) });
      }
    }
    const standIns = [BUILT_IN, wantedSource(settings())];
    let failure: unknown;
    for (const source of standIns) {
      try {
        await this.inTurn(async () => this.#answerAs(source, undefined));
        return;
      } catch (error) {
        failure ??= error;
      }
    }
    throw failure;
  }

  /** Opens a source and lets its generation answer, made now if there is none. `was`: the one it had. */
  async #answerAs(source: EmbedderSource, was: GenerationRow | undefined): Promise<void> {
    const { set } = this.#options;
    const embedder = await this.#options.embedders.open(source);
    try {
      const { model, family } = embedder;
      const row = await set.ensure({
        fingerprint: model.fingerprint, family, modelId: source.model, dimension: model.dimension, windowRule: JSON.stringify(model.windowRule), source: writeSource(source),
      });
      await this.#answer(row, source, embedder);
      if (was === undefined || was.id === row.id) return;
      // Its files are others now (the program was updated, the folder replaced): no model reads the old vectors any more.
      this.#options.log.info('vectors of a model that is gone are dropped', { model: was.modelId });
      await set.drop(was.id);
    } catch (error) {
      if (this.#current?.embedder !== embedder) await embedder.close();
      throw error;
    }
  }

  /** The one step. */
  async #answer(row: GenerationRow, source: EmbedderSource, embedder: SharedEmbedder): Promise<void> {
    const { store, set, gate, log, onChange, onAnswering, wake } = this.#options;
    const before = this.#current;
    // 1. Everything is ready before anything changes.
    const generation = await set.get(row.id);
    const kept = await loadCalibration(store, row.id);
    embedder.onStatus((status) => {
      onChange();
      if (status.state === 'ready') wake();
    });
    const lane = new EmbedLane({ store, table: generation.table, chores: generation.chores, embedder: () => Promise.resolve(embedder), gate, log, onProgress: onChange });
    // Loaded before it takes the seat: a model that does not come up must not take it, and no search waits for one that does.
    if (before !== undefined) await embedder.embedDocuments([WARM_UP], AbortSignal.timeout(WARM_UP_MS));
    // One table never has two lanes: both would embed the same windows.
    if (before?.generation.row.id === row.id) await before.lane.close();
    // 2. The catalog first: a kill after it starts with the new one, complete as it is.
    if (!set.row(row.id).active) {
      failpoint('generation:before-switch');
      await set.activate(row.id);
      failpoint('generation:switched');
      log.info('another generation answers', { model: row.modelId, dimension: row.dimension });
    }
    // 3. Searches from here on ask the new one.
    this.#current = { generation, source, embedder, lane, kept };
    // 4. What was before ends its work; its vectors stay.
    if (before !== undefined) {
      await before.lane.close();
      this.#embeddedBefore += before.lane.embeddedWindows;
      await before.embedder.close();
    }
    onAnswering();
    wake();
    onChange();
  }

  /**
   * Lets a generation answer. What it lacks is embedded first thing from then on; the one before is kept.
   * Errors: not-found, model-missing, model-invalid, embedder-unavailable, and those of its server: then the one before goes on.
   */
  switchTo(generationId: number, source: EmbedderSource): Promise<void> {
    return this.inTurn(async () => {
      const before = this.#current;
      if (before?.generation.row.id === generationId && sameSource(before.source, source)) return;
      const row = this.#options.set.row(generationId);
      const embedder = await this.#options.embedders.open(source);
      if (embedder.model.fingerprint !== row.fingerprint) {
        await embedder.close();
        throw new EngineError('model-invalid', 'The files of this model are others than when its vectors were made. Choose it again to build them anew.');
      }
      try {
        await this.#answer(row, source, embedder);
      } catch (error) {
        if (this.#current?.embedder !== embedder) await embedder.close();
        throw error;
      }
    });
  }

  /** For idle times: confidence is fitted anew when it is due. */
  async calibrate(): Promise<void> {
    const current = this.#current;
    if (current === undefined || current.embedder.status().state !== 'ready') return;
    const kept = await calibrateWhenDue(this.#options.store, current.generation.table, current.embedder, current.kept);
    // A switch may have come between.
    if (kept === current.kept || this.#current !== current) return;
    this.#current = { ...current, kept };
    this.#options.log.info('confidence calibrated', { rows: kept?.rows ?? 0 });
  }

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined); // its caller hears of it
    return turn;
  }

  /** The embedders are closed by whoever opened them all. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#current?.lane.close();
  }
}

/** Will it stay away until a person does something? */
function isGone(error: unknown): boolean {
  return error instanceof EngineError && (error.code === 'model-missing' || error.code === 'model-invalid' || error.code === 'bad-input');
}
