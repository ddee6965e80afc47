/**
 * The place of a table outside of this machine (table-place.ts): durable when acknowledged, away now and then, owned by one engine. One of these is shared
 * by all tables of a store, so that what one learns about the place spares the others the wait.
 */

import { EngineError } from '../contract/errors.ts';
import { vectorStoreError } from './lance-errors.ts';
import type { OwnerRecord } from './lance-owner.ts';
import type { TablePlace } from './table-place.ts';
import { isDamage, placeError, withoutSecrets, type VectorPlace } from './vector-place.ts';

/** A place that did not answer is left alone by searches for this long: each would wait for seconds to learn the same. */
const AWAY_MS = 5_000;
/** Between tries of what waits for the place. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const LONGEST_MESSAGE_CHARACTERS = 300;

export class RemotePlace implements TablePlace {
  readonly looksAfterItself: boolean;
  readonly #place: VectorPlace;
  readonly #closing: AbortSignal;
  #owner: OwnerRecord | undefined;
  #away: { readonly error: EngineError; readonly atMs: number } | undefined;

  constructor(place: VectorPlace, closing: AbortSignal) {
    this.#place = place;
    this.#closing = closing;
    this.looksAfterItself = place.kind === 'service';
  }

  /** Why the place does not answer; null when it does, as far as is known. */
  get trouble(): string | null {
    return this.#away?.error.message ?? null;
  }

  ownedBy(owner: OwnerRecord): void {
    this.#owner = owner;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  beforeRead(): void {
    if (this.#away !== undefined && performance.now() - this.#away.atMs < AWAY_MS) throw this.#away.error;
  }

  async beforeWrite(sweeps: boolean): Promise<void> {
    await this.#owner?.check(sweeps);
  }

  afterWrite(): Promise<void> {
    return Promise.resolve();
  }

  answered(): void {
    this.#away = undefined;
  }

  errorOf(error: unknown): EngineError {
    const known = this.#meaningOf(error);
    if (known.code === 'vectors-unreachable') this.#away = { error: known, atMs: performance.now() };
    return known;
  }

  #meaningOf(error: unknown): EngineError {
    if (error instanceof EngineError) return error;
    if (isDamage(error)) return vectorStoreError(error instanceof Error ? withoutSecrets(error.message, this.#place) : error);
    const text = error instanceof Error ? error.message : String(error);
    return placeError(error, this.#place) ?? new EngineError('internal', `The vectors at ${this.#place.uri} failed: ${withoutSecrets(text, this.#place).slice(0, LONGEST_MESSAGE_CHARACTERS)}`);
  }

  /** Only for a place that is away; longer each time. False when the store is closed or the caller gave up. */
  async mayRetry(error: EngineError, attempt: number, signal?: AbortSignal): Promise<boolean> {
    if (error.code !== 'vectors-unreachable') return false;
    const stop = signal === undefined ? this.#closing : AbortSignal.any([this.#closing, signal]);
    await pause(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)), stop);
    return !stop.aborted;
  }

  /** Whoever pays for a bucket decides how large it may be. */
  freeBytes(): Promise<number> {
    return Promise.resolve(Number.POSITIVE_INFINITY);
  }

  /** Nothing tells: forgetting writes every row anew. */
  hasDeletions(): Promise<boolean> {
    return Promise.resolve(true);
  }

  removeAside(): Promise<void> {
    return Promise.resolve();
  }
}

/** Resolves after `ms`, or when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
