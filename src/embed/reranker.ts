/**
 * The second stage of search: how well each text answers a query, read together (a cross-encoder), where an embedder compares
 * vectors made apart. Implementations: a local model folder in a process of its own (local-reranker.ts), a server's `/rerank`
 * (server/server-reranker.ts).
 */

export interface RerankerStatus {
  /** `starting` also while nothing has asked for it yet: it loads when it is needed. */
  readonly state: 'starting' | 'ready' | 'down';
  /** `cpu`, `webgpu` or a server's address. */
  readonly device: string;
  /** Why it is down. */
  readonly trouble: string | null;
}

export interface Reranker {
  /** Model folder's name, or the server's model. */
  readonly id: string;
  /**
   * P(yes) of each text in their order, 0 to 1. `instruction` null: the model's own. `next` gets scores as batches are done, so
   * texts should stand best candidates first: a deadline then keeps what is there. Errors: `embedder-unavailable`, `cancelled`.
   */
  score(query: string, texts: readonly string[], options?: {
    readonly instruction?: string | null;
    readonly signal?: AbortSignal;
    readonly next?: (from: number, scores: readonly number[]) => void;
  }): Promise<readonly number[]>;
  status(): RerankerStatus;
  /** Process id while it runs, for measurements and for tests that kill it. */
  readonly pid: number | undefined;
  /** Frees the model's memory unless it is reading for a search now; the next request loads it again. */
  rest(): Promise<void>;
  close(): Promise<void>;
}
