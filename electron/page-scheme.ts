/**
 * What `app://` serves: the built page at `app://findling/`, the bytes of indexed images at `app://file/<id>` for previews, and the
 * system's icon of a file at `app://icon/<id>`. Everything else is 404. Files by id, never by path: the page cannot name a place on the disk, and a link that was put in a file's place is not
 * followed. Plain Node and web types: Electron hands requests in.
 */

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { readStaticFile } from '../src/host/static-files.ts';

export const SCHEME = 'app';
export const PAGE_ORIGIN = 'app://findling';
const FILE_HOST = 'file';
const ICON_HOST = 'icon';

/** Larger images are not shown in a preview: they would be held in memory three times. */
const MAX_PREVIEW_BYTES = 32 * 1024 * 1024;

/** Formats that run nothing and load nothing when shown by `<img>`. */
const PREVIEW_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png', '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.gif': 'image/gif', '.webp': 'image/webp', '.avif': 'image/avif', '.bmp': 'image/bmp', '.svg': 'image/svg+xml',
};

/** No inline script or style, no frame, nothing from the network: the page speaks over its port alone. */
export const PAGE_POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", `img-src 'self' ${SCHEME}://${FILE_HOST} ${SCHEME}://${ICON_HOST}`, "font-src 'self'",
  "connect-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ');
/** A previewed file that is opened as a page of its own may do nothing at all. */
const FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

const COMMON_HEADERS = {
  'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Resource-Policy': 'cross-origin',
} as const;

export interface SchemeOptions {
  /** Folder of the built page. */
  readonly pageFolder: string;
  /** Where the file with this id lies now; null when the engine does not know it. */
  readonly pathOfFile: (fileId: number) => Promise<string | null>;
  /** PNG of the icon the system shows for a file. */
  readonly iconOf: (file: string) => Promise<Uint8Array>;
}

/** Answers one request; never throws. */
export async function answerScheme(request: { readonly url: string; readonly method: string }, options: SchemeOptions): Promise<Response> {
  if (request.method !== 'GET') return refusal(405);
  try {
    const address = new URL(request.url);
    if (address.protocol !== `${SCHEME}:` || address.username !== '' || address.port !== '') return refusal(404);
    if (address.hostname === new URL(PAGE_ORIGIN).hostname) return await answerPage(address.pathname, options.pageFolder);
    if (address.hostname !== FILE_HOST && address.hostname !== ICON_HOST) return refusal(404);
    const id = /^\/([1-9]\d{0,14})$/.exec(address.pathname)?.[1];
    const file = id === undefined ? null : await options.pathOfFile(Number(id));
    if (file === null) return refusal(404);
    return address.hostname === FILE_HOST ? await answerFile(file) : imageAnswer(await options.iconOf(file), 'image/png');
  } catch {
    // Not an address, a disk that fails, an engine that went: the page shows a missing picture.
    return refusal(404);
  }
}

async function answerPage(pathname: string, folder: string): Promise<Response> {
  const file = await readStaticFile(folder, pathname);
  if (file === null) return refusal(404);
  return new Response(new Uint8Array(file.bytes), { headers: { ...COMMON_HEADERS, 'Content-Type': file.type, 'Content-Security-Policy': PAGE_POLICY } });
}

async function answerFile(file: string): Promise<Response> {
  const type = PREVIEW_TYPES[path.extname(file).toLowerCase()];
  if (type === undefined) return refusal(404);
  // O_NONBLOCK: a named pipe in the file's place must not hang us. Windows knows neither flag.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > MAX_PREVIEW_BYTES) return refusal(404);
    return imageAnswer(await handle.readFile(), type);
  } finally {
    await handle.close();
  }
}

function imageAnswer(bytes: Uint8Array, type: string): Response {
  return new Response(new Uint8Array(bytes), { headers: { ...COMMON_HEADERS, 'Content-Type': type, 'Content-Security-Policy': FILE_POLICY, 'Cache-Control': 'no-store' } });
}

function refusal(status: 404 | 405): Response {
  return new Response(null, { status, headers: COMMON_HEADERS });
}
