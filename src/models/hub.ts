/**
 * How a hub of models speaks (Hugging Face's, and mirrors of it): addresses, its list of a repository's files, what its headers say,
 * and what a status means for a download. Pure.
 */

import type { IncomingHttpHeaders } from 'node:http';
import { Trouble } from './trouble.ts';

export const HUB = 'https://huggingface.co';

/** What a hub says of a file: LFS files by SHA-256, small ones by git's own object id. */
export interface HubFile {
  readonly path: string;
  readonly bytes: number | null;
  readonly sha256: string | null;
}

export interface HubListing {
  /** The commit that `files` is of. */
  readonly revision: string;
  readonly files: readonly HubFile[];
}

/** `mirror` takes the place of the hub's scheme and host; it may have a path of its own. */
export function fileAddress(mirror: string | null, repository: string, revision: string, path: string): string {
  return `${base(mirror)}/${repository}/resolve/${encodeURIComponent(revision)}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** Answers commit, and of each file size and (for LFS files) SHA-256. */
export function listingAddress(mirror: string | null, repository: string, revision: string): string {
  return `${base(mirror)}/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
}

function base(mirror: string | null): string {
  return (mirror ?? HUB).replace(/\/+$/, '');
}

const SHA256 = /^[0-9a-f]{64}$/;
const COMMIT = /^[0-9a-f]{40}$/;

/** null when it is not such a list: plain mirrors answer something else. What is malformed is left out. */
export function parseListing(text: string): HubListing | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  const { sha, siblings } = fields(raw);
  if (typeof sha !== 'string' || !COMMIT.test(sha) || !Array.isArray(siblings)) return null;
  const files = siblings.map(fields).flatMap(({ rfilename, size, lfs }) => {
    if (typeof rfilename !== 'string') return [];
    const sha256 = fields(lfs)['sha256'];
    return [{ path: rfilename, bytes: isSize(size) ? size : null, sha256: typeof sha256 === 'string' && SHA256.test(sha256) ? sha256 : null }];
  });
  return { revision: sha, files };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : {}; // An object: its fields are unknown.
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** What the headers of a file's answer say, redirects included: storage elsewhere knows nothing of the repository. */
export function fileFacts(hops: readonly IncomingHttpHeaders[]): { readonly bytes: number | null; readonly sha256: string | null; readonly revision: string | null } {
  const find = (name: string): string | null => {
    const value = hops.map((headers) => headers[name]).find((header) => typeof header === 'string');
    return typeof value === 'string' ? value : null;
  };
  const etag = strongTag(find('x-linked-etag') ?? undefined)?.slice(1, -1) ?? null;
  const size = Number(find('x-linked-size') ?? Number.NaN);
  const revision = find('x-repo-commit');
  return {
    bytes: isSize(size) ? size : null,
    sha256: etag !== null && SHA256.test(etag) ? etag : null,
    revision: revision !== null && COMMIT.test(revision) ? revision : null,
  };
}

/** An ETag that may stand in `If-Range`: a weak one says only that two bodies mean the same. Hubs also send theirs without quotes. */
export function strongTag(etag: string | undefined): string | null {
  if (etag === undefined || etag.startsWith('W/')) return null;
  return /^"[^"]*"$/.test(etag) ? etag : `"${etag.replaceAll('"', '')}"`;
}

/** The part a 206 brings; null when its `Content-Range` is not understood. */
export function contentRange(header: string | undefined): { readonly from: number; readonly total: number | null } | null {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header ?? '');
  if (match === null) return null;
  return { from: Number(match[1]), total: match[3] === '*' ? null : Number(match[3]) };
}

/** A server that asks for more patience than this is told to the person instead. */
const LONGEST_WAIT_MS = 15 * 60_000;

/** For an answer that brings no file. `nowMs` is for `Retry-After` as a date. */
export function statusTrouble(status: number, headers: IncomingHttpHeaders, nowMs: number): Trouble {
  switch (status) {
    case 401: case 403:
      return new Trouble(`The server wants to know who asks (${status}). Some models must be asked for at their page first: download it there and import the folder.`, 'final');
    case 404: case 410:
      return new Trouble(`The server does not have this file (${status}). Is the mirror's address right?`, 'final');
    case 407:
      return new Trouble('The proxy wants a name and password (407).', 'final');
    case 416:
      return new Trouble('The server cannot go on where the file stopped (416).', 'restart');
  }
  if (status !== 408 && status !== 425 && status !== 429 && status < 500) return new Trouble(`The server refuses (${status}).`, 'final');
  const waitMs = retryAfter(headers['retry-after'], nowMs);
  const what = status === 429 ? 'The server has had too many requests (429).' : `The server is out of order (${status}).`;
  if (waitMs !== null && waitMs > LONGEST_WAIT_MS) return new Trouble(`${what} It asks to come back in ${Math.ceil(waitMs / 60_000)} minutes.`, 'final');
  return new Trouble(what, 'again', undefined, waitMs);
}

function retryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
