/** What the engine and its reranker process say to each other. */

import type { DeviceName } from './devices.ts';

export type RerankProtocol = {
  calls: {
    /** Answers when the model is loaded. Errors: `model-invalid`, `model-missing`. */
    ready: [null, { readonly device: DeviceName }];
    /** Answers at once unless a run blocks the process. */
    alive: [null, null];
  };
  subscriptions: {
    /** Scores of texts in their order, run by run, until all are there. */
    score: [ScoreRequest, { readonly from: number; readonly scores: readonly number[] }];
  };
};

export interface ScoreRequest {
  readonly query: string;
  readonly texts: readonly string[];
  /** null: the model's own. */
  readonly instruction: string | null;
}

/** What the process is started with, as JSON in its first argument. */
export interface RerankProcessArguments {
  readonly folder: string;
  readonly threads: number;
  readonly device: DeviceName;
}
