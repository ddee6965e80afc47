/** The directories of one watched root, as last listed. Small per directory: 5,000 of them must fit beside everything else. */

import { lstat, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { ancestorsOf } from './coalesce.ts';
import type { DirectoryRules } from './ignore.ts';
import { isGone } from './list-directory.ts';
import type { ActiveDirectory } from './watch-limit.ts';

export interface Identity {
  readonly device: bigint;
  readonly inode: bigint;
  /** As in `Subdirectory`. */
  readonly bornNs: bigint;
  readonly modifiedMs: number;
}

/** The same directory, and not another one made at its place, perhaps with its inode number. */
export function isSameDirectory(left: Identity, right: Identity): boolean {
  return left.device === right.device && left.inode === right.inode && left.bornNs === right.bornNs;
}

interface Known {
  readonly rules: DirectoryRules;
  readonly identity: Identity;
  /** Of the last hint, or the directory's own time. */
  activityMs: number;
  watched: boolean;
}

export class KnownDirectories {
  readonly #directories = new Map<string, Known>();
  readonly #denied = new Set<string>();

  get unwatched(): number {
    let count = 0;
    for (const known of this.#directories.values()) if (!known.watched) count += 1;
    return count;
  }

  has(path: string): boolean {
    return this.#directories.has(path);
  }

  set(path: string, directory: { readonly rules: DirectoryRules; readonly identity: Identity; readonly watched: boolean }): void {
    const before = this.#directories.get(path)?.activityMs ?? 0;
    this.#denied.delete(path);
    this.#directories.set(path, { ...directory, activityMs: Math.max(before, directory.identity.modifiedMs) });
  }

  delete(path: string): void {
    this.#directories.delete(path);
    this.#denied.delete(path);
  }

  /** It is there but may not be read. A change of its mode is a hint about its name, in the directory above. */
  deny(path: string): void {
    this.#directories.delete(path);
    this.#denied.add(path);
  }

  wasDenied(directory: string, name: string): boolean {
    return this.#denied.size > 0 && this.#denied.has(join(directory, name));
  }

  /** Notes that something happened in it; false: not one of ours. */
  touch(path: string, nowMs: number): boolean {
    const known = this.#directories.get(path);
    if (known === undefined) return false;
    known.activityMs = nowMs;
    return true;
  }

  /** Is another directory at this path than the one that is known? */
  isReplaced(path: string, now: Identity): boolean {
    const known = this.#directories.get(path);
    return known !== undefined && !isSameDirectory(known.identity, now);
  }

  rulesOf(path: string): DirectoryRules | undefined {
    return this.#directories.get(path)?.rules;
  }

  rulesAbove(path: string): DirectoryRules | undefined {
    return this.#directories.get(dirname(path))?.rules;
  }

  /** Everything known at or below one of these. */
  below(tops: ReadonlySet<string>): string[] {
    const isBelow = (path: string): boolean => {
      if (tops.has(path)) return true;
      for (const ancestor of ancestorsOf(path, sep)) if (tops.has(ancestor)) return true;
      return false;
    };
    return [...this.#directories.keys(), ...this.#denied].filter(isBelow);
  }

  unwatchedPaths(): string[] {
    return [...this.#directories].filter(([, known]) => !known.watched).map(([path]) => path);
  }

  activity(): ActiveDirectory[] {
    return [...this.#directories].map(([path, known]) => ({ path, activityMs: known.activityMs }));
  }

  markWatched(isWatched: (path: string) => boolean): void {
    for (const [path, known] of this.#directories) known.watched = isWatched(path);
  }
}

/** What is at a path now; null: no directory. `follow`: a symlink stands for what it points at (only a root's own path may). */
export async function identityOf(path: string, follow: boolean): Promise<Identity | null> {
  try {
    const stats = follow ? await stat(path, { bigint: true }) : await lstat(path, { bigint: true });
    return stats.isDirectory() ? { device: stats.dev, inode: stats.ino, bornNs: stats.birthtimeNs, modifiedMs: Number(stats.mtimeMs) } : null;
  } catch (error) {
    if (isGone(error)) return null;
    // Not to be seen is as good as not there for a watch; the crawl reports it as denied.
    return null;
  }
}
