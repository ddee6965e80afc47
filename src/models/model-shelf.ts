/**
 * The models on this machine and those that could be: list, download, import, remove, verify. It knows folders and files, not
 * generations of vectors, and never changes which model is in use. The embedding server is none of its models: whoever makes a
 * `ModelsStatus` adds it.
 */

import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { embeddingThreads } from '../config.ts';
import type { EngineCalls } from '../contract/calls.ts';
import { EngineError, ERROR_CODES } from '../contract/errors.ts';
import type { DownloadProgress, ModelCheck, ModelListing } from '../contract/models.ts';
import type { Settings } from '../contract/settings.ts';
import { freeBytes } from '../index/disk.ts';
import { describeError, type Log } from '../log.ts';
import { Checks } from './checks.ts';
import { Download, requireSpace } from './download.ts';
import { PLAIN_TEST } from './golden.ts';
import { runGolden } from './golden-run.ts';
import { HttpSource } from './http-source.ts';
import { importModel } from './import-model.ts';
import { removeFolder } from './install.ts';
import { findModelFolder, listInstalled, modelsFolder, readInstalled, type InstalledFolder } from './installed.ts';
import { discardStaging, importStagingOf, partBytes, readJournal, stagingOf, sweepImports } from './journal.ts';
import { DISK_FULL, isDiskFull } from './part-file.ts';
import { plannedBytes } from './plan-files.ts';
import { recognise } from './recognise.ts';
import { bytesOf, recommended, type RegistryModel, type RegistryVariant } from './registry-model.ts';
import { REGISTRY } from './registry.ts';
import { PATIENCE, type Patience } from './retry.ts';

export interface ModelShelfOptions {
  /** Downloaded and imported models lie in its `models`, unfinished ones in its `downloads`. */
  readonly dataDirectory: string;
  /** Models that came with the program lie in its `models`. */
  readonly resourcesDirectory: string;
  /** The settings as they are now: mirror, proxy, free space, threads. */
  settings(): Settings;
  /** Ids of models that must stay: the answering one, one whose generation is built or kept, the reranker. */
  inUse(): ReadonlySet<string>;
  /** Is there a GPU that passed its self-test? Decides which variant is recommended. Default: no. */
  hasGpu?(): boolean;
  readonly log: Log;
  /** For tests: other models, less patience. */
  readonly registry?: readonly RegistryModel[];
  readonly patience?: Patience;
}

/** The functions take the inputs of the contract's `models.*` calls and throw their errors (contract/calls.ts). */
export interface ModelShelf {
  list(): Promise<readonly ModelListing[]>;
  /** Absolute path of an installed or built-in model's folder; the data directory comes before the resources. Error: `model-missing`. */
  folderOf(id: string): Promise<string>;
  /** Begins, or goes on; resolves when it runs, not when it is done. Errors: not-found, model-in-use, disk-full. */
  download(input: EngineCalls['models.download'][0]): Promise<void>;
  /** Resolves when it has stopped. What is there stays, unless `discard`. */
  cancel(input: EngineCalls['models.cancel'][0]): Promise<void>;
  /** Resolves when it is copied, verified and tested. Errors: model-missing, model-invalid, model-in-use, disk-full. */
  import(input: EngineCalls['models.import'][0]): Promise<ModelListing>;
  /** Errors: not-found, model-in-use. */
  remove(input: EngineCalls['models.remove'][0]): Promise<void>;
  /** Errors: not-found. A model that does not load or gives wrong vectors is an answer, not an error. */
  verify(input: EngineCalls['models.verify'][0]): Promise<ModelCheck>;
  /** Called at most four times a second when `list()` would answer something else. Answers the way to stop it. */
  onChange(listener: () => void): () => void;
  /** A download, an import or a test runs: the engine should not end by itself. */
  readonly busy: boolean;
  /** Stops downloads; what they have stays, and nothing begins again by itself. */
  close(): Promise<void>;
}

/** Four a second are smooth to the eye and nothing to the engine. */
const CHANGES_EVERY_MS = 250;
const PULSE_MS = 1_000;

/** Touches no disk and no network until it is asked something. */
export function createModelShelf(options: ModelShelfOptions): ModelShelf {
  return new Shelf(options);
}

interface Running {
  readonly download: Download;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

class Shelf implements ModelShelf {
  readonly #options: ModelShelfOptions;
  readonly #registry: readonly RegistryModel[];
  readonly #checks: Checks;
  readonly #running = new Map<string, Running>();
  /** Downloads of this engine that failed, as they stood. */
  readonly #failed = new Map<string, DownloadProgress>();
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  #changeTimer: NodeJS.Timeout | undefined;
  /** Tests load a whole model: one at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  #working = 0;
  #sweep: Promise<void> | undefined;

  constructor(options: ModelShelfOptions) {
    this.#options = options;
    this.#registry = options.registry ?? REGISTRY;
    this.#checks = new Checks(options.dataDirectory);
  }

  async list(): Promise<readonly ModelListing[]> {
    await this.#swept();
    const installed = await listInstalled(this.#options);
    const known = await Promise.all(this.#registry.map((model) => this.#listKnown(model, installed.find(({ id }) => id === model.id) ?? null)));
    const others = await Promise.all(installed.filter(({ id }) => !this.#registry.some((model) => model.id === id)).map((folder) => this.#listOther(folder)));
    return [...others.filter(({ origin }) => origin === 'built-in'), ...known, ...others.filter(({ origin }) => origin !== 'built-in')];
  }

  folderOf(id: string): Promise<string> {
    return findModelFolder(this.#options, id);
  }

  async download({ id, variant: wanted }: EngineCalls['models.download'][0]): Promise<void> {
    const { dataDirectory, settings, patience = PATIENCE, log } = this.#options;
    // 1. May it, and of what?
    const model = this.#registry.find((each) => each.id === id);
    if (model === undefined) throw new EngineError('not-found', `The registry knows no model "${id}".`, { details: { id } });
    if (this.#running.has(id)) return;
    const staging = stagingOf(dataDirectory, id);
    const kept = await readJournal(staging);
    const variant = wanted === undefined
      ? model.variants.find((each) => each.id === kept?.variant) ?? recommended(model, this.#options.hasGpu?.() ?? false)[0]
      : model.variants.find((each) => each.id === wanted);
    if (variant === undefined) throw new EngineError('not-found', `${model.title} has no variant "${wanted ?? ''}". It has: ${model.variants.map((each) => each.id).join(', ')}.`, { details: { id } });
    const there = (await listInstalled(this.#options)).find((folder) => folder.id === id);
    if (there?.trouble === null && there.variant === variant.id && (await this.#checks.of(id, there.fingerprint))?.passed === true) return;
    if (there !== undefined && this.#options.inUse().has(id)) throw new EngineError('model-in-use', undefined, { details: { id } });
    const { downloads, minFreeBytes } = settings();
    const has = kept?.variant === variant.id ? await partBytes(staging, kept) : 0;
    requireSpace(Math.max(0, bytesOf(variant) - has), await freeBytes(dataDirectory), minFreeBytes);
    // Another call may have begun it while this one looked.
    if (this.#running.has(id) || this.#closing.signal.aborted) return;
    // 2. Run it beside.
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#closing.signal]);
    const source = new HttpSource({ proxy: downloads.proxy, environment: process.env, idleMs: patience.idleMs });
    const download = new Download({
      model, variant, dataDirectory, staging, source, mirror: downloads.mirror, minFreeBytes, patience, signal,
      onChange: () => this.#changed(), test: (folder) => this.#test(folder, model, variant, signal),
    });
    this.#failed.delete(id);
    // A speed must fall to nothing where nothing comes.
    const pulse = setInterval(() => this.#changed(), PULSE_MS);
    const ended = download.run()
      .then((check) => this.#installed(id, check))
      .catch((error: unknown) => {
        if (signal.aborted) return;
        log.warn('a download failed', { model: id, error: describeError(error) });
        this.#failed.set(id, { ...download.progress(), state: 'failed', bytesPerSecond: 0, trouble: isDiskFull(error) ? DISK_FULL : error instanceof Error ? error.message : String(error) });
      })
      .finally(() => {
        clearInterval(pulse);
        source.close();
        this.#running.delete(id);
        this.#changed();
      });
    this.#running.set(id, { download, stop, ended });
    this.#changed();
  }

  async cancel({ id, discard }: EngineCalls['models.cancel'][0]): Promise<void> {
    const running = this.#running.get(id);
    running?.stop.abort(new EngineError('cancelled'));
    await running?.ended;
    if (discard === true) {
      this.#requireKnown(id);
      this.#failed.delete(id);
      await discardStaging(stagingOf(this.#options.dataDirectory, id));
    }
    this.#changed();
  }

  async import({ path }: EngineCalls['models.import'][0]): Promise<ModelListing> {
    const { dataDirectory } = this.#options;
    await this.#swept();
    const found = await recognise(path, this.#registry);
    const { id, known } = found;
    if (this.#running.has(id)) throw new EngineError('model-in-use', 'This model is being downloaded. Stop that first.', { details: { id } });
    const inPlace = dirname(found.folder) === await realpath(modelsFolder(dataDirectory)).catch(() => null) && basename(found.folder) === id;
    if (inPlace) await this.verify({ id });
    else {
      if (this.#options.inUse().has(id)) throw new EngineError('model-in-use', undefined, { details: { id } });
      const check = await this.#while(() => importModel({
        found, dataDirectory, staging: importStagingOf(dataDirectory, id), minFreeBytes: this.#options.settings().minFreeBytes, signal: this.#closing.signal,
        test: (folder) => this.#test(folder, known?.model ?? this.#registry.find((model) => model.id === id) ?? null, known?.variant ?? null, this.#closing.signal),
      }));
      await this.#installed(id, check);
    }
    const listing = (await this.list()).find((each) => each.id === id);
    if (listing === undefined) throw new EngineError('internal', 'The imported model is gone.');
    return listing;
  }

  async remove({ id }: EngineCalls['models.remove'][0]): Promise<void> {
    const folder = (await listInstalled(this.#options)).find((each) => each.id === id);
    if (folder === undefined) throw new EngineError('not-found', `The model "${id}" is not on this machine.`, { details: { id } });
    if (folder.builtIn) throw new EngineError('model-in-use', 'This model came with Findling and cannot be removed.', { details: { id } });
    if (this.#options.inUse().has(id)) throw new EngineError('model-in-use', undefined, { details: { id } });
    await removeFolder(this.#options.dataDirectory, id);
    await this.#checks.set(id, '', null);
    this.#changed();
  }

  async verify({ id }: EngineCalls['models.verify'][0]): Promise<ModelCheck> {
    const folder = (await listInstalled(this.#options)).find((each) => each.id === id);
    if (folder === undefined) throw new EngineError('not-found', `The model "${id}" is not on this machine.`, { details: { id } });
    const model = this.#registry.find((each) => each.id === id) ?? null;
    const check = await this.#while(() => this.#test(folder.folder, model, model?.variants.find((each) => each.id === folder.variant) ?? null, this.#closing.signal));
    await this.#checks.set(id, folder.fingerprint, check);
    this.#changed();
    return check;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => { this.#listeners.delete(listener); };
  }

  get busy(): boolean {
    return this.#running.size > 0 || this.#working > 0;
  }

  async close(): Promise<void> {
    this.#closing.abort(new EngineError('cancelled', 'The engine is ending.'));
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    await this.#turn.catch(() => undefined);
    clearTimeout(this.#changeTimer);
    this.#listeners.clear();
  }

  async #listKnown(model: RegistryModel, installed: InstalledFolder | null): Promise<ModelListing> {
    const { id, title, task, about, licence, page } = model;
    return {
      id, title, task, origin: 'registry', about, licence, page, dimension: installed?.description?.dimension ?? model.settings.dimension,
      variants: recommended(model, this.#options.hasGpu?.() ?? false).map((variant) => ({ id: variant.id, bytes: bytesOf(variant), about: variant.about, needsGpu: variant.needsGpu })),
      installed: installed === null ? null : await this.#installedModel(installed),
      download: await this.#progressOf(model),
    };
  }

  async #listOther(folder: InstalledFolder): Promise<ModelListing> {
    const { id, builtIn, description, task } = folder;
    return {
      id, title: id, task, origin: builtIn ? 'built-in' : 'imported',
      about: builtIn ? 'Came with Findling: needs no download and is quick on any processor.' : 'Brought to this machine by hand.',
      licence: description?.licence ?? '', page: null, dimension: description?.dimension ?? 0, variants: [], installed: await this.#installedModel(folder), download: null,
    };
  }

  async #installedModel(folder: InstalledFolder): Promise<ModelListing['installed']> {
    const check = folder.trouble === null
      ? await this.#checks.of(folder.id, folder.fingerprint)
      : { atMs: Date.now(), passed: false, detail: folder.trouble, cosines: [] };
    return { variant: folder.variant, bytes: folder.bytes, check, removable: !folder.builtIn && !this.#options.inUse().has(folder.id) };
  }

  async #progressOf(model: RegistryModel): Promise<DownloadProgress | null> {
    const running = this.#running.get(model.id);
    if (running !== undefined) return running.download.progress();
    const failed = this.#failed.get(model.id);
    if (failed !== undefined) return failed;
    // Stopped, or left by an engine that ended.
    const staging = stagingOf(this.#options.dataDirectory, model.id);
    const kept = await readJournal(staging);
    const variant = model.variants.find((each) => each.id === kept?.variant);
    if (kept === null || variant === undefined) return null;
    const doneBytes = await partBytes(staging, kept);
    return { state: 'stopped', variant: variant.id, doneBytes, totalBytes: Math.max(doneBytes, plannedBytes(kept, variant)), bytesPerSecond: 0, trouble: null };
  }

  #test(folder: string, model: RegistryModel | null, variant: RegistryVariant | null, signal: AbortSignal): Promise<ModelCheck> {
    const test = variant?.selfTest ?? model?.selfTest ?? PLAIN_TEST;
    const run = async (): Promise<ModelCheck> => {
      signal.throwIfAborted();
      return runGolden({ folder, test, threads: embeddingThreads(this.#options.settings()), log: this.#options.log, signal });
    };
    const result = this.#turn.then(run, run);
    this.#turn = result;
    return result;
  }

  async #installed(id: string, check: ModelCheck): Promise<void> {
    const folder = await readInstalled(await this.folderOf(id), id, false);
    if (folder !== null) await this.#checks.set(id, folder.fingerprint, check);
    this.#options.log.info('a model was installed', { model: id, passed: check.passed });
    this.#changed();
  }

  /** Once, before the first import of this engine can begin. */
  #swept(): Promise<void> {
    return this.#sweep ??= sweepImports(this.#options.dataDirectory);
  }

  #requireKnown(id: string): void {
    if (!this.#registry.some((model) => model.id === id)) throw new EngineError('not-found', ERROR_CODES['not-found'], { details: { id } });
  }

  async #while<T>(run: () => Promise<T>): Promise<T> {
    this.#working += 1;
    try {
      return await run();
    } finally {
      this.#working -= 1;
      this.#changed();
    }
  }

  /** Many changes are told once. */
  #changed(): void {
    this.#changeTimer ??= setTimeout(() => {
      this.#changeTimer = undefined;
      for (const listener of [...this.#listeners]) listener();
    }, CHANGES_EVERY_MS);
  }
}
