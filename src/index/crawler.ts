/**
 * Keeps the catalog equal to the disk: crawls roots when they are added, at start, when events were lost, and single directories
 * when the watcher hints at them. One crawl runs at a time. Nothing here reads a file's contents.
 */

import { EngineError } from '../contract/errors.ts';
import type { RootState } from '../contract/model.ts';
import { failpoint } from '../failpoint.ts';
import { describeError, type Log } from '../log.ts';
import type { ChangeEvent, Listing } from '../pipeline.ts';
import type { IndexStore, RootRow } from '../store/index-store.ts';
import type { WatchedRoot, Watcher } from '../watch/watcher.ts';
import { RootIdentities } from './root-identity.ts';

/** A tombstone waits this long for the other half of a move, whose events may settle a moment later. */
const MOVE_GRACE_MS = 2_000;
/** An absent root (unplugged, unmounted, denied) is looked for this often. */
const ABSENT_CHECK_MS = 15_000;

/**
 * Reading files waits this long at most for a whole-root crawl: names are there seconds sooner when both do not share the processor and
 * the store's writer (100,000 names: 18 s together, 3 s alone). A slow network disk must not hold up everything else for minutes.
 */
const NAMES_FIRST_MS = 10_000;

export interface TrackedRoot {
  readonly row: RootRow;
  readonly state: RootState;
  readonly note: string | null;
}

interface Job {
  readonly rootId: number;
  /** null: the whole root. */
  readonly directory: string | null;
  readonly recursive: boolean;
  readonly done: { resolve(): void; reject(error: unknown): void }[];
}

export interface CrawlerOptions {
  readonly store: IndexStore;
  readonly watcher: Watcher;
  readonly log: Log;
  /** The catalog changed: files may be pending, vectors queued for deletion. */
  readonly onApplied: () => void;
  /** A root's state, or whether anything is being crawled, changed. */
  readonly onState: () => void;
}

export class Crawler {
  readonly #options: CrawlerOptions;
  readonly #roots = new Map<number, TrackedRoot>();
  readonly #identities: RootIdentities;
  /** What the watcher said of directories beyond the system's watch limit; a root without an entry is watched whole. */
  readonly #polled = new Map<number, string>();
  #jobs: Job[] = [];
  #running: Job | undefined;
  #runningSinceMs = 0;
  #runningEnds: Promise<unknown> = Promise.resolve();
  #draining: Promise<void> | undefined;
  #armed: Promise<void> = Promise.resolve();
  #purgeTimer: NodeJS.Timeout | undefined;
  #purging: Promise<void> | undefined;
  #absentTimer: NodeJS.Timeout | undefined;
  #nextCrawlId = Date.now();
  readonly #closing = new AbortController();

  constructor(options: CrawlerOptions) {
    this.#options = options;
    this.#identities = new RootIdentities(options.store);
  }

  get roots(): ReadonlyMap<number, TrackedRoot> {
    return this.#roots;
  }

  /** Is anything still to be compared with the disk? */
  get busy(): boolean {
    return this.#draining !== undefined || this.#jobs.length > 0 || this.#purgeTimer !== undefined || this.#purging !== undefined;
  }

  /**
   * Takes the whole set of roots. New and changed ones are crawled at once (names are searchable first), then watched, then compared
   * once more, because what changed between the listing and the watch gave no event. Resolves when the set is watched.
   */
  async setRoots(rows: readonly RootRow[]): Promise<void> {
    const changed: number[] = [];
    for (const id of this.#roots.keys()) if (!rows.some((row) => row.id === id)) this.#roots.delete(id);
    for (const row of rows) {
      const before = this.#roots.get(row.id);
      if (before !== undefined && JSON.stringify(before.row) === JSON.stringify(row)) continue;
      changed.push(row.id);
      this.#roots.set(row.id, { row, state: before?.state === 'absent' ? 'absent' : row.options.paused ? 'paused' : 'crawling', note: before?.note ?? null });
    }
    this.#jobs = this.#jobs.filter((job) => this.#roots.has(job.rootId) || void job.done.forEach((waiter) => waiter.resolve()));
    this.#options.onState();
    await Promise.all(changed.map((rootId) => this.rescan(rootId)));
    await this.#armInTurn().then(
      () => Promise.all(changed.map((rootId) => this.rescan(rootId))).then(() => undefined),
      (error: unknown) => this.#options.log.error('watching could not start', { error: describeError(error) }),
    );
  }

  /** Resolves when names are in, or have had their time: the crawl of a whole root goes before reading files. */
  async namesFirst(): Promise<void> {
    while (this.#running?.directory === null && Date.now() < this.#runningSinceMs + NAMES_FIRST_MS && !this.#closing.signal.aborted) {
      await Promise.race([this.#runningEnds, new Promise((resolve) => { setTimeout(resolve, NAMES_FIRST_MS).unref(); })]);
    }
  }

  /** Compares a root (or all) with the disk; resolves when done. An absent root resolves without a comparison. */
  async rescan(rootId?: number): Promise<void> {
    if (rootId !== undefined && !this.#roots.has(rootId)) throw new EngineError('not-found', 'There is no such folder.');
    const ids = rootId === undefined ? [...this.#roots.keys()] : [rootId];
    await Promise.all(ids.map((id) => this.#enqueue({ rootId: id, directory: null, recursive: true })));
  }

  /** The watcher's hints. */
  hint(events: readonly ChangeEvent[]): void {
    for (const event of events) {
      if (!this.#roots.has(event.rootId)) continue;
      this.#enqueue({ rootId: event.rootId, directory: event.directory, recursive: event.recursive }).catch((error: unknown) => {
        this.#options.log.warn('a changed folder could not be listed', { error: describeError(error) });
      });
    }
  }

  /** Events were lost: everything of these roots is compared again. */
  lost(rootIds: readonly number[], why: string): void {
    this.#options.log.info('roots are compared again', { why, roots: rootIds.length });
    for (const rootId of rootIds) {
      if (!this.#roots.has(rootId)) continue;
      this.rescan(rootId).catch((error: unknown) => this.#options.log.warn('a folder could not be compared', { error: describeError(error) }));
    }
  }

  /** The watcher's word on directories beyond the system's watch limit. */
  polled(rootId: number, directories: number, everyMinutes: number): void {
    if (directories === 0) this.#polled.delete(rootId);
    else this.#polled.set(rootId, `${directories} folders are beyond the system's watch limit, or on a disk that does not tell of changes, and are checked every ${everyMinutes} minutes.`);
    const root = this.#roots.get(rootId);
    if (root !== undefined && (root.state === 'watching' || root.state === 'polling')) this.#settle(rootId, null);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#purgeTimer);
    clearTimeout(this.#absentTimer);
    const abandoned = this.#jobs;
    this.#jobs = [];
    for (const job of abandoned) for (const waiter of job.done) waiter.reject(new EngineError('cancelled'));
    await this.#draining;
    await this.#purging;
  }

  #enqueue(what: Omit<Job, 'done'>): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.reject(new EngineError('cancelled'));
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      // A waiting job that covers this one serves both; the running one does not: it may have passed this directory already.
      const covering = this.#jobs.find((job) => covers(job, what));
      if (covering !== undefined) {
        covering.done.push(waiter);
      } else {
        const kept = this.#jobs.filter((job) => !covers(what, job));
        const inherited = this.#jobs.filter((job) => covers(what, job)).flatMap((job) => job.done);
        this.#jobs = [...kept, { ...what, done: [...inherited, waiter] }];
      }
      this.#draining ??= this.#drain().finally(() => { this.#draining = undefined; this.#options.onState(); });
    });
  }

  async #drain(): Promise<void> {
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      this.#running = job;
      this.#runningSinceMs = Date.now();
      const crawl = this.#crawl(job);
      this.#runningEnds = crawl.catch(() => undefined); // its failure is told to the job's waiters below
      try {
        await crawl;
        for (const waiter of job.done) waiter.resolve();
      } catch (error) {
        for (const waiter of job.done) waiter.reject(error);
      }
      this.#running = undefined;
    }
  }

  async #crawl(job: Job): Promise<void> {
    const root = this.#roots.get(job.rootId);
    if (root === undefined) return;
    const { store, watcher, log } = this.#options;
    const watched = toWatched(root.row);
    const presence = await watcher.presence(watched, await this.#identities.known(job.rootId));
    if (!presence.present) return this.#absent(job.rootId, presence.why);
    if (job.directory === null && root.state !== 'paused') this.#setState(job.rootId, 'crawling', null);

    const crawlId = this.#nextCrawlId++;
    const startedMs = Date.now();
    const directory = job.directory ?? root.row.path;
    const apply = async (listings: readonly Listing[]): Promise<void> => {
      const result = await store.applyListings(listings, crawlId);
      failpoint('catalog:listings-applied');
      if (result.created + result.changed + result.moved + result.removed > 0) this.#options.onApplied();
    };
    // The next batch is listed while this one is written: disk and database take turns otherwise.
    let writing: Promise<void> = Promise.resolve();
    const summary = await watcher.crawl(watched, directory, job.recursive, async (listings) => {
      await writing;
      writing = apply(listings);
      writing.catch(() => undefined); // rejects at the next batch, or below
    }, this.#closing.signal);
    await writing;
    if (job.recursive) {
      if (summary.denied.length > 0) await store.keepDirectories(job.rootId, summary.denied, crawlId);
      await store.finishCrawl(job.rootId, directory, crawlId);
      failpoint('catalog:crawl-finished');
      this.#options.onApplied();
    } else {
      this.#purgeSoon(job.rootId, crawlId);
    }
    log.debug('crawled', { directories: summary.directories, files: summary.files, tookMs: Date.now() - startedMs });
    if (job.directory !== null) return;
    await this.#identities.remember(job.rootId, presence.device, presence.inode);
    const note = summary.denied.length === 0 ? null : `${summary.denied.length} folders may not be read; what was known of them is kept.`;
    if (this.#roots.get(job.rootId)?.state === 'crawling') this.#settle(job.rootId, note);
  }

  /** The state of a root that was compared and is watched, wholly or in part. */
  #settle(rootId: number, note: string | null): void {
    const polled = this.#polled.get(rootId);
    this.#setState(rootId, polled === undefined ? 'watching' : 'polling', [note, polled].filter((text) => text !== null && text !== undefined).join(' ') || null);
  }

  /** Deletes tombstones for good once the other half of a move had time to arrive. */
  #purgeSoon(rootId: number, crawlId: number): void {
    clearTimeout(this.#purgeTimer);
    this.#purgeTimer = setTimeout(() => {
      this.#purgeTimer = undefined;
      if (this.#running !== undefined || this.#jobs.length > 0) return this.#purgeSoon(rootId, crawlId);
      const purging = this.#options.store.finishCrawl(rootId, null, crawlId).then(
        () => this.#options.onApplied(),
        (error: unknown) => this.#options.log.warn('deleted files could not be forgotten yet', { error: describeError(error) }),
      ).finally(() => {
        if (this.#purging === purging) this.#purging = undefined;
        this.#options.onState();
      });
      this.#purging = purging;
    }, MOVE_GRACE_MS);
  }

  #absent(rootId: number, why: string): void {
    this.#setState(rootId, 'absent', why);
    this.#absentTimer ??= setTimeout(() => {
      this.#absentTimer = undefined;
      const absent = [...this.#roots.values()].filter((root) => root.state === 'absent');
      for (const root of absent) this.lost([root.row.id], 'a missing folder is looked for');
    }, ABSENT_CHECK_MS).unref();
  }

  /** One after the other; a failure is its caller's and does not keep the next from being tried. */
  #armInTurn(): Promise<void> {
    const done = this.#armed.then(() => this.#arm());
    this.#armed = done.catch(() => undefined);
    return done;
  }

  async #arm(): Promise<void> {
    const present = [...this.#roots.values()].filter((root) => root.state !== 'absent' && !root.row.options.paused);
    await this.#options.watcher.watch(present.map((root) => toWatched(root.row)));
  }

  /**
   * An absent root's watches go. They belong to directories that are elsewhere now, and chokidar lets go of some of them by itself: a folder that was moved away
   * and back within a moment is the very same one, and would pass for watched.
   */
  #unwatch(): void {
    this.#armInTurn().catch((error: unknown) => {
      if (!this.#closing.signal.aborted) this.#options.log.warn('a folder that is away could not be let go', { error: describeError(error) });
    });
  }

  /** A root that came back is watched again, and compared once more: what changed before the watch stood gave no event. */
  #watchAgain(rootId: number): void {
    this.#armInTurn().then(() => this.rescan(rootId)).catch((error: unknown) => {
      if (!this.#closing.signal.aborted) this.#options.log.warn('a folder that came back is not watched', { error: describeError(error) });
    });
  }

  #setState(rootId: number, state: RootState, note: string | null): void {
    const root = this.#roots.get(rootId);
    if (root === undefined || (root.state === state && root.note === note)) return;
    const wasAbsent = root.state === 'absent';
    this.#roots.set(rootId, { ...root, state: state === 'absent' ? 'absent' : root.row.options.paused ? 'paused' : state, note });
    if (wasAbsent && state !== 'absent') this.#watchAgain(rootId);
    if (!wasAbsent && state === 'absent') this.#unwatch();
    this.#options.onState();
  }
}

function toWatched(row: RootRow): WatchedRoot {
  return { rootId: row.id, path: row.path, options: row.options };
}

/** Does doing `a` make doing `b` needless? Only equal directories and whole roots are compared: coalesce.ts did the rest. */
function covers(a: Omit<Job, 'done'>, b: Omit<Job, 'done'>): boolean {
  if (a.rootId !== b.rootId) return false;
  if (a.directory === null) return true;
  return a.directory === b.directory && (a.recursive || !b.recursive);
}
