/**
 * What turns text into vectors: local ONNX model folders (onnx-embedder.ts, in a process of its own), later embedding servers.
 * The query lane overtakes bulk work: a query waits for at most one short batch.
 */

import type { DeviceStatus } from '../contract/models.ts';

/** How passages become windows for this model. Model-independent token estimate (passage/tokens.ts). */
export interface WindowRule {
  /** At most this many estimated tokens in a window. */
  readonly maxTokens: number;
}

export interface EmbedderModel {
  readonly id: string;
  readonly dimension: number;
  /** Hash of all that changes a document vector: files, pooling, document prompt, window rule. Query prompts are not in it. */
  readonly fingerprint: string;
  readonly windowRule: WindowRule;
  /** Does an instruction change query vectors? */
  readonly takesInstruction: boolean;
}

export interface EmbedderStatus {
  readonly state: 'starting' | 'ready' | 'down';
  /** `cpu`, `webgpu` or a server's address. */
  readonly device: string;
  /** Of the text of documents, over the time it was worked on: starts, restarts and warming up included, idle time not. 0: nothing yet. */
  readonly charactersPerSecond: number;
  /** Time at work that `charactersPerSecond` rests on. From two minutes on it is good for an estimate of hours. */
  readonly measuredMs: number;
  /** Why it is down. */
  readonly trouble: string | null;
  /** What this machine could embed with, the one in use among them. Empty for embedding servers. */
  readonly devices: readonly DeviceStatus[];
}

export interface Embedder {
  readonly model: EmbedderModel;
  /** Unit vector. Errors: `embedder-unavailable` while it is down, `cancelled`. */
  embedQuery(text: string, options?: { readonly instruction?: string | null; readonly signal?: AbortSignal }): Promise<Float32Array>;
  /**
   * Unit vectors of texts in their order: `texts.length` × dimension values, row after row. Batches are length-sorted inside.
   * A text with no token in it gives a zero row. Retries once over a restart; then `embedder-unavailable`.
   */
  embedDocuments(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array>;
  /**
   * Into how many tokens the model cuts each text. Nonsense falls into more and shorter pieces than any language the model knows:
   * search tells slips of the keyboard by it (search/wordlikeness.ts). Absent where the model does not say (embedding servers).
   */
  countTokens?(texts: readonly string[], signal?: AbortSignal): Promise<readonly number[]>;
  status(): EmbedderStatus;
  /** Tests devices that were put aside once more, because a person asked. Returns at once; `status().devices` tells how it went. Absent for servers. */
  retestDevices?(): void;
  /** Called when the state of `status()`, its device or one of its devices changes. */
  onStatus(listener: (status: EmbedderStatus) => void): void;
  /** Process id while it runs, for measurements and for tests that kill it. */
  readonly pid: number | undefined;
  /** Frees the model's memory; the next request loads it again. */
  rest(): Promise<void>;
  close(): Promise<void>;
}
