/**
 * A child process that is expected to die now and then: started on demand, spoken to over rpc, restarted with back-off.
 * What was in flight rejects with `process-died`; the owner decides whether to try again. It never restarts by itself
 * while nobody asks, so a crashing child cannot spin an idle machine.
 */

import { fork, type ChildProcess } from 'node:child_process';
import { EngineError } from '../contract/errors.ts';
import { Client } from '../rpc/client.ts';
import type { Protocol } from '../rpc/message.ts';
import { childProcessTransport } from '../rpc/node/process-transport.ts';

/** Version of the protocols between the engine and its own children: they are always of one build. */
export const INTERNAL_PROTOCOL_VERSION = 1;

/** First and longest wait before a restart; a child that lived this long starts from the first again. */
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 10_000;
const STABLE_AFTER_MS = 30_000;
/** A child that was asked to end and has not is killed after this. */
const STOP_GRACE_MS = 2_000;

export interface SupervisedOptions {
  /** For logs and messages: `embedder`. */
  readonly name: string;
  /** Absolute path of the module to run. */
  readonly module: string;
  readonly args?: readonly string[];
  /** Node's own flags, for example `--max-old-space-size=512`. */
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: (message: string) => void;
}

export interface Exit {
  readonly reason: string;
  readonly livedMs: number;
}

interface Live<P extends Protocol> {
  readonly child: ChildProcess;
  readonly client: Client<P>;
}

export class SupervisedProcess<P extends Protocol> {
  readonly #options: SupervisedOptions;
  readonly #exitListeners: ((exit: Exit) => void)[] = [];
  readonly #startListeners: ((client: Client<P>) => void)[] = [];
  #live: Live<P> | undefined;
  #starting: Promise<Client<P>> | undefined;
  #backoffMs = 0;
  #stopped = false;

  constructor(options: SupervisedOptions) {
    this.#options = options;
  }

  /** Process id of the running child; undefined while there is none. */
  get pid(): number | undefined {
    return this.#live?.child.pid;
  }

  /** Called after every end that was not asked for. */
  onExit(listener: (exit: Exit) => void): void {
    this.#exitListeners.push(listener);
  }

  /** Called after every start, to set the child up before anyone else speaks to it. */
  onStart(listener: (client: Client<P>) => void): void {
    this.#startListeners.push(listener);
  }

  /** The running child's client, started if need be (after the back-off when it died lately). */
  async client(): Promise<Client<P>> {
    if (this.#stopped) throw new EngineError('process-died', `The ${this.#options.name} was stopped.`);
    if (this.#live !== undefined) return this.#live.client;
    this.#starting ??= this.#start().finally(() => { this.#starting = undefined; });
    return this.#starting;
  }

  async #start(): Promise<Client<P>> {
    if (this.#backoffMs > 0) await new Promise((resolve) => { setTimeout(resolve, this.#backoffMs).unref(); });
    if (this.#stopped) throw new EngineError('process-died', `The ${this.#options.name} was stopped.`);
    const startedMs = Date.now();
    const child = fork(this.#options.module, [...(this.#options.args ?? [])], {
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning', ...(this.#options.nodeOptions ?? [])],
      env: { ...process.env, ...this.#options.env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const client = new Client<P>(childProcessTransport(child), { protocolVersion: INTERNAL_PROTOCOL_VERSION, software: 'engine' });
    const live: Live<P> = { child, client };
    this.#live = live;
    client.onClose((reason) => {
      if (this.#live === live) this.#live = undefined;
      if (this.#stopped) return;
      const livedMs = Date.now() - startedMs;
      this.#backoffMs = livedMs >= STABLE_AFTER_MS ? FIRST_BACKOFF_MS : Math.min(LONGEST_BACKOFF_MS, Math.max(FIRST_BACKOFF_MS, this.#backoffMs * 2));
      this.#options.log?.(`${this.#options.name} ended after ${livedMs} ms: ${reason}`);
      for (const listener of this.#exitListeners) listener({ reason, livedMs });
    });
    for (const listener of this.#startListeners) listener(client);
    return client;
  }

  /** Kills the child at once; the next `client()` starts a new one. For deadlines and memory caps. */
  kill(): void {
    this.#live?.child.kill('SIGKILL');
  }

  /** Ends the child: politely, then by force. It is not started again. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#end();
  }

  /** Ends the child to free its memory; the next `client()` starts a new one without back-off. */
  async rest(): Promise<void> {
    const wasStopped = this.#stopped;
    this.#stopped = true;
    await this.#end();
    this.#stopped = wasStopped;
    this.#backoffMs = 0;
  }

  async #end(): Promise<void> {
    const live = this.#live;
    if (live === undefined) return;
    this.#live = undefined;
    await new Promise<void>((resolve) => {
      if (live.child.exitCode !== null || live.child.signalCode !== null) return resolve();
      const force = setTimeout(() => live.child.kill('SIGKILL'), STOP_GRACE_MS);
      live.child.once('exit', () => { clearTimeout(force); resolve(); });
      live.client.close();
    });
  }
}
