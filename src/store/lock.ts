/**
 * One writer for each data directory. The lock is a file that names its process: id, when that process started, and which boot of the
 * machine, because ids are given out again. A lock whose process is gone is stale and is taken over.
 *
 * No race: a lock file is made with its content under another name and linked into place, which fails when there is one. A stale one is
 * removed only by the process that made the one claim on it, a file named after its content, and that then still found it there: of
 * several that find it stale, a slow one may have judged long ago, and must not remove what somebody took since.
 */

import { createHash, randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../contract/errors.ts';

const FILE_NAME = 'lock';
/** Tries before giving up: each failure means that another process took or released the lock in between. */
const ATTEMPTS = 8;
/** Where there is no boot id, the moment of boot is computed from the uptime, which clock corrections move. Seconds. */
const BOOT_TOLERANCE_S = 120;

interface Holder {
  readonly pid: number;
  /** Ticks since boot (Linux) at which the process started; null where the system does not say. */
  readonly started: string | null;
  /** The boot's id (Linux), else the second of the epoch at which the machine booted. */
  readonly boot: string;
  /** Tells this lock from every other, also of the same process. */
  readonly token: string;
}

export interface Lock {
  /** Lets the next one in. Safe to call twice, and when the directory is gone. */
  release(): Promise<void>;
}

/** Takes the lock. Errors: data-directory-locked (details.pid), data-directory-denied. */
export async function acquireLock(dataDirectory: string): Promise<Lock> {
  const path = join(dataDirectory, FILE_NAME);
  const self: Holder = { pid: process.pid, started: startOf(process.pid), boot: bootId(), token: randomUUID() };
  const content = JSON.stringify(self);
  const own = `${path}.${self.token}`;
  try {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
    writeFileSync(own, content, { flag: 'wx', mode: 0o600 });
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (place(own, path)) return { release: async () => { release(path, self.token); } };
        clearStale(path, own);
      }
      throw new EngineError('data-directory-locked');
    } finally {
      rmSync(own, { force: true });
    }
  } catch (error) {
    if (error instanceof EngineError) throw error;
    if (isCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR')) throw new EngineError('data-directory-denied', undefined, { cause: error, details: { path: dataDirectory } });
    if (isCode(error, 'ENOSPC')) throw new EngineError('disk-full', undefined, { cause: error });
    throw error;
  }
}

function lockedBy(holder: Holder): EngineError {
  return new EngineError('data-directory-locked', undefined, { details: { pid: holder.pid } });
}

/** Makes `path` the same file as `own`, whole from its first moment; false when there is one already. */
function place(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    if (!isCode(error, 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EMLINK')) throw error;
    return placeWithoutLinks(own, path);
  }
}

/** File systems without hard links (exFAT): exclusive creation, whose content follows a moment later. */
function placeWithoutLinks(own: string, path: string): boolean {
  try {
    writeFileSync(path, readFileSync(own), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** null: there is none. */
function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function parse(text: string): Holder | 'unreadable' {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A power cut may leave an empty or torn file: then nobody holds it.
    return 'unreadable';
  }
  if (typeof value !== 'object' || value === null) return 'unreadable';
  const { pid, started, boot, token } = value as Record<string, unknown>;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0 || typeof boot !== 'string' || typeof token !== 'string') return 'unreadable';
  return { pid, started: typeof started === 'string' ? started : null, boot, token };
}

/** Removes what a process that is gone left at `path`: the lock, or a claim on it. Nothing is done when it is gone or changed. Errors: data-directory-locked. */
function clearStale(path: string, own: string): void {
  const text = read(path);
  if (text === null) return;
  const holder = parse(text);
  if (holder !== 'unreadable' && isAlive(holder)) throw lockedBy(holder);
  const claim = `${path}.after-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  // Whoever has the claim and lives is about to take the lock; one who died with it is cleared away in the same manner.
  if (!place(own, claim)) return clearStale(claim, own);
  try {
    if (read(path) === text) remove(path, `${own}.stale`);
  } finally {
    rmSync(claim, { force: true });
  }
}

/** By another name first: where somebody reads it (Windows), a removed file keeps its name for a moment. */
function remove(path: string, aside: string): void {
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  rmSync(aside, { force: true });
}

function release(path: string, token: string): void {
  const holder = parse(read(path) ?? '');
  if (holder !== 'unreadable' && holder.token === token) rmSync(path, { force: true });
}

function isAlive(holder: Holder): boolean {
  if (!sameBoot(holder.boot)) return false;
  if (holder.pid === process.pid) return holder.started === startOf(process.pid);
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to someone else.
    if (isCode(error, 'ESRCH')) return false;
  }
  const started = startOf(holder.pid);
  return started === null || holder.started === null || started === holder.started;
}

/** Field 22 of /proc/<pid>/stat; the name before it may hold spaces and brackets, so counting starts after its end. */
function startOf(pid: number): string | null {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return null;
  try {
    const text = readFileSync(path, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ESRCH', 'EACCES')) return null;
    throw error;
  }
}

function bootId(): string {
  const path = '/proc/sys/kernel/random/boot_id';
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : String(Math.round(Date.now() / 1000 - uptime()));
}

function sameBoot(boot: string): boolean {
  const now = bootId();
  if (boot === now) return true;
  return /^\d+$/.test(boot) && /^\d+$/.test(now) && Math.abs(Number(boot) - Number(now)) <= BOOT_TOLERANCE_S;
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}
