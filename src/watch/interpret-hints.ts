/**
 * What the hints of one period come to: directories to list again, directories that are new, directories that are gone.
 * Looks at the disk (`lstat` only) because a hint does not say what happened, and by now something else may have.
 */

import { dirname, join } from 'node:path';
import type { ChangeEvent } from '../pipeline.ts';
import { segmentsBelow } from './crawl.ts';
import type { Hints } from './hints.ts';
import { wantsDirectory, type DirectoryRules } from './ignore.ts';
import { identityOf, type Identity, type KnownDirectories } from './known-directories.ts';
import { listDirectory, type DirectoryPlace } from './list-directory.ts';
import type { WatchedRoot } from './watcher.ts';

export interface Appeared extends DirectoryPlace {
  readonly identity: Identity;
}

export interface HintOutcome {
  readonly dirty: readonly ChangeEvent[];
  /** To be watched, with everything below: new, replaced, or under changed rules. */
  readonly appeared: readonly Appeared[];
  /** No longer watched, with everything below, before `appeared` is. */
  readonly gone: ReadonlySet<string>;
}

export interface HintContext {
  readonly root: WatchedRoot;
  readonly rootRules: DirectoryRules;
  readonly known: KnownDirectories;
  /** One watch covers the root: nothing is known of single directories. */
  readonly recursive: boolean;
}

export async function interpretHints(hints: Hints, context: HintContext): Promise<HintOutcome> {
  const { root, known, recursive } = context;
  const dirty: ChangeEvent[] = [];
  const appeared: Appeared[] = [];
  const gone = new Set<string>();
  const mark = (directory: string, below: boolean): void => { dirty.push({ rootId: root.rootId, directory, recursive: below }); };

  const look = async (path: string): Promise<void> => {
    const segments = segmentsBelow(root.path, path);
    if (segments === null || segments.length === 0) return;
    const identity = await identityOf(path, false);
    if (identity === null) {
      if (known.has(path)) gone.add(path);
      return;
    }
    const isReplaced = known.isReplaced(path, identity);
    if (known.has(path) && !isReplaced) return;
    if (!recursive && !wantsDirectory(known.rulesAbove(path) ?? context.rootRules, segments, path)) return;
    if (isReplaced) gone.add(path);
    appeared.push({ path, segments, identity });
    mark(path, true);
  };

  for (const [directory, names] of hints.directories) {
    const segments = segmentsBelow(root.path, directory);
    // The root's own parent tells of the root in recursive mode.
    if (segments === null) continue;
    if (recursive && !isWantedByName(context.rootRules, root.path, segments)) continue;
    const identity = await identityOf(directory, segments.length === 0);
    if (identity === null) {
      gone.add(directory);
      mark(await nearestExisting(directory, root.path), false);
      continue;
    }
    if (names.changed.size > 0 || known.isReplaced(directory, identity)) {
      if (known.isReplaced(directory, identity)) gone.add(directory);
      appeared.push({ path: directory, segments, identity });
      mark(directory, true);
      continue;
    }
    mark(directory, names.everything && recursive);
    if (names.everything && !recursive) await lookAtAll(directory, segments, context, look);
    for (const name of names.appeared) await look(join(directory, name));
  }
  return { dirty, appeared, gone };
}

/** All subdirectories that are there, and all known ones that may not be. */
async function lookAtAll(directory: string, segments: readonly string[], context: HintContext, look: (path: string) => Promise<void>): Promise<void> {
  const rules = context.known.rulesAbove(directory) ?? context.rootRules;
  const contents = await listDirectory({ path: directory, segments }, rules, { files: false });
  const there = contents.state === 'listed' ? contents.directories.map((subdirectory) => subdirectory.path) : [];
  const known = context.known.below(new Set([directory])).filter((path) => dirname(path) === directory);
  for (const path of new Set([...there, ...known])) await look(path);
}

/** Without the ignore files on the way, which the crawl reads anyway: enough to stay quiet about `.git` and `node_modules`. */
function isWantedByName(rules: DirectoryRules, root: string, segments: readonly string[]): boolean {
  let path = root;
  for (let depth = 1; depth <= segments.length; depth += 1) {
    path = join(path, segments[depth - 1] ?? '');
    if (!wantsDirectory(rules, segments.slice(0, depth), path)) return false;
  }
  return true;
}

/** A directory that is gone is reported by one that is there: its listing lacks it. The root's own end is the root's affair. */
async function nearestExisting(directory: string, root: string): Promise<string> {
  let path = directory;
  while (path !== root && (await identityOf(path, false)) === null) path = dirname(path);
  return path;
}
