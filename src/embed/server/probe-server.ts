/**
 * What set-up must know of a server before its vectors are used: kind, path, model, size of its vectors, whether it puts the model's end
 * token, and its golden vectors. Asks only with texts of our own; no user's text is sent here.
 */

import { EngineError } from '../../contract/errors.ts';
import type { ServerSettings } from '../../contract/settings.ts';
import { normalize } from '../pool.ts';
import { EmbeddingsClient, ServerFailure } from './embeddings-client.ts';
import { farthestFromKnown, goldenCosines, goldenMargin, goldenTexts, IDENTITY_TEXTS } from './golden.ts';
import type { ServerConnection } from './http.ts';
import { isQwenEmbedding, promptsOf, qwenDimension } from './model-prompts.ts';
import { detectKind, KIND_LIMITS, type KnownKind } from './server-kinds.ts';

export interface ServerProfile {
  readonly kind: KnownKind;
  /** Name the server knows the model by. */
  readonly model: string;
  /** `/v1`: `/embeddings` lies below. */
  readonly apiPath: string;
  /** Put behind every text, because the server forgets it; null: it does not, or the model has none. */
  readonly endToken: string | null;
  /** Of the server's vectors. */
  readonly dimension: number;
  readonly maxTexts: number;
  /** Tokens of a text, by the server's own word; null: learned from what it refuses. */
  readonly maxTokens: number | null;
  /** Unit vectors of IDENTITY_TEXTS, end token put. */
  readonly golden: readonly Float32Array[];
}

/** A server that loads its model on the first request (Ollama, LM Studio) takes this long for 8B weights on a slow disk. */
const FIRST_REQUEST_MS = 120_000;
/** Qwen3's end of text. Its GGUF files before August 2025, and LM Studio, do not put it. */
export const QWEN_END_TOKEN = '<|endoftext|>';
/** Two tokens in Qwen3's vocabulary; three with the end token. */
const COUNTED_TEXT = 'Hello world';
const COUNTED_TOKENS = 2;

/** Errors: `bad-input` (which model?), `server-unreachable`, `server-refused`, `cancelled`. */
export async function probeServer(connection: ServerConnection, settings: ServerSettings, signal?: AbortSignal): Promise<ServerProfile> {
  // 1. What it is and which model. Its own word of limits beats the table's.
  const facts = await detectKind(connection, signal);
  const kind = settings.kind === 'auto' ? facts.kind : settings.kind;
  const model = settings.model.trim() !== '' ? settings.model.trim() : onlyModel(facts.models);
  const maxTexts = Math.min(KIND_LIMITS[kind].maxTexts, facts.maxTexts ?? KIND_LIMITS[kind].maxTexts);

  // 2. Where its embeddings lie, and their size.
  const { client, row } = await firstAnswer(connection, model, signal);

  // 3. Does it put the end token?
  const endToken = isQwenEmbedding(model) && missesEndToken(await askForEndToken(client, settings, signal)) ? QWEN_END_TOKEN : null;

  // 4. The vectors it will be known by. One text at a time: some servers take no more.
  const golden: Float32Array[] = [];
  for (const text of IDENTITY_TEXTS) golden.push(unit((await embedOne(client, text + (endToken ?? ''), signal)).row));
  return { kind, model, apiPath: client.apiPath, endToken, dimension: row.length, maxTexts, maxTokens: facts.maxTokens, golden };
}

function onlyModel(models: readonly string[]): string {
  const [first, second] = models;
  if (first !== undefined && second === undefined) return first;
  throw new EngineError('bad-input', first === undefined ? 'Name the model: the server lists none.' : `Name the model. The server has: ${models.slice(0, 10).join(', ')}.`, { details: { field: 'model' } });
}

async function firstAnswer(connection: ServerConnection, model: string, signal: AbortSignal | undefined): Promise<{ readonly client: EmbeddingsClient; readonly row: Float32Array }> {
  let missing: unknown;
  for (const apiPath of connection.address.apiPaths) {
    const client = new EmbeddingsClient(connection, apiPath, model);
    try {
      return { client, row: (await embedOne(client, IDENTITY_TEXTS[0], signal)).row };
    } catch (error) {
      if (!(error instanceof ServerFailure) || error.failure !== 'missing') throw error;
      missing ??= error;
    }
  }
  throw missing;
}

export async function embedOne(client: EmbeddingsClient, text: string, signal: AbortSignal | undefined): Promise<{ readonly row: Float32Array; readonly promptTokens: number | null }> {
  const { rows, promptTokens } = await client.embed([text], { lane: 'query', deadlineMs: FIRST_REQUEST_MS, signal });
  return { row: rows[0] ?? new Float32Array(0), promptTokens };
}

export interface EndTokenFacts {
  readonly model: string;
  /** Golden cosines with texts as they are, and with the end token written behind them. */
  readonly plain: readonly number[];
  readonly appended: readonly number[];
  /** Tokens the server counts in COUNTED_TEXT; null when it does not count. */
  readonly countedTokens: number | null;
}

export async function askForEndToken(client: EmbeddingsClient, settings: ServerSettings, signal: AbortSignal | undefined): Promise<EndTokenFacts> {
  const texts = goldenTexts(promptsOf({ ...settings, model: client.model }));
  const cosines = async (end: string): Promise<readonly number[]> => {
    const rows: Float32Array[] = [];
    for (const text of texts) rows.push((await embedOne(client, text + end, signal)).row);
    return goldenCosines(rows);
  };
  const plain = await cosines('');
  const appended = await cosines(QWEN_END_TOKEN);
  return { model: client.model, plain, appended, countedTokens: (await embedOne(client, COUNTED_TEXT, signal)).promptTokens };
}

/** Putting the token must help by this much where only the cosines speak: a second end token moves them too, but less. */
const CLEAR_GAIN = 0.1;

/** Pure. A wrong yes would put two end tokens, so it takes two signs, or one that is clear. */
export function missesEndToken({ model, plain, appended, countedTokens }: EndTokenFacts): boolean {
  const known = qwenDimension(model) === qwenDimension('qwen3-embedding-0.6b');
  // How much better the cosines are with the token: nearer to the published ones, or right pairs farther above wrong ones.
  const gain = known ? farthestFromKnown(plain) - farthestFromKnown(appended) : goldenMargin(appended) - goldenMargin(plain);
  if (countedTokens !== null && countedTokens > COUNTED_TOKENS) return false;
  if (countedTokens === COUNTED_TOKENS) return gain > 0;
  return gain > CLEAR_GAIN;
}

function unit(row: Float32Array): Float32Array {
  const vector = row.slice();
  normalize(vector);
  return vector;
}
