/**
 * A loaded reranking model: query and texts in, P(yes) of each out, in their order. Runs inside the reranker's process, one request after the other: of a
 * search that was superseded the rest is dropped between two runs.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { EngineError } from '../contract/errors.ts';
import type { DeviceName } from './devices.ts';
import { halfToNumber, planFeeds } from './graph-feeds.ts';
import { createSession } from './graph-session.ts';
import { prepareInputs } from './inputs.ts';
import type { ModelFolder } from './model-folder.ts';
import { readAnswers, type LogitTensor } from './rerank-answers.ts';
import type { ScoreRequest } from './rerank-protocol.ts';
import { openPairTokenizer, type PairTokenizer } from './rerank-tokens.ts';
import { CPU_SHAPES, GPU_SHAPES, type RunShapes } from './shapes.ts';

/** Rows of one run. On the CPU more rows bring nothing and the first answer comes later; a GPU is idle with one. */
const ROWS: Readonly<Record<DeviceName, number>> = { cpu: 1, webgpu: 4, cuda: 8 };
/** Logits of every token of 150,000 words: 300 MB for a pair of 512 tokens. More rows than fit are run one by one. */
const MOST_LOGIT_BYTES = 384 * 1024 * 1024;
const LOGIT_BYTES = 4;

/** The part of AbortSignal that is needed: rpc contexts give this. */
interface Stoppable {
  readonly aborted: boolean;
  throwIfAborted(): void;
}

export class RerankModel {
  readonly device: DeviceName;
  readonly #shapes: RunShapes;
  readonly #session: InferenceSession;
  readonly #feeds: ReturnType<typeof planFeeds>;
  readonly #tokenizer: PairTokenizer;
  readonly #padTokenId: number;
  /** Values of the graph's output per token, 0 when it gives one row per pair; null before the first run, which is of one pair. */
  #width: number | null = null;
  #turns: Promise<void> = Promise.resolve();

  private constructor(device: DeviceName, session: InferenceSession, feeds: ReturnType<typeof planFeeds>, tokenizer: PairTokenizer, padTokenId: number) {
    this.device = device;
    this.#shapes = device === 'cpu' ? CPU_SHAPES : GPU_SHAPES;
    this.#session = session;
    this.#feeds = feeds;
    this.#tokenizer = tokenizer;
    this.#padTokenId = padTokenId;
  }

  /** Errors: `model-invalid`, `device-memory`, `device-failed`. */
  static async open({ description, modelPath, tokenizerPath }: ModelFolder, threads: number, device: DeviceName): Promise<RerankModel> {
    const { reranking, maxTokens, padTokenId, id } = description;
    if (reranking === null) throw new EngineError('model-invalid', `The model "${id}" is not for reranking.`);
    const tokenizer = await openPairTokenizer(tokenizerPath, reranking, maxTokens);
    const { session } = await createSession(modelPath, description.graph.ids, { threads, device });
    return new RerankModel(device, session, planFeeds(session, description), tokenizer, padTokenId);
  }

  /** `next` gets the scores of each run. Errors: `cancelled` by the signal, `model-invalid` when the output is no answer. */
  score(request: ScoreRequest, next: (from: number, scores: readonly number[]) => void, signal: Stoppable): Promise<void> {
    const turn = this.#turns.then(() => this.#score(request, next, signal));
    this.#turns = turn.catch(() => undefined);
    return turn;
  }

  async #score({ query, texts, instruction }: ScoreRequest, next: (from: number, scores: readonly number[]) => void, signal: Stoppable): Promise<void> {
    signal.throwIfAborted();
    const rows = await this.#tokenizer.encode(query, texts, instruction);
    for (let from = 0; from < rows.length;) {
      // A turn of the event loop: a cancellation that has arrived meanwhile must be seen.
      await nextTurn();
      signal.throwIfAborted();
      const batch = this.#batch(rows, from);
      next(from, await this.#run(batch));
      from += batch.length;
    }
  }

  #batch(rows: readonly (readonly number[])[], from: number): readonly (readonly number[])[] {
    const most = ROWS[this.device];
    const batch = rows.slice(from, from + most);
    const longest = batch.reduce((length, row) => Math.max(length, row.length), 0);
    const bytesPerRow = this.#shapes.length(longest) * (this.#width ?? Number.POSITIVE_INFINITY) * LOGIT_BYTES;
    return batch.slice(0, Math.max(1, Math.floor(MOST_LOGIT_BYTES / bytesPerRow)));
  }

  async #run(rows: readonly (readonly number[])[]): Promise<number[]> {
    const longest = rows.reduce((length, row) => Math.max(length, row.length), 0);
    const inputs = prepareInputs(rows, this.#padTokenId, { rows: this.#shapes.rows(rows.length), length: this.#shapes.length(longest) });
    const output = (await this.#session.run(this.#feeds.feeds(inputs), [this.#feeds.output]))[this.#feeds.output];
    if (output === undefined) throw new EngineError('model-invalid', `The graph gave no output "${this.#feeds.output}".`);
    this.#width = output.dims.length === 3 ? output.dims[2] ?? 0 : 0;
    try {
      // Rows of padding alone come last, and nobody asks for theirs.
      return readAnswers(logitsOf(output), rows.map((row) => row.length), this.#tokenizer.answers);
    } finally {
      output.dispose();
    }
  }
}

/** Read in place: decoding every logit of a half-precision graph would take longer than the graph. */
function logitsOf(tensor: Tensor): LogitTensor {
  const { dims, data } = tensor;
  if (data instanceof Float32Array) return { dims, at: (index) => data[index] ?? Number.NaN };
  if (data instanceof Uint16Array && tensor.type === 'float16') return { dims, at: (index) => halfToNumber(data[index] ?? 0) };
  if (tensor.type === 'float16') return { dims, at: (index) => Number(data[index]) }; // A Float16Array, in newer runtimes.
  throw new EngineError('model-invalid', `The graph's logits are ${tensor.type}, not floats.`);
}
