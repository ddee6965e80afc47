/**
 * Random vectors of the index, kept in memory per generation: what a query's similarities are measured against (confidence.ts).
 * Sampled again when the index has grown to twice its size. When the index is too small to be its own background, vectors of the
 * probe texts stand in, embedded once with the same model.
 */

import type { Embedder } from '../embed/embedder.ts';
import type { VectorTable } from '../store/vector-store.ts';
import { PROBES } from './probe-texts.ts';

/** Enough that mean and deviation are good to 4 %; at 1,024 dimensions 2 MB and half a millisecond a query. */
export const BACKGROUND_SAMPLE = 512;
/** Below this many own vectors the probes are added: a dozen files on one subject are no background. */
export const LEAST_OWN_SAMPLE = 128;
/** Counting rows takes a millisecond: as much as the search itself. */
const COUNT_FRESH_MS = 2_000;
/** Grown by this factor, the sample is drawn again. */
const RESAMPLE_GROWTH = 2;
const SEED = 20_260_101;

export interface Background {
  readonly generationId: number;
  /** Row after row. */
  readonly vectors: Float32Array;
  /** Vectors in the table. */
  readonly windows: number;
  /** Vectors in the table when it was sampled. */
  readonly sampledAt: number;
}

export class BackgroundSampler {
  #current: Background | null = null;
  #countedAtMs = -Infinity;
  #sampling: Promise<Background> | null = null;

  /**
   * The background of this table. The first call samples; later ones answer at once and sample again when the table has grown.
   * Errors: those of the table, and `embedder-unavailable` when probes are needed and the embedder is down.
   */
  async of(table: VectorTable, embedder: Embedder): Promise<Background> {
    const current = this.#current;
    if (current?.generationId === table.generationId && performance.now() - this.#countedAtMs < COUNT_FRESH_MS) return current;
    const windows = await table.count();
    this.#countedAtMs = performance.now();
    if (current !== null && current.generationId === table.generationId && windows < Math.max(current.sampledAt, 1) * RESAMPLE_GROWTH && windows * RESAMPLE_GROWTH >= current.sampledAt) {
      return this.#current = { ...current, windows };
    }
    this.#sampling ??= this.#sample(table, embedder, windows).finally(() => { this.#sampling = null; });
    const sampled = await this.#sampling;
    return sampled.generationId === table.generationId ? sampled : await this.#sample(table, embedder, windows);
  }

  async #sample(table: VectorTable, embedder: Embedder, windows: number): Promise<Background> {
    const own = windows === 0 ? new Float32Array(0) : (await table.sample(BACKGROUND_SAMPLE, SEED)).vectors;
    const few = own.length / table.dimension < LEAST_OWN_SAMPLE;
    const vectors = few ? joined(own, await embedder.embedDocuments(PROBES.map((probe) => probe.body))) : own;
    this.#current = { generationId: table.generationId, vectors, windows, sampledAt: windows };
    return this.#current;
  }
}

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const all = new Float32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
