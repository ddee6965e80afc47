/**
 * The asking end. `call` answers once and can be cancelled; `subscribe` gives items. When the pipe closes, everything
 * pending is rejected with `connection-closed` and nothing hangs.
 */

import { EngineError, fromWireError } from '../contract/errors.ts';
import { isWireMessage, type InputOf, type OutputOf, type Protocol } from './message.ts';
import type { Transport } from './transport.ts';

/** The parts of AbortSignal we need, declared here because this folder compiles without DOM and Node types. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface Observer<T> {
  next(item: T): void;
  error?(error: EngineError): void;
  complete?(): void;
}

export interface ClientOptions {
  readonly protocolVersion: number;
  /** Name and version of this program, for the other end's log. */
  readonly software: string;
}

type Name<V> = keyof V & string;

interface PendingCall {
  resolve(value: unknown): void;
  reject(error: EngineError): void;
}

export class Client<P extends Protocol> {
  readonly #transport: Transport;
  readonly #calls = new Map<number, PendingCall>();
  readonly #subscriptions = new Map<number, Observer<unknown>>();
  readonly #closeListeners: ((reason: string) => void)[] = [];
  #nextId = 1;
  #closedReason: string | undefined;

  constructor(transport: Transport, options: ClientOptions) {
    this.#transport = transport;
    transport.onMessage((message) => this.#receive(message));
    transport.onClose((reason) => this.#closed(reason));
    transport.send({ kind: 'hello', protocolVersion: options.protocolVersion, software: options.software });
  }

  /** Why the connection ended; undefined while it is open. */
  get closedReason(): string | undefined {
    return this.#closedReason;
  }

  onClose(listener: (reason: string) => void): void {
    if (this.#closedReason !== undefined) listener(this.#closedReason);
    else this.#closeListeners.push(listener);
  }

  /** Rejects with the other end's EngineError, `cancelled` when the signal aborts, `connection-closed` when the pipe ends. */
  call<N extends Name<P['calls']>>(name: N, input: InputOf<P['calls'], N>, signal?: CancelSignal): Promise<OutputOf<P['calls'], N>> {
    if (this.#closedReason !== undefined) return Promise.reject(new EngineError('connection-closed', this.#closedReason));
    if (signal?.aborted === true) return Promise.reject(new EngineError('cancelled'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        if (!this.#calls.delete(id)) return;
        this.#transport.send({ kind: 'cancel', id });
        reject(new EngineError('cancelled'));
      };
      const settle = (): void => signal?.removeEventListener('abort', abort);
      this.#calls.set(id, {
        resolve: (value) => { settle(); resolve(value as OutputOf<P['calls'], N>); },
        reject: (error) => { settle(); reject(error); },
      });
      signal?.addEventListener('abort', abort, { once: true });
      this.#transport.send({ kind: 'call', id, name, input });
    });
  }

  /** Gives items to the observer until complete, error, or the returned function is called. */
  subscribe<N extends Name<P['subscriptions']>>(
    name: N, input: InputOf<P['subscriptions'], N>, observer: Observer<OutputOf<P['subscriptions'], N>>,
  ): () => void {
    if (this.#closedReason !== undefined) {
      observer.error?.(new EngineError('connection-closed', this.#closedReason));
      return () => {};
    }
    const id = this.#nextId++;
    this.#subscriptions.set(id, observer as Observer<unknown>);
    this.#transport.send({ kind: 'subscribe', id, name, input });
    return () => {
      if (this.#subscriptions.delete(id)) this.#transport.send({ kind: 'unsubscribe', id });
    };
  }

  close(): void {
    this.#transport.close();
    this.#closed('closed here');
  }

  #receive(message: unknown): void {
    if (!isWireMessage(message)) return;
    switch (message.kind) {
      case 'return':
        this.#take(message.id)?.resolve(message.value);
        return;
      case 'next':
        this.#subscriptions.get(message.id)?.next(message.value);
        return;
      case 'complete': {
        const observer = this.#subscriptions.get(message.id);
        this.#subscriptions.delete(message.id);
        observer?.complete?.();
        return;
      }
      case 'error': {
        const error = fromWireError(message.error);
        const observer = this.#subscriptions.get(message.id);
        this.#subscriptions.delete(message.id);
        observer?.error?.(error);
        this.#take(message.id)?.reject(error);
        return;
      }
      default:
        return;
    }
  }

  #take(id: number): PendingCall | undefined {
    const pending = this.#calls.get(id);
    this.#calls.delete(id);
    return pending;
  }

  #closed(reason: string): void {
    if (this.#closedReason !== undefined) return;
    this.#closedReason = reason;
    const error = new EngineError('connection-closed', reason);
    const calls = [...this.#calls.values()];
    const observers = [...this.#subscriptions.values()];
    this.#calls.clear();
    this.#subscriptions.clear();
    for (const pending of calls) pending.reject(error);
    for (const observer of observers) observer.error?.(error);
    for (const listener of this.#closeListeners.splice(0)) listener(reason);
  }
}
