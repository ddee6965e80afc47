/** Zip files by their real contents: entry names from the central directory, parts inflated under a bound on the bytes that come out. */

import type { Readable } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';
import { MAX_ARCHIVE_ENTRIES } from './limits.ts';
import { Unreadable } from './reasons.ts';

export interface ZipParts {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly zip: ZipFile;
}

/** Opens a zip by file descriptor (which stays the caller's) and lists its entries. Throws `corrupt` when it is not whole. */
export async function openFd(fd: number): Promise<ZipParts> {
  const yauzl = (await import('yauzl')).default;
  return new Promise((resolve, reject) => {
    const broken = (error: Error): void => reject(Unreadable.failed('corrupt', `The archive is damaged: ${error.message}.`));
    // strictFileNames off and autoClose off: names are only compared, never used as paths, and the descriptor is not ours.
    yauzl.fromFd(fd, { lazyEntries: true, autoClose: false, decodeStrings: true, validateEntrySizes: true }, (error, zip) => {
      if (error !== null) return broken(error);
      const entries = new Map<string, Entry>();
      zip.on('error', broken);
      zip.on('end', () => resolve({ entries, zip }));
      zip.on('entry', (entry) => {
        if (!entries.has(entry.fileName)) entries.set(entry.fileName, entry);
        if (entries.size >= MAX_ARCHIVE_ENTRIES) resolve({ entries, zip });
        else zip.readEntry();
      });
      zip.readEntry();
    });
  });
}

/** Inflates one part, at most `limit` bytes of it: more is `too-large`, whatever the archive declared. */
export async function readPart(parts: ZipParts, name: string, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  const length = await inflate(parts, name, limit, (chunk) => chunks.push(chunk));
  return length === null ? null : Buffer.concat(chunks);
}

/** Bytes that the part really inflates to, without keeping them; null when there is no such part. */
export async function measurePart(parts: ZipParts, name: string, limit: number): Promise<number | null> {
  return inflate(parts, name, limit, () => {});
}

async function inflate(parts: ZipParts, name: string, limit: number, take: (chunk: Buffer) => void): Promise<number | null> {
  const entry = parts.entries.get(name);
  if (entry === undefined) return null;
  if (entry.isEncrypted()) throw Unreadable.skipped('encrypted');
  const stream = await new Promise<Readable>((resolve, reject) => {
    parts.zip.openReadStream(entry, (error, opened) => {
      if (error !== null) reject(Unreadable.failed('corrupt', `The archive is damaged: ${error.message}.`));
      else resolve(opened);
    });
  });
  let length = 0;
  try {
    for await (const chunk of stream) {
      const bytes: Buffer = chunk;
      length += bytes.length;
      if (length > limit) throw Unreadable.skipped('too-large', 'The file is packed so tightly that unpacking it would take too much memory.');
      take(bytes);
    }
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw Unreadable.failed('corrupt', `The archive is damaged: ${error instanceof Error ? error.message : String(error)}.`);
  } finally {
    stream.destroy();
  }
  return length;
}
