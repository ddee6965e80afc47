/**
 * Bulk work for a server: texts into requests that it takes, beside each other, with patience where it is busy. A short text whose vector
 * is known goes along with every request: when the server answers it otherwise, none of the request's vectors is used.
 */

import { EngineError } from '../../contract/errors.ts';
import type { Log } from '../../log.ts';
import { normalize } from '../pool.ts';
import type { RateMeter } from '../rate-meter.ts';
import { ServerFailure, type EmbeddingsClient } from './embeddings-client.ts';
import { cosine, IDENTITY_TEXTS, SAME_VECTOR_COSINE } from './golden.ts';
import { LONGEST_RETRY_AFTER_MS, pause, retryDelayMs, type RequestSizer, type Slots } from './pacing.ts';
import { halve, type LengthLimit, type Piece } from './pieces.ts';
import type { ServerProfile } from './probe-server.ts';

/** A request is sized for a second; a server on a busy card, or one that loads its model first, may need a hundred times that. */
const BULK_DEADLINE_MS = 180_000;
/** Tries of a request that a busy server turns away: half a minute together. */
const BUSY_ATTEMPTS = 6;
/** Tries when nobody answers at all: a dropped connection, not a server that is off. */
const AWAY_ATTEMPTS = 3;

export interface BulkParts {
  readonly client: EmbeddingsClient;
  readonly profile: ServerProfile;
  /** Prompt and end token around a text. */
  readonly prepare: (text: string) => string;
  readonly sizer: RequestSizer;
  readonly slots: Slots;
  readonly limit: LengthLimit;
  readonly rate: RateMeter;
  readonly log: Log | undefined;
}

/**
 * `texts.length` × `profile.dimension` values: means of unit vectors, to be normalised by the caller; zero rows for blank texts and for
 * those that the server will not have while it has others. Errors: `server-unreachable`, `server-refused`, `server-mismatch`, `cancelled`.
 */
export async function embedInBulk(parts: BulkParts, texts: readonly string[], workers: number, signal: AbortSignal): Promise<Float32Array> {
  const sums = new Float32Array(texts.length * parts.profile.dimension);
  const queue = texts.flatMap((text, owner) => parts.limit.cut({ owner, text }));
  // Longest first: texts of like length go together, and limits show at once.
  queue.sort((left, right) => right.text.length - left.text.length);
  const failure = new AbortController();
  const job = new BulkJob(parts, sums, AbortSignal.any([signal, failure.signal]));
  const results = await Promise.allSettled(Array.from({ length: workers }, () => job.drain(queue).catch((error: unknown) => { failure.abort(); throw error; })));
  const failed = results.filter((result) => result.status === 'rejected').map((result): unknown => result.reason);
  // The worker that failed by itself, not those that it stopped.
  const cause = failed.find((error) => !(error instanceof EngineError) || error.code !== 'cancelled') ?? failed[0];
  if (cause !== undefined) throw cause;
  return sums;
}

class BulkJob {
  readonly #parts: BulkParts;
  readonly #sums: Float32Array;
  readonly #signal: AbortSignal;

  constructor(parts: BulkParts, sums: Float32Array, signal: AbortSignal) {
    this.#parts = parts;
    this.#sums = sums;
    this.#signal = signal;
  }

  async drain(queue: Piece[]): Promise<void> {
    const { slots, sizer } = this.#parts;
    while (queue.length > 0) {
      const free = await slots.take(this.#signal);
      try {
        const pieces = sizer.take(queue, this.#canaries.length);
        if (pieces.length > 0) await this.#send(pieces);
      } finally {
        free();
      }
    }
  }

  /** Sends pieces in one request, or in as many as the server wants. */
  async #send(pieces: readonly Piece[]): Promise<void> {
    let failed: 'too-many' | 'too-long' | 'refused';
    let cause: unknown;
    try {
      const rows = await this.#patiently(pieces);
      for (const [index, piece] of pieces.entries()) this.#add(piece, rows[index]);
      return;
    } catch (error) {
      const reason = smallerMayPass(error);
      if (reason === null) throw error;
      failed = reason;
      cause = error;
    }
    const [piece] = pieces;
    if (piece === undefined) return;
    if (failed === 'too-many') this.#parts.sizer.refusedTexts(pieces.length + this.#canaries.length);
    if (pieces.length > 1) {
      const middle = Math.ceil(pieces.length / 2);
      await this.#send(pieces.slice(0, middle));
      return this.#send(pieces.slice(middle));
    }
    if (failed === 'refused') return this.#giveUp(piece, cause);
    const halves = halve(piece);
    if (halves === null) throw cause;
    if (failed === 'too-long') this.#parts.limit.refused(piece.text);
    for (const half of halves) if (half.text.trim() !== '') await this.#send([half]);
  }

  /** One request, tried again while the server is busy. */
  async #patiently(pieces: readonly Piece[]): Promise<readonly Float32Array[]> {
    const { slots } = this.#parts;
    for (let attempt = 0; ; attempt++) {
      try {
        const rows = await this.#once(pieces);
        slots.succeeded();
        return rows;
      } catch (error) {
        if (!(error instanceof EngineError) || error.code !== 'server-unreachable') throw error;
        const busy = error instanceof ServerFailure && error.failure === 'busy';
        const retryAfterMs = error instanceof ServerFailure ? error.retryAfterMs : null;
        if (attempt + 1 >= (busy ? BUSY_ATTEMPTS : AWAY_ATTEMPTS) || (retryAfterMs ?? 0) > LONGEST_RETRY_AFTER_MS) throw error;
        slots.wasBusy();
        await pause(retryDelayMs(attempt, retryAfterMs), this.#signal);
      }
    }
  }

  async #once(pieces: readonly Piece[]): Promise<readonly Float32Array[]> {
    const { client, profile, prepare, rate, sizer } = this.#parts;
    const canaries = this.#canaries;
    const characters = pieces.reduce((sum, piece) => sum + piece.text.length, 0);
    const startedMs = performance.now();
    let embedded = 0;
    rate.start(startedMs);
    try {
      const { rows } = await client.embed([...pieces.map((piece) => prepare(piece.text)), ...canaries], { lane: 'bulk', deadlineMs: BULK_DEADLINE_MS, signal: this.#signal });
      if (canaries.length > 0) requireKnown(rows.at(-1), profile, client.connection.address.shown);
      if (rows.some((row) => row.length !== profile.dimension)) throw mismatch(client.connection.address.shown);
      embedded = characters;
      sizer.observe(characters, performance.now() - startedMs);
      return rows.slice(0, pieces.length);
    } finally {
      rate.end(embedded, performance.now());
    }
  }

  /** The text with the known vector, where a request holds more than one text. */
  get #canaries(): readonly string[] {
    const { profile, sizer } = this.#parts;
    return sizer.maxTexts > 1 ? [IDENTITY_TEXTS[0] + (profile.endToken ?? '')] : [];
  }

  /** A text that is refused while a known one passes stays without a vector: it must not hold up all others for ever. */
  async #giveUp(piece: Piece, cause: unknown): Promise<void> {
    const { client, profile, log } = this.#parts;
    try {
      await client.embed([IDENTITY_TEXTS[0] + (profile.endToken ?? '')], { lane: 'bulk', deadlineMs: BULK_DEADLINE_MS, signal: this.#signal });
    } catch (error) {
      // Not this text: the server refuses everything now. What it said of that is the better reason.
      if (error instanceof EngineError && error.code === 'cancelled') throw error;
      throw cause;
    }
    log?.warn('the embedding server refused a text, which stays without a vector', { characters: piece.text.length, error: cause instanceof Error ? cause.message : String(cause) });
  }

  #add({ owner, text }: Piece, row: Float32Array | undefined): void {
    if (row === undefined) return;
    normalize(row);
    const start = owner * row.length;
    for (let index = 0; index < row.length; index++) this.#sums[start + index] = (this.#sums[start + index] ?? 0) + (row[index] ?? 0) * text.length;
  }
}

/** Would the same texts pass in smaller requests? */
function smallerMayPass(error: unknown): 'too-many' | 'too-long' | 'refused' | null {
  if (error instanceof ServerFailure) {
    return error.failure === 'too-many' || error.failure === 'too-long' || error.failure === 'refused' ? error.failure : null;
  }
  // A nonsensical answer (NaN) may be about one of the texts.
  return error instanceof EngineError && error.code === 'server-refused' ? 'refused' : null;
}

/** Error: `server-mismatch`. */
export function requireKnown(row: Float32Array | undefined, profile: ServerProfile, shown: string, text = 0): void {
  const known = profile.golden[text];
  if (row === undefined || known === undefined || cosine(row, known) < SAME_VECTOR_COSINE) throw mismatch(shown);
}

function mismatch(shown: string): EngineError {
  return new EngineError('server-mismatch', `The embedding server at ${shown} answers with other vectors than those in the index: its model or its settings were changed. Bring the former one back, or choose the server again to embed your files anew.`);
}
