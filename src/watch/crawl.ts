/**
 * The crawl: the truth about a root, or a part of it, as batches of listings. Knows nothing of watches, processes or the catalog.
 *
 * What a reader would get wrong: a directory that cannot be read is never an empty listing, it is in `denied`; and a root that vanishes in
 * the middle (a disk pulled out) ends the crawl with an error, since everything not listed will be taken for deleted.
 */

import { lstat, stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { EngineError } from '../contract/errors.ts';
import type { Listing } from '../pipeline.ts';
import { rulesOfRoot, wantsDirectory, type DirectoryRules, type Surroundings } from './ignore.ts';
import { codeOf, isGone, listDirectory, type DirectoryPlace } from './list-directory.ts';
import { NewestFirst } from './newest-first.ts';
import type { CrawlSummary, WatchedRoot } from './watcher.ts';

/** A batch is handed on at this many files: one transaction of the catalog. A single directory may be larger; it is never split. */
const BATCH_FILES = 1_000;
/** … or at this many directories, for trees of nearly empty ones. */
const BATCH_LISTINGS = 500;
/** Directories listed at once: libuv has four threads. */
const DIRECTORIES_AT_ONCE = 4;

export interface CrawlRequest {
  readonly root: WatchedRoot;
  /** Absolute path of the root or a directory below it. */
  readonly directory: string;
  readonly recursive: boolean;
  readonly surroundings: Surroundings;
  readonly onListings: (listings: readonly Listing[]) => Promise<void>;
  readonly signal?: AbortSignal;
}

interface Waiting extends DirectoryPlace {
  readonly parentRules: DirectoryRules;
  readonly modifiedMs: number;
}

/**
 * Lists `directory` in batches, newest-modified directories first. `onListings` is called with one batch at a time and awaited.
 * Errors: `folder-not-found` or `folder-denied` when the root itself is gone, denied or replaced; `cancelled`; whatever `onListings` throws.
 */
export async function crawl(request: CrawlRequest): Promise<CrawlSummary> {
  const { root, signal } = request;
  const identity = await identify(root.path);
  const summary = { directories: 0, files: 0, denied: [] as string[] };

  // 1. Find the rules that hold at the start, from the root down.
  const start = await findStart(request, identity.device);
  if (start === null) return summary;
  if (typeof start === 'string') return { ...summary, denied: [start] };

  // 2. List it and, newest first, what is below. No directory twice, whatever is mounted where.
  const waiting = new NewestFirst<Waiting>();
  waiting.push(start);
  const seen = new Set<string>();
  let batch: Listing[] = [];
  let batchFiles = 0;
  let handingOn: Promise<void> = Promise.resolve();
  const handOn = (): Promise<void> => {
    const listings = batch;
    batch = [];
    batchFiles = 0;
    if (listings.length > 0) handingOn = handingOn.then(() => deliver(request, identity, listings));
    return handingOn;
  };

  const listOne = async (place: Waiting): Promise<void> => {
    const contents = await listDirectory(place, place.parentRules, { files: true });
    if (contents.state === 'gone') return;
    if (contents.state === 'denied') {
      summary.denied.push(place.path);
      return;
    }
    summary.denied.push(...contents.unreachable);
    const directories: string[] = [...contents.unreachable];
    for (const directory of contents.directories) {
      if (directory.device !== identity.device) continue;
      const key = `${directory.device} ${directory.inode}`;
      if (directory.inode !== 0n && seen.has(key)) continue;
      seen.add(key);
      directories.push(directory.path);
      if (request.recursive) waiting.push({ path: directory.path, segments: directory.segments, parentRules: contents.rules, modifiedMs: directory.modifiedMs });
    }
    summary.directories += 1;
    summary.files += contents.files.length;
    batch.push({ rootId: root.rootId, directory: place.path, files: contents.files, directories });
    batchFiles += contents.files.length;
    if (batchFiles >= BATCH_FILES || batch.length >= BATCH_LISTINGS) await handOn();
  };

  await drain(waiting, listOne, signal);

  // 3. Hand on the rest, and make sure that what was listed is still the root.
  await handOn();
  await checkIdentity(root.path, identity);
  return summary;
}

/** Runs `work` over the queue, a few at a time, until it is empty and nothing that runs could add to it. The first error ends it. */
function drain<T extends { readonly modifiedMs: number }>(queue: NewestFirst<T>, work: (item: T) => Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let running = 0;
    let failed = false;
    const fail = (error: unknown): void => {
      failed = true;
      reject(error);
    };
    const next = (): void => {
      if (failed) return;
      if (signal?.aborted === true) return fail(new EngineError('cancelled'));
      while (running < DIRECTORIES_AT_ONCE) {
        const item = queue.pop();
        if (item === undefined) break;
        running += 1;
        work(item).then(() => { running -= 1; next(); }, fail);
      }
      if (running === 0) resolve();
    };
    next();
  });
}

interface Identity {
  readonly device: bigint;
  readonly inode: bigint;
}

/** The root as it is now. `stat`, not `lstat`: a root that is a symlink stands for what it points at. */
async function identify(path: string): Promise<Identity> {
  try {
    const stats = await stat(path, { bigint: true });
    if (!stats.isDirectory()) throw new EngineError('not-a-folder', undefined, { details: { path } });
    return { device: stats.dev, inode: stats.ino };
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError(isGone(error) ? 'folder-not-found' : 'folder-denied', undefined, { cause: error, details: { path, why: codeOf(error) } });
  }
}

async function checkIdentity(path: string, before: Identity): Promise<void> {
  const now = await identify(path);
  if (now.device === before.device && now.inode === before.inode) return;
  throw new EngineError('folder-not-found', 'The folder was replaced or its disk removed while it was listed.', { details: { path } });
}

async function deliver(request: CrawlRequest, identity: Identity, listings: readonly Listing[]): Promise<void> {
  if (request.signal?.aborted === true) throw new EngineError('cancelled');
  await checkIdentity(request.root.path, identity);
  await request.onListings(listings);
}

/** Where to start, with the rules of the directory above; null: gone or not wanted; a path: that directory on the way is denied. */
async function findStart(request: CrawlRequest, device: bigint): Promise<Waiting | string | null> {
  const { root, directory } = request;
  const segments = segmentsBelow(root.path, directory);
  if (segments === null) throw new EngineError('bad-input', 'The directory does not lie in the folder.', { details: { path: directory, folder: root.path } });
  let rules = rulesOfRoot(root.path, root.options, request.surroundings);
  let place: DirectoryPlace = { path: root.path, segments: [] };
  for (const segment of segments) {
    const above = await listDirectory(place, rules, { files: false });
    if (above.state === 'gone') return null;
    if (above.state === 'denied') return directory;
    rules = above.rules;
    const path = (place.path.endsWith(sep) ? place.path : place.path + sep) + segment;
    place = { path, segments: [...place.segments, segment] };
    if (!wantsDirectory(rules, place.segments, path)) return null;
    const found = await reach(path, device);
    if (found !== 'there') return found === 'denied' ? directory : null;
  }
  return { ...place, parentRules: rules, modifiedMs: 0 };
}

/** Is it a directory of its own (no symlink) on the root's device? */
async function reach(path: string, device: bigint): Promise<'there' | 'elsewhere' | 'denied'> {
  try {
    const stats = await lstat(path, { bigint: true });
    return stats.isDirectory() && stats.dev === device ? 'there' : 'elsewhere';
  } catch (error) {
    return isGone(error) ? 'elsewhere' : 'denied';
  }
}

/** Names from the root down to the directory; null when it does not lie there. */
export function segmentsBelow(root: string, directory: string): readonly string[] | null {
  const path = relative(root, directory);
  if (path === '') return [];
  const segments = path.split(sep);
  return segments[0] === '..' || path.startsWith(sep) || /^[a-z]:/i.test(path) ? null : segments;
}
