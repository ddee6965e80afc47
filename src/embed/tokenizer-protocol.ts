/** What the embedder's process and its tokenizer's thread say to each other. */

import type { Lane } from './lanes.ts';
import type { ModelInput } from './model-description.ts';

export type TokenizerProtocol = {
  calls: {
    /** Reads the file; false: it is of a kind that the native package reads, and this thread is of no use. Error: `model-invalid`. */
    open: [{ readonly path: string; readonly maxTokens: number; readonly input: ModelInput }, boolean];
    encode: [{ readonly texts: readonly string[]; readonly lane: Lane }, FlatRows];
  };
  subscriptions: Record<string, [unknown, unknown]>;
};

/** Rows of ids, one after the other: two arrays cross faster than one for each text. */
export interface FlatRows {
  readonly ids: Int32Array;
  /** Where each row ends in `ids`. */
  readonly ends: Int32Array;
}
