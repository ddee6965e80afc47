/**
 * Opens embedders by their source, each once however many generations use it, and lets them rest when they are not needed: two large
 * models are in memory together only while both have work.
 */

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { embeddingThreads } from '../config.ts';
import { EngineError } from '../contract/errors.ts';
import type { Settings } from '../contract/settings.ts';
import { cutFingerprint } from '../embed/cut-vectors.ts';
import type { Embedder, WindowRule } from '../embed/embedder.ts';
import { readModelFolder } from '../embed/model-folder.ts';
import { createOnnxEmbedder } from '../embed/onnx-embedder.ts';
import { createServerEmbedder } from '../embed/server/server-embedder.ts';
import { describeError, type Log } from '../log.ts';
import { SERVER_MODEL, type EmbedderSource } from './embedder-source.ts';
import { OpenEmbedder, SharedEmbedder } from './shared-embedder.ts';

/** Without a search or a file to embed for this long, a model's memory is given back; the next search loads it again, while names and words answer. */
const REST_AFTER_MS = 5 * 60_000;
/** A model of this size counts: two such models beside each other are what a machine of 8 GB does not have. */
const BIG_BYTES = 256 * 1024 * 1024;
/** While another big model is at work, an idle one goes after this. Loading it again takes a few seconds. */
const MAKE_ROOM_AFTER_MS = 20_000;
const REST_CHECK_MS = 10_000;
/** Told to rest now, a model must have had nothing to do for this long: in mid-work it is idle for moments between two requests. */
const BETWEEN_REQUESTS_MS = 1_000;

export interface EmbeddersOptions {
  readonly dataDirectory: string;
  readonly settings: () => Settings;
  /** Error: `model-missing`. */
  readonly folderOf: (model: string) => Promise<string>;
  readonly log: Log;
}

/** What a generation made with a source is, known without loading a model. */
export interface SourceFacts {
  readonly fingerprint: string;
  readonly family: string;
  readonly dimension: number;
  readonly wholeDimension: number;
  readonly windowRule: WindowRule;
}

export class Embedders {
  readonly #options: EmbeddersOptions;
  readonly #open = new Map<string, Promise<OpenEmbedder>>();
  /** Those of `#open` that have opened. */
  #known: readonly OpenEmbedder[] = [];
  #changing: Promise<void> = Promise.resolve();
  #closed = false;
  readonly #restTimer: NodeJS.Timeout;

  constructor(options: EmbeddersOptions) {
    this.#options = options;
    this.#restTimer = setInterval(() => this.#restIdle(), REST_CHECK_MS).unref();
  }

  /**
   * `renew`: a person chose it just now (server-embedder.ts). Errors: `model-missing`, `model-invalid`, `bad-input` (a dimension that the
   * model does not have), and those of a server that was never seen.
   */
  async facts(source: EmbedderSource, options: { readonly renew?: boolean } = {}): Promise<SourceFacts> {
    if (source.model === SERVER_MODEL) {
      const embedder = await this.open(source, options);
      try {
        const { model, family } = embedder;
        return { fingerprint: model.fingerprint, family, dimension: model.dimension, wholeDimension: embedder.wholeDimension, windowRule: model.windowRule };
      } finally {
        await embedder.close();
      }
    }
    const folder = await readModelFolder(await this.#options.folderOf(source.model), { verifiedPath: this.#verifiedPath });
    const whole = folder.description.dimension;
    const dimension = checkDimension(source, whole);
    return {
      fingerprint: dimension === whole ? folder.fingerprint : cutFingerprint(folder.fingerprint, dimension), family: folder.fingerprint,
      dimension, wholeDimension: whole, windowRule: { maxTokens: folder.description.windowTokens },
    };
  }

  /** Close what it answers. Errors: as `facts`. */
  async open(source: EmbedderSource, options: { readonly renew?: boolean } = {}): Promise<SharedEmbedder> {
    const key = JSON.stringify([source.model, source.server]);
    let opening = this.#open.get(key);
    if (opening === undefined || options.renew === true && source.model === SERVER_MODEL) {
      opening = this.#create(source, options.renew === true);
      this.#open.set(key, opening);
      opening.catch(() => { if (this.#open.get(key) === opening) this.#open.delete(key); });
    }
    const open = await opening;
    checkDimension(source, open.inner.model.dimension);
    open.users += 1;
    if (!this.#known.includes(open)) this.#known = [...this.#known, open];
    return new SharedEmbedder(open, source.dimension, async () => {
      open.users -= 1;
      if (open.users > 0) return;
      if (this.#open.get(key) === opening) this.#open.delete(key);
      this.#known = this.#known.filter((each) => each !== open);
      await open.end();
    });
  }

  /** Device, threads or GPU memory are others now: local models are opened anew behind their users' backs. One change after the other. */
  settingsChanged(): Promise<void> {
    this.#changing = this.#changing.then(() => this.#openAnew());
    return this.#changing;
  }

  async #openAnew(): Promise<void> {
    for (const [key, opening] of this.#open) {
      const [model, server] = JSON.parse(key) as [string, EmbedderSource['server']]; // written by `open`
      if (server !== null) continue;
      const open = await opening.catch(() => null);
      if (open === null) continue;
      try {
        // What is being embedded is finished first: a query must not fail because of a setting, and the two are in memory together only for a moment.
        await open.quiet();
        const fresh = await this.#createLocal(model);
        if (fresh.model.fingerprint === open.inner.model.fingerprint && !this.#closed) await open.exchange(fresh);
        else await fresh.close();
      } catch (error) {
        this.#options.log.warn('a model could not be opened anew', { model, error: describeError(error) });
      }
    }
  }

  /** Process ids of the models that are in memory. */
  get pids(): readonly number[] {
    return this.#known.flatMap((open) => open.inner.pid ?? []);
  }

  /** Of the model with this process, since it was last asked for anything; null when none has it. */
  idleMs(pid: number | undefined): number | null {
    const open = this.#known.find((each) => each.inner.pid !== undefined && each.inner.pid === pid);
    return open === undefined ? null : open.idleMs(Date.now());
  }

  /** Gives memory back at once, of models that do nothing now: of all but one process's, or of that one's alone. */
  async restNow(which: { readonly except: number | undefined } | { readonly only: number | undefined }): Promise<void> {
    const chosen = this.#known.filter(({ inner: { pid } }) => pid !== undefined && ('only' in which ? pid === which.only : pid !== which.except));
    await Promise.all(chosen.map(async (open) => {
      if (open.idleMs(Date.now()) > BETWEEN_REQUESTS_MS) await open.inner.rest();
    }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#restTimer);
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(open.map((opening) => opening.then((each) => each.inner.close(), () => undefined))); // who opened it heard of the failure
  }

  get #verifiedPath(): string {
    return path.join(this.#options.dataDirectory, 'verified-models.json');
  }

  async #create(source: EmbedderSource, renew: boolean): Promise<OpenEmbedder> {
    if (source.model !== SERVER_MODEL) return new OpenEmbedder(await this.#createLocal(source.model), await this.#bytesOf(source.model));
    if (source.server === null) throw new EngineError('bad-input', 'No embedding server is set.');
    // Cut here, as every model: the whole vectors' fingerprint is what tells whether smaller ones can be derived.
    return new OpenEmbedder(await createServerEmbedder({
      settings: source.server, dimension: null, renew, log: this.#options.log,
      identityPath: path.join(this.#options.dataDirectory, 'server-identity.json'),
    }), 0);
  }

  async #createLocal(model: string): Promise<Embedder> {
    const { dataDirectory, log, folderOf } = this.#options;
    const settings = this.#options.settings();
    return createOnnxEmbedder({
      folder: await folderOf(model), threads: embeddingThreads(settings), device: settings.device, gpuMemoryBytes: settings.gpuMemoryBytes, log,
      verdictsPath: path.join(dataDirectory, 'device-verdicts.json'), verifiedPath: this.#verifiedPath,
    });
  }

  async #bytesOf(model: string): Promise<number> {
    const { description, folder } = await readModelFolder(await this.#options.folderOf(model), { trusted: true });
    const files = [description.files.model, ...description.files.data];
    const sizes = await Promise.all(files.map((file) => stat(path.join(folder, file.path)).then((found) => found.size, () => 0)));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  #restIdle(): void {
    const nowMs = Date.now();
    void Promise.allSettled(this.#open.values()).then((settled) => {
      const open = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      for (const each of open) {
        const idleMs = each.idleMs(nowMs);
        const another = each.bytes >= BIG_BYTES && open.some((other) => other !== each && other.bytes >= BIG_BYTES && other.idleMs(nowMs) === 0);
        if (each.inner.pid === undefined || idleMs < (another ? MAKE_ROOM_AFTER_MS : REST_AFTER_MS)) continue;
        each.inner.rest().catch((error: unknown) => this.#options.log.warn('the embedder did not rest', { error: describeError(error) }));
      }
    });
  }
}

/** The dimension that this source stores. */
function checkDimension(source: EmbedderSource, whole: number): number {
  const dimension = source.dimension ?? whole;
  if (dimension > whole) throw new EngineError('bad-input', `This model's vectors have ${whole} values, not ${dimension}.`, { details: { field: 'dimension', most: whole } });
  return dimension;
}
