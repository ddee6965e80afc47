/**
 * The least-recently-used cache of query vectors: typing back and forth, or the same search in two windows, embeds once.
 * Keyed by the model's fingerprint, the instruction and the text, so that a change of model can never answer with an old vector.
 * It keeps what people searched for in memory only; `clear` is part of "forget means gone".
 */

/** 512 vectors of 1,024 dimensions are 2 MB. */
const DEFAULT_CAPACITY = 512;

export interface QueryKey {
  readonly fingerprint: string;
  readonly instruction: string | null;
  readonly text: string;
}

/** What the embedder says of a query. */
export interface EmbeddedQuery {
  readonly vector: Float32Array;
  /** Letters per token; null when the model does not count tokens. */
  readonly lettersPerToken: number | null;
}

export class QueryCache {
  readonly #vectors = new Map<string, Promise<EmbeddedQuery>>();
  readonly #capacity: number;
  #hits = 0;
  #misses = 0;

  constructor(capacity = DEFAULT_CAPACITY) {
    this.#capacity = capacity;
  }

  /** The vector of this key, computed at most once while it is cached. A computation that fails is not kept. */
  async get(key: QueryKey, compute: () => Promise<EmbeddedQuery>): Promise<EmbeddedQuery> {
    const name = JSON.stringify([key.fingerprint, key.instruction, key.text]);
    const cached = this.#vectors.get(name);
    if (cached !== undefined) {
      this.#hits++;
      this.#vectors.delete(name);
      this.#vectors.set(name, cached);
      return await cached;
    }
    this.#misses++;
    const computed = compute();
    this.#vectors.set(name, computed);
    const oldest = this.#vectors.size > this.#capacity ? this.#vectors.keys().next().value : undefined;
    if (oldest !== undefined) this.#vectors.delete(oldest);
    try {
      return await computed;
    } catch (error) {
      if (this.#vectors.get(name) === computed) this.#vectors.delete(name);
      throw error;
    }
  }

  clear(): void {
    this.#vectors.clear();
  }

  /** Counters since the start, for status and for tests. */
  counts(): { readonly hits: number; readonly misses: number; readonly size: number } {
    return { hits: this.#hits, misses: this.#misses, size: this.#vectors.size };
  }
}
