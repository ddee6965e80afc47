/**
 * One root under watch: which of its directories are armed, and what their hints come to.
 *
 * The order that leaves no gap: a directory is armed first and listed after, here for its subdirectories and by the crawl for its files, so whatever
 * appears in between is either listed or hinted at. Hints are collected for a period (coalesce.ts), new directories found in it are armed,
 * and only then does the event go out. Everything that changes the set runs one after the other.
 */

import { sep } from 'node:path';
import type { ChangeEvent } from '../pipeline.ts';
import { ChokidarSlices } from './chokidar-slices.ts';
import { coalesce, periodEnd } from './coalesce.ts';
import { Hints } from './hints.ts';
import { rulesOfRoot, type DirectoryRules, type Surroundings } from './ignore.ts';
import { interpretHints, type HintOutcome } from './interpret-hints.ts';
import { identityOf, isSameDirectory, KnownDirectories, type Identity } from './known-directories.ts';
import { codeOf, listDirectory, type DirectoryPlace } from './list-directory.ts';
import { chooseWatched } from './watch-limit.ts';
import type { WatchedRoot } from './watcher.ts';

/** Watches that all roots share. */
export interface WatchBudget {
  limit: number;
  used: number;
}

export interface TreeListener {
  change(events: readonly ChangeEvent[]): void;
  /** Hints may have been lost; the tree has looked for new directories by then. */
  lost(why: string): void;
  /** One more hint arrived. */
  hinted(): void;
}

/** Where a walk starts: the directory and the rules of the one above it. */
interface WalkStart extends DirectoryPlace {
  readonly parentRules: DirectoryRules;
  readonly identity: Identity;
}

/** Directories armed together before they are listed. */
const WALK_SLICE = 64;

export class WatchedTree {
  readonly #surroundings: Surroundings;
  readonly #budget: WatchBudget;
  readonly #listener: TreeListener;
  readonly #recursive: boolean;
  readonly #slices: ChokidarSlices;
  readonly #known = new KnownDirectories();
  #root: WatchedRoot;
  #hints = new Hints();
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #rootIdentity: Identity | null = null;
  #recovering = false;
  #closed = false;

  /** `recursive`: one watch covers the whole root (macOS, Windows). Nothing is watched before the first `refresh`. */
  constructor(root: WatchedRoot, recursive: boolean, budget: WatchBudget, surroundings: Surroundings, listener: TreeListener) {
    this.#root = root;
    this.#recursive = recursive;
    this.#budget = budget;
    this.#surroundings = surroundings;
    this.#listener = listener;
    this.#slices = new ChokidarSlices({
      hint: (directory, name, appeared) => this.#hint(directory, name, appeared),
      failed: (why) => { void this.recover(why); },
    }, recursive);
  }

  get root(): WatchedRoot {
    return this.#root;
  }

  /** Directories that are known and not watched. */
  get polled(): number {
    return this.#known.unwatched;
  }

  get watched(): number {
    return this.#slices.size;
  }

  /** Takes the root's settings and makes the watches equal to the disk. Resolves when everything is armed. */
  refresh(root: WatchedRoot): Promise<void> {
    return this.#exclusively(async () => {
      this.#root = root;
      const before = this.#rootIdentity;
      const identity = this.#rootIdentity = await identityOf(root.path, true);
      // A watch belongs to the directory it was made for, not to the path.
      if (identity === null || (before !== null && !isSameDirectory(before, identity))) await this.#forget(new Set([root.path]));
      if (identity === null) return;
      await this.#walk([{ path: root.path, segments: [], parentRules: this.#rootRules(), identity }]);
    });
  }

  /** Hints were lost: looks for directories that are new, then says so. */
  async recover(why: string): Promise<void> {
    // What fails while this runs is answered by it.
    if (this.#closed || this.#recovering) return;
    this.#recovering = true;
    await this.refresh(this.#root);
    this.#recovering = false;
    this.#listener.lost(why);
  }

  /** Reports what is not watched as changed, so that it is listed again. */
  async poll(): Promise<void> {
    if (this.#known.unwatched === 0 || this.#closed) return;
    await this.refresh(this.#root);
    this.#tell(this.#known.unwatchedPaths().map((directory) => ({ rootId: this.#root.rootId, directory, recursive: true })));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#work;
    this.#budget.used -= this.#slices.size;
    await this.#slices.close();
  }

  // ---- hints

  #hint(directory: string, name: string | null, appeared: boolean): void {
    if (this.#closed) return;
    this.#listener.hinted();
    const nowMs = Date.now();
    // chokidar may also look after the parent of a deleted directory: not ours.
    if (!this.#recursive && !this.#known.touch(directory, nowMs)) return;
    this.#hints.add(directory, name, appeared || (name !== null && this.#known.wasDenied(directory, name)), nowMs);
    if (this.#timer === undefined) this.#wait(nowMs);
  }

  #wait(nowMs: number): void {
    const { firstMs, lastMs } = this.#hints;
    this.#timer = setTimeout(() => {
      const laterMs = Date.now();
      const endMs = periodEnd(this.#hints.firstMs, this.#hints.lastMs);
      if (laterMs < endMs) return this.#wait(laterMs);
      this.#timer = undefined;
      void this.#settle();
    }, Math.max(0, periodEnd(firstMs, lastMs) - nowMs));
  }

  /** The end of a period: 1. what the hints come to; 2. forget what is gone; 3. arm what is new; 4. say so. */
  async #settle(): Promise<void> {
    const hints = this.#hints;
    this.#hints = new Hints();
    let outcome: HintOutcome | undefined;
    await this.#exclusively(async () => {
      outcome = await interpretHints(hints, { root: this.#root, rootRules: this.#rootRules(), known: this.#known, recursive: this.#recursive });
      // The one watch goes with the root: when it is back, `refresh` must not take it for watched.
      if (outcome.gone.has(this.#root.path)) this.#rootIdentity = null;
      if (this.#recursive) return outcome.gone.has(this.#root.path) ? this.#forget(new Set([this.#root.path])) : undefined;
      await this.#forget(outcome.gone);
      for (const start of outcome.appeared) {
        const parentRules = this.#known.rulesAbove(start.path) ?? this.#rootRules();
        await this.#walk([{ ...start, parentRules }]);
      }
    });
    if (outcome !== undefined) this.#tell(outcome.dirty);
  }

  #tell(dirty: readonly ChangeEvent[]): void {
    if (this.#closed || dirty.length === 0) return;
    this.#listener.change(coalesce(dirty, sep));
  }

  // ---- the set of watches

  /** Arms and then lists everything wanted at and below `starts`; forgets what was known there and is no longer. */
  async #walk(starts: readonly WalkStart[]): Promise<void> {
    const queue = [...starts];
    const visited = new Set<string>();
    const tried: string[] = [];
    const inodes = new Set<string>();
    while (queue.length > 0 && !this.#closed) {
      const slice = queue.splice(0, this.#recursive ? 1 : WALK_SLICE);
      const paths = slice.map((place) => place.path);
      tried.push(...paths.filter((path) => !this.#slices.has(path)));
      await this.#arm(paths);
      if (this.#recursive) return;
      const listed = await Promise.all(slice.map(async (place) => ({ place, contents: await listDirectory(place, place.parentRules, { files: false }) })));
      for (const { place, contents } of listed) {
        if (contents.state === 'gone') continue;
        if (contents.state === 'denied') {
          this.#known.deny(place.path);
          continue;
        }
        const { rules } = contents;
        visited.add(place.path);
        this.#known.set(place.path, { rules, identity: place.identity, watched: this.#slices.has(place.path) });
        for (const directory of contents.directories) {
          const key = `${directory.device} ${directory.inode}`;
          if (directory.device !== place.identity.device || (directory.inode !== 0n && inodes.has(key))) continue;
          inodes.add(key);
          queue.push({
            path: directory.path, segments: directory.segments, parentRules: rules,
            // Not the listing's own object: this one is kept, without the names.
            identity: { device: directory.device, inode: directory.inode, bornNs: directory.bornNs, modifiedMs: directory.modifiedMs },
          });
        }
      }
    }
    await this.#drop(this.#known.below(new Set(starts.map((start) => start.path))).filter((path) => !visited.has(path)));
    // Armed and then found gone or denied: known to no one, so nothing would ever disarm it.
    await this.#counted(() => this.#slices.disarm(tried.filter((path) => !this.#known.has(path))));
    await this.#shareWatches();
  }

  async #forget(gone: ReadonlySet<string>): Promise<void> {
    if (gone.size > 0) await this.#drop(this.#recursive ? [...gone] : this.#known.below(gone));
  }

  async #drop(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.#known.delete(path);
    await this.#counted(() => this.#slices.disarm(paths));
  }

  /** At the system's limit the most recently active directories get the watches that this root has. */
  async #shareWatches(): Promise<void> {
    if (this.#known.unwatched === 0) return;
    const capacity = Math.max(1, this.#slices.size + Math.max(0, this.#budget.limit - this.#budget.used));
    const { watch, poll } = chooseWatched(this.#known.activity(), capacity, this.#root.path);
    const surplus = poll.filter((path) => this.#slices.has(path));
    await this.#counted(() => this.#slices.disarm(surplus));
    await this.#arm(watch.filter((path) => !this.#slices.has(path)));
    this.#known.markWatched((path) => this.#slices.has(path));
  }

  async #arm(paths: readonly string[]): Promise<void> {
    const left = Math.max(0, this.#budget.limit - this.#budget.used);
    const allowed = paths.filter((path) => !this.#slices.has(path)).slice(0, left);
    if (allowed.length === 0) return;
    await this.#counted(async () => {
      const failures = await this.#slices.arm(allowed);
      // The system's true limit is where it said no; others use watches too.
      if ([...failures.values()].includes('limit')) this.#budget.limit = Math.min(this.#budget.limit, this.#budget.used + allowed.length - failures.size);
    });
  }

  async #counted(change: () => Promise<unknown>): Promise<void> {
    const before = this.#slices.size;
    await change();
    this.#budget.used += this.#slices.size - before;
  }

  #rootRules(): DirectoryRules {
    return rulesOfRoot(this.#root.path, this.#root.options, this.#surroundings);
  }

  /** One at a time. An error is a reason to crawl, not to stop watching. */
  #exclusively(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(async () => {
      if (this.#closed) return;
      try {
        await work();
      } catch (error) {
        this.#listener.lost(`watching failed: ${codeOf(error)}`);
      }
    });
    return this.#work;
  }
}
