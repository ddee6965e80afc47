/** Which directories to watch when the system allows fewer than there are. Pure, but for reading the system's limit. */

import { readFileSync } from 'node:fs';

/** Share of the person's inotify watches that is used: editors and sync programs need theirs. */
const SHARE_OF_LIMIT = 0.8;

export interface ActiveDirectory {
  readonly path: string;
  /** When something last happened in it, as far as is known: its own time, or that of the last hint. */
  readonly activityMs: number;
}

/** The most recently active ones are watched, the rest is polled. `always` (the root) is watched whatever its time. */
export function chooseWatched(directories: readonly ActiveDirectory[], limit: number, always: string): { readonly watch: readonly string[]; readonly poll: readonly string[] } {
  const time = (directory: ActiveDirectory): number => (directory.path === always ? Infinity : directory.activityMs);
  // Equal times are told apart by path, so that the choice does not flutter.
  const sorted = [...directories].sort((left, right) => (time(right) === time(left) ? (left.path < right.path ? -1 : 1) : time(right) - time(left)));
  return { watch: sorted.slice(0, limit).map((directory) => directory.path), poll: sorted.slice(limit).map((directory) => directory.path) };
}

/** How many directories this process may watch; Infinity where one watch covers a tree or no limit is known. */
export function systemWatchLimit(platform: string): number {
  const limit = platform === 'linux' ? readNumber('/proc/sys/fs/inotify/max_user_watches') : null;
  return limit === null ? Infinity : Math.floor(limit * SHARE_OF_LIMIT);
}

/** Events the kernel queues for us before it drops the rest without a word that Node passes on. */
export function systemQueueLimit(platform: string): number {
  return (platform === 'linux' ? readNumber('/proc/sys/fs/inotify/max_queued_events') : null) ?? 16_384;
}

function readNumber(path: string): number | null {
  try {
    const value = Number.parseInt(readFileSync(path, 'utf8'), 10);
    return Number.isSafeInteger(value) && value > 0 ? value : null;
  } catch {
    // Not there in a container without /proc: then no limit is known.
    return null;
  }
}
