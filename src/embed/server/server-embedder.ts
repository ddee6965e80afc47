/**
 * The Embedder over an embedding server. It lives in the engine's own process: it only waits for the network. When the server is away it is
 * `down` with the reason in plain words, every request fails at once, and it asks by itself, ever more rarely, until the server is back
 * and proves by its golden vectors to be the one it was.
 */

import { createHash } from 'node:crypto';
import { EngineError } from '../../contract/errors.ts';
import type { ServerSettings } from '../../contract/settings.ts';
import type { Log } from '../../log.ts';
import type { Embedder, EmbedderModel, EmbedderStatus } from '../embedder.ts';
import { documentText, queryText, type ModelPrompts } from '../model-description.ts';
import { normalize } from '../pool.ts';
import { RateMeter } from '../rate-meter.ts';
import { embedInBulk, requireKnown, type BulkParts } from './bulk-embedding.ts';
import { EmbeddingsClient, ServerFailure } from './embeddings-client.ts';
import { IDENTITY_TEXTS } from './golden.ts';
import { ServerConnection } from './http.ts';
import { findServer, rememberServer, type KnownServer } from './identity-file.ts';
import { promptsOf } from './model-prompts.ts';
import { pause, RequestSizer, Slots } from './pacing.ts';
import { LengthLimit } from './pieces.ts';
import { probeServer } from './probe-server.ts';
import { KIND_LIMITS } from './server-kinds.ts';

export interface ServerEmbedderOptions {
  readonly settings: ServerSettings;
  /** Of stored vectors when smaller than the server's own (Matryoshka: cut, then made unit length); null: the server's own. */
  readonly dimension: number | null;
  /**
   * A file in the data directory (`server-identity.json`) with what set-up found: dimension, end token and golden vectors of each
   * server, so that the engine starts while the server is away, and other vectors under the same name are noticed.
   */
  readonly identityPath: string;
  /**
   * The person chose this server (anew): when it answers other vectors than at its last set-up, it is a new model with a new
   * fingerprint. Otherwise (the engine starts) that is `server-mismatch`: the embedder stays down and says so.
   */
  readonly renew?: boolean;
  readonly log?: Log;
}

/** Raised when our own code around a server changes what a document's vector is (pieces of long texts, the end token). */
const PIPELINE_VERSION = 1;
/** As long as a local model gets: names and words have long been shown. */
const QUERY_DEADLINE_MS = 10_000;
/** A check of three short texts; a server that loads its model first takes longer than a query may. */
const CHECK_DEADLINE_MS = 120_000;
const FIRST_POLL_MS = 1_000;
const LONGEST_POLL_MS = 60_000;
/** A search asks for a server that is away at most this often. */
const KICK_MS = 1_000;
/** Without bulk work, queries have the server's identity looked at again after this. */
const RECHECK_MS = 60_000;
/** A query is a sentence; a server with a window of 128 tokens still takes its beginning. */
const QUERY_CUTS = 4;

/**
 * Resolves at once for a server that is known (identityPath), up or not: it comes up by itself. A server never seen, or `renew`, is set
 * up first. Errors: `remote-not-allowed`, `bad-input` (no address or model), and at set-up `server-unreachable`, `server-refused`: try again
 * later, nothing was kept.
 */
export async function createServerEmbedder(options: ServerEmbedderOptions): Promise<Embedder> {
  const { settings, identityPath, log } = options;
  const connection = new ServerConnection(settings);
  const address = connection.address.origin + connection.address.root;
  try {
    const known = options.renew === true ? null : await findServer(identityPath, address, settings.model, log);
    const server = known ?? await rememberServer(identityPath, address, settings.model, await probeServer(connection, settings), log);
    return new ServerEmbedder(options, connection, server, known === null);
  } catch (error) {
    connection.close();
    throw error;
  }
}

class ServerEmbedder implements Embedder {
  readonly model: EmbedderModel;
  readonly pid = undefined;
  readonly #connection: ServerConnection;
  readonly #server: KnownServer;
  readonly #prompts: ModelPrompts;
  readonly #client: EmbeddingsClient;
  readonly #bulk: BulkParts;
  readonly #workers: number;
  readonly #log: Log | undefined;
  readonly #listeners: ((status: EmbedderStatus) => void)[] = [];
  readonly #rate = new RateMeter();
  readonly #closing = new AbortController();
  #state: EmbedderStatus['state'];
  #trouble: string | null = null;
  #checking: Promise<void> | undefined;
  #checkedMs = performance.now();
  #poll: NodeJS.Timeout | undefined;
  #polls = 0;

  constructor({ settings, dimension, log }: ServerEmbedderOptions, connection: ServerConnection, server: KnownServer, checked: boolean) {
    const { profile } = server;
    const prompts = promptsOf({ ...settings, model: profile.model });
    const stored = Math.min(dimension ?? profile.dimension, profile.dimension);
    this.model = {
      id: 'server',
      dimension: stored,
      fingerprint: fingerprintOf(server, prompts, settings.windowTokens, stored),
      windowRule: { maxTokens: settings.windowTokens },
      takesInstruction: prompts.query.includes('{instruction}'),
    };
    this.#connection = connection;
    this.#server = server;
    this.#prompts = prompts;
    this.#log = log;
    this.#workers = settings.parallel;
    this.#client = new EmbeddingsClient(connection, profile.apiPath, profile.model);
    this.#bulk = {
      client: this.#client, profile, log,
      prepare: (text) => documentText(prompts, text) + (profile.endToken ?? ''),
      sizer: new RequestSizer({ maxTexts: profile.maxTexts, maxBytes: KIND_LIMITS[profile.kind].maxBytes }),
      slots: new Slots(settings.parallel),
      limit: new LengthLimit(profile.maxTokens),
      rate: this.#rate,
    };
    this.#state = checked ? 'ready' : 'starting';
    if (!checked) void this.#check();
  }

  async embedQuery(text: string, options: { readonly instruction?: string | null; readonly signal?: AbortSignal } = {}): Promise<Float32Array> {
    if (text.trim() === '') return new Float32Array(this.model.dimension);
    const done = this.#bulk.slots.queryBegins();
    const signal = AbortSignal.any([this.#closing.signal, ...(options.signal === undefined ? [] : [options.signal])]);
    try {
      await this.#up(signal, QUERY_DEADLINE_MS);
      if (performance.now() - this.#checkedMs > RECHECK_MS) void this.#check();
      const row = await this.#askQuery(text, options.instruction ?? null, signal);
      return this.#stored(row);
    } catch (error) {
      // One query that failed proves little (its text, a full queue): the check decides about the state.
      if (isAboutServer(error)) void this.#check();
      throw forCaller(error);
    } finally {
      done();
    }
  }

  async embedDocuments(texts: readonly string[], outer?: AbortSignal): Promise<Float32Array> {
    const signal = AbortSignal.any([this.#closing.signal, ...(outer === undefined ? [] : [outer])]);
    const width = this.#server.profile.dimension;
    try {
      await this.#up(signal);
      // Where no known text can go along with the others, it goes before them.
      if (this.#bulk.sizer.maxTexts === 1 && performance.now() - this.#checkedMs > RECHECK_MS) await this.#verify(signal);
      const sums = await embedInBulk(this.#bulk, texts, this.#workers, signal);
      if (this.#bulk.sizer.maxTexts > 1) this.#checkedMs = performance.now();
      const vectors = new Float32Array(texts.length * this.model.dimension);
      for (let row = 0; row < texts.length; row++) vectors.set(this.#stored(sums.subarray(row * width, (row + 1) * width)), row * this.model.dimension);
      return vectors;
    } catch (error) {
      if (isAboutServer(error)) this.#down(error);
      throw forCaller(error);
    }
  }

  /** The query with its prompt; shorter when it is more than the server takes. */
  async #askQuery(text: string, instruction: string | null, signal: AbortSignal): Promise<Float32Array> {
    const { profile } = this.#server;
    for (let part = text, cuts = 0; ; cuts++) {
      try {
        const prompted = queryText(this.#prompts, part, instruction) + (profile.endToken ?? '');
        const { rows: [row] } = await this.#client.embed([prompted], { lane: 'query', deadlineMs: QUERY_DEADLINE_MS, signal });
        if (row?.length !== profile.dimension) requireKnown(undefined, profile, this.#connection.address.shown);
        return row ?? new Float32Array(profile.dimension);
      } catch (error) {
        if (!(error instanceof ServerFailure) || (error.failure !== 'too-long' && error.failure !== 'too-many') || cuts >= QUERY_CUTS) throw error;
        part = part.slice(0, Math.ceil(part.length / 2));
      }
    }
  }

  /** Cut to the stored dimension, unit length. */
  #stored(row: Float32Array): Float32Array {
    const vector = row.slice(0, this.model.dimension);
    normalize(vector);
    return vector;
  }

  status(): EmbedderStatus {
    return {
      state: this.#state, device: this.#connection.address.shown, trouble: this.#trouble, devices: [],
      charactersPerSecond: this.#rate.perSecond, measuredMs: this.#rate.measuredMs,
    };
  }

  onStatus(listener: (status: EmbedderStatus) => void): void {
    this.#listeners.push(listener);
  }

  /** Nothing of the model is on this machine. */
  async rest(): Promise<void> {}

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#poll);
    this.#connection.close();
    await this.#checking;
  }

  /** Waits while the first check is under way; while the server is away it fails at once, and asks for it in the background. */
  async #up(signal: AbortSignal, patienceMs?: number): Promise<void> {
    if (this.#state === 'starting') await Promise.race([this.#checking, ...(patienceMs === undefined ? [] : [pause(patienceMs, signal)])]);
    if (signal.aborted) throw new EngineError('cancelled');
    if (this.#state === 'ready') return;
    if (performance.now() - this.#checkedMs > KICK_MS) void this.#check();
    throw new EngineError('embedder-unavailable', this.#trouble ?? undefined);
  }

  /** Is the server there, and the one it was? Never rejects: the answer is the state. */
  #check(): Promise<void> {
    this.#checking ??= this.#verify(this.#closing.signal).then(
      () => {
        this.#polls = 0;
        this.#change('ready', null);
      },
      (error: unknown) => { if (isAboutServer(error)) this.#down(error); },
    ).finally(() => { this.#checking = undefined; });
    return this.#checking;
  }

  /** Errors: `server-mismatch`, those of the request. */
  async #verify(signal: AbortSignal): Promise<void> {
    const { profile } = this.#server;
    try {
      for (const [index, text] of IDENTITY_TEXTS.entries()) {
        const { rows: [row] } = await this.#client.embed([text + (profile.endToken ?? '')], { lane: 'query', deadlineMs: CHECK_DEADLINE_MS, signal });
        requireKnown(row, profile, this.#connection.address.shown, index);
      }
    } finally {
      this.#checkedMs = performance.now();
    }
  }

  #down(error: EngineError): void {
    if (this.#closing.signal.aborted) return;
    if (this.#state !== 'down') this.#log?.warn('the embedding server is out of order', { code: error.code, error: error.message });
    this.#change('down', error.message);
    clearTimeout(this.#poll);
    const wait = Math.min(LONGEST_POLL_MS, FIRST_POLL_MS * 2 ** this.#polls);
    this.#polls += 1;
    this.#poll = setTimeout(() => void this.#check(), wait).unref();
  }

  #change(state: EmbedderStatus['state'], trouble: string | null): void {
    if (state === 'ready') clearTimeout(this.#poll);
    if (state === this.#state && trouble === this.#trouble) return;
    this.#state = state;
    this.#trouble = trouble;
    const status = this.status();
    for (const listener of this.#listeners) listener(status);
  }
}

/** Of what went wrong between us and the server; not `cancelled`, nor a mistake of ours. */
function isAboutServer(error: unknown): error is EngineError {
  return error instanceof EngineError && (error.code === 'server-unreachable' || error.code === 'server-refused' || error.code === 'server-mismatch');
}

/** Callers of an Embedder know `embedder-unavailable`; that vectors do not match is worth saying as such. */
function forCaller(error: unknown): unknown {
  if (!isAboutServer(error) || error.code === 'server-mismatch') return error;
  return new EngineError('embedder-unavailable', error.message, { cause: error, details: { reason: error.code } });
}

/** Hex, 32 digits. The identity stands for the model and all that is done to a text, the end token too; query prompts change no stored vector. */
function fingerprintOf(server: KnownServer, prompts: ModelPrompts, windowTokens: number, dimension: number): string {
  const facts = ['server', PIPELINE_VERSION, server.identity, prompts.document, windowTokens, dimension];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
}
