/**
 * chokidar as a source of hints: directories in, "something happened here" out. No file is ever known to it.
 *
 * Three things make it small (100,000 files in 5,000 directories: 30 MB instead of 130) and keep it so:
 * it never scans (we listed the directories ourselves, and its record of every file would be a second catalog); everything but the
 * given directories is `ignored`, so that a hint costs it no `lstat`; and its `raw` events are used, which carry the directory and the name.
 *
 * A chokidar instance never forgets a path it was given: it waits for a deleted one through the parent and keeps an unwatched one in a list that each
 * event is compared with. So directories are given in slices, one instance each, and forgetting some of a slice replaces its instance.
 * The system's watches are shared between instances, so nothing is missed in between.
 */

import { isAbsolute, join, resolve } from 'node:path';
import { FSWatcher } from 'chokidar';
import { codeOf } from './list-directory.ts';

/** Directories of one instance. Tried 1 to 256: memory is least at 16 to 64, and replacing a slice costs its size. */
const SLICE = 64;

export interface HintListener {
  /** Something about `name` in `directory` changed; null: something, somewhere in it. `appeared`: it may be new, gone or replaced. */
  hint(directory: string, name: string | null, appeared: boolean): void;
  /** Hints may have been lost. */
  failed(why: string): void;
}

/** Why a directory could not be watched: the system's limit, or something of its own. */
export type ArmFailure = 'limit' | 'impossible';

interface Slice {
  readonly watcher: FSWatcher;
  readonly members: Set<string>;
  room: number;
}

/** chokidar without its scan. It then knows no files and no subdirectories, and takes watching a directory for a single system call. */
class UnscannedWatcher extends FSWatcher {
  override createScanStream(): undefined {
    return undefined;
  }
}

export class ChokidarSlices {
  readonly #listener: HintListener;
  readonly #recursive: boolean;
  readonly #sliceOf = new Map<string, Slice>();
  readonly #failures = new Map<string, ArmFailure>();
  #open: Slice | undefined;
  #closing: Promise<unknown> = Promise.resolve();

  /** `recursive`: one watch covers everything below a given directory. */
  constructor(listener: HintListener, recursive: boolean) {
    this.#listener = listener;
    this.#recursive = recursive;
  }

  has(directory: string): boolean {
    return this.#sliceOf.has(directory);
  }

  get size(): number {
    return this.#sliceOf.size;
  }

  /** Watches these directories; resolves when the system does. Those that could not be are answered with the reason. */
  async arm(directories: readonly string[]): Promise<ReadonlyMap<string, ArmFailure>> {
    const failures = new Map<string, ArmFailure>();
    const wanted: string[] = [];
    for (const directory of directories) {
      if (this.#sliceOf.has(directory)) continue;
      if (isUnspeakable(directory)) failures.set(directory, 'impossible');
      else wanted.push(directory);
    }
    for (let start = 0; start < wanted.length;) {
      const slice = this.#openSlice();
      const part = wanted.slice(start, start + slice.room);
      start += part.length;
      slice.room -= part.length;
      for (const directory of part) {
        slice.members.add(directory);
        this.#sliceOf.set(directory, slice);
        this.#failures.delete(directory);
      }
      slice.watcher.add(part);
      // `ready` is told once in an instance's life; its tasks tell each time. A snapshot, because hints add tasks without end.
      await Promise.allSettled([...slice.watcher.lifecycle.tasks]);
      for (const directory of part) {
        const failure = this.#failures.get(directory);
        if (failure === undefined) continue;
        this.#failures.delete(directory);
        failures.set(directory, failure);
        slice.members.delete(directory);
        this.#sliceOf.delete(directory);
      }
    }
    return failures;
  }

  /** Stops watching these directories (not what lies below, unless given too). */
  async disarm(directories: readonly string[]): Promise<void> {
    const touched = new Set<Slice>();
    for (const directory of directories) {
      const slice = this.#sliceOf.get(directory);
      if (slice === undefined) continue;
      this.#sliceOf.delete(directory);
      slice.members.delete(directory);
      touched.add(slice);
    }
    for (const slice of touched) {
      if (slice === this.#open) this.#open = undefined;
      const kept = [...slice.members];
      for (const directory of kept) this.#sliceOf.delete(directory);
      await this.arm(kept);
      this.#retire(slice);
    }
  }

  async close(): Promise<void> {
    for (const slice of new Set(this.#sliceOf.values())) this.#retire(slice);
    this.#sliceOf.clear();
    this.#open = undefined;
    await this.#closing;
  }

  #retire(slice: Slice): void {
    const closed = slice.watcher.close().catch((error: unknown) => this.#listener.failed(`a watch could not be closed: ${codeOf(error)}`));
    this.#closing = Promise.all([this.#closing, closed]);
  }

  #openSlice(): Slice {
    if (this.#open !== undefined && this.#open.room > 0) return this.#open;
    const members = new Set<string>();
    const spoken = (path: string): string => (process.platform === 'win32' ? resolve(path) : path);
    const watcher = new UnscannedWatcher({
      ...(this.#recursive ? { backend: 'native-recursive' } : { backend: 'native', depth: 0 }), ignoreInitial: true, followSymlinks: false, atomic: false, persistent: true,
      // Its own events must be about nothing: only `raw` is listened to.
      ignored: (path) => !members.has(spoken(path)),
    });
    watcher.on('raw', (event, path, details: unknown) => {
      const directory = watchedPathOf(details);
      if (directory === null) return;
      if (typeof path !== 'string' || path === '') this.#listener.hint(spoken(directory), null, true);
      else this.#hint(spoken(directory), path, event === 'rename');
    });
    watcher.on('error', (error) => this.#failed(error));
    this.#open = { watcher, members, room: this.#recursive ? 1 : SLICE };
    return this.#open;
  }

  #hint(directory: string, path: string, appeared: boolean): void {
    if (!this.#recursive) return this.#listener.hint(directory, path, appeared);
    const full = isAbsolute(path) ? path : join(directory, path);
    const cut = Math.max(full.lastIndexOf('/'), process.platform === 'win32' ? full.lastIndexOf('\\') : -1);
    this.#listener.hint(full.slice(0, cut), full.slice(cut + 1), appeared);
  }

  #failed(error: unknown): void {
    const path = typeof error === 'object' && error !== null && 'path' in error && typeof error.path === 'string' ? error.path : null;
    const code = codeOf(error);
    if (path === null) return this.#listener.failed(code);
    this.#failures.set(path, code === 'ENOSPC' || code === 'EMFILE' || code === 'ENFILE' ? 'limit' : 'impossible');
    // A directory that was watched and no longer is: whoever listed it must know.
    if (this.#sliceOf.has(path) && code !== 'ENOSPC' && code !== 'EMFILE' && code !== 'ENFILE' && code !== 'EACCES') this.#listener.failed(`${code} at a watched folder`);
  }
}

/** chokidar turns every backslash into a slash; on systems where it may stand in a name, such a directory cannot be given to it. */
function isUnspeakable(directory: string): boolean {
  return process.platform !== 'win32' && directory.includes('\\');
}

function watchedPathOf(details: unknown): string | null {
  return typeof details === 'object' && details !== null && 'watchedPath' in details && typeof details.watchedPath === 'string' ? details.watchedPath : null;
}
