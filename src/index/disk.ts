/** Free space where the index lives. */

import { statfs } from 'node:fs/promises';

/** Bytes an unprivileged program may still write on the disk of `directory`. Errors: those of statfs. */
export async function freeBytes(directory: string): Promise<number> {
  const stats = await statfs(directory);
  return stats.bavail * stats.bsize;
}
