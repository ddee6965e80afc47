/**
 * Set-up's look at a server: does it embed as its model should? Asks with texts of our own and keeps nothing; `judgeServer` is pure.
 * Embedding servers fail silently (a forgotten end token, mean pooling, a prompt of their own): every answer looks like a vector.
 */

import type { ModelCheck, ServerCheck, ServerFinding, ServerFindingCode } from '../../contract/models.ts';
import type { ServerSettings } from '../../contract/settings.ts';
import { CAPITAL_AND_GRAVITY } from '../../models/golden.ts';
import { estimateTokens } from '../../passage/tokens.ts';
import { EmbeddingsClient, ServerFailure } from './embeddings-client.ts';
import { cosine, COSINE_TOLERANCE, farthestFromKnown, goldenCosines, goldenMargin, goldenTexts, QWEN_06B_COSINES, vectorLength } from './golden.ts';
import { ServerConnection } from './http.ts';
import { isQwenEmbedding, promptsOf, qwenDimension } from './model-prompts.ts';
import { embedOne, probeServer, type ServerProfile } from './probe-server.ts';
import { KIND_NAMES } from './server-kinds.ts';

/** Right pairs stand this far above wrong ones for every retrieval model that works (Qwen3-0.6B: 0.46). */
const LEAST_MARGIN = 0.1;
/** Reversing the words of a sentence should move a last-token vector further than this; a mean of tokens hardly moves. Set by reason: no Qwen3 was at hand. */
const ORDER_BLIND_COSINE = 0.98;
/** The same text, alone and in a batch: 16-bit floats differ by less. */
const BATCH_COSINE = 0.999;
const UNIT_TOLERANCE = 0.01;
/** `Hello world` has 2 to 4 tokens with any tokenizer's special ones. */
const MOST_COUNTED_TOKENS = 8;
/** A text of a whole window may take a CPU server this long. */
const LONG_TEXT_MS = 120_000;

/** What was seen of a server. */
export interface ServerFacts {
  readonly profile: ServerProfile;
  readonly cosines: readonly number[];
  /** Of the golden vectors as the server gave them. */
  readonly lengths: readonly number[];
  /** Of a document with the same words in reverse. */
  readonly reversedCosine: number;
  /** The least of the golden vectors alone with those of one batch; null: it takes one text at a time. */
  readonly batchCosine: number | null;
  /** Of `Hello world`; null when the server does not count. */
  readonly countedTokens: number | null;
  /** Does a text as long as a window pass? */
  readonly takesWindow: boolean;
  readonly windowTokens: number;
  /** Text would leave this machine, and could be read on the way. */
  readonly openWay: boolean;
}

/** Asks a server what it is and keeps nothing. Errors: `bad-input`, `server-unreachable`, `server-refused`, `remote-not-allowed`, `cancelled`. */
export async function checkServer(settings: ServerSettings, options: { readonly signal?: AbortSignal } = {}): Promise<ServerCheck> {
  const connection = new ServerConnection(settings);
  try {
    const profile = await probeServer(connection, settings, options.signal);
    const facts = await look(connection, settings, profile, options.signal);
    const { check, findings } = judgeServer(facts, Date.now());
    return { kind: KIND_NAMES[profile.kind], dimension: profile.dimension, remote: !connection.address.local, check, findings };
  } finally {
    connection.close();
  }
}

async function look(connection: ServerConnection, settings: ServerSettings, profile: ServerProfile, signal: AbortSignal | undefined): Promise<ServerFacts> {
  const client = new EmbeddingsClient(connection, profile.apiPath, profile.model);
  const end = profile.endToken ?? '';
  const texts = goldenTexts(promptsOf({ ...settings, model: profile.model })).map((text) => text + end);
  const alone: Float32Array[] = [];
  for (const text of texts) alone.push((await embedOne(client, text, signal)).row);
  const sentence = CAPITAL_AND_GRAVITY.texts.at(-1) ?? '';
  const reversed = await embedOne(client, sentence.split(' ').reverse().join(' ') + end, signal);
  const together = profile.maxTexts < texts.length ? null : (await client.embed(texts, { lane: 'query', deadlineMs: LONG_TEXT_MS, signal })).rows;
  return {
    profile,
    cosines: goldenCosines(alone),
    lengths: alone.map(vectorLength),
    reversedCosine: cosine(alone.at(-1) ?? new Float32Array(0), reversed.row),
    batchCosine: together === null ? null : Math.min(...alone.map((row, index) => cosine(row, together[index] ?? new Float32Array(0)))),
    countedTokens: (await embedOne(client, 'Hello world', signal)).promptTokens,
    takesWindow: (profile.maxTokens ?? settings.windowTokens) >= settings.windowTokens && await takes(client, longText(settings.windowTokens) + end, signal),
    windowTokens: settings.windowTokens,
    openWay: !connection.address.local && connection.address.origin.startsWith('http:'),
  };
}

function longText(tokens: number): string {
  const sentence = `${CAPITAL_AND_GRAVITY.texts.join(' ')} `;
  return sentence.repeat(Math.max(1, Math.floor(tokens / estimateTokens(sentence))));
}

async function takes(client: EmbeddingsClient, text: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await client.embed([text], { lane: 'query', deadlineMs: LONG_TEXT_MS, signal });
    return true;
  } catch (error) {
    if (error instanceof ServerFailure && (error.failure === 'too-long' || error.failure === 'too-many')) return false;
    throw error;
  }
}

/** Pure. */
export function judgeServer(facts: ServerFacts, atMs: number): { readonly check: ModelCheck; readonly findings: readonly ServerFinding[] } {
  const { profile, cosines } = facts;
  const qwen = isQwenEmbedding(profile.model);
  const expectedDimension = qwen ? qwenDimension(profile.model) : null;
  const published = expectedDimension === qwenDimension('qwen3-embedding-0.6b');
  const passed = published ? farthestFromKnown(cosines) <= COSINE_TOLERANCE : goldenMargin(cosines) >= LEAST_MARGIN;
  const check: ModelCheck = {
    atMs, passed, detail: detailOf(published, passed, cosines),
    cosines: published ? QWEN_06B_COSINES.map((expected, index) => ({ expected, found: cosines[index] ?? 0 })) : [],
  };
  const found = (code: ServerFindingCode, wrong: boolean, detail: () => string): readonly ServerFinding[] => (wrong ? [{ code, detail: detail() }] : []);
  const orderBlind = facts.reversedCosine >= ORDER_BLIND_COSINE;
  const findings = [
    ...found('end-token', profile.endToken !== null, () => `The server does not put the model's end token ${profile.endToken ?? ''} behind a text; Findling puts it.`),
    ...found('mean-pooling', !passed && qwen && orderBlind, () => 'The order of words hardly matters to the vectors: the server seems to pool by mean. Start it with pooling by the last token.'),
    ...found('pooling', !passed && qwen && !orderBlind, () => 'Texts that belong together are not near each other as they should be: pooling, end token or model are wrong. Qwen3-Embedding wants pooling by the last token.'),
    ...found('dimension', expectedDimension !== null && expectedDimension !== profile.dimension, () => `This model's vectors have ${String(expectedDimension)} values; the server answers with ${profile.dimension}: it cuts them, or serves another model.`),
    ...found('unit-length', facts.lengths.some((length) => Math.abs(length - 1) > UNIT_TOLERANCE), () => 'The vectors are not of unit length; Findling makes them so.'),
    ...found('batch', facts.batchCosine !== null && facts.batchCosine < BATCH_COSINE, () => `The same text gets another vector in a batch than alone (cosine ${facts.batchCosine?.toFixed(3) ?? ''}): the server pads or pools wrongly.`),
    ...found('own-prompt', facts.countedTokens !== null && facts.countedTokens > MOST_COUNTED_TOKENS, () => `The server puts a prompt of its own in front of every text (it counts ${String(facts.countedTokens)} tokens in two words): start it without one, for Findling puts the right one.`),
    ...found('window', !facts.takesWindow, () => `Texts of ${facts.windowTokens.toLocaleString('en')} tokens are too long for the server; Findling cuts them into pieces. Start the server with a larger context, or set smaller windows.`),
    ...found('open-way', facts.openWay, () => 'The way to the server is not encrypted: text and key could be read on the way. Use https.'),
  ];
  return { check, findings };
}

function detailOf(published: boolean, passed: boolean, cosines: readonly number[]): string {
  const shown = cosines.map((value) => value.toFixed(3)).join(', ');
  if (published) return passed ? `The golden pairs have the cosines of Qwen3-Embedding-0.6B (${shown}).` : `The golden pairs have other cosines than Qwen3-Embedding-0.6B (${shown} instead of ${QWEN_06B_COSINES.join(', ')}).`;
  return passed ? `Texts that belong together are nearer than others (${shown}).` : `Texts that belong together are not clearly nearer than others (${shown}).`;
}
