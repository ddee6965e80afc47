/** What the engine and its embedder process say to each other. Vectors cross as Float32Array (structured clone). */

import type { DeviceName } from './devices.ts';
import type { Precision } from './graph-facts.ts';
import type { SelfTestRun } from './self-test.ts';

export type EmbedProtocol = {
  calls: {
    /** Answers when the model is loaded. Errors: `model-invalid`, `model-missing`, `device-failed`, `device-memory`. */
    ready: [null, { readonly device: DeviceName; readonly precision: Precision }];
    /** Answers at once unless a run blocks the process: for watching a device that may hang. */
    alive: [null, null];
    /** The fixed texts of self-test.ts, alone and in batches, in the bulk lane. */
    selfTest: [null, SelfTestRun];
    /** The prompt is already around the text. */
    query: [{ readonly text: string }, Float32Array];
    /** Tokens of each text, in the query lane. */
    tokens: [{ readonly texts: readonly string[] }, readonly number[]];
    /** Row after row, in the order of the texts. */
    documents: [{ readonly texts: readonly string[] }, Float32Array];
  };
  subscriptions: Record<string, [unknown, unknown]>;
};

/** What the process is started with, as JSON in its first argument. */
export interface EmbedProcessArguments {
  readonly folder: string;
  readonly threads: number;
  readonly device: DeviceName;
  /** GPU memory the model may take; 0: no budget set. */
  readonly gpuMemoryBytes: number;
}
