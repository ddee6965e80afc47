/**
 * Keeps an engine running for the app: starts it on the bundled Node, greets it, starts it again with back-off when it ends, and ends
 * it on quit within a bound. Knows nothing of windows; pages get sockets of their own (page-relay.ts). Plain Node, tested without Electron.
 */

import type { Socket } from 'node:net';
import type { EngineProtocol } from '../src/contract/calls.ts';
import { connectEngine, openEngineSocket, type ConnectOptions } from '../src/host/connect-engine.ts';
import { isAlive } from '../src/host/is-alive.ts';
import type { Client } from '../src/rpc/client.ts';
import { backOffMs, WELL_AFTER_MS } from './back-off.ts';

/** What the app can say of the engine. `waiting`: it ended or does not start; the next try is at `retryAtMs`. */
export type EngineState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly pid: number }
  | { readonly kind: 'waiting'; readonly why: string; readonly retryAtMs: number }
  | { readonly kind: 'stopped' };

export interface EngineHostOptions {
  readonly connect: Omit<ConnectOptions, 'startIfMissing' | 'idleExitMinutes'>;
  readonly onState: (state: EngineState) => void;
  /** A greeted connection, anew after every restart. */
  readonly onClient: (client: Client<EngineProtocol>) => void;
}

/** Quitting must not be felt: the engine closes its stores in well under a second, and survives a kill. */
const ASK_TO_STOP_MS = 2_000;
const STOP_WITHIN_MS = 2_800;
const LOOK_EVERY_MS = 20;

export class EngineHost {
  readonly #options: EngineHostOptions;
  #state: EngineState = { kind: 'stopped' };
  #client: Client<EngineProtocol> | null = null;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #connecting: Promise<void> | undefined;
  #stopped = false;

  constructor(options: EngineHostOptions) {
    this.#options = options;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** null while no engine answers. */
  get client(): Client<EngineProtocol> | null {
    return this.#client;
  }

  /** Starts the engine, or connects to the one there is. Also brings a waiting try forward. */
  start(): void {
    if (this.#stopped || this.#client !== null || this.#connecting !== undefined) return;
    clearTimeout(this.#timer);
    this.#change({ kind: 'starting' });
    this.#connecting = this.#connect().finally(() => { this.#connecting = undefined; });
  }

  /** A socket of its own for a page. Errors: engine-unavailable and what keeps an engine from starting. */
  async openSocket(): Promise<Socket> {
    this.start();
    await this.#connecting;
    return (await openEngineSocket({ ...this.#options.connect, startIfMissing: false })).socket;
  }

  /** Ends the engine, whoever started it: asks, and kills what has not ended within three seconds. Never rejects. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const deadline = Date.now() + STOP_WITHIN_MS;
    // An engine that is just starting would outlive the app.
    await Promise.race([this.#connecting, pause(ASK_TO_STOP_MS)]);
    const client = this.#client;
    const pid = this.#state.kind === 'running' ? this.#state.pid : undefined;
    if (client !== null) await Promise.race([client.call('engine.stop', undefined).catch(() => undefined), pause(Math.max(0, deadline - Date.now()))]);
    while (pid !== undefined && isAlive(pid) && Date.now() < deadline) await pause(LOOK_EVERY_MS);
    if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL');
    client?.close();
    this.#change({ kind: 'stopped' });
  }

  async #connect(): Promise<void> {
    try {
      const { client } = await connectEngine({ ...this.#options.connect, startIfMissing: true });
      const { pid } = await client.call('engine.info', undefined);
      const sinceMs = Date.now();
      this.#client = client;
      this.#change({ kind: 'running', pid });
      client.onClose((reason) => this.#lost(reason, sinceMs));
      if (!this.#stopped) this.#options.onClient(client);
    } catch (error) {
      this.#retry(error instanceof Error ? error.message : String(error));
    }
  }

  #lost(reason: string, sinceMs: number): void {
    this.#client = null;
    if (Date.now() - sinceMs >= WELL_AFTER_MS) this.#failures = 0;
    this.#retry(reason);
  }

  #retry(why: string): void {
    if (this.#stopped) return;
    this.#failures += 1;
    const waitMs = backOffMs(this.#failures);
    this.#change({ kind: 'waiting', why, retryAtMs: Date.now() + waitMs });
    this.#timer = setTimeout(() => this.start(), waitMs);
  }

  #change(state: EngineState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
