/**
 * The part of a file that is there already: bytes on disk and their running SHA-256. A part outlives the engine; when it is taken up
 * again, what is on disk is hashed first, so that the hash at the end is of the whole file whatever happened between.
 */

import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { EngineError } from '../contract/errors.ts';

export class PartFile {
  readonly path: string;
  #hash: Hash = createHash('sha256');
  #handle: FileHandle | undefined;
  #bytes = 0;

  private constructor(path: string) {
    this.path = path;
  }

  /** Takes up what is at `path`, or begins with nothing. `signal` ends the hashing of a long part. */
  static async open(path: string, signal: AbortSignal): Promise<PartFile> {
    const part = new PartFile(path);
    const there = await stat(path).then(({ size }) => size, () => 0);
    if (there > 0) {
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) part.#hash.update(chunk as Buffer); // No encoding is set: chunks are Buffers.
      part.#bytes = there;
    }
    return part;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Error: `disk-full`. */
  async append(chunk: Buffer): Promise<void> {
    try {
      this.#handle ??= await open(this.path, 'a', 0o600);
      await this.#handle.write(chunk);
    } catch (cause) {
      throw isDiskFull(cause) ? new EngineError('disk-full', DISK_FULL, { cause }) : cause;
    }
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  /** Back to nothing. */
  async restart(): Promise<void> {
    await this.close();
    await unlink(this.path).catch(ignoreMissing);
    this.#hash = createHash('sha256');
    this.#bytes = 0;
  }

  sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Durably the whole file, under its own name. */
  async finish(path: string): Promise<void> {
    this.#handle ??= await open(this.path, 'a', 0o600);
    await this.#handle.datasync();
    await this.close();
    await rename(this.path, path);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }
}

/** For a download; the contract's own sentence speaks of indexing. */
export const DISK_FULL = 'The disk is full. What is there is kept: make room and go on.';

export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
