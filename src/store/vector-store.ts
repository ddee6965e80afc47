/**
 * What the indexer and the searcher ask of the vector store: one table per generation, derived from the SQLite store and
 * rebuildable from it. The implementation is lance-store.ts. Vectors are unit length; similarity is the cosine.
 */

import type { FileKind } from '../contract/model.ts';
import type { EmbeddedWindow } from '../pipeline.ts';

export interface VectorFilter {
  readonly rootIds?: readonly number[];
  readonly kinds?: readonly FileKind[];
  readonly modifiedDayFrom?: number;
  readonly modifiedDayTo?: number;
  /** Exact set; with at most `EXACT_SEARCH_WINDOWS` windows the search is exhaustive. */
  readonly fileIds?: readonly number[];
}

export interface VectorCandidate {
  readonly windowId: number;
  readonly fileId: number;
  /** Cosine, -1 to 1. */
  readonly similarity: number;
}

export interface VectorTable {
  readonly generationId: number;
  readonly dimension: number;
  /** It may hold other rows than the catalog believes (made anew, or kept at a place that others reach): compare before trusting either. */
  readonly unverified: boolean;
  /** Durable when it resolves. Ids must be new. Where its place is away it waits until that is back, or `signal` aborts. */
  add(windows: readonly EmbeddedWindow[], signal?: AbortSignal): Promise<void>;
  deleteWindows(windowIds: readonly number[]): Promise<void>;
  deleteFiles(fileIds: readonly number[]): Promise<void>;
  /** Rewrites the columns filters use, after a file moved to another root or was touched without changing. */
  retag(fileId: number, tags: { readonly rootId: number; readonly kind: FileKind; readonly modifiedDay: number }): Promise<void>;
  /** Nearest first. `exact` scans every allowed row. */
  search(vector: Float32Array, k: number, filter: VectorFilter | null, options?: { readonly exact?: boolean }): Promise<readonly VectorCandidate[]>;
  /** All window ids, for verification. */
  windowIds(): Promise<Float64Array>;
  count(): Promise<number>;
  /** Random stored vectors, for calibration: `count` × dimension, row after row, with their window ids. */
  sample(count: number, seed: number): Promise<{ readonly windowIds: readonly number[]; readonly vectors: Float32Array }>;
  /** The vectors of these windows, row after row, in the order of the answered ids; windows without one are absent. */
  vectors(windowIds: readonly number[]): Promise<{ readonly windowIds: readonly number[]; readonly vectors: Float32Array }>;
  /** Compacts and (re)builds the index when thresholds ask for it and the disk allows; answers what it did, for the log. */
  optimize(options?: { readonly purgeNow?: boolean }): Promise<string>;
}

export interface VectorStore {
  /** What keeps vectors from being read or written, in English; null when all is well. */
  readonly trouble: string | null;
  /** Opens or creates the table of a generation. At a place outside of this machine: waits until that answers, or the store is closed. */
  open(generationId: number, dimension: number): Promise<VectorTable>;
  drop(generationId: number): Promise<void>;
  /** Generations that have a table: one that was killed between catalog and vectors left a table that nobody knows. */
  list(): Promise<readonly number[]>;
  /** On disk; of one generation, or of all. */
  bytes(generationId?: number): Promise<number>;
  /** Whoever waits for the place is sent away with `cancelled`, now and from here on: before closing what uses the store. */
  stopWaiting(): void;
  close(): Promise<void>;
}
