/**
 * What the indexer asks of extraction: bytes to document and passages, or a named reason why not. Extraction is hostile input:
 * it runs in a pool of processes (extract-pool.ts) with a deadline and a memory cap measured from outside.
 */

import type { Extraction } from '../pipeline.ts';

export interface ExtractRequest {
  readonly path: string;
  readonly size: number;
}

export interface ExtractorPool {
  /** Never rejects for a bad file; rejects with `cancelled`, or when the pool is closed. */
  extract(request: ExtractRequest, signal?: AbortSignal): Promise<Extraction>;
  /** Files it can usefully be given at once. */
  readonly width: number;
  /** Process ids now running, for measurements and for tests that kill them. */
  readonly pids: readonly number[];
  /** Take less memory and more time: one process, replaced before it has grown much. */
  spare(sparing: boolean): void;
  /** Ends the processes, each once what it has in hand is read; new ones start when files come. */
  rest(): void;
  close(): Promise<void>;
}
