/**
 * The Embedder over a local model folder: the engine's side. The graph runs in a process of its own (embed-worker.ts), which may die at
 * any moment; here that becomes one retry, another device, or `embedder-unavailable`. No native library is loaded here.
 */

import { EngineError } from '../contract/errors.ts';
import type { Settings } from '../contract/settings.ts';
import type { Log } from '../log.ts';
import type { Client } from '../rpc/client.ts';
import { DeviceChoice, DEVICE_LIMITS, LARGE_MODEL_BYTES, type DeviceLimits } from './device-choice.ts';
import type { EmbedProtocol } from './embed-protocol.ts';
import type { Embedder, EmbedderModel, EmbedderStatus } from './embedder.ts';
import { documentText, queryText, type ModelPrompts } from './model-description.ts';
import { readModelFolder } from './model-folder.ts';
import { isDeath } from './model-process.ts';
import { RateMeter } from './rate-meter.ts';
import { nextChunk, type Chunk } from './text-chunks.ts';

/** Characters of one request at most: some 20 ms of the built-in model's work, a small message, a cheap retry. */
const MOST_CHUNK_CHARACTERS = 65_536;
/** A slow model gets smaller requests: about so much work each, so that speed is measured soon and little is done again after a death. */
const CHUNK_SECONDS = 3;
/** Short texts together up to here: about the tokens that even the slowest model runs at once (batches.ts). A longer text stands alone. */
const LEAST_CHUNK_CHARACTERS = 400;
/** Requests on their way at once: while one runs through the graph, the next is cut into tokens. More would only wait in the process. */
const CHUNKS_IN_FLIGHT = 3;
/**
 * A query waits this long for a process that is starting (half a second on an idle machine, several on a busy one); then names and
 * words must do. A page has shown those long before, so waiting costs nobody anything.
 */
const QUERY_WAIT_MS = 10_000;
/** Attempts of one request: the first, and one after a restart. */
const ATTEMPTS = 2;
export interface OnnxEmbedderOptions {
  /** Absolute path of the model folder. */
  readonly folder: string;
  /** Cores that the graph and, beside it, the tokenizer may use. */
  readonly threads: number;
  /** `Settings.device`; the CPU when left out. */
  readonly device?: Settings['device'];
  /** `Settings.gpuMemoryBytes`; 0, or left out: as the model and its shapes need. */
  readonly gpuMemoryBytes?: number;
  /** A file in the data directory (`device-verdicts.json`) where self-tests of devices are remembered. Without it every start tests anew. */
  readonly verdictsPath?: string;
  readonly log?: Log;
  /** For tests, on machines too busy to load a model as soon as a person wants an answer: how long a query waits. */
  readonly queryWaitMs?: number;
  /** For tests, which cannot wait as long as people can. */
  readonly deviceLimits?: Partial<DeviceLimits>;
  /** A file in the data directory where verified model files are remembered (model-folder.ts). */
  readonly verifiedPath?: string;
}

/** Checks the folder and starts loading the model; does not wait for it. Errors: `model-missing`, `model-invalid`. */
export async function createOnnxEmbedder(options: OnnxEmbedderOptions): Promise<Embedder> {
  const folder = await readModelFolder(options.folder, options.verifiedPath === undefined ? {} : { verifiedPath: options.verifiedPath });
  const { description, fingerprint } = folder;
  const { id, dimension, windowTokens, prompts, files } = description;
  const modelBytes = [files.model, ...files.data].reduce((sum, { bytes }) => sum + bytes, 0);
  const listeners: ((status: EmbedderStatus) => void)[] = [];
  const devices = new DeviceChoice({
    setting: options.device ?? 'cpu',
    gpuMemoryBytes: options.gpuMemoryBytes ?? 0,
    threads: options.threads,
    folder: options.folder,
    model: { fingerprint, dimension, width: description.outputDimension, bytes: modelBytes },
    verdictsPath: options.verdictsPath,
    limits: { ...DEVICE_LIMITS, ...options.deviceLimits },
    log: options.log,
    onChange: () => {
      for (const listener of listeners) listener(embedder.status());
    },
  });
  const model: EmbedderModel = { id, dimension, fingerprint, windowRule: { maxTokens: windowTokens }, takesInstruction: prompts.query.includes('{instruction}') };
  const embedder = new OnnxEmbedder(model, prompts, devices, listeners, modelBytes, options.queryWaitMs ?? QUERY_WAIT_MS);
  await devices.start();
  return embedder;
}

class OnnxEmbedder implements Embedder {
  readonly model: EmbedderModel;
  readonly #prompts: ModelPrompts;
  readonly #devices: DeviceChoice;
  readonly #listeners: ((status: EmbedderStatus) => void)[];
  readonly #large: boolean;
  readonly #queryWaitMs: number;
  readonly #rate = new RateMeter();
  #closed = false;

  constructor(model: EmbedderModel, prompts: ModelPrompts, devices: DeviceChoice, listeners: ((status: EmbedderStatus) => void)[], modelBytes: number, queryWaitMs: number) {
    this.model = model;
    this.#prompts = prompts;
    this.#devices = devices;
    this.#listeners = listeners;
    this.#large = modelBytes >= LARGE_MODEL_BYTES;
    this.#queryWaitMs = queryWaitMs;
  }

  get pid(): number | undefined {
    return this.#devices.worker.pid;
  }

  async embedQuery(text: string, options: { readonly instruction?: string | null; readonly signal?: AbortSignal } = {}): Promise<Float32Array> {
    const prompted = queryText(this.#prompts, text, options.instruction ?? null);
    return this.#promptly(options.signal, (signal) => this.#attempt((client) => client.call('query', { text: prompted }, signal)));
  }

  async countTokens(texts: readonly string[], signal?: AbortSignal): Promise<readonly number[]> {
    return this.#promptly(signal, (stop) => this.#attempt((client) => client.call('tokens', { texts }, stop)));
  }

  async embedDocuments(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array> {
    const vectors = new Float32Array(texts.length * this.model.dimension);
    const failure = new AbortController();
    const stop = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
    let next = 0;
    // A few lanes take chunk after chunk, each as large as the speed measured by then asks for; the first failure stops the others.
    const lane = async (): Promise<void> => {
      for (let chunk = nextChunk(texts, next, this.#chunkCharacters()); chunk !== null; chunk = nextChunk(texts, next, this.#chunkCharacters())) {
        next = chunk.to;
        vectors.set(await this.#embedChunk(texts, chunk, stop), chunk.from * this.model.dimension);
      }
    };
    const lanes = Array.from({ length: this.#slow ? 1 : CHUNKS_IN_FLIGHT }, () => lane().catch((error: unknown) => { failure.abort(); throw error; }));
    const failed = (await Promise.allSettled(lanes)).filter((result) => result.status === 'rejected').map((result): unknown => result.reason);
    // The lane that failed by itself, not those that it stopped.
    const cause = failed.find((error) => !(error instanceof EngineError) || error.code !== 'cancelled') ?? failed[0];
    if (cause !== undefined) throw cause;
    return vectors;
  }

  /** Requests on their way at once would only share its time, and be measured late. */
  get #slow(): boolean {
    return this.#large && this.#rate.perSecond * CHUNK_SECONDS < MOST_CHUNK_CHARACTERS / CHUNKS_IN_FLIGHT;
  }

  #chunkCharacters(): number {
    const bySpeed = this.#rate.measuredMs === 0 ? (this.#large ? 0 : MOST_CHUNK_CHARACTERS) : this.#rate.perSecond * CHUNK_SECONDS;
    return Math.min(MOST_CHUNK_CHARACTERS, Math.max(LEAST_CHUNK_CHARACTERS, bySpeed));
  }

  async #embedChunk(texts: readonly string[], chunk: Chunk, signal: AbortSignal): Promise<Float32Array> {
    const prompted = texts.slice(chunk.from, chunk.to).map((text) => (text.trim() === '' ? '' : documentText(this.#prompts, text)));
    let embedded = 0;
    this.#rate.start(performance.now());
    try {
      const vectors = await this.#attempt((client) => client.call('documents', { texts: prompted }, signal));
      if (vectors.length !== prompted.length * this.model.dimension) throw new EngineError('internal', 'The embedder answered with the wrong number of vectors.');
      embedded = chunk.characters;
      return vectors;
    } finally {
      this.#rate.end(embedded, performance.now());
    }
  }

  /** Runs a request against the loaded model: once more when the process died under it, and on another device when this one is given up. */
  async #attempt<T>(request: (client: Client<EmbedProtocol>) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const worker = await this.#devices.current();
      try {
        return await worker.request(request);
      } catch (error) {
        if (this.#devices.failed(worker, error)) {
          attempt = 0;
          continue;
        }
        if (!isDeath(error)) throw error;
        if (attempt >= ATTEMPTS || this.#closed) throw new EngineError('embedder-unavailable', undefined, { cause: error });
      }
    }
  }

  /** Rejects with `embedder-unavailable` when it takes too long, with `cancelled` at once when the signal aborts; either way the request is withdrawn. */
  #promptly<T>(signal: AbortSignal | undefined, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const withdrawn = new AbortController();
      const abort = (): void => { withdrawn.abort(); reject(new EngineError('cancelled')); };
      const timer = setTimeout(() => { withdrawn.abort(); reject(new EngineError('embedder-unavailable', this.#whyLate())); }, this.#queryWaitMs);
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      if (signal?.aborted === true) abort();
      else signal?.addEventListener('abort', abort, { once: true });
      request(withdrawn.signal).then((value) => { settle(); resolve(value); }, (error: unknown) => { settle(); reject(error); });
    });
  }

  #whyLate(): string {
    return this.#devices.worker.state === 'ready'
      ? 'The model is busy with a long text. Names and words go on being found.'
      : 'The model is being loaded. Names and words go on being found.';
  }

  status(): EmbedderStatus {
    const { state, trouble, device } = this.#devices.worker;
    return { state, device, charactersPerSecond: this.#rate.perSecond, measuredMs: this.#rate.measuredMs, trouble, devices: this.#devices.statuses() };
  }

  retestDevices(): void {
    this.#devices.retest();
  }

  onStatus(listener: (status: EmbedderStatus) => void): void {
    this.#listeners.push(listener);
  }

  /** The state stays what it was: a resting embedder answers, after loading again. */
  async rest(): Promise<void> {
    await this.#devices.rest();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#devices.close();
  }
}
