/**
 * All roots under watch, within the watcher process: which trees there are, the watches they share, and everything that happens by the clock
 * (the routine check, polling, sleep) or to all of them at once (a full kernel queue).
 */

import { watchClock } from './clock-jump.ts';
import type { Surroundings } from './ignore.ts';
import { isSilentDisk } from './remote-disk.ts';
import { systemQueueLimit, systemWatchLimit } from './watch-limit.ts';
import type { WatchEvent, WatchProcessOptions } from './watch-protocol.ts';
import { WatchedTree, type WatchBudget } from './watched-tree.ts';
import type { WatchedRoot } from './watcher.ts';

const MINUTE_MS = 60_000;

interface Tree {
  readonly tree: WatchedTree;
  /** Others may change it without a hint: all of it is polled. */
  readonly silent: boolean;
  reportedPolled: number;
}

export class WatchRoots {
  readonly #options: WatchProcessOptions;
  readonly #surroundings: Surroundings;
  readonly #emit: (event: WatchEvent) => void;
  readonly #trees = new Map<number, Tree>();
  readonly #budget: WatchBudget;
  readonly #recursive: boolean;
  readonly #mostHintsPerTurn: number;
  #hintsThisTurn = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(options: WatchProcessOptions, surroundings: Surroundings, emit: (event: WatchEvent) => void) {
    this.#options = options;
    this.#surroundings = surroundings;
    this.#emit = emit;
    this.#recursive = options.recursive ?? (surroundings.platform === 'darwin' || surroundings.platform === 'win32');
    this.#budget = { limit: this.#limit(), used: 0 };
    // libuv empties the kernel's queue in one turn of the loop. Fewer hints in a turn than the queue holds: none can have been dropped. Half of it leaves
    // room for events of directories just disarmed, which are dropped before they reach us.
    this.#mostHintsPerTurn = systemQueueLimit(surroundings.platform) / 2;
    this.#every(options.routineMinutes * MINUTE_MS, () => this.#routine());
    this.#every(options.pollMinutes * MINUTE_MS, () => this.#poll());
    watchClock(options.clockCheckMs, (ms) => { void this.#lostEverywhere(`the machine slept for about ${Math.round(ms / 1000)} s`); });
  }

  /** Makes the watched set this one. Resolves when everything is armed. */
  set(roots: readonly WatchedRoot[]): Promise<void> {
    this.#work = this.#work.then(async () => {
      const wanted = new Map(roots.map((root) => [root.rootId, root]));
      for (const [rootId, { tree }] of this.#trees) {
        if (wanted.get(rootId)?.path === tree.root.path) continue;
        this.#trees.delete(rootId);
        await tree.close();
      }
      for (const root of roots) {
        const { tree } = this.#trees.get(root.rootId) ?? (await this.#plant(root));
        await tree.refresh(root);
        this.#reportPolled(root.rootId);
      }
    });
    return this.#work;
  }

  async #plant(root: WatchedRoot): Promise<Tree> {
    const tree = new WatchedTree(root, this.#recursive, this.#budget, this.#surroundings, {
      change: (events) => {
        this.#emit({ kind: 'change', events });
        this.#reportPolled(root.rootId);
      },
      lost: (why) => this.#emit({ kind: 'lost', rootIds: [root.rootId], why }),
      hinted: () => this.#countHint(),
    });
    const planted: Tree = { tree, silent: await isSilentDisk(root.path, this.#surroundings.platform), reportedPolled: 0 };
    this.#trees.set(root.rootId, planted);
    return planted;
  }

  /** The kernel's queue may have been full: it drops the rest and Node does not say so. */
  #countHint(): void {
    this.#hintsThisTurn += 1;
    if (this.#hintsThisTurn === 1) setImmediate(() => {
      const hints = this.#hintsThisTurn;
      this.#hintsThisTurn = 0;
      if (hints >= this.#mostHintsPerTurn) void this.#lostEverywhere('more changes at once than the system can tell of');
    });
  }

  async #lostEverywhere(why: string): Promise<void> {
    await Promise.all([...this.#trees.values()].map(({ tree }) => tree.recover(why)));
  }

  /** Hints may have been lost in ways that nobody can tell. Also, others may have given watches back since the limit was met. */
  async #routine(): Promise<void> {
    this.#budget.limit = this.#limit();
    await this.#lostEverywhere('routine check');
    for (const rootId of this.#trees.keys()) this.#reportPolled(rootId);
  }

  async #poll(): Promise<void> {
    for (const [rootId, { tree, silent }] of this.#trees) {
      if (silent) await tree.recover('its disk does not tell of changes');
      else await tree.poll();
      this.#reportPolled(rootId);
    }
  }

  #reportPolled(rootId: number): void {
    const planted = this.#trees.get(rootId);
    if (planted === undefined) return;
    const directories = planted.silent ? Math.max(1, planted.tree.watched + planted.tree.polled) : planted.tree.polled;
    if (directories === planted.reportedPolled) return;
    planted.reportedPolled = directories;
    this.#emit({ kind: 'polled', rootId, directories, everyMinutes: this.#options.pollMinutes });
  }

  #limit(): number {
    return this.#options.maxWatches ?? (this.#recursive ? Infinity : systemWatchLimit(this.#surroundings.platform));
  }

  #every(ms: number, work: () => Promise<void>): void {
    setInterval(() => { void work(); }, ms);
  }
}
