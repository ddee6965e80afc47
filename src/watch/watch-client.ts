/**
 * The engine's end of the watcher process. When the process dies it is started again and given its roots, and everything of them is
 * reported as `lost`; a crawl that was under way starts anew. Listings then come twice, which changes nothing: they are the truth, not a difference.
 */

import { EngineError } from '../contract/errors.ts';
import type { Log } from '../log.ts';
import type { Listing } from '../pipeline.ts';
import { siblingModule } from '../process/module-path.ts';
import { SupervisedProcess } from '../process/supervised.ts';
import type { Client } from '../rpc/client.ts';
import type { WatchEvent, WatchProcessOptions, WatchProtocol } from './watch-protocol.ts';
import type { CrawlSummary, KnownRoot, RootPresence, WatchedRoot, Watcher, WatcherEvents } from './watcher.ts';

export interface WatcherOptions extends Partial<WatchProcessOptions> {}

const DEFAULTS: WatchProcessOptions = {
  neverLook: [],
  // Reading 100,000 `lstat`s takes half a second: every quarter of an hour that is nothing, and no change stays unseen for longer.
  routineMinutes: 15,
  pollMinutes: 5,
  clockCheckMs: 10_000,
  maxWatches: null,
  recursive: null,
};

/**
 * The crawl makes much short-lived garbage, which V8 would let grow before it collects: at 100,000 files the process came to 160 MiB and rose with each
 * crawl. A young generation of 1 MiB, and a full collection whenever the heap has grown by 30 %, keep it at about 100 MiB; the crawl takes
 * no measurably longer. Two malloc arenas: libuv's threads only ever allocate `stat` results.
 */
const NODE_OPTIONS = ['--max-semi-space-size=1', '--heap-growing-percent=30'];
const ENVIRONMENT = { MALLOC_ARENA_MAX: '2', CHOKIDAR_USEPOLLING: 'false' };

/** A question whose answering ended the process this often in a row is not asked again: it may be what kills it. */
const ATTEMPTS = 3;

/** The watcher of the engine. The process starts with the first call. */
export function createWatcher(events: WatcherEvents, log: Log, options: WatcherOptions = {}): Watcher {
  return new ProcessWatcher(events, log, { ...DEFAULTS, ...options });
}

class ProcessWatcher implements Watcher {
  readonly #events: WatcherEvents;
  readonly #log: Log;
  readonly #process: SupervisedProcess<WatchProtocol>;
  #roots: readonly WatchedRoot[] = [];
  #nextCrawl = 1;
  #closed = false;

  constructor(events: WatcherEvents, log: Log, options: WatchProcessOptions) {
    this.#events = events;
    this.#log = log;
    this.#process = new SupervisedProcess<WatchProtocol>({
      name: 'watcher', module: siblingModule(import.meta.url, './watch-process'), args: [JSON.stringify(options)],
      nodeOptions: NODE_OPTIONS, env: ENVIRONMENT, log: (message) => log.warn(message),
    });
    this.#process.onStart((client) => { client.subscribe('events', null, { next: (event) => this.#receive(event) }); });
    this.#process.onExit(({ reason }) => { void this.#revive(reason); });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  async watch(roots: readonly WatchedRoot[]): Promise<void> {
    this.#roots = roots;
    await this.#surviving((client) => client.call('watch', { roots }));
  }

  presence(root: WatchedRoot, known?: KnownRoot): Promise<RootPresence> {
    return this.#surviving((client) => client.call('presence', { root, known: known ?? null }));
  }

  async crawl(
    root: WatchedRoot, directory: string, recursive: boolean, onListings: (listings: readonly Listing[]) => Promise<void>, signal?: AbortSignal,
  ): Promise<CrawlSummary> {
    if (signal?.aborted === true) throw new EngineError('cancelled');
    return this.#surviving((client) => runCrawl(client, { crawl: this.#nextCrawl++, root, directory, recursive }, onListings, signal));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#process.stop();
  }

  /** After an end that nobody asked for: start, watch the same roots, and have them crawled. Tries until it works or is closed. */
  async #revive(reason: string): Promise<void> {
    if (this.#closed || this.#roots.length === 0) return;
    try {
      await this.watch(this.#roots);
    } catch (error) {
      // It died again while starting: that end has its own `onExit`, which tries again after a longer wait.
      if (!this.#closed) this.#log.warn('the watcher could not be restarted yet', { error: error instanceof Error ? error.message : String(error) });
      return;
    }
    this.#events.lost(this.#roots.map((root) => root.rootId), `the watcher was restarted (${reason})`);
  }

  #receive(event: WatchEvent): void {
    if (this.#closed) return;
    switch (event.kind) {
      case 'change': return this.#events.change(event.events);
      case 'lost': return this.#events.lost(event.rootIds, event.why);
      case 'polled': return this.#events.polled(event.rootId, event.directories, event.everyMinutes);
    }
  }

  /** Asks again when the process died under the question. A broken pipe to our own child means that it died, and is said so. */
  async #surviving<T>(ask: (client: Client<WatchProtocol>) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const client = await this.#process.client();
      try {
        return await ask(client);
      } catch (error) {
        if (!(error instanceof EngineError) || error.code !== 'connection-closed') throw error;
        if (attempt === ATTEMPTS || this.#closed) throw new EngineError('process-died', undefined, { cause: error });
      }
    }
  }
}

/**
 * One crawl over the wire: each batch is handed on, awaited, acknowledged. Whatever goes wrong here also ends the crawl over there. It never settles
 * while a batch is being taken: the next attempt, or the store's end, must not run beside it.
 */
function runCrawl(
  client: Client<WatchProtocol>, input: WatchProtocol['subscriptions']['crawl'][0],
  onListings: (listings: readonly Listing[]) => Promise<void>, signal: AbortSignal | undefined,
): Promise<CrawlSummary> {
  return new Promise((resolve, reject) => {
    let summary: CrawlSummary | undefined;
    let taking: Promise<void> = Promise.resolve();
    const fail = (error: unknown): void => {
      unsubscribe();
      signal?.removeEventListener('abort', cancel);
      // What the taker says, if it fails as well, is closer to the cause.
      taking.then(() => reject(error), reject);
    };
    const cancel = (): void => fail(new EngineError('cancelled'));
    const unsubscribe = client.subscribe('crawl', input, {
      next: (item) => {
        if (item.kind === 'summary') {
          summary = item.summary;
          return;
        }
        taking = onListings(item.listings);
        // A pipe that closed meanwhile is told to `error` below.
        taking.then(() => client.call('acknowledge', { crawl: input.crawl })).catch(fail);
      },
      error: fail,
      complete: () => {
        signal?.removeEventListener('abort', cancel);
        if (summary === undefined) reject(new EngineError('internal', 'The crawl ended without a summary.'));
        else resolve(summary);
      },
    });
    signal?.addEventListener('abort', cancel, { once: true });
  });
}
