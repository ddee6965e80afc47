/**
 * The page's lasting link to the engine: one `Client` after another over whatever pipe the host opens. A call made while the
 * link is down rejects with `connection-closed`; a subscription outlives the pipe and is asked again on the next one.
 * Knows no DOM: the pipe, the clock and chance are given, so that it runs in tests as it runs in the page.
 */

import { PROTOCOL_VERSION, type EngineCalls, type EngineProtocol, type EngineSubscriptions } from '../../src/contract/calls.ts';
import { EngineError, type ErrorCode } from '../../src/contract/errors.ts';
import { Client, type CancelSignal, type Observer } from '../../src/rpc/client.ts';
import type { Transport } from '../../src/rpc/transport.ts';
import { waitBefore } from './back-off.ts';

export type LinkState =
  | { readonly phase: 'connecting'; readonly everOpen: boolean; readonly attempts: number; readonly problem: ErrorCode | null }
  | { readonly phase: 'open' };

export interface Engine {
  call<N extends keyof EngineCalls>(name: N, input: EngineCalls[N][0], signal?: CancelSignal): Promise<EngineCalls[N][1]>;
  /** Items until the returned function is called, over any number of reconnections. */
  subscribe<N extends keyof EngineSubscriptions>(
    name: N, input: EngineSubscriptions[N][0], observer: Observer<EngineSubscriptions[N][1]>,
  ): () => void;
  readonly linkState: LinkState;
  onLinkState(listener: () => void): () => void;
  /** Knock now instead of waiting: the network is back, the page is shown again, a person pressed the button. */
  hurry(): void;
  close(): void;
}

export interface LinkOptions {
  /** Opens a pipe. Rejects when nobody answers. */
  readonly open: () => Promise<Transport>;
  readonly software: string;
  readonly schedule: (run: () => void, ms: number) => () => void;
  readonly random: () => number;
}

interface Lasting {
  start(client: Client<EngineProtocol>): void;
}

export function createEngineLink(options: LinkOptions): Engine {
  const lasting = new Set<Lasting>();
  const listeners = new Set<() => void>();
  let client: Client<EngineProtocol> | undefined;
  let state: LinkState = { phase: 'connecting', everOpen: false, attempts: 0, problem: null };
  let everOpen = false;
  let attempts = 0;
  let closed = false;
  let cancelWait: (() => void) | undefined;

  const enter = (next: LinkState): void => {
    state = next;
    for (const listener of [...listeners]) listener();
  };

  const waitAndConnect = (problem: ErrorCode | null): void => {
    if (closed) return;
    client = undefined;
    enter({ phase: 'connecting', everOpen, attempts, problem });
    cancelWait = options.schedule(() => { cancelWait = undefined; void connect(); }, waitBefore(attempts, options.random()));
    attempts += 1;
  };

  const connect = async (): Promise<void> => {
    let candidate: Client<EngineProtocol>;
    try {
      candidate = new Client<EngineProtocol>(await options.open(), { protocolVersion: PROTOCOL_VERSION, software: options.software });
      // The first answer proves token and version; a pipe alone proves neither.
      await candidate.call('engine.info', undefined);
    } catch (error) {
      waitAndConnect(error instanceof EngineError ? error.code : 'engine-unavailable');
      return;
    }
    if (closed) return candidate.close();
    client = candidate;
    everOpen = true;
    attempts = 0;
    enter({ phase: 'open' });
    for (const each of [...lasting]) each.start(candidate);
    candidate.onClose(() => { if (client === candidate) waitAndConnect(null); });
  };

  void connect();

  return {
    call(name, input, signal) {
      return client === undefined ? Promise.reject(new EngineError('connection-closed')) : client.call(name, input, signal);
    },
    subscribe(name, input, observer) {
      let stop: () => void = () => {};
      const entry: Lasting = {
        start(on) {
          stop = on.subscribe(name, input, {
            next: (item) => observer.next(item),
            error: (error) => {
              // The pipe ended: the next one asks again, and the observer need not know.
              if (error.code === 'connection-closed') return;
              lasting.delete(entry);
              observer.error?.(error);
            },
            complete: () => { lasting.delete(entry); observer.complete?.(); },
          });
        },
      };
      lasting.add(entry);
      if (client !== undefined) entry.start(client);
      return () => { lasting.delete(entry); stop(); };
    },
    get linkState() { return state; },
    onLinkState(listener) {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    hurry() {
      if (cancelWait === undefined) return;
      cancelWait();
      cancelWait = undefined;
      attempts = 0;
      void connect();
    },
    close() {
      closed = true;
      cancelWait?.();
      client?.close();
    },
  };
}
