/**
 * The engine's side of one embedder process on one device: loading, its state, and on devices other than the CPU a test at every start and
 * a watch over hangs, which block the process so that only a kill helps. Which device is used is decided in device-choice.ts.
 */

import { EngineError } from '../contract/errors.ts';
import { describeError, type Log } from '../log.ts';
import { siblingModule } from '../process/module-path.ts';
import { SupervisedProcess } from '../process/supervised.ts';
import type { Client } from '../rpc/client.ts';
import type { DeviceName } from './devices.ts';
import type { EmbedProcessArguments, EmbedProtocol } from './embed-protocol.ts';
import type { EmbedderStatus } from './embedder.ts';
import type { Precision } from './graph-facts.ts';
import { isDeath, modelProcessOptions } from './model-process.ts';

/** How long a device other than the CPU may be silent. */
export interface WatchLimits {
  /** Until the model is loaded. */
  readonly loadMs: number;
  /** Between two looks at a working process, and how many of them may find it silent. Looks, not one timer: a machine that slept is not a hang. */
  readonly lookMs: number;
  readonly silentLooks: number;
}

export interface EmbedWorkerOptions {
  readonly start: EmbedProcessArguments;
  readonly limits: WatchLimits;
  /** After every start, before anyone's request. It rejects when the device is not to be used. */
  readonly check?: (client: Client<EmbedProtocol>, precision: Precision) => Promise<void>;
  readonly log: Log | undefined;
}

export interface DeviceEnd {
  readonly kind: 'hang' | 'crash';
  /** For people. */
  readonly reason: string;
}

export class EmbedWorker {
  readonly device: DeviceName;
  readonly #options: EmbedWorkerOptions;
  readonly #process: SupervisedProcess<EmbedProtocol>;
  readonly #listeners: (() => void)[] = [];
  #state: EmbedderStatus['state'] = 'starting';
  #trouble: string | null = null;
  #loaded: Promise<void> = Promise.resolve();
  #resting: Promise<void> | undefined;
  #starts = 0;
  #inFlight = 0;
  #watch: NodeJS.Timeout | undefined;
  /** Why the process is being killed by us. */
  #killedFor: 'hang' | 'refused' | null = null;
  #lastEnd: DeviceEnd | null = null;
  #retired = false;

  constructor(options: EmbedWorkerOptions) {
    this.#options = options;
    this.device = options.start.device;
    this.#process = new SupervisedProcess<EmbedProtocol>({
      name: 'embedder',
      module: siblingModule(import.meta.url, './embed-process'),
      args: [JSON.stringify(options.start)],
      ...modelProcessOptions(options.start.threads),
      log: (message) => options.log?.warn(message, { device: this.device }),
    });
    this.#process.onStart((client) => this.#started(client));
    this.#process.onExit(({ reason }) => this.#exited(reason));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get state(): EmbedderStatus['state'] {
    return this.#state;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  /** Starts so far. */
  get starts(): number {
    return this.#starts;
  }

  /** How the process ended last, when nobody asked it to; null since the last start. */
  get lastEnd(): DeviceEnd | null {
    return this.#lastEnd;
  }

  /** Called when `state` or `trouble` changes. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Resolves when the model is loaded and the device has passed its check. Rejects as `request` does. */
  async ready(): Promise<void> {
    await this.request(() => Promise.resolve());
  }

  /** Errors: `process-died` and `connection-closed` when it dies under the request, those of the check, of the request, `embedder-unavailable` when the model does not load. */
  async request<T>(request: (client: Client<EmbedProtocol>) => Promise<T>): Promise<T> {
    this.#inFlight += 1;
    this.#look();
    try {
      await this.#resting;
      const client = await this.#process.client();
      await this.#loaded;
      return await request(client);
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#idle();
    }
  }

  /** Frees the model's memory; the next request loads it again. The state stays what it was. */
  async rest(): Promise<void> {
    this.#resting ??= this.#process.rest().finally(() => { this.#resting = undefined; });
    await this.#resting;
  }

  /** Ends it at once; the next request starts it anew. */
  kill(): void {
    this.#killedFor = 'refused';
    this.#process.kill();
  }

  /** Ends it when the requests it has are done. */
  retire(): void {
    this.#retired = true;
    if (this.#inFlight === 0) this.#idle();
  }

  async stop(): Promise<void> {
    this.#unlook();
    await this.#process.stop();
  }

  #idle(): void {
    this.#unlook();
    if (this.#retired) this.stop().catch((error: unknown) => this.#options.log?.warn('an embedder process did not end', { error: describeError(error) }));
  }

  #started(client: Client<EmbedProtocol>): void {
    this.#starts += 1;
    this.#killedFor = null;
    this.#lastEnd = null;
    this.#change('starting', null);
    this.#loaded = this.#load(client);
    // Whoever waits for it hears of the failure; it must not count as unhandled while nobody does.
    this.#loaded.catch((error: unknown) => this.#options.log?.warn('the embedder did not load', { device: this.device, error: describeError(error) }));
  }

  async #load(client: Client<EmbedProtocol>): Promise<void> {
    const limit = this.device === 'cpu' ? undefined : setTimeout(() => this.#hang(), this.#options.limits.loadMs).unref();
    try {
      const { precision } = await client.call('ready', null);
      clearTimeout(limit);
      this.#look(client);
      await this.#options.check?.(client, precision);
      this.#change('ready', null);
    } catch (error) {
      if (isDeath(error)) throw error;
      // The process lives but its model does not load, or its device is not to be trusted: end it, so that the back-off holds for the next try.
      this.#change('down', error instanceof Error ? error.message : String(error));
      this.kill();
      if (error instanceof EngineError && error.code.startsWith('device-')) throw error;
      throw new EngineError('embedder-unavailable', `The model does not load: ${this.#trouble ?? ''}`, { cause: error });
    } finally {
      clearTimeout(limit);
      if (this.#inFlight === 0) this.#unlook();
    }
  }

  #exited(reason: string): void {
    const hung = this.#killedFor === 'hang';
    if (this.#killedFor !== 'refused') this.#lastEnd = hung ? { kind: 'hang', reason: 'It stopped answering.' } : { kind: 'crash', reason: `Its process ended (${reason}).` };
    this.#unlook();
    this.#change('down', this.#state === 'down' ? this.#trouble : hung ? 'The embedder stopped answering and was ended.' : `The embedder ended (${reason}).`);
  }

  /** Watches a loaded process at work. The CPU never hangs, but one long text may take it minutes. */
  #look(client?: Client<EmbedProtocol>): void {
    if (this.device === 'cpu' || this.#watch !== undefined || (client === undefined && this.#state !== 'ready')) return;
    let silent = 0;
    let waiting = false;
    this.#watch = setInterval(() => {
      silent = waiting ? silent + 1 : 0;
      if (silent >= this.#options.limits.silentLooks) return this.#hang();
      if (waiting || this.#process.pid === undefined) return;
      waiting = true;
      // A process that dies meanwhile is noticed by its exit.
      this.#process.client().then((live) => live.call('alive', null)).then(() => { waiting = false; }, () => { waiting = false; });
    }, this.#options.limits.lookMs).unref();
  }

  #unlook(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  #hang(): void {
    this.#unlook();
    this.#killedFor = 'hang';
    this.#process.kill();
  }

  #change(state: EmbedderStatus['state'], trouble: string | null): void {
    if (state === this.#state && trouble === this.#trouble) return;
    this.#state = state;
    this.#trouble = trouble;
    for (const listener of this.#listeners) listener();
  }
}
