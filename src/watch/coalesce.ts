/**
 * From many hints to few change events. Pure: when a period ends and what it comes to.
 *
 * The watcher tells only *where* something happened. What happened is learnt by listing, so a thousand hints about one directory are one event.
 */

import type { ChangeEvent } from '../pipeline.ts';

/** A period ends after this much quiet: an editor's save is a burst of three or four events within a few milliseconds. */
export const QUIET_MS = 150;
/** … and at the latest this long after its first hint, so that a log written without pause does not hold back its folder. Saved files must be found within 1 s. */
export const LONGEST_PERIOD_MS = 500;

/** More separate directories than this in one root and period (a checkout, an unpacked archive) become one recursive event: a crawl lists 10,000 a second. */
const MOST_EVENTS = 500;

/** When the period that had its first and last hint at these moments ends. */
export function periodEnd(firstMs: number, lastMs: number): number {
  return Math.min(lastMs + QUIET_MS, firstMs + LONGEST_PERIOD_MS);
}

/**
 * One event per directory, none inside a directory that has a recursive one, parents first. Too many become one recursive event on the
 * deepest directory that contains them all. `separator` is the system's.
 */
export function coalesce(dirty: readonly ChangeEvent[], separator: string): ChangeEvent[] {
  const byRoot = new Map<number, Map<string, boolean>>();
  for (const { rootId, directory, recursive } of dirty) {
    let directories = byRoot.get(rootId);
    if (directories === undefined) byRoot.set(rootId, directories = new Map());
    directories.set(directory, recursive || directories.get(directory) === true);
  }
  return [...byRoot].flatMap(([rootId, directories]) => {
    const events = [...directories]
      .filter(([directory]) => !hasRecursiveAncestor(directory, directories, separator))
      .map(([directory, recursive]): ChangeEvent => ({ rootId, directory, recursive }))
      .sort((left, right) => (left.directory < right.directory ? -1 : 1));
    if (events.length <= MOST_EVENTS) return events;
    return [{ rootId, directory: commonDirectory(events.map((event) => event.directory), separator), recursive: true }];
  });
}

function hasRecursiveAncestor(directory: string, directories: ReadonlyMap<string, boolean>, separator: string): boolean {
  for (const ancestor of ancestorsOf(directory, separator)) if (directories.get(ancestor) === true) return true;
  return false;
}

/** The directories above this one, nearest first: `/a/b/c` gives `/a/b`, `/a`, `/`. */
export function* ancestorsOf(directory: string, separator: string): Generator<string> {
  let end = directory.lastIndexOf(separator);
  while (end > 0) {
    yield directory.slice(0, end);
    end = directory.lastIndexOf(separator, end - 1);
  }
  if (end === 0 && directory !== separator) yield separator;
}

/** The deepest directory that contains all of these (or is one of them). */
function commonDirectory(directories: readonly string[], separator: string): string {
  const [first = '', ...rest] = directories.map((directory) => directory.split(separator));
  if (first === '') return separator;
  let length = first.length;
  for (const segments of rest) {
    let shared = 0;
    while (shared < length && segments[shared] === first[shared]) shared += 1;
    length = shared;
  }
  const common = first.slice(0, length).join(separator);
  return common === '' ? separator : common;
}
