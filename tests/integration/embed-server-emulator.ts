/**
 * Emulations of embedding servers, labelled as such: real HTTP servers in the test's process that answer as each kind does, quirks and
 * errors included. What they embed with is a small deterministic stand-in for a causal model with an end token, in which forgetting
 * that token, pooling by mean or a prompt of the server's own give visibly other vectors. They are no proof that a real server behaves so:
 * embed-server-real.test.ts is, where one runs.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { KnownKind } from '../../src/embed/server/server-kinds.ts';

export const END = '<|endoftext|>';
const WIDTH = 64;

export interface EmulatorOptions {
  readonly kind: KnownKind;
  readonly model?: string;
  readonly width?: number;
  /** Puts the end token itself. */
  readonly endToken?: boolean;
  readonly pooling?: 'last' | 'mean';
  readonly unitLength?: boolean;
  /** Put by the server in front of every text. */
  readonly ownPrompt?: string;
  /** Another model under the same name. */
  readonly seed?: number;
  readonly shuffled?: boolean;
  readonly base64?: boolean;
  readonly maxTexts?: number;
  readonly maxTokens?: number;
  /** Cuts longer texts without a word, as TEI does unless told not to. */
  readonly truncates?: boolean;
  readonly maxBytes?: number;
  readonly key?: string;
  /** Below which path the API lies. */
  readonly apiPath?: string;
  /** A word that no answer is given for: the vector is NaN. */
  readonly poison?: string;
  /** Waits before it answers. */
  readonly hold?: (texts: readonly string[]) => Promise<void>;
  /** Answers given before any other, one per request: status, headers, body. */
  readonly first?: { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }[];
}

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly texts: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Emulator {
  readonly port: number;
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly seen: SeenRequest[];
  /** Embedding requests it is at now, and most at once. */
  readonly atOnce: { now: number; most: number };
  change(options: Partial<EmulatorOptions>): void;
  /** Ends it, open connections too. */
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
}

const OWNER: Readonly<Record<KnownKind, string>> = {
  'openai': 'openai', 'sglang': 'sglang', 'vllm': 'vllm', 'tei': 'tei', 'llama.cpp': 'llamacpp', 'ollama': 'library', 'lm-studio': 'organization_owner',
};

/** How each kind says that a text is too long, or that there are too many. */
const TOO_LONG: Readonly<Record<KnownKind, (tokens: number, most: number) => readonly [number, unknown]>> = {
  'openai': (tokens, most) => [400, { error: { message: `This model's maximum context length is ${most} tokens, however you requested ${tokens} tokens.`, type: 'invalid_request_error', code: null } }],
  'sglang': (tokens, most) => [400, { object: 'error', message: `The input (${tokens} tokens) is longer than the model's context length (${most} tokens).`, type: 'BadRequestError', code: 400 }],
  'vllm': (tokens, most) => [400, { object: 'error', message: `This model's maximum context length is ${most} tokens. However, you requested ${tokens} tokens in the input.`, type: 'BadRequestError', code: 400 }],
  'tei': (tokens, most) => [413, { error: `\`inputs\` must have less than ${most} tokens. Given: ${tokens}`, error_type: 'Validation' }],
  'llama.cpp': (tokens, most) => [500, { error: { code: 500, message: `input (${tokens} tokens) is too large to process. increase the physical batch size (current batch size: ${most})`, type: 'server_error' } }],
  'ollama': () => [400, { error: { message: 'the input length exceeds the context length', type: 'api_error' } }],
  'lm-studio': (tokens, most) => [400, { error: `Input of ${tokens} tokens exceeds the context length of ${most}` }],
};

export async function startEmulator(given: EmulatorOptions): Promise<Emulator> {
  let options: EmulatorOptions = given;
  let port = 0;
  const seen: SeenRequest[] = [];
  const atOnce = { now: 0, most: 0 };
  const sockets = new Set<Socket>();
  const create = () => createServer((request, response) => {
    answer(request, response).catch((error: unknown) => { response.destroy(error instanceof Error ? error : undefined); });
  }).on('connection', (socket) => { sockets.add(socket.on('close', () => sockets.delete(socket))); });
  let server = create();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const send = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    const api = options.apiPath ?? '/v1';
    const path = request.url ?? '';
    if (options.key !== undefined && request.headers.authorization !== `Bearer ${options.key}`) return send(401, { error: { message: `Incorrect API key provided: ${request.headers.authorization ?? ''}` } });
    if (request.method === 'GET') return send(...about(path, api));
    if (path !== `${api}/embeddings`) return send(...unknownPath());
    const body = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    const texts = Array.isArray(body['input']) ? body['input'] as readonly string[] : [String(body['input'])];
    seen.push({ path, headers: request.headers, texts, body });
    const first = options.first?.shift();
    if (first !== undefined) return send(first.status, first.body ?? {}, first.headers);
    atOnce.now += 1;
    atOnce.most = Math.max(atOnce.most, atOnce.now);
    try {
      await options.hold?.(texts);
      return send(...embed(texts, body, bytes.byteLength));
    } finally {
      atOnce.now -= 1;
    }
  }

  function about(path: string, api: string): readonly [number, unknown] {
    const { kind, model = 'stand-in' } = options;
    if (path === `${api}/models`) return kind === 'tei' ? unknownPath() : [200, { object: 'list', data: [{ id: model, object: 'model', owned_by: OWNER[kind] }] }];
    if (kind === 'tei' && path === '/info') return [200, { model_id: model, model_type: { embedding: { pooling: 'last_token' } }, max_client_batch_size: options.maxTexts ?? 32, max_input_length: options.maxTokens ?? 8192, version: '1.9.0' }];
    if (kind === 'llama.cpp' && path === '/props') return [200, { default_generation_settings: {}, total_slots: 1 }];
    if (kind === 'sglang' && path === '/get_model_info') return [200, { model_path: model, is_generation: false }];
    if (kind === 'ollama' && path === '/api/version') return [200, { version: '0.24.0' }];
    if (kind === 'lm-studio' && path === '/api/v0/models') return [200, { data: [{ id: model, type: 'embeddings', state: 'loaded' }] }];
    return unknownPath();
  }

  /** LM Studio answers 200 to anything. */
  function unknownPath(): readonly [number, unknown] {
    return options.kind === 'lm-studio' ? [200, { error: 'Unexpected endpoint or method.' }] : [404, { detail: 'Not Found' }];
  }

  function embed(texts: readonly string[], body: Readonly<Record<string, unknown>>, bytes: number): readonly [number, unknown] {
    const { kind, model = 'stand-in' } = options;
    if (bytes > (options.maxBytes ?? (kind === 'tei' ? 2_000_000 : Number.POSITIVE_INFINITY))) return [413, 'Failed to buffer the request body: length limit exceeded'];
    if (body['model'] !== model && kind !== 'llama.cpp' && kind !== 'tei') return [404, { error: { message: `The model '${String(body['model'])}' does not exist.` } }];
    if (body['dimensions'] !== undefined && kind === 'vllm') return [400, { object: 'error', message: `Model "${model}" does not support matryoshka representation, changing output dimensions will lead to poor results.`, code: 400 }];
    const most = options.maxTexts ?? (kind === 'tei' ? 32 : Number.POSITIVE_INFINITY);
    if (texts.length > most) return [422, { error: `batch size ${texts.length} > maximum allowed batch size ${most}`, error_type: 'Validation' }];
    if (texts.some((text) => text.trim() === '')) return [400, { error: { message: 'Input content cannot be empty', type: 'invalid_request_error' } }];
    const whole = texts.map((text) => tokensOf((options.ownPrompt ?? '') + text, options.endToken ?? true));
    const rows = options.truncates === true ? whole.map((tokens) => (tokens.length > (options.maxTokens ?? 0) ? [...tokens.slice(0, (options.maxTokens ?? 0) - 1), END] : tokens)) : whole;
    const long = rows.find((tokens) => tokens.length > (options.maxTokens ?? Number.POSITIVE_INFINITY));
    if (long !== undefined) return TOO_LONG[kind](long.length, options.maxTokens ?? 0);
    const data = rows.map((tokens, index) => {
      const vector = vectorOf(tokens, options);
      const poisoned = options.poison !== undefined && tokens.includes(options.poison);
      const values = poisoned ? vector.map(() => Number.NaN) : vector;
      const embedding = options.base64 === true ? Buffer.from(Float32Array.from(values).buffer).toString('base64') : values;
      return { object: 'embedding', index, embedding };
    });
    if (options.shuffled === true) data.reverse();
    const counted = kind === 'lm-studio' ? 0 : rows.reduce((sum, tokens) => sum + tokens.length, 0);
    return [200, { object: 'list', model, data, usage: { prompt_tokens: counted, total_tokens: counted } }];
  }

  const listen = (): Promise<void> => new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      port = (server.address() as AddressInfo).port; // Never a pipe.
      resolve();
    });
  });
  await listen();
  return {
    get port() { return port; },
    get url() { return `http://127.0.0.1:${port}`; },
    seen, atOnce,
    change(change) { options = { ...options, ...change }; },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => { server.close(resolve); });
    },
    async start() {
      server = create();
      await listen();
    },
  };
}

/** Unit vector of a text as a server with the end token gives it: what an embedder must come to over any quirk. */
export function referenceVector(text: string, width = WIDTH): readonly number[] {
  return vectorOf(tokensOf(text, true), { kind: 'openai', width });
}

function tokensOf(text: string, endToken: boolean): readonly string[] {
  const tokens = text.toLowerCase().match(/<\|endoftext\|>|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];
  return endToken ? [...tokens, END] : tokens;
}

/** What the stand-in was "trained" on: the subjects of the golden pairs. */
const SUBJECTS: ReadonlySet<string> = new Set(['capital', 'china', 'gravity']);

/** What it thinks matters in a word. */
function weightOf(token: string): number {
  if (SUBJECTS.has(token)) return 4;
  if (token === END || !/^[\p{L}\p{N}]/u.test(token)) return 0.02;
  return token.length <= 3 ? 0.15 : 1;
}

/**
 * A causal model in small: the end token has seen all words, most of all the later of them; any other token mostly knows itself, and all
 * of those share a direction, as the hidden states of decoders do. What stands before `query:` counts little, as in a trained one.
 */
function vectorOf(tokens: readonly string[], options: EmulatorOptions): readonly number[] {
  const width = options.width ?? WIDTH;
  const seed = options.seed ?? 0;
  const start = tokens.findIndex((token, index) => token === 'query' && tokens[index + 1] === ':' && tokens.slice(0, index).includes('instruct'));
  const states: number[][] = [];
  const sum = new Array<number>(width).fill(0);
  for (const [position, token] of tokens.entries()) {
    const own = directionOf(token, width, seed);
    const weight = weightOf(token) * (start >= 0 && position <= start + 1 ? 0.1 : 1) * (1 + 0.5 * Math.sin(position * 1.7));
    for (let index = 0; index < width; index++) sum[index] = (sum[index] ?? 0) + weight * (own[index] ?? 0);
    states.push(token === END ? [...sum] : own.map((value, index) => value + 0.05 * (sum[index] ?? 0) + 2 * (directionOf('shared', width, seed)[index] ?? 0)));
  }
  const pooled = options.pooling === 'mean'
    ? Array.from({ length: width }, (_, index) => states.reduce((total, state) => total + (state[index] ?? 0), 0) / Math.max(1, states.length))
    : states.at(-1) ?? new Array<number>(width).fill(0);
  if (options.unitLength === false) return pooled.map((value) => value * 7);
  const length = Math.hypot(...pooled);
  return pooled.map((value) => value / (length === 0 ? 1 : length));
}

const directions = new Map<string, readonly number[]>();

/** Random but always the same for a word. */
function directionOf(token: string, width: number, seed: number): readonly number[] {
  const key = `${width}:${seed}:${token}`;
  const known = directions.get(key);
  if (known !== undefined) return known;
  let state = 2166136261;
  for (const character of key) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16777619);
  const values = Array.from({ length: width }, () => {
    state = Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9;
    state ^= state >>> 13;
    return ((state >>> 0) / 2 ** 32) * 2 - 1;
  });
  const length = Math.hypot(...values);
  const unit = values.map((value) => value / length);
  directions.set(key, unit);
  return unit;
}
