/**
 * The model that answers searches, for other programs on this machine: `/v1/embeddings`, `/v1/models`, `/v1/rerank` and `/rerank` on 127.0.0.1.
 * Nothing of a person's files can be got through it, only the use of the model, so a key is not required; but no web page may use it:
 * Host must be ours (DNS rebinding) and a request that a browser sent for a page (it has an Origin) is refused.
 * It runs in the host's process and reaches the engine over the contract.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EngineError } from '../contract/errors.ts';
import type { EmbeddedTexts, EmbedRequest, RerankedTexts, RerankRequest } from '../contract/models.ts';
import { MAX_EMBED_TEXTS } from '../contract/validate.ts';
import { embeddingsBody, errorBody, modelBody, modelsBody, rerankingBody, toOpenAiError } from './openai-answers.ts';
import { OpenAiError, readEmbeddingsRequest, readRerankingRequest, type EmbeddingsRequest } from './openai-requests.ts';
import { sameSecret } from './origin-guard.ts';

/** The engine, as far as this endpoint needs it. */
export interface EngineModels {
  /** Name of the model that answers now. */
  modelId(): Promise<string>;
  embed(request: EmbedRequest, signal: AbortSignal): Promise<EmbeddedTexts>;
  rerank(request: RerankRequest, signal: AbortSignal): Promise<RerankedTexts>;
}

export interface OpenAiServerOptions {
  readonly engine: EngineModels;
  /** 0: any free one. */
  readonly port: number;
  /** Bearer key that is asked for; null: none. */
  readonly key: string | null;
  /** For tests. */
  readonly limits?: { readonly maxBodyBytes?: number; readonly maxWaiting?: number };
}

export interface OpenAiServer {
  /** `http://127.0.0.1:port/v1`: what programs call the base URL. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** 2,048 texts of two pages each. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const MAX_CONNECTIONS = 64;
/** Requests that the engine works on at once: one is embedded while another is read and written. */
const AT_ONCE = 2;
/** More than this in line are sent away, to come again. */
const MAX_WAITING = 64;
/** Characters of one call to the engine: a fraction of a second for the built-in model, so that a cancelled request is over soon. */
const CALL_CHARACTERS = 200_000;
const HEADERS_TIMEOUT_MS = 5_000;
const BODY_TIMEOUT_MS = 30_000;
/** The name of the answering model seldom changes. */
const MODEL_FRESH_MS = 2_000;
/** Accepted for whatever model answers. */
const ALIAS = 'findling';
const RETRY_AFTER_SECONDS = '2';

/** Errors: `bad-input` for a port in use. */
export async function startOpenAiServer(options: OpenAiServerOptions): Promise<OpenAiServer> {
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: BODY_TIMEOUT_MS, connectionsCheckingInterval: 1_000 });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo; // On an address, never on a pipe.
  const endpoint = new Endpoint(options, port);
  server.on('request', (request, response) => void endpoint.answer(request, response));
  server.on('clientError', (_error, socket) => { if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'); });
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const inUse = 'code' in error && error.code === 'EADDRINUSE';
      reject(inUse ? new EngineError('bad-input', `Port ${port} is in use. Choose another, or leave it out.`, { cause: error, details: { field: 'port' } }) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

class Endpoint {
  readonly #options: OpenAiServerOptions;
  readonly #hosts: readonly string[];
  readonly #line: Line;
  #model: { readonly id: Promise<string>; readonly atMs: number } | undefined;

  constructor(options: OpenAiServerOptions, port: number) {
    this.#options = options;
    this.#hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
    this.#line = new Line(AT_ONCE, options.limits?.maxWaiting ?? MAX_WAITING);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      this.#admit(request);
      send(response, 200, await this.#route(request, gone.signal));
    } catch (thrown) {
      if (gone.signal.aborted) return;
      const error = toOpenAiError(thrown);
      // The rest of a body that is not read would be taken for the next request.
      const close: Record<string, string> = request.complete ? {} : { Connection: 'close' };
      send(response, error.status, errorBody(error), { ...close, ...(error.status === 429 || error.status === 503 ? { 'Retry-After': RETRY_AFTER_SECONDS } : {}) });
    }
  }

  #admit({ headers }: IncomingMessage): void {
    if (!this.#hosts.includes((headers.host ?? '').toLowerCase())) throw new OpenAiError(403, 'This name is not served here.', { code: 'host_not_allowed' });
    if (headers.origin !== undefined) throw new OpenAiError(403, 'Web pages may not use this endpoint.', { code: 'origin_not_allowed' });
    const { key } = this.#options;
    if (key === null) return;
    const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (given === undefined || !sameSecret(given, key)) throw new OpenAiError(401, 'The key is missing or wrong.', { type: 'authentication_error', code: 'invalid_api_key' });
  }

  async #route(request: IncomingMessage, signal: AbortSignal): Promise<unknown> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const { engine } = this.#options;
    if (request.method === 'GET') {
      if (path === '/v1/models') return modelsBody([await this.#modelId()]);
      if (path.startsWith('/v1/models/')) return modelBody(await this.#modelNamed(decoded(path.slice('/v1/models/'.length))));
    }
    if (request.method !== 'POST') throw unknownPath(request.method, path);
    switch (path) {
      case '/v1/embeddings': {
        const asked = readEmbeddingsRequest(await this.#body(request));
        await this.#modelNamed(asked.model);
        return this.#line.run(() => this.#embed(asked, signal), signal);
      }
      case '/v1/rerank': case '/rerank': {
        const asked = readRerankingRequest(await this.#body(request));
        const { query, texts, instruction } = asked;
        return this.#line.run(async () => {
          const { model, scores } = await engine.rerank({ query, texts, ...(instruction === null ? {} : { instruction }) }, signal);
          return rerankingBody(asked, model, scores);
        }, signal);
      }
      default: throw unknownPath(request.method, path);
    }
  }

  async #embed(asked: EmbeddingsRequest, signal: AbortSignal): Promise<unknown> {
    const rows: Float32Array[] = [];
    let model: string | undefined;
    let tokens = 0;
    for (const texts of callsOf(asked.texts)) {
      const answer = await this.#options.engine.embed({ texts, as: asked.as, ...(asked.instruction === null ? {} : { instruction: asked.instruction }) }, signal);
      if (model !== undefined && model !== answer.model) throw new OpenAiError(503, 'The model was changed meanwhile. Ask again.', { type: 'server_error', code: 'model_unavailable' });
      if (asked.dimensions !== null && asked.dimensions > answer.dimension) throw new OpenAiError(400, `'dimensions' must not be more than ${answer.dimension}, which this model has.`, { param: 'dimensions', code: 'invalid_value' });
      model = answer.model;
      tokens += answer.tokens;
      rows.push(...rowsOf(answer));
    }
    return embeddingsBody(asked, model ?? '', rows, tokens);
  }

  async #modelNamed(name: string): Promise<string> {
    const id = await this.#modelId();
    if (name === id || name === ALIAS) return id;
    throw new OpenAiError(404, `The model '${name.slice(0, 100)}' does not exist here. Ask for '${id}', or '${ALIAS}' for whichever answers.`, { param: 'model', code: 'model_not_found' });
  }

  #modelId(): Promise<string> {
    const nowMs = performance.now();
    if (this.#model === undefined || nowMs - this.#model.atMs > MODEL_FRESH_MS) this.#model = { id: this.#options.engine.modelId(), atMs: nowMs };
    const asked = this.#model;
    asked.id.catch(() => { if (this.#model === asked) this.#model = undefined; });
    return asked.id;
  }

  async #body(request: IncomingMessage): Promise<unknown> {
    const most = this.#options.limits?.maxBodyBytes ?? MAX_BODY_BYTES;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request) {
      chunks.push(chunk as Buffer); // No encoding is set.
      bytes += (chunk as Buffer).byteLength;
      if (bytes > most) throw new OpenAiError(413, `The body must not be larger than ${most} bytes.`);
    }
    try {
      return JSON.parse(Buffer.concat(chunks).toString('utf8'));
    } catch (cause) {
      if (cause instanceof SyntaxError) throw new OpenAiError(400, 'The body is not JSON.');
      throw cause;
    }
  }
}

/** A few at a time, in their order. */
class Line {
  readonly #atOnce: number;
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number, most: number) {
    this.#atOnce = atOnce;
    this.#most = most;
  }

  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#most) throw new OpenAiError(429, 'Too many requests wait already.', { type: 'rate_limit_error', code: 'rate_limit_exceeded' });
      await new Promise<void>((resolve) => { this.#waiting.push(resolve); });
    } else {
      this.#running += 1;
    }
    try {
      if (signal.aborted) throw new EngineError('cancelled');
      return await work();
    } finally {
      // The place goes to the next in line, or is given back.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

/** The texts in the portions that the engine takes. */
function* callsOf(texts: readonly string[]): Generator<readonly string[]> {
  let portion: string[] = [];
  let characters = 0;
  for (const text of texts) {
    if (portion.length > 0 && (portion.length >= MAX_EMBED_TEXTS || characters + text.length > CALL_CHARACTERS)) {
      yield portion;
      portion = [];
      characters = 0;
    }
    portion.push(text);
    characters += text.length;
  }
  yield portion;
}

function rowsOf({ vectors, dimension }: EmbeddedTexts): readonly Float32Array[] {
  const bytes = Buffer.from(vectors, 'base64');
  // Copied: a Buffer's place in its pool need not be a multiple of four.
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return Array.from({ length: values.length / dimension }, (_, row) => values.subarray(row * dimension, (row + 1) * dimension));
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch (error) {
    if (error instanceof URIError) return name;
    throw error;
  }
}

function unknownPath(method: string | undefined, path: string): OpenAiError {
  return new OpenAiError(404, `Unknown request: ${method ?? ''} ${path.slice(0, 100)}. There are /v1/embeddings, /v1/models, /v1/rerank and /rerank.`, { code: 'unknown_url' });
}

function send(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': bytes.byteLength, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', ...headers });
  response.end(bytes);
}
