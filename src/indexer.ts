/**
 * The write path, wired: watcher and crawler → catalog → extract lane → passages → embed lane → vectors. It says when it is
 * settled and what it is doing; it answers no search.
 *
 *   1. hints and crawls make the catalog equal to the disk (crawler.ts); names are searchable
 *   2. pending files are extracted and committed (extract-lane.ts); words are searchable
 *   3. windows are embedded and their vectors stored (embed-lane.ts); meaning is searchable
 *   4. in idle times: compaction, statistics, calibration
 */

import type { EnginePhase } from './contract/model.ts';
import type { ExtractorPool } from './extract/extractor.ts';
import { Crawler } from './index/crawler.ts';
import { ExtractLane } from './index/extract-lane.ts';
import type { Gate } from './index/gate.ts';
import type { Meaning } from './index/meaning.ts';
import { Rate } from './index/rate.ts';
import { describeError, type Log } from './log.ts';
import type { IndexStore } from './store/index-store.ts';
import { createWatcher } from './watch/watch-client.ts';
import type { Watcher } from './watch/watcher.ts';

/** Upkeep waits for this much quiet, so that it does not compete with what a person is doing. */
const IDLE_BEFORE_UPKEEP_MS = 5_000;

export interface IndexerOptions {
  readonly store: IndexStore;
  readonly pool: ExtractorPool;
  readonly meaning: Meaning;
  readonly gate: Gate;
  readonly log: Log;
  /** Never watched or listed, wherever it lies: the index would index itself. */
  readonly dataDirectory: string;
  readonly onChange: () => void;
}

export class Indexer {
  readonly crawler: Crawler;
  readonly files = new Rate();
  readonly #options: IndexerOptions;
  readonly #watcher: Watcher;
  readonly #extractLane: ExtractLane;
  #upkeepTimer: NodeJS.Timeout | undefined;
  #upkeep: Promise<void> = Promise.resolve();
  #dirty = false;
  #closed = false;

  constructor(options: IndexerOptions) {
    this.#options = options;
    const { store, pool, meaning, gate, log } = options;
    this.#watcher = createWatcher({
      change: (events) => this.crawler.hint(events),
      lost: (rootIds, why) => this.crawler.lost(rootIds, why),
      polled: (rootId, directories, everyMinutes) => this.crawler.polled(rootId, directories, everyMinutes),
    }, log, { neverLook: [options.dataDirectory] });
    this.crawler = new Crawler({ store, watcher: this.#watcher, log, onApplied: () => this.wake(), onState: () => this.#changed() });
    this.#extractLane = new ExtractLane({
      store, pool, gate, log, rate: this.files,
      generations: () => meaning.windowRules,
      pausedRoots: () => [...this.crawler.roots.values()].filter((root) => root.row.options.paused || root.state === 'absent').map((root) => root.row.id),
      namesFirst: () => this.crawler.namesFirst(),
      onCommitted: () => { meaning.wake(); this.#changed(); },
      onRest: () => this.#changed(),
    });
  }

  /** Watches and crawls the roots of the store; resolves when they are watched. */
  async takeRoots(): Promise<void> {
    await this.crawler.setRoots(await this.#options.store.listRoots());
  }

  /** There may be work: pending files, windows, deletions. */
  wake(): void {
    if (this.#closed) return;
    this.#extractLane.wake();
    this.#options.meaning.wake();
    this.#changed();
  }

  /** What was let through before a disk or an index was full still lands: such a hold is said once nothing is in hand. A pause is said at once, as an answer to who asked for it. */
  get phase(): EnginePhase {
    const { gate, meaning } = this.#options;
    const { hold } = gate;
    if (hold === 'disk-full' || hold === 'index-full') return this.#extractLane.inHand || meaning.inHand ? 'indexing' : hold;
    if (hold === 'paused' || hold === 'battery') return hold;
    if (this.crawler.busy) return 'crawling';
    return this.#extractLane.busy || meaning.busy ? 'indexing' : 'idle';
  }

  /** Are files being listed or read? Builds of other models go after it. */
  get reading(): boolean {
    return this.#extractLane.busy || this.crawler.busy;
  }

  get current(): string | null {
    return this.#extractLane.current;
  }

  /** Process ids of the parts, by name, for measurements and tests. */
  get pids(): { readonly watcher: number | undefined; readonly extractors: readonly number[]; readonly embedder: number | undefined; readonly embedders: readonly number[] } {
    const { pool, meaning } = this.#options;
    return { watcher: this.#watcher.pid, extractors: pool.pids, embedder: meaning.answering?.embedder.pid, embedders: meaning.embedders.pids };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#upkeepTimer);
    this.#options.gate.close();
    await this.crawler.close();
    await Promise.all([this.#extractLane.close(), this.#options.pool.close(), this.#watcher.close()]);
    await this.#upkeep;
  }

  #changed(): void {
    if (this.#closed) return;
    this.#options.onChange();
    if (this.phase !== 'idle') this.#dirty = true;
    clearTimeout(this.#upkeepTimer);
    if (!this.#dirty) return;
    this.#upkeepTimer = setTimeout(() => {
      // At the limit of its size, upkeep is what makes the index smaller.
      if (this.phase !== 'idle' && this.phase !== 'index-full') return this.#changed();
      this.#dirty = false;
      this.#upkeep = this.#upkeep.then(() => this.#doUpkeep());
    }, IDLE_BEFORE_UPKEEP_MS).unref();
  }

  async #doUpkeep(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.#options.store.maintain();
      await this.#options.meaning.upkeep();
      await this.#options.gate.indexShrank();
    } catch (error) {
      this.#options.log.warn('upkeep', { error: describeError(error) });
    }
  }
}
