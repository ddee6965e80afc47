/**
 * One embedder in the hands of several generations: a model of a gigabyte is loaded once, whatever dimension each of them stores.
 * The embedder behind it may be exchanged (another device, other threads) while they hold it.
 */

import { cutFingerprint, cutVectors } from '../embed/cut-vectors.ts';
import type { Embedder, EmbedderModel, EmbedderStatus } from '../embed/embedder.ts';

/** A query's answer takes less; what takes longer is asked again. */
const LONGEST_WAIT_MS = 10_000;

/** An embedder that is open, with who uses it. */
export class OpenEmbedder {
  readonly #listeners = new Set<(status: EmbedderStatus) => void>();
  #inner: Embedder;
  /** Requests on their way, by the embedder that has them: after an exchange the old one still answers its own. */
  readonly #running = new Map<Embedder, number>();
  readonly #quiet = new Map<Embedder, (() => void)[]>();
  #usedMs = Date.now();
  users = 0;
  /** Of its files on disk: about what it takes in memory; 0 for a server. */
  readonly bytes: number;

  constructor(inner: Embedder, bytes: number) {
    this.bytes = bytes;
    this.#inner = inner;
    this.#listen(inner);
  }

  get inner(): Embedder {
    return this.#inner;
  }

  /** Milliseconds since it was last asked for anything; 0 while it works. */
  idleMs(nowMs: number): number {
    return this.#running.has(this.#inner) ? 0 : nowMs - this.#usedMs;
  }

  /** Puts another embedder of the same fingerprint in its place, and closes the old one once it has answered what it was asked. */
  async exchange(inner: Embedder): Promise<void> {
    const old = this.#inner;
    this.#inner = inner;
    this.#listen(inner);
    for (const listener of this.#listeners) listener(inner.status());
    await this.#whenQuiet(old);
    await old.close();
  }

  async use<T>(work: (inner: Embedder) => Promise<T>): Promise<T> {
    const inner = this.#inner;
    this.#running.set(inner, (this.#running.get(inner) ?? 0) + 1);
    try {
      return await work(inner);
    } finally {
      this.#usedMs = Date.now();
      const left = (this.#running.get(inner) ?? 1) - 1;
      if (left > 0) this.#running.set(inner, left);
      else {
        this.#running.delete(inner);
        for (const resolve of this.#quiet.get(inner) ?? []) resolve();
        this.#quiet.delete(inner);
      }
    }
  }

  /** Resolves between two requests, or when one takes too long to be waited for. */
  quiet(): Promise<void> {
    return this.#whenQuiet(this.#inner);
  }

  /** Ends it once nobody waits for it any more: a query that began before a switch gets its answer. */
  async end(): Promise<void> {
    await this.#whenQuiet(this.#inner);
    await this.#inner.close();
  }

  async #whenQuiet(inner: Embedder): Promise<void> {
    if (!this.#running.has(inner)) return;
    const quiet = new Promise<void>((resolve) => { this.#quiet.set(inner, [...(this.#quiet.get(inner) ?? []), resolve]); });
    await Promise.race([quiet, new Promise((resolve) => { setTimeout(resolve, LONGEST_WAIT_MS).unref(); })]);
  }

  onStatus(listener: (status: EmbedderStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => { this.#listeners.delete(listener); };
  }

  #listen(inner: Embedder): void {
    inner.onStatus((status) => {
      if (inner === this.#inner) for (const listener of this.#listeners) listener(status);
    });
  }
}

/** One generation's view of it: vectors cut to `dimension` where that is smaller. `release` once, instead of closing it. */
export class SharedEmbedder implements Embedder {
  readonly model: EmbedderModel;
  /** Fingerprint of the vectors before they are cut. */
  readonly family: string;
  readonly #open: OpenEmbedder;
  readonly #release: () => Promise<void>;
  readonly #unlisten: (() => void)[] = [];
  readonly wholeDimension: number;
  #released = false;

  constructor(open: OpenEmbedder, dimension: number | null, release: () => Promise<void>) {
    const whole = open.inner.model;
    this.#open = open;
    this.#release = release;
    this.family = whole.fingerprint;
    this.wholeDimension = whole.dimension;
    this.model = dimension === null || dimension === whole.dimension ? whole : { ...whole, dimension, fingerprint: cutFingerprint(whole.fingerprint, dimension) };
    // Only where the model counts tokens: callers ask for the method.
    if (open.inner.countTokens !== undefined) this.countTokens = (texts, signal) => open.use((inner) => inner.countTokens?.(texts, signal) ?? Promise.resolve([]));
  }

  countTokens?(texts: readonly string[], signal?: AbortSignal): Promise<readonly number[]>;

  embedQuery(text: string, options?: { readonly instruction?: string | null; readonly signal?: AbortSignal }): Promise<Float32Array> {
    return this.#open.use(async (inner) => this.#cut(await inner.embedQuery(text, options)));
  }

  embedDocuments(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array> {
    return this.#open.use(async (inner) => this.#cut(await inner.embedDocuments(texts, signal)));
  }

  #cut(vectors: Float32Array): Float32Array {
    return this.model.dimension === this.wholeDimension ? vectors : cutVectors(vectors, this.wholeDimension, this.model.dimension);
  }

  status(): EmbedderStatus {
    return this.#open.inner.status();
  }

  onStatus(listener: (status: EmbedderStatus) => void): void {
    this.#unlisten.push(this.#open.onStatus(listener));
  }

  retestDevices(): void {
    this.#open.inner.retestDevices?.();
  }

  get pid(): number | undefined {
    return this.#open.inner.pid;
  }

  rest(): Promise<void> {
    return this.#open.inner.rest();
  }

  /** Gives it back; the last one to do so ends it. */
  async close(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    for (const unlisten of this.#unlisten) unlisten();
    await this.#release();
  }
}
