/**
 * The Reranker over a local model folder: the engine's side. The graph runs in a process of its own (rerank-process.ts), which is started by the first
 * request, may die at any moment, and rests when nobody searches. What was scored before a death is kept; the rest is asked once more.
 */

import { abortable } from '../abortable.ts';
import { EngineError } from '../contract/errors.ts';
import { describeError, type Log } from '../log.ts';
import { siblingModule } from '../process/module-path.ts';
import { SupervisedProcess } from '../process/supervised.ts';
import type { Client } from '../rpc/client.ts';
import type { DeviceName } from './devices.ts';
import { readModelFolder } from './model-folder.ts';
import { isDeath, modelProcessOptions } from './model-process.ts';
import type { RerankProcessArguments, RerankProtocol } from './rerank-protocol.ts';
import type { Reranker, RerankerStatus } from './reranker.ts';

/** Attempts of one request: the first, and one after a restart. */
const ATTEMPTS = 2;
/** A search gives up after a second or two, and then the process still works at its last run: one that is silent for this long hangs. */
const HANG_MS = 120_000;
/** Without a search for this long the model's one to two gigabytes are given back. */
const REST_AFTER_MS = 5 * 60_000;

export interface LocalRerankerOptions {
  /** Absolute path of the model folder. */
  readonly folder: string;
  readonly threads: number;
  /** A device that is trusted with this model. */
  readonly device: DeviceName;
  readonly log?: Log;
  /** A file in the data directory where verified model files are remembered (model-folder.ts). */
  readonly verifiedPath?: string;
}

/** Checks the folder; loads nothing yet. Errors: `model-missing`, `model-invalid`. */
export async function createLocalReranker(options: LocalRerankerOptions): Promise<Reranker> {
  const { description } = await readModelFolder(options.folder, options.verifiedPath === undefined ? {} : { verifiedPath: options.verifiedPath });
  if (description.task !== 'reranking') throw new EngineError('model-invalid', `The model "${description.id}" is not for reranking.`);
  return new LocalReranker(description.id, options);
}

class LocalReranker implements Reranker {
  readonly id: string;
  readonly #log: Log | undefined;
  readonly #process: SupervisedProcess<RerankProtocol>;
  #status: RerankerStatus;
  #loaded: Promise<void> = Promise.resolve();
  #resting: Promise<void> | undefined;
  #restTimer: NodeJS.Timeout | undefined;
  #inFlight = 0;
  #looking: NodeJS.Timeout | undefined;

  constructor(id: string, { folder, threads, device, log }: LocalRerankerOptions) {
    this.id = id;
    this.#log = log;
    this.#status = { state: 'starting', device, trouble: null };
    const startWith: RerankProcessArguments = { folder, threads, device };
    this.#process = new SupervisedProcess<RerankProtocol>({
      name: 'reranker',
      module: siblingModule(import.meta.url, './rerank-process'),
      args: [JSON.stringify(startWith)],
      ...modelProcessOptions(threads),
      log: (message) => log?.warn(message),
    });
    this.#process.onStart((client) => this.#started(client));
    this.#process.onExit(({ reason }) => this.#change({ state: 'down', trouble: this.#status.state === 'down' ? this.#status.trouble : `The reranker ended (${reason}).` }));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  status(): RerankerStatus {
    return this.#status;
  }

  async score(query: string, texts: readonly string[], options: Parameters<Reranker['score']>[2] = {}): Promise<readonly number[]> {
    const { signal } = options;
    const scores: number[] = [];
    this.#begin();
    try {
      for (let attempt = 1; scores.length < texts.length; attempt++) {
        try {
          if (signal?.aborted === true) throw new EngineError('cancelled');
          const client = await abortable(this.#readyClient(), signal);
          const before = scores.length;
          await this.#ask(client, { query, texts: texts.slice(before), instruction: options.instruction ?? null }, signal, (from, found) => {
            scores.push(...found);
            options.next?.(before + from, found);
          });
        } catch (error) {
          if (!isDeath(error)) throw error;
          if (attempt >= ATTEMPTS) throw new EngineError('embedder-unavailable', 'The reranker is out of order.', { cause: error });
        }
      }
      return scores;
    } finally {
      this.#end();
    }
  }

  #ask(
    client: Client<RerankProtocol>, request: { readonly query: string; readonly texts: readonly string[]; readonly instruction: string | null },
    signal: AbortSignal | undefined, next: (from: number, scores: readonly number[]) => void,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        stop();
        this.#lookAfter(client);
        reject(new EngineError('cancelled'));
      };
      const settle = (): void => signal?.removeEventListener('abort', abort);
      const stop = client.subscribe('score', request, {
        next: ({ from, scores }) => next(from, scores),
        error: (error) => { settle(); reject(error); },
        complete: () => { settle(); resolve(); },
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Ends a process that does not come back from the run it was left in. */
  #lookAfter(client: Client<RerankProtocol>): void {
    if (this.#looking !== undefined) return;
    this.#looking = setTimeout(() => this.#process.kill(), HANG_MS).unref();
    const end = (): void => {
      clearTimeout(this.#looking);
      this.#looking = undefined;
    };
    // A process that died meanwhile needs no looking after.
    client.call('alive', null).then(end, end);
  }

  async #readyClient(): Promise<Client<RerankProtocol>> {
    await this.#resting;
    const client = await this.#process.client();
    await this.#loaded;
    return client;
  }

  async rest(): Promise<void> {
    if (this.#inFlight > 0) return;
    this.#resting ??= this.#process.rest().catch((error: unknown) => this.#log?.warn('the reranker did not rest', { error: describeError(error) })).finally(() => { this.#resting = undefined; });
    await this.#resting;
  }

  async close(): Promise<void> {
    clearTimeout(this.#restTimer);
    clearTimeout(this.#looking);
    await this.#process.stop();
  }

  #begin(): void {
    this.#inFlight++;
    clearTimeout(this.#restTimer);
  }

  #end(): void {
    this.#inFlight--;
    if (this.#inFlight > 0) return;
    this.#restTimer = setTimeout(() => void this.rest(), REST_AFTER_MS).unref();
  }

  #started(client: Client<RerankProtocol>): void {
    this.#change({ state: 'starting', trouble: null });
    this.#loaded = client.call('ready', null).then(() => this.#change({ state: 'ready', trouble: null }), (error: unknown) => {
      if (isDeath(error)) throw error;
      // The process lives but its model does not load: end it, so that the back-off holds for the next try.
      this.#change({ state: 'down', trouble: error instanceof Error ? error.message : String(error) });
      this.#process.kill();
      throw new EngineError('embedder-unavailable', `The reranker does not load: ${this.#status.trouble ?? ''}`, { cause: error });
    });
    // Whoever waits for it hears of the failure; it must not count as unhandled while nobody does.
    this.#loaded.catch((error: unknown) => this.#log?.warn('the reranker did not load', { error: describeError(error) }));
  }

  #change(change: Pick<RerankerStatus, 'state' | 'trouble'>): void {
    this.#status = { ...this.#status, ...change };
  }
}
