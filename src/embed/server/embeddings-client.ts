/** One request of `/v1/embeddings` and what became of it. No retries here: who asks knows how long it may take and what may be cut. */

import { EngineError } from '../../contract/errors.ts';
import { embeddingsBody, errorText, readEmbeddings, type EmbeddingsAnswer } from './embeddings-wire.ts';
import { failureOf, failureSentence, type Failure } from './failures.ts';
import type { RequestLane, ServerConnection } from './http.ts';

/** An answer other than 200, judged. */
export class ServerFailure extends EngineError {
  readonly failure: Failure;
  readonly retryAfterMs: number | null;

  constructor(failure: Failure, message: string, retryAfterMs: number | null) {
    super(failure === 'away' || failure === 'busy' ? 'server-unreachable' : 'server-refused', message, { details: { reason: failure } });
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface EmbeddingsRequest {
  readonly lane: RequestLane;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

export class EmbeddingsClient {
  readonly connection: ServerConnection;
  readonly apiPath: string;
  readonly model: string;

  constructor(connection: ServerConnection, apiPath: string, model: string) {
    this.connection = connection;
    this.apiPath = apiPath;
    this.model = model;
  }

  /** Texts go as they are: prompts and end token are already in them, and none is blank. Errors: ServerFailure, those of `ServerConnection.request`, `server-refused` for a nonsensical answer. */
  async embed(texts: readonly string[], { lane, deadlineMs, signal }: EmbeddingsRequest): Promise<EmbeddingsAnswer> {
    const path = `${this.apiPath}/embeddings`;
    const { status, body, retryAfterMs } = await this.connection.request({ path, body: embeddingsBody(this.model, texts), lane, deadlineMs, signal });
    const failure = failureOf(status, body);
    if (failure === null) return readEmbeddings(body, texts.length);
    throw new ServerFailure(failure, failureSentence(failure, this.connection.address.shown, status, this.connection.redact(errorText(body))), retryAfterMs);
  }
}
