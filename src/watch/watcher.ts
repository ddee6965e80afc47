/**
 * What the engine asks of the watcher process: crawl roots and hint at changes. chokidar is a hint; the crawl is the truth.
 * The implementation is watch-client.ts, over the process in watch-process.ts.
 */

import type { RootOptions } from '../contract/model.ts';
import type { ChangeEvent, Listing } from '../pipeline.ts';

export interface WatchedRoot {
  readonly rootId: number;
  readonly path: string;
  readonly options: RootOptions;
}

export interface CrawlSummary {
  /** Directories and files listed. */
  readonly directories: number;
  readonly files: number;
  /** Directories that could not be read; they are kept as they are in the catalog. */
  readonly denied: readonly string[];
}

/** Why a root cannot be trusted now: its catalog rows are kept. */
export type RootPresence =
  /** `device` and `inode` of the root's directory: kept by the engine and given back as `KnownRoot`. */
  | { readonly present: true; readonly device: bigint; readonly inode: bigint }
  | { readonly present: false; readonly why: string };

/** What the catalog knows of a root, for telling an unplugged disk from an emptied folder. */
export interface KnownRoot {
  /** Files in the catalog. 0: whatever is at the path is the root. */
  readonly files: number;
  /** Of the root's directory when it was last present; null: not recorded. */
  readonly device: bigint | null;
  readonly inode: bigint | null;
  /** Paths of some known files, a dozen or so; may be empty. */
  readonly sample: readonly string[];
}

export interface WatcherEvents {
  /** Coalesced and settled: directories to list again. */
  change(events: readonly ChangeEvent[]): void;
  /** Events were lost or the watcher process was restarted: everything of these roots must be crawled. */
  lost(rootIds: readonly number[], why: string): void;
  /** Directories beyond the system's watch limit, to be checked by the timer; 0 when all are watched. */
  polled(rootId: number, directories: number, everyMinutes: number): void;
}

export interface Watcher {
  /** The whole set, not a difference (declarative). Watches are armed before the promise resolves. */
  watch(roots: readonly WatchedRoot[]): Promise<void>;
  /** Without `known` only a missing, denied or foreign path is absent; with it also an empty mount point and another disk. */
  presence(root: WatchedRoot, known?: KnownRoot): Promise<RootPresence>;
  /**
   * Lists `directory` (and everything below when recursive), newest-modified directories first, in batches of about 1,000 files.
   * Awaits `onListings` before the next batch: the catalog's pace is the crawl's pace.
   * Never leaves the root's device, follows no symlink out of it, and lists no directory twice.
   */
  crawl(root: WatchedRoot, directory: string, recursive: boolean, onListings: (listings: readonly Listing[]) => Promise<void>, signal?: AbortSignal): Promise<CrawlSummary>;
  readonly pid: number | undefined;
  close(): Promise<void>;
}
