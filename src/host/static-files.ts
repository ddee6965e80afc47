/**
 * Files of the built page, and nothing else of the disk: the address is checked as text first, then the file's true path
 * against the folder's, so that neither `..`, an encoding of it, nor a link leads out.
 */

import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';

export interface StaticFile {
  readonly bytes: Buffer;
  readonly type: string;
  /** Its name holds a hash of its content. */
  readonly immutable: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Path below the folder for an address' path, or null when it is none we would ever print. Pure. */
export function relativePath(pathname: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  const wanted = decoded === '/' ? '/index.html' : decoded;
  const parts = wanted.split('/').slice(1);
  const plain = parts.every((part) => part !== '' && !part.startsWith('.') && /^[\w.@+ -]+$/.test(part));
  return wanted.startsWith('/') && plain ? parts.join('/') : null;
}

/** null: there is no such file, or not for a browser. */
export async function readStaticFile(folder: string, pathname: string): Promise<StaticFile | null> {
  const relative = relativePath(pathname);
  const type = relative === null ? undefined : TYPES[path.extname(relative).toLowerCase()];
  if (relative === null || type === undefined) return null;
  try {
    const root = await realpath(folder);
    const file = await realpath(path.join(root, relative));
    if (!file.startsWith(root + path.sep)) return null;
    return { bytes: await readFile(file), type, immutable: relative.startsWith('assets/') };
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG'].includes(String(error.code))) return null;
    throw error;
  }
}
