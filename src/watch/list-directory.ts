/**
 * One directory as the disk has it now: its wanted files and subdirectories. Reads names, `lstat`s and ignore files; opens nothing else.
 *
 * A directory is listed whole or not at all, since whatever a listing lacks is taken for deleted. So a file that `lstat` refuses is listed
 * as `no-permission`, and a directory in which it refuses everything is denied.
 */

import { lstat, type BigIntStats, type Dirent, type PathLike } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { FileEntry } from '../pipeline.ts';
import { FINDLING_IGNORE, GIT_IGNORE, unreadReasonOf, wantsDirectory, wantsFile, withIgnoreFiles, type DirectoryRules } from './ignore.ts';
import type { UnreadReason } from './unread.ts';

export interface DirectoryPlace {
  readonly path: string;
  /** Names from the root down to it; empty for the root itself. */
  readonly segments: readonly string[];
}

export interface Subdirectory extends DirectoryPlace {
  readonly modifiedMs: number;
  readonly device: bigint;
  readonly inode: bigint;
  /** Nanoseconds of its making; 0 where the file system keeps none. An inode number is soon given away again, this is not. */
  readonly bornNs: bigint;
}

export type DirectoryContents =
  | {
      readonly state: 'listed';
      readonly files: readonly FileEntry[];
      readonly directories: readonly Subdirectory[];
      /** Subdirectories that are there but cannot be named or reached. */
      readonly unreachable: readonly string[];
      /** The rules in this directory, its own ignore files included: what its subdirectories start from. */
      readonly rules: DirectoryRules;
    }
  /** No longer there, or no longer a directory. */
  | { readonly state: 'gone' }
  | { readonly state: 'denied'; readonly why: string };

/** `lstat`s under way at once for one directory: enough to keep libuv's four threads busy, few enough to stay small in memory. */
const LSTATS_AT_ONCE = 16;
/** An ignore file larger than this is no ignore file. */
const MAX_IGNORE_FILE_BYTES = 1024 * 1024;
/** What Node puts where a name is not valid UTF-8. */
const REPLACEMENT = '\uFFFD';

/** `parentRules`: the rules of the directory above (`rulesOfRoot` for the root). With `files: false` only subdirectories are looked at. */
export async function listDirectory(place: DirectoryPlace, parentRules: DirectoryRules, what: { readonly files: boolean }): Promise<DirectoryContents> {
  let entries: Dirent[];
  try {
    entries = await readdir(place.path, { withFileTypes: true });
  } catch (error) {
    return isGone(error) ? { state: 'gone' } : { state: 'denied', why: codeOf(error) };
  }
  const rules = withIgnoreFiles(parentRules, place.segments, await readIgnoreTexts(place.path, entries));

  const wanted = entries.filter((entry) => !entry.name.includes(REPLACEMENT) && isWanted(rules, place, entry, what.files));
  const files: FileEntry[] = [];
  const directories: Subdirectory[] = [];
  const unreachable: string[] = [];
  let refused = 0;
  const prefix = place.path.endsWith(sep) ? place.path : place.path + sep;
  await lstatEach(wanted.map((entry) => prefix + entry.name), (index, stats, error) => {
    const entry = wanted[index];
    if (entry === undefined) return;
    const path = prefix + entry.name;
    if (stats === null) {
      if (isGone(error)) return;
      refused += 1;
      if (entry.isDirectory()) unreachable.push(path);
      else files.push({ path, size: 0, mtimeNs: 0n, device: 0n, inode: 0n, unread: 'no-permission' });
    } else if (stats.isDirectory()) {
      directories.push(toSubdirectory(path, [...place.segments, entry.name], stats));
    } else if (stats.isFile() && what.files) {
      files.push(toEntry(path, stats, unreadReasonOf(rules, place.segments, facts(entry.name, stats))));
    }
  });
  if (refused > 0 && files.every((file) => file.unread === 'no-permission' && file.inode === 0n) && directories.length === 0) {
    return { state: 'denied', why: 'EACCES' };
  }
  if (entries.some((entry) => entry.name.includes(REPLACEMENT))) await addUnnameable(place, rules, what, files, directories, unreachable);
  return { state: 'listed', files, directories, unreachable, rules };
}

function isWanted(rules: DirectoryRules, place: DirectoryPlace, entry: Dirent, files: boolean): boolean {
  // Sockets, pipes, devices and symlinks are neither.
  if (entry.isDirectory()) return wantsDirectory(rules, [...place.segments, entry.name], join(place.path, entry.name));
  return files && entry.isFile() && wantsFile(rules, place.segments, entry.name);
}

/**
 * Names that are not valid UTF-8 reach us with replacement characters, and no string names such a file. They are read again as bytes: a file is
 * listed under its readable spelling and marked, a directory is reported as unreachable. (A name may also hold a true U+FFFD: an ordinary file.)
 */
async function addUnnameable(
  place: DirectoryPlace, rules: DirectoryRules, what: { readonly files: boolean }, files: FileEntry[], directories: Subdirectory[], unreachable: string[],
): Promise<void> {
  const seen = new Set(files.map((file) => file.path));
  const odd = (await readdir(place.path, { encoding: 'buffer', withFileTypes: true })).filter((entry) => entry.name.toString().includes(REPLACEMENT));
  const prefix = Buffer.from(place.path.endsWith(sep) ? place.path : place.path + sep);
  await lstatEach(odd.map((entry) => Buffer.concat([prefix, entry.name])), (index, stats) => {
    const bytes = odd[index]?.name;
    if (bytes === undefined || stats === null) return;
    const name = bytes.toString();
    const path = prefix.toString() + name;
    const nameable = Buffer.from(name).equals(bytes);
    if (stats.isDirectory()) {
      const segments = [...place.segments, name];
      if (!wantsDirectory(rules, segments, path)) return;
      if (nameable) directories.push(toSubdirectory(path, segments, stats));
      else unreachable.push(path);
    } else if (stats.isFile() && what.files && wantsFile(rules, place.segments, name) && !seen.has(path)) {
      seen.add(path);
      files.push(toEntry(path, stats, nameable ? unreadReasonOf(rules, place.segments, facts(name, stats)) : 'name-not-unicode'));
    }
  });
}

function facts(name: string, stats: BigIntStats): { name: string; size: number; blocks: number; mode: number } {
  return { name, size: Number(stats.size), blocks: Number(stats.blocks), mode: Number(stats.mode) };
}

function toSubdirectory(path: string, segments: readonly string[], stats: BigIntStats): Subdirectory {
  return { path, segments, modifiedMs: Number(stats.mtimeMs), device: stats.dev, inode: stats.ino, bornNs: stats.birthtimeNs };
}

function toEntry(path: string, stats: BigIntStats, unread: UnreadReason | null): FileEntry {
  return { path, size: Number(stats.size), mtimeNs: stats.mtimeNs, device: stats.dev, inode: stats.ino, unread };
}

/** Bounded and without a promise per file: a directory of 40,000 files would otherwise hold as many promises. Never rejects. */
function lstatEach(paths: readonly PathLike[], each: (index: number, stats: BigIntStats | null, error: unknown) => void): Promise<void> {
  return new Promise((resolve) => {
    let next = 0;
    let running = 0;
    const start = (): void => {
      while (running < LSTATS_AT_ONCE && next < paths.length) {
        const index = next;
        next += 1;
        const path = paths[index];
        if (path === undefined) continue;
        running += 1;
        lstat(path, { bigint: true }, (error, stats) => {
          running -= 1;
          each(index, error === null ? stats : null, error);
          if (next >= paths.length && running === 0) resolve();
          else start();
        });
      }
    };
    if (paths.length === 0) resolve();
    else start();
  });
}

async function readIgnoreTexts(directory: string, entries: readonly Dirent[]): Promise<{ findling: string | null; git: string | null }> {
  const read = async (name: string): Promise<string | null> => {
    if (!entries.some((entry) => entry.name === name && entry.isFile())) return null;
    try {
      const text = await readFile(join(directory, name), 'utf8');
      return text.length <= MAX_IGNORE_FILE_BYTES ? text : null;
    } catch (error) {
      // Deleted a moment ago, or not ours to read: then it has no rules for us.
      if (isGone(error) || codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM') return null;
      throw error;
    }
  };
  return { findling: await read(FINDLING_IGNORE), git: await read(GIT_IGNORE) };
}

/** Nothing is there (any more): as opposed to there being something that we may not see. */
export function isGone(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The system's error code, or the message when there is none. */
export function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
