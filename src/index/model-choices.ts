/**
 * What the models page asks of generations: their state, what a change would take, choosing, rolling back, dropping, comparing. The
 * settings hold the wish (which model, which dimension); whatever else happens follows from it (builder.ts).
 */

import { EngineError } from '../contract/errors.ts';
import type { GenerationComparison, GenerationStatus, ModelPlan } from '../contract/models.ts';
import type { Settings } from '../contract/settings.ts';
import type { Log } from '../log.ts';
import type { GenerationCounts, IndexStore } from '../store/index-store.ts';
import { compareGenerations } from './compare.ts';
import { freeBytes } from './disk.ts';
import { readSource, sameSource, SERVER_MODEL, wantedSource, type EmbedderSource } from './embedder-source.ts';
import { generationStatuses, mayAnswer } from './generation-facts.ts';
import type { Meaning } from './meaning.ts';
import { planModel } from './plan-model.ts';

/** The page hears of every change; the counts are a walk over the catalog. */
const COUNTS_FRESH_MS = 1_000;

export interface ModelChoicesOptions {
  readonly meaning: Meaning;
  readonly store: IndexStore;
  readonly log: Log;
  readonly dataDirectory: string;
  readonly settings: () => Settings;
  /** Keeps a change of settings and lets everything follow it. `chosen`: a person chose the model just now. */
  readonly applySettings: (change: Partial<Settings>, chosen: boolean) => Promise<unknown>;
  readonly onChange: () => void;
}

export class ModelChoices {
  readonly #options: ModelChoicesOptions;
  #counts: { readonly atMs: number; readonly value: Promise<readonly GenerationCounts[]> } | undefined;

  constructor(options: ModelChoicesOptions) {
    this.#options = options;
  }

  /** Folder names of models that a generation needs, or the settings name: they must not be removed. */
  get modelsInUse(): ReadonlySet<string> {
    const { meaning, settings } = this.#options;
    const present = settings();
    return new Set([present.model, present.reranker, ...meaning.windowRules.size === 0 ? [] : meaning.parts.set.rows.map((row) => readSource(row, present).model)]);
  }

  /** None before the vector store is open. For a page that is told of every change, counts may be a second old. */
  async statuses(options: { readonly fresh: boolean }): Promise<readonly GenerationStatus[]> {
    const { meaning } = this.#options;
    if (meaning.answering === null && meaning.windowRules.size === 0) return [];
    if (options.fresh) this.#counts = undefined;
    const { set, builder } = meaning.parts;
    const [counts, bytes] = await Promise.all([this.#freshCounts(), Promise.all(set.rows.map(async (row) => [row.id, await set.bytes(row.id)] as const))]);
    return generationStatuses({
      rows: set.rows, counts: new Map(counts.map((each) => [each.generationId, each])), bytes: new Map(bytes), answering: meaning.generationId,
      answeringSpeed: meaning.status.charactersPerSecond, build: builder.progress,
    });
  }

  /** Errors: model-missing, model-invalid, bad-input, and those of a server that was never seen. */
  async plan(input: { readonly model: string; readonly dimension?: number | null }): Promise<ModelPlan> {
    const { meaning, store, log, dataDirectory } = this.#options;
    const { set, builder } = meaning.parts;
    const source = this.#sourceOf(input);
    const [wanted, counts, free] = await Promise.all([meaning.embedders.facts(source), store.generationCounts(), freeBytes(dataDirectory)]);
    const { answering } = meaning;
    const { progress } = builder;
    const built = set.rows.find((row) => row.id === progress?.generationId);
    const speeds = [answering?.embedder.family === wanted.family ? meaning.status.charactersPerSecond : 0, built?.family === wanted.family ? progress?.charactersPerSecond ?? 0 : 0];
    return planModel({ store, embedders: meaning.embedders, log, freeBytes: free, presentSpeed: Math.max(...speeds) }, source, {
      wanted, rows: set.rows, counts: new Map(counts.map((each) => [each.generationId, each])),
      answering: answering?.generation.row.fingerprint ?? null, same: answering !== null && sameSource(answering.source, source),
    });
  }

  /** Nothing is kept when there is no such model. Errors: as `plan`. */
  async choose(input: { readonly model: string; readonly dimension?: number | null }): Promise<void> {
    const source = this.#sourceOf(input);
    await this.#options.meaning.embedders.facts(source, { renew: true });
    await this.#options.applySettings({ model: source.model, dimension: source.dimension }, true);
  }

  /**
   * The wish is kept before the switch: a kill between the two ends in the same state. Errors: not-found, generation-incomplete,
   * model-missing, model-invalid, and those of a server.
   */
  async switchTo(generationId: number): Promise<void> {
    const { meaning, store, settings } = this.#options;
    const row = meaning.parts.set.row(generationId);
    const counts = (await store.generationCounts()).find((each) => each.generationId === generationId);
    if (row.answeredMs === null && (counts === undefined || !mayAnswer(row, counts))) throw new EngineError('generation-incomplete', undefined, { details: { generationId } });
    const source = readSource(row, settings());
    // A model that is gone must not become the wish.
    const facts = await meaning.embedders.facts(source);
    if (facts.fingerprint !== row.fingerprint) throw new EngineError('model-invalid', 'The files of this model are others than when its vectors were made. Choose it to build them anew.');
    // Its lane would stand in the way of the one that answers.
    await meaning.parts.builder.pause();
    await this.#want(source);
    await meaning.parts.seat.switchTo(generationId, source);
  }

  /** Giving up a build takes the wish back, too. Errors: not-found, generation-answering. */
  async drop(generationId: number): Promise<void> {
    const { meaning, log, onChange } = this.#options;
    const { set, seat, builder } = meaning.parts;
    const row = set.row(generationId);
    const refuse = (): void => {
      if (meaning.generationId === generationId) throw new EngineError('generation-answering', undefined, { details: { generationId } });
    };
    refuse();
    if (builder.progress?.generationId === generationId) {
      await builder.pause();
      if (meaning.answering !== null) await this.#want(meaning.answering.source);
    }
    await seat.inTurn(async () => {
      refuse();
      log.info('a generation is dropped', { model: row.modelId, dimension: row.dimension });
      await set.drop(generationId);
    });
    this.#counts = undefined;
    onChange();
  }

  /** Errors: not-found, bad-input, embedder-unavailable, and those of opening the other model. */
  async compare(generationId: number, signal?: AbortSignal): Promise<GenerationComparison> {
    const { meaning, store, settings } = this.#options;
    const candidate = await meaning.parts.set.get(generationId);
    const { answering } = meaning;
    if (answering === null) throw new EngineError('embedder-unavailable');
    if (answering.generation.row.id === generationId) throw new EngineError('bad-input', 'These vectors answer searches already.');
    const embedder = await meaning.embedders.open(readSource(candidate.row, settings()));
    try {
      return await compareGenerations(store, { table: answering.generation.table, embedder: answering.embedder }, { table: candidate.table, embedder }, signal);
    } finally {
      await embedder.close();
    }
  }

  /** Of this input, with the present settings' server where that is meant. */
  #sourceOf({ model, dimension }: { readonly model: string; readonly dimension?: number | null }): EmbedderSource {
    return wantedSource({ ...this.#options.settings(), model, dimension: dimension ?? null });
  }

  async #want({ model, dimension, server }: EmbedderSource): Promise<void> {
    const change: Partial<Settings> = { model, dimension, ...(model === SERVER_MODEL && server !== null ? { server } : {}) };
    await this.#options.applySettings(change, false);
  }

  #freshCounts(): Promise<readonly GenerationCounts[]> {
    if (this.#counts === undefined || performance.now() - this.#counts.atMs > COUNTS_FRESH_MS) {
      this.#counts = { atMs: performance.now(), value: this.#options.store.generationCounts() };
    }
    return this.#counts.value;
  }
}
