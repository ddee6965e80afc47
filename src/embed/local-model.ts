/**
 * A loaded model: texts in, unit vectors out. Runs inside the embedder's process. The tokenizer cuts the next call's texts beside this thread while
 * one batch runs through the graph. Each of the two has lanes, in which a query goes first (the tokenizer's are on its thread).
 */

import { EngineError } from '../contract/errors.ts';
import { BatchQueue, CPU_MOST_TOKENS, GPU_MOST_TOKENS, RunSizer } from './batches.ts';
import { activationBudget, rowsThatFit } from './device-memory.ts';
import type { GraphSession } from './graph-session.ts';
import { prepareInputs } from './inputs.ts';
import { Lanes, type Lane } from './lanes.ts';
import { isBlankInput, type ModelDescription } from './model-description.ts';
import { poolRows, type GraphOutput } from './pool.ts';
import { SELF_TEST_TEXTS, type SelfTestRun } from './self-test.ts';
import { CPU_SHAPES, GPU_SHAPES, type RunShapes } from './shapes.ts';
import type { TextTokenizer, TokenRow } from './tokenizer.ts';

/** The part of AbortSignal that is needed: rpc contexts give this. */
export interface Abortable {
  throwIfAborted(): void;
}

/**
 * No tokenizer we know takes more characters into one token on average, so what lies beyond is cut by `maxTokens` anyway:
 * cutting it first keeps a pasted book from being tokenized whole.
 */
const MOST_CHARACTERS_PER_TOKEN = 32;
/** A self-test on the CPU that took less is timed once more, warm. */
const WARM_MS = 500;

export class LocalModel {
  readonly #description: ModelDescription;
  readonly #tokenizer: TextTokenizer<TokenRow>;
  readonly #session: GraphSession;
  readonly #runs = new Lanes();
  readonly #shapes: RunShapes;
  readonly #sizer: RunSizer;

  /** `gpuMemoryBytes`: of a GPU that may be taken; 0: no budget set. */
  constructor(description: ModelDescription, tokenizer: TextTokenizer<TokenRow>, session: GraphSession, gpuMemoryBytes = 0) {
    this.#description = description;
    this.#tokenizer = tokenizer;
    this.#session = session;
    const onGpu = session.device !== 'cpu';
    this.#shapes = onGpu ? GPU_SHAPES : CPU_SHAPES;
    const activations = activationBudget(gpuMemoryBytes, session.facts.weightBytes);
    this.#sizer = new RunSizer(this.#shapes, onGpu
      ? { mostTokens: GPU_MOST_TOKENS, mostRows: (length) => rowsThatFit(length, description.outputDimension, activations) }
      : { mostTokens: CPU_MOST_TOKENS });
  }

  async query(text: string, signal: Abortable): Promise<Float32Array> {
    const vector = new Float32Array(this.#description.dimension);
    const [row] = await this.#encode('query', [text]);
    if (row === undefined || row.length === 0) return vector;
    await this.#runs.run('query', async () => {
      signal.throwIfAborted();
      await this.#run([row], [0], vector);
    });
    return vector;
  }

  /** Tokens of each text; its time is a query's, so it goes before bulk work. */
  async countTokens(texts: readonly string[]): Promise<readonly number[]> {
    return (await this.#encode('query', texts)).map((row) => row.length);
  }

  async documents(texts: readonly string[], signal: Abortable): Promise<Float32Array> {
    const vectors = new Float32Array(texts.length * this.#description.dimension);
    await this.#embed(await this.#encode('bulk', texts), vectors, signal);
    return vectors;
  }

  /** On the CPU each text alone; on other devices also in batches, whose padding must change nothing. */
  async selfTest(signal: Abortable): Promise<SelfTestRun> {
    const rows = await this.#encode('bulk', SELF_TEST_TEXTS);
    const places = rows.flatMap((row, place) => (row.length === 0 ? [] : [place]));
    const runs = async (groups: readonly (readonly number[])[]): Promise<Float32Array> => {
      const vectors = new Float32Array(rows.length * this.#description.dimension);
      for (const group of groups) {
        await this.#runs.run('bulk', async () => {
          signal.throwIfAborted();
          await this.#run(group.map((place) => rows[place] ?? []), group, vectors);
        });
      }
      return vectors;
    };
    const alone = places.map((place) => [place]);
    let startMs = performance.now();
    const vectors = await runs(alone);
    let ms = performance.now() - startMs;
    const onCpu = this.#session.device === 'cpu';
    const together = onCpu ? null : await runs([places.slice(0, -2), places.slice(-2)].filter((group) => group.length > 0));
    if (!onCpu || ms < WARM_MS) {
      startMs = performance.now();
      await runs(alone);
      ms = performance.now() - startMs;
    }
    return { vectors, together, ms, tokens: rows.reduce((sum, row) => sum + row.length, 0) };
  }

  /** Rows without tokens keep their zeros. Abortable between runs. */
  async #embed(rows: readonly TokenRow[], vectors: Float32Array, signal: Abortable): Promise<void> {
    const queue = new BatchQueue(rows.map((row) => row.length), this.#shapes);
    for (let places = [0]; places.length > 0;) {
      await this.#runs.run('bulk', async () => {
        signal.throwIfAborted();
        // Taken only now: the run before has told how many rows this one may have.
        places = queue.next((length) => this.#sizer.rows(length));
        if (places.length > 0) await this.#run(places.map((place) => rows[place] ?? []), places, vectors);
      });
    }
  }

  /** A text without a visible character has no meaning to embed, whatever special tokens the model would put around it: no tokens. */
  async #encode(lane: Lane, texts: readonly string[]): Promise<readonly TokenRow[]> {
    const most = this.#description.maxTokens * MOST_CHARACTERS_PER_TOKEN;
    const cut = texts.map((text) => (text.length > most ? text.slice(0, most) : text));
    const rows = await this.#tokenizer.encode(cut, lane);
    return rows.map((row, index) => (isBlankInput(this.#description.input, cut[index] ?? '') ? [] : row));
  }

  /** Rows' vectors to their places (row numbers of `into`). Where memory is short, in two halves. */
  async #run(rows: readonly TokenRow[], places: readonly number[], into: Float32Array): Promise<void> {
    // Not beyond the model's own limit: its table of positions may end there.
    const length = Math.min(this.#shapes.length(Math.max(...rows.map((row) => row.length))), this.#description.maxTokens);
    const shape = { rows: this.#shapes.rows(rows.length), length };
    const startMs = performance.now();
    const output = await this.#session.run(prepareInputs(rows, this.#description.padTokenId, shape)).catch((error: unknown) => {
      if (rows.length === 1 || !(error instanceof EngineError) || error.code !== 'device-memory') throw error;
      this.#sizer.shrink(shape.rows, shape.length);
      return null;
    });
    if (output === null) {
      const half = Math.ceil(rows.length / 2);
      await this.#run(rows.slice(0, half), places.slice(0, half), into);
      return this.#run(rows.slice(half), places.slice(half), into);
    }
    this.#sizer.observe(shape.rows, shape.length, performance.now() - startMs);
    // Rows of padding alone have no place.
    poolRows({ ...output, rows: rows.length }, this.#description.pooling, rows.map((row) => row.length), this.#description.dimension, into, places);
    this.#refuseNonsense(output, places, into);
  }

  /** A row that is not a number becomes zeros in pooling; from a GPU it is a fault of the GPU as long as nobody has shown otherwise. */
  #refuseNonsense(output: GraphOutput, places: readonly number[], vectors: Float32Array): void {
    if (this.#session.device === 'cpu') return;
    const { dimension } = this.#description;
    const empty = places.some((place) => vectors.subarray(place * dimension, (place + 1) * dimension).every((value) => value === 0));
    if (empty && output.values.some((value) => !Number.isFinite(value))) throw new EngineError('device-failed', 'The graphics card gave a vector that is not a number.');
  }
}
