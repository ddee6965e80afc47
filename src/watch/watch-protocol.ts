/** What the engine and the watcher process say to each other. Types only: both ends import them, neither the other's code. */

import type { ChangeEvent, Listing } from '../pipeline.ts';
import type { CrawlSummary, KnownRoot, RootPresence, WatchedRoot } from './watcher.ts';

/** Options of the process, given as JSON in its first argument. */
export interface WatchProcessOptions {
  /** Absolute directories that are never watched or listed: the data directory. */
  readonly neverLook: readonly string[];
  /** Everything is crawled again this often, since hints may be lost without a word. */
  readonly routineMinutes: number;
  /** Directories beyond the watch limit are looked at this often. */
  readonly pollMinutes: number;
  /** How often the clock is looked at for signs of sleep. */
  readonly clockCheckMs: number;
  /** At most this many directories are watched; null: a share of what the system allows. */
  readonly maxWatches: number | null;
  /** One recursive watch per root instead of one per directory; null: as the system does it better. */
  readonly recursive: boolean | null;
}

export type WatchEvent =
  | { readonly kind: 'change'; readonly events: readonly ChangeEvent[] }
  | { readonly kind: 'lost'; readonly rootIds: readonly number[]; readonly why: string }
  | { readonly kind: 'polled'; readonly rootId: number; readonly directories: number; readonly everyMinutes: number };

/** One batch of a crawl, or its end. The next batch comes only after `acknowledge`: the catalog's pace is the crawl's pace. */
export type CrawlItem =
  | { readonly kind: 'listings'; readonly listings: readonly Listing[] }
  | { readonly kind: 'summary'; readonly summary: CrawlSummary };

export interface CrawlInput {
  /** Chosen by the asker, unique within the process. */
  readonly crawl: number;
  readonly root: WatchedRoot;
  readonly directory: string;
  readonly recursive: boolean;
}

export type WatchProtocol = {
  calls: {
    watch: [{ readonly roots: readonly WatchedRoot[] }, null];
    presence: [{ readonly root: WatchedRoot; readonly known: KnownRoot | null }, RootPresence];
    acknowledge: [{ readonly crawl: number }, null];
  };
  subscriptions: {
    events: [null, WatchEvent];
    crawl: [CrawlInput, CrawlItem];
  };
};
