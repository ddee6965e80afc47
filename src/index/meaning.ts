/**
 * The semantic side of the index: which generation answers (seat.ts), which is built beside it (builder.ts), and all that there are
 * (generation-set.ts). It starts beside the engine, not before it, and any part of it may be missing: names and words never wait for it.
 */

import { EngineError } from '../contract/errors.ts';
import type { DeviceStatus } from '../contract/models.ts';
import type { ModelStatus } from '../contract/model.ts';
import type { Settings } from '../contract/settings.ts';
import type { WindowRule } from '../embed/embedder.ts';
import { describeError, type Log } from '../log.ts';
import type { IndexStore } from '../store/index-store.ts';
import { openVectorStore } from '../store/lance-store.ts';
import { BuildGate } from './build-gate.ts';
import { Builder } from './builder.ts';
import { freeBytes } from './disk.ts';
import { sameSource, wantedSource } from './embedder-source.ts';
import { Embedders } from './embedders.ts';
import { expectedWindows, peakBytes } from './generation-facts.ts';
import { GenerationSet } from './generation-set.ts';
import type { Gate } from './gate.ts';
import { Seat, type Answering } from './seat.ts';

/** Nothing answers because a server or a place for vectors is away: tried again after this. */
const RETRY_MS = 30_000;

export interface MeaningOptions {
  readonly dataDirectory: string;
  readonly settings: () => Settings;
  /** Error: `model-missing`. */
  readonly folderOf: (model: string) => Promise<string>;
  readonly store: IndexStore;
  readonly gate: Gate;
  readonly log: Log;
  /** The engine before did not end cleanly: vectors are compared with the catalog. */
  readonly verify: boolean;
  /** Is anything being read that people wait for? Builds go after it. */
  readonly reading: () => boolean;
  readonly onChange: () => void;
  /** Another generation, or another way of embedding queries, answers from here on. */
  readonly onAnswering: () => void;
}

/** The parts, once the vector store is open. */
export interface MeaningParts {
  readonly set: GenerationSet;
  readonly seat: Seat;
  readonly builder: Builder;
}

export class Meaning {
  readonly embedders: Embedders;
  readonly #options: MeaningOptions;
  readonly #started: Promise<void>;
  #parts: MeaningParts | undefined;
  #trouble: string | null = null;
  #retry: NodeJS.Timeout | undefined;
  #diskShort = false;
  /** Was it tried to let the active generation answer? */
  #looked = false;
  #closed = false;

  constructor(options: MeaningOptions) {
    this.#options = options;
    this.embedders = new Embedders(options);
    this.#started = this.#start();
  }

  /** Resolves when it is up or known not to come up by itself. */
  get started(): Promise<void> {
    return this.#started;
  }

  /** Error: `embedder-unavailable` before the vector store is open. */
  get parts(): MeaningParts {
    if (this.#parts === undefined) throw new EngineError('embedder-unavailable', 'Searching by meaning is starting.');
    return this.#parts;
  }

  /** What answers now; null: nothing yet. Ask once per search. */
  get answering(): Answering | null {
    return this.#parts?.seat.current ?? null;
  }

  /** Is a batch of that generation in hand, and not only waiting at the gate? */
  get inHand(): boolean {
    return this.answering?.lane.inHand ?? false;
  }

  get generationId(): number | null {
    return this.answering?.generation.row.id ?? null;
  }

  /** Are windows embedded for the generation that answers? A build beside it is nothing to wait for. */
  get busy(): boolean {
    return this.answering?.lane.busy ?? false;
  }

  /** Is a generation being built, or will it be without anybody's doing? */
  get building(): boolean {
    const progress = this.#parts?.builder.progress ?? null;
    // For memory it only rests now and then.
    const { hold } = this.#options.gate;
    return progress !== null && progress.waitsFor !== 'mains power' && (hold === null || hold === 'memory');
  }

  /** Windows given to embedders since the start. */
  get embeddedWindows(): number {
    return (this.#parts?.seat.embeddedWindows ?? 0) + (this.#parts?.builder.embeddedWindows ?? 0);
  }

  /** Can files become findable by meaning at all? False when no model is usable. */
  get hopeful(): boolean {
    return this.answering !== null || this.#trouble === null;
  }

  get troubles(): readonly string[] {
    const { seat, set, builder } = this.#parts ?? {};
    return [this.#trouble, seat?.current?.embedder.status().trouble ?? null, set?.trouble ?? null, builder?.trouble ?? null].filter((trouble) => trouble !== null);
  }

  get windowRules(): ReadonlyMap<number, WindowRule> {
    return this.#parts?.set.windowRules ?? new Map();
  }

  get status(): ModelStatus {
    const embedder = this.answering?.embedder;
    if (embedder === undefined) {
      return { id: this.#options.settings().model, dimension: 0, device: 'cpu', state: this.#trouble === null ? 'starting' : 'down', takesInstruction: false, charactersPerSecond: 0 };
    }
    const status = embedder.status();
    return {
      id: embedder.model.id, dimension: embedder.model.dimension, device: status.device, state: status.state,
      takesInstruction: embedder.model.takesInstruction, charactersPerSecond: status.charactersPerSecond,
    };
  }

  get devices(): readonly DeviceStatus[] {
    return this.answering?.embedder.status().devices ?? [];
  }

  /** There may be windows to embed, or vectors to delete. */
  wake(): void {
    this.answering?.lane.wake();
    this.#parts?.builder.wake();
    this.#parts?.set.doChores();
  }

  async vectorBytes(): Promise<number> {
    return (await this.#parts?.set.bytes()) ?? 0;
  }

  /** Forgets the vectors of files now, in every generation, old versions of the tables included. */
  async purge(fileIds: readonly number[]): Promise<void> {
    await this.#parts?.set.purge(fileIds);
  }

  /** For idle times: compaction, index, calibration, each only when due. */
  async upkeep(): Promise<void> {
    if (this.#closed) return;
    await this.#parts?.set.upkeep();
    await this.#parts?.seat.calibrate();
  }

  /** The settings are others now. `chosen`: a person chose the model just now. */
  settingsChanged(before: Settings, after: Settings, chosen: boolean): void {
    if (before.device !== after.device || before.gpuMemoryBytes !== after.gpuMemoryBytes || before.cpuThreads !== after.cpuThreads) {
      this.embedders.settingsChanged().catch((error: unknown) => { this.#options.log.warn('models could not be opened anew', { error: describeError(error) }); });
    }
    const wanted = wantedSource(after);
    // Until the seat was looked after, nothing answers, and anything would be let in; afterwards the settings are read anyway.
    if (this.#looked && (chosen || !sameSource(wantedSource(before), wanted))) this.#parts?.builder.want(wanted, { renew: chosen });
  }

  /** A model was installed or removed: what was missing may be there. */
  modelsChanged(): void {
    this.#parts?.builder.tryAgain();
    if (this.#retry !== undefined) void this.#start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    const { builder, seat, set } = this.#parts ?? {};
    // Or what is still opening would wait for its place, and the end for it.
    set?.stopWaiting();
    await builder?.close();
    await this.#started;
    await seat?.close();
    await this.embedders.close();
    await set?.close();
  }

  /** Never rejects: what went wrong becomes a trouble, and is tried again. */
  async #start(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    try {
      const parts = await this.#open();
      if (parts.seat.current === undefined) await parts.seat.find();
      this.#trouble = null;
      if (!this.#closed) void parts.set.openAll();
    } catch (error) {
      if (this.#closed) return;
      this.#trouble = `Searching by meaning is off: ${error instanceof Error ? error.message : String(error)}`;
      this.#options.log.error('meaning did not start', { error: describeError(error) });
      this.#retry = setTimeout(() => void this.#start(), RETRY_MS).unref();
    } finally {
      this.#looked = true;
      // Also when nothing answers: what is wanted now may be something else than what failed.
      if (!this.#closed) this.#parts?.builder.want(wantedSource(this.#options.settings()));
      this.#options.onChange();
    }
  }

  async #open(): Promise<MeaningParts> {
    if (this.#parts !== undefined) return this.#parts;
    const { dataDirectory, store, log, verify, settings, gate, onChange, onAnswering } = this.#options;
    const vectors = await openVectorStore(dataDirectory, { log, place: settings().vectors });
    const set = new GenerationSet({ store, vectors, log, verify });
    const shared = { store, set, embedders: this.embedders, log, onChange };
    const seat = new Seat({ ...shared, settings, gate, onAnswering, wake: () => this.wake() });
    const builder = new Builder({
      ...shared,
      gate: (generationId) => this.#buildGate(generationId),
      answering: () => seat.current?.generation.row ?? null,
      switchTo: (generationId, source) => seat.switchTo(generationId, source),
    });
    this.#parts = { set, seat, builder };
    await set.start();
    return this.#parts;
  }

  #buildGate(generationId: number): BuildGate {
    const { gate, settings, reading, onChange } = this.#options;
    void this.#lookAtDisk(generationId);
    return new BuildGate({
      gate, onChange,
      facts: () => ({
        mode: settings().buildModels, hold: gate.hold, quietMs: gate.quietMs(Date.now()), onBattery: gate.onBattery,
        // An embedder that is down must not keep the model that is to replace it from being built.
        freshWork: reading() || this.busy && this.status.state === 'ready', diskShort: this.#diskShort,
      }),
    });
  }

  /** Once per build: later the watermark of the disk holds (gate.ts). */
  async #lookAtDisk(generationId: number): Promise<void> {
    const { dataDirectory, settings, store, log } = this.#options;
    const { set } = this.parts;
    try {
      const row = set.row(generationId);
      const [counts, free, bytes] = await Promise.all([store.generationCounts(), freeBytes(dataDirectory), set.bytes(generationId)]);
      const own = counts.find((each) => each.generationId === generationId);
      if (own === undefined) return;
      const rule = JSON.parse(row.windowRule) as WindowRule; // checked by the store
      const need = peakBytes(expectedWindows(own.files, own.characters, rule, own), row.dimension) - bytes;
      this.#diskShort = free - settings().minFreeBytes < need;
    } catch (error) {
      log.warn('the disk need of a build is unknown', { error: describeError(error) });
    }
  }
}
