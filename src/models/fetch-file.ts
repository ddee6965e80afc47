/**
 * One file from a server to disk, whole or not at all: goes on where it stopped, never believes a server's ranges, sizes or bytes,
 * and tries again with patience. What is on disk when it fails stays for the next time.
 */

import { EngineError } from '../contract/errors.ts';
import { contentRange, fileFacts, statusTrouble, strongTag } from './hub.ts';
import type { Answer, HttpSource } from './http-source.ts';
import type { PartFile } from './part-file.ts';
import type { KnownFile } from './registry-model.ts';
import { patientWait, type Patience } from './retry.ts';
import { Trouble } from './trouble.ts';

/** What is known of a file before it is there. */
export interface WantedFile {
  readonly name: string;
  readonly address: string;
  /** Exact; null: the server will say. */
  readonly bytes: number | null;
  readonly sha256: string | null;
}

export interface FetchOptions {
  readonly source: HttpSource;
  readonly part: PartFile;
  /** ETag of the part's first bytes, kept beside it; null: none, or not strong. */
  readonly tag: string | null;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** A new strong ETag belongs to the part: keep it before more bytes come. */
  keepTag(tag: string | null): Promise<void>;
  /** After each chunk; may throw to stop (disk full). */
  progress(): Promise<void>;
  /** It waits for this reason; null: it goes on. */
  waiting(reason: string | null): void;
}

export interface Fetched extends Omit<KnownFile, 'name'> {
  /** Who vouched for the hash: it was known before, the server named it, or it is only what came. */
  readonly hash: 'known' | 'server' | 'first-use';
  /** Commit that the server named; null when it did not. */
  readonly revision: string | null;
}

/**
 * Resolves when `part` holds the whole file and its hash is right. Errors: `download-failed`, `download-corrupt` (the part is gone
 * then), `disk-full`, the signal's reason.
 */
export async function fetchFile(wanted: WantedFile, options: FetchOptions): Promise<Fetched> {
  const { part, patience, signal } = options;
  const course = { wanted, bytes: wanted.bytes, sha256: wanted.sha256, revision: null as string | null, tag: options.tag, ranges: true };
  let corrupt = 0;
  let fruitless = 0;
  for (;;) {
    const before = part.bytes;
    try {
      await attempt(course, options);
      return checked(course, part);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (error.remedy === 'final') throw new EngineError('download-failed', error.message, { cause: error });
      if (error.remedy === 'corrupt') {
        corrupt += 1;
        await forget(course, options);
        course.ranges = false;
        // Once may be a part of another file or a bad line; twice is what this server has.
        if (corrupt > 1) throw new EngineError('download-corrupt', `${wanted.name}: ${error.message} It was deleted. Try another mirror.`, { cause: error });
      } else if (error.remedy === 'restart') {
        await forget(course, options);
      }
      fruitless = part.bytes > before ? 0 : fruitless + 1;
      if (fruitless >= patience.tries) throw new EngineError('download-failed', error.message, { cause: error });
      await patientWait(error, fruitless, patience, signal, options.waiting);
    }
  }
}

interface Course {
  readonly wanted: WantedFile;
  bytes: number | null;
  sha256: string | null;
  revision: string | null;
  tag: string | null;
  /** This server's ranges can be believed, as far as is known. */
  ranges: boolean;
}

/** One request, and all of its body. */
async function attempt(course: Course, options: FetchOptions): Promise<void> {
  const { part, source, signal } = options;
  if (course.bytes !== null && part.bytes > course.bytes) await forget(course, options);
  if (course.bytes !== null && part.bytes === course.bytes) return;
  // Without a hash to check the whole by, only a strong ETag makes sure that both parts are of one file.
  const resumes = part.bytes > 0 && course.ranges && (course.tag !== null || course.sha256 !== null);
  if (part.bytes > 0 && !resumes) await forget(course, options);
  const answer = await source.get(course.wanted.address, resumes ? { range: `bytes=${part.bytes}-`, ...course.tag === null ? {} : { 'if-range': course.tag } } : {}, signal);
  try {
    await take(answer, course, options);
  } catch (error) {
    answer.discard();
    throw error;
  }
}

async function take(answer: Answer, course: Course, options: FetchOptions): Promise<void> {
  const { part } = options;
  if (answer.status !== 200 && answer.status !== 206) throw statusTrouble(answer.status, answer.headers, Date.now());
  const range = answer.status === 206 ? contentRange(answer.headers['content-range']) : null;
  if (answer.status === 206 && range?.from !== part.bytes) {
    course.ranges = false;
    throw new Trouble('The server sent another part of the file than was asked for.', 'restart');
  }
  // The whole file again: it has changed since, or the server knows no ranges.
  if (answer.status === 200 && part.bytes > 0) await forget(course, options);
  learn(course, answer, range?.total ?? null, part.bytes);
  const tag = strongTag(answer.headers.etag);
  if (tag !== course.tag) {
    course.tag = tag;
    await options.keepTag(tag);
  }
  options.waiting(null);
  for await (const chunk of answer.body()) {
    if (course.bytes !== null && part.bytes + chunk.length > course.bytes) throw new Trouble(`The server sent more than the ${course.bytes} bytes it should have.`, 'corrupt');
    await part.append(chunk);
    await options.progress();
  }
  if (course.bytes !== null && part.bytes < course.bytes) throw new Trouble('The connection ended before the file did.', 'again');
}

/** Sizes and hash, where they were not known; a server that contradicts what is known has another file. */
function learn(course: Course, answer: Answer, total: number | null, already: number): void {
  const facts = fileFacts(answer.hops);
  const length = Number(answer.headers['content-length'] ?? Number.NaN);
  const said = total ?? facts.bytes ?? (Number.isSafeInteger(length) ? already + length : null);
  if (course.bytes !== null && said !== null && said !== course.bytes) throw new Trouble(`The server has a file of ${said} bytes where one of ${course.bytes} is wanted.`, 'corrupt');
  if (course.sha256 !== null && facts.sha256 !== null && facts.sha256 !== course.sha256) throw new Trouble('The server names another SHA-256 than is wanted.', 'corrupt');
  course.bytes ??= said;
  course.sha256 ??= facts.sha256;
  course.revision = facts.revision ?? course.revision;
}

function checked(course: Course, part: PartFile): Fetched {
  const sha256 = part.sha256();
  if (course.sha256 !== null && sha256 !== course.sha256) throw new Trouble('What came has another SHA-256 than is wanted.', 'corrupt');
  if (part.bytes === 0) throw new Trouble('The server sent an empty file.', 'corrupt');
  const hash = course.wanted.sha256 !== null ? 'known' : course.sha256 !== null ? 'server' : 'first-use';
  return { bytes: part.bytes, sha256, hash, revision: course.revision };
}

/** Drops the part, and what was learned of a file that may be another one by now. */
async function forget(course: Course, options: FetchOptions): Promise<void> {
  await options.part.restart();
  course.tag = null;
  course.bytes = course.wanted.bytes;
  course.sha256 = course.wanted.sha256;
  await options.keepTag(null);
  await options.progress();
}
