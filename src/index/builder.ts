/**
 * Builds the generation of the wanted model while another answers: makes it, cuts vectors from a larger one where it can, embeds the
 * rest, fits its confidence, and hands it over when it is complete. All it has done is in the stores: after a kill, or when the
 * choice comes back to it, it goes on from there. Whatever goes wrong here is said and tried again; it never touches what answers.
 */

import { EngineError } from '../contract/errors.ts';
import { describeError, type Log } from '../log.ts';
import type { GenerationCounts, GenerationRow, IndexStore } from '../store/index-store.ts';
import type { BuildGate } from './build-gate.ts';
import { calibrateWhenDue, inheritCalibration, loadCalibration } from './calibration.ts';
import { derivableFrom, derive } from './derive.ts';
import { EmbedLane } from './embed-lane.ts';
import { writeSource, type EmbedderSource } from './embedder-source.ts';
import type { Embedders } from './embedders.ts';
import { mayAnswer, shareOf, type BuildProgress } from './generation-facts.ts';
import type { GenerationSet, OpenGeneration } from './generation-set.ts';
import { keepSpeed, knownSpeed } from './measure-speed.ts';
import type { SharedEmbedder } from './shared-embedder.ts';

/** What could not be done now (a server that is away, a folder that is missing) is tried again after this, or when models change. */
const RETRY_MS = 30_000;

export interface BuilderOptions {
  readonly store: IndexStore;
  readonly set: GenerationSet;
  readonly embedders: Embedders;
  readonly log: Log;
  /** A gate for one build. */
  readonly gate: (generationId: number) => BuildGate;
  /** The generation that answers; null: none yet. */
  readonly answering: () => GenerationRow | null;
  /** Makes it answer, in one step; also when it answers already and its source is another now. */
  readonly switchTo: (generationId: number, source: EmbedderSource) => Promise<void>;
  readonly onChange: () => void;
}

interface Build {
  readonly generation: OpenGeneration;
  readonly gate: BuildGate;
  readonly source: EmbedderSource;
  /** As measured some other time; 0: never. */
  readonly speedBefore: number;
  lane: EmbedLane | undefined;
  embedder: SharedEmbedder | undefined;
}

export class Builder {
  readonly #options: BuilderOptions;
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #build: Build | undefined;
  #wanted: EmbedderSource | undefined;
  #trouble: string | null = null;
  #retry: NodeJS.Timeout | undefined;
  #embeddedBefore = 0;
  #closed = false;

  constructor(options: BuilderOptions) {
    this.#options = options;
  }

  /** null: nothing is being built. */
  get progress(): BuildProgress | null {
    const build = this.#build;
    if (build === undefined) return null;
    return { generationId: build.generation.row.id, waitsFor: build.lane?.trouble ?? build.gate.waitsFor, charactersPerSecond: speedOf(build) };
  }

  /** Why the wanted model cannot be built now, in English. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Windows given to the embedder since the start. */
  get embeddedWindows(): number {
    return this.#embeddedBefore + (this.#build?.lane?.embeddedWindows ?? 0);
  }

  /** Begins or goes on with what this source needs; whatever was built before is left as it is. `renew`: a person chose it just now. */
  want(source: EmbedderSource, options: { readonly renew?: boolean } = {}): void {
    if (this.#closed) return;
    this.#wanted = source;
    this.#trouble = null;
    this.#begin(options.renew === true);
  }

  /** There may be windows to embed. */
  wake(): void {
    this.#build?.lane?.wake();
  }

  /** A model was installed, or something else that was missing may be there now. */
  tryAgain(): void {
    if (this.#trouble !== null) this.#begin(false);
  }

  /** Resolves when the present build has stopped: its table is nobody's then. */
  async pause(): Promise<void> {
    this.#interrupt();
    await this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.pause();
  }

  #begin(renew: boolean): void {
    this.#interrupt();
    if (this.#closed) return;
    const stop = this.#stop = new AbortController();
    this.#running = this.#running.then(() => this.#run(stop.signal, renew));
  }

  #interrupt(): void {
    clearTimeout(this.#retry);
    this.#stop.abort();
    this.#build?.gate.close();
  }

  async #run(signal: AbortSignal, renew: boolean): Promise<void> {
    const source = this.#wanted;
    if (source === undefined || signal.aborted) return;
    try {
      await this.#bringAbout(source, renew, signal);
      this.#trouble = null;
    } catch (error) {
      if (signal.aborted) return;
      const trouble = `The model "${source.model}" cannot be made ready: ${error instanceof Error ? error.message : String(error)}`;
      if (trouble !== this.#trouble) this.#options.log.warn('the wanted model waits', { model: source.model, error: describeError(error) });
      this.#trouble = trouble;
      this.#retry = setTimeout(() => this.#begin(false), RETRY_MS).unref();
    } finally {
      await this.#end();
      this.#options.onChange();
    }
  }

  /** Numbered steps; each finds what an earlier run has done. */
  async #bringAbout(source: EmbedderSource, renew: boolean, signal: AbortSignal): Promise<void> {
    const { set, embedders, switchTo } = this.#options;
    // 1. What the model is, without loading it.
    const facts = await embedders.facts(source, { renew });
    if (signal.aborted) return;
    // 2. Its generation. The one that answers may only have another prompt, or another way to its server.
    const row = await set.ensure({
      fingerprint: facts.fingerprint, family: facts.family, modelId: source.model, dimension: facts.dimension, windowRule: JSON.stringify(facts.windowRule), source: writeSource(source),
    });
    const answering = this.#options.answering();
    // With nothing that answers, a part is better than nothing.
    if (answering === null || answering.id === row.id || mayAnswer(row, await this.#countsOf(row.id))) return switchTo(row.id, source);
    // 3. Vectors.
    const generation = await set.get(row.id);
    const build: Build = { generation, source, gate: this.#options.gate(row.id), speedBefore: await knownSpeed(this.#options.store, row.family), lane: undefined, embedder: undefined };
    if (signal.aborted) return;
    this.#build = build;
    this.#options.onChange();
    const base = await this.#derive(build, signal);
    if (signal.aborted || !await this.#embed(build, signal)) return;
    // 4. Confidence, so that its first answers have one; what was only cut takes the other's until there is time.
    if (base !== null) await inheritCalibration(this.#options.store, base, row.id);
    else await this.#calibrate(build, signal);
    if (signal.aborted) return;
    // 5. The lane's table gets another lane.
    await this.#end();
    await switchTo(row.id, source);
  }

  /** Answers the generation whose vectors were cut; null: none could be. */
  async #derive({ generation, gate }: Build, signal: AbortSignal): Promise<number | null> {
    const { store, set, onChange, log } = this.#options;
    const coverage = new Map((await store.generationCounts()).map((counts) => [counts.generationId, shareOf(counts)]));
    const [base] = derivableFrom(generation.row, set.rows, coverage);
    if (base === undefined || signal.aborted) return null;
    const from = await set.get(base.id);
    const windows = await derive({ store, from: from.table, into: generation.table, open: async () => await gate.open() && !signal.aborted, onProgress: onChange });
    log.info('vectors were cut from larger ones', { from: base.dimension, to: generation.row.dimension, windows });
    generation.chores.changedRows += windows;
    return base.id;
  }

  /** Resolves when nothing waits (true) or the build was stopped (false). */
  async #embed(build: Build, signal: AbortSignal): Promise<boolean> {
    const { store, embedders, log, onChange } = this.#options;
    const { generation, gate, source } = build;
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(false), { once: true });
      build.lane = new EmbedLane({
        store, table: generation.table, chores: generation.chores, gate, log, onProgress: onChange,
        embedder: async () => {
          build.embedder ??= await this.#openSame(build, embedders.open(source));
          return build.embedder;
        },
        onDrained: () => resolve(true),
      });
      if (signal.aborted) resolve(false);
      else build.lane.wake();
    });
  }

  /** The folder may have been replaced since its facts were read. */
  async #openSame({ generation }: Build, opening: Promise<SharedEmbedder>): Promise<SharedEmbedder> {
    const embedder = await opening;
    if (embedder.model.fingerprint === generation.row.fingerprint) return embedder;
    await embedder.close();
    throw new EngineError('model-invalid', 'The model is another one than when its vectors were begun. Choose it again.');
  }

  /** A model that cannot calibrate now still answers: the usual curve holds until there is time. */
  async #calibrate({ generation, embedder }: Build, signal: AbortSignal): Promise<void> {
    if (embedder === undefined) return;
    const { store, log } = this.#options;
    try {
      await calibrateWhenDue(store, generation.table, embedder, await loadCalibration(store, generation.row.id), signal);
    } catch (error) {
      if (!signal.aborted) log.warn('confidence of a new model is not fitted yet', { error: describeError(error) });
    }
  }

  async #end(): Promise<void> {
    const build = this.#build;
    if (build === undefined) return;
    build.gate.close();
    await build.lane?.close();
    await this.#keepSpeed(build);
    await build.embedder?.close();
    this.#embeddedBefore += build.lane?.embeddedWindows ?? 0;
    if (this.#build === build) this.#build = undefined;
  }

  async #keepSpeed({ generation, embedder }: Build): Promise<void> {
    if (embedder === undefined) return;
    await keepSpeed(this.#options.store, generation.row.family, embedder.status().charactersPerSecond)
      .catch((error: unknown) => { this.#options.log.warn('a speed could not be kept', { error: describeError(error) }); });
  }

  async #countsOf(generationId: number): Promise<GenerationCounts> {
    const counts = (await this.#options.store.generationCounts()).find((each) => each.generationId === generationId);
    if (counts === undefined) throw new EngineError('not-found', 'There is no such generation of vectors.', { details: { generationId } });
    return counts;
  }
}

function speedOf({ embedder, speedBefore }: Build): number {
  const status = embedder?.status();
  return status === undefined || status.charactersPerSecond === 0 ? speedBefore : status.charactersPerSecond;
}
