/**
 * The Reranker over a server's `/rerank`. Where it lies and which shape it has is asked once, by the first request. The server puts the model's own chat
 * around query and text; an instruction has no place in either shape and is not sent.
 */

import { EngineError } from '../../contract/errors.ts';
import type { ServerKind, ServerSettings } from '../../contract/settings.ts';
import { describeError, type Log } from '../../log.ts';
import type { Reranker, RerankerStatus } from '../reranker.ts';
import type { ServerAddress } from './address.ts';
import { ServerFailure } from './embeddings-client.ts';
import { errorText } from './embeddings-wire.ts';
import { failureOf, failureSentence } from './failures.ts';
import { ServerConnection } from './http.ts';
import { areLogits, readRerank, rerankBody, sigmoid, type RerankShape } from './rerank-wire.ts';

/** Texts of one request: the first answers come early, and all of a search's candidates are two or three requests. */
const TEXTS_AT_ONCE = 8;
/** A search gives up long before; this ends what nobody waits for any more. */
const REQUEST_DEADLINE_MS = 60_000;

interface Door {
  readonly path: string;
  readonly shape: RerankShape;
}

export interface ServerRerankerOptions {
  readonly settings: ServerSettings;
  readonly log?: Log;
}

/** Asks nothing yet. Errors: `bad-input` (no address, no model for reranking), `remote-not-allowed`. */
export function createServerReranker({ settings, log }: ServerRerankerOptions): Reranker {
  if (settings.rerankModel === null) throw new EngineError('bad-input', 'Name the reranking model of the server first.', { details: { field: 'server.rerankModel' } });
  return new ServerReranker(settings.rerankModel, settings.kind, new ServerConnection(settings), log);
}

/** Where `/rerank` may lie, most likely first. Pure. */
export function doorsOf(kind: ServerKind, { root, apiPaths }: Pick<ServerAddress, 'root' | 'apiPaths'>): readonly Door[] {
  const tei: Door = { path: `${root}/rerank`, shape: 'tei' };
  if (kind === 'tei') return [tei];
  const cohere = [...new Set([...apiPaths, root])].map((path): Door => ({ path: `${path}/rerank`, shape: 'cohere' }));
  return kind === 'auto' || kind === 'openai' ? [...cohere, tei] : cohere;
}

class ServerReranker implements Reranker {
  readonly id: string;
  readonly pid = undefined;
  readonly #doors: readonly Door[];
  readonly #connection: ServerConnection;
  readonly #log: Log | undefined;
  readonly #closing = new AbortController();
  #door: Door | undefined;
  #logits = false;
  #status: RerankerStatus;

  constructor(model: string, kind: ServerKind, connection: ServerConnection, log: Log | undefined) {
    this.id = model;
    this.#doors = doorsOf(kind, connection.address);
    this.#connection = connection;
    this.#log = log;
    this.#status = { state: 'starting', device: connection.address.shown, trouble: null };
  }

  async score(query: string, texts: readonly string[], options: Parameters<Reranker['score']>[2] = {}): Promise<readonly number[]> {
    const signal = AbortSignal.any([this.#closing.signal, ...(options.signal === undefined ? [] : [options.signal])]);
    const scores: number[] = [];
    let most = TEXTS_AT_ONCE;
    try {
      while (scores.length < texts.length) {
        const from = scores.length;
        try {
          const found = await this.#ask(query, texts.slice(from, from + most), signal);
          scores.push(...found);
          options.next?.(from, found);
        } catch (error) {
          if (!(error instanceof ServerFailure) || error.failure !== 'too-many' || most === 1) throw error;
          most = Math.ceil(most / 2);
        }
      }
      this.#change('ready', null);
      return scores;
    } catch (error) {
      if (!(error instanceof EngineError) || error.code === 'cancelled') throw error;
      if (this.#status.state !== 'down') this.#log?.warn('the reranking server is out of order', { error: describeError(error) });
      this.#change('down', error.message);
      throw new EngineError('embedder-unavailable', error.message, { cause: error, details: { reason: error.code } });
    }
  }

  /** Probabilities of one request's texts. */
  async #ask(query: string, texts: readonly string[], signal: AbortSignal): Promise<number[]> {
    const found = await this.#knock(query, texts, signal);
    this.#logits ||= areLogits(found);
    return this.#logits ? found.map(sigmoid) : found;
  }

  async #knock(query: string, texts: readonly string[], signal: AbortSignal): Promise<number[]> {
    const doors = this.#door === undefined ? this.#doors : [this.#door];
    for (const [index, door] of doors.entries()) {
      try {
        const scores = await this.#request(door, query, texts, signal);
        this.#door = door;
        return scores;
      } catch (error) {
        const elsewhere = error instanceof ServerFailure && (error.failure === 'missing' || error.failure === 'refused');
        if (!elsewhere || index === doors.length - 1) throw error;
      }
    }
    throw new EngineError('internal', 'There is nowhere to ask for reranking.');
  }

  async #request({ path, shape }: Door, query: string, texts: readonly string[], signal: AbortSignal): Promise<number[]> {
    const { status, body, retryAfterMs } = await this.#connection.request({ path, body: rerankBody(shape, this.id, query, texts), lane: 'query', deadlineMs: REQUEST_DEADLINE_MS, signal });
    const failure = failureOf(status, body);
    if (failure === null) return readRerank(body, texts.length);
    const { address: { shown } } = this.#connection;
    const sentence = failure === 'missing' ? `The server at ${shown} has no reranking there, or not the model "${this.id}" (${status}).`
      : failureSentence(failure, shown, status, this.#connection.redact(errorText(body)));
    throw new ServerFailure(failure, sentence, retryAfterMs);
  }

  status(): RerankerStatus {
    return this.#status;
  }

  /** Its memory is not ours. */
  async rest(): Promise<void> {}

  async close(): Promise<void> {
    this.#closing.abort();
    this.#connection.close();
  }

  #change(state: RerankerStatus['state'], trouble: string | null): void {
    this.#status = { ...this.#status, state, trouble };
  }
}
