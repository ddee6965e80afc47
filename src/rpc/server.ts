/**
 * The answering end. Handlers take `(input, context)`; a call's promise is its answer, a subscription's promise ends it.
 * A handler's error crosses as code and message, never as a silent `undefined`. Closing aborts everything running.
 */

import { EngineError, toWireError } from '../contract/errors.ts';
import { isWireMessage, type InputOf, type OutputOf, type Protocol, type WireMessage } from './message.ts';
import type { Transport } from './transport.ts';

export interface CallContext {
  /** Aborted on cancel, unsubscribe and when the connection ends. */
  readonly signal: AbortSignalLike;
}

/** The platform's AbortController, declared because this folder compiles without DOM and Node types. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
  throwIfAborted(): void;
}
declare const AbortController: new () => { readonly signal: AbortSignalLike; abort(): void };

export type Handlers<P extends Protocol> = {
  readonly calls: {
    readonly [N in keyof P['calls']]: (input: InputOf<P['calls'], N>, context: CallContext) => Promise<OutputOf<P['calls'], N>> | OutputOf<P['calls'], N>;
  };
  readonly subscriptions: {
    readonly [N in keyof P['subscriptions']]: (
      input: InputOf<P['subscriptions'], N>,
      next: (item: OutputOf<P['subscriptions'], N>) => void,
      context: CallContext,
    ) => Promise<void>;
  };
};

export interface ServeOptions {
  readonly protocolVersion: number;
  /** Checks an input before its handler sees it; throws `bad-input`. */
  readonly validate?: (verb: 'call' | 'subscribe', name: string, input: unknown) => unknown;
  /** At most this many calls and subscriptions at once on one connection; more are refused. */
  readonly maxPending?: number;
}

const DEFAULT_MAX_PENDING = 1024;

type AnyHandler = (...args: unknown[]) => unknown;

/** Answers one connection until it closes. */
export function serve<P extends Protocol>(transport: Transport, handlers: Handlers<P>, options: ServeOptions): void {
  const running = new Map<number, { abort(): void }>();
  const maxPending = options.maxPending ?? DEFAULT_MAX_PENDING;
  let greeted = false;

  const run = (message: WireMessage & { kind: 'call' | 'subscribe' }): void => {
    const { id, name } = message;
    const table = (message.kind === 'call' ? handlers.calls : handlers.subscriptions) as Record<string, AnyHandler>;
    if (!Object.hasOwn(table, name)) return fail(id, new EngineError('unknown-call', undefined, { details: { name } }));
    if (running.has(id)) return fail(id, new EngineError('bad-input', 'This id is in use.'));
    if (running.size >= maxPending) return fail(id, new EngineError('bad-input', 'Too many requests at once.'));
    const controller = new AbortController();
    running.set(id, controller);
    const live = (): boolean => running.get(id) === controller;
    void (async () => {
      const input = options.validate === undefined ? message.input : options.validate(message.kind, name, message.input);
      const handler = table[name] as AnyHandler;
      if (message.kind === 'call') {
        const value = await handler(input, { signal: controller.signal });
        if (live()) transport.send({ kind: 'return', id, value });
      } else {
        await handler(input, (value: unknown) => { if (live()) transport.send({ kind: 'next', id, value }); }, { signal: controller.signal });
        if (live()) transport.send({ kind: 'complete', id });
      }
    })().catch((error: unknown) => { if (live()) fail(id, error); }).finally(() => { if (live()) running.delete(id); });
  };

  const fail = (id: number, error: unknown): void => transport.send({ kind: 'error', id, error: toWireError(error) });

  transport.onClose(() => {
    const all = [...running.values()];
    running.clear();
    for (const controller of all) controller.abort();
  });

  transport.onMessage((message) => {
    if (!isWireMessage(message)) return transport.close();
    switch (message.kind) {
      case 'hello':
        greeted = message.protocolVersion === options.protocolVersion;
        return;
      case 'call':
      case 'subscribe':
        if (!greeted) return fail(message.id, new EngineError('protocol-mismatch'));
        return run(message);
      case 'cancel':
      case 'unsubscribe': {
        const controller = running.get(message.id);
        running.delete(message.id);
        controller?.abort();
        return;
      }
      default:
        return;
    }
  });
}
