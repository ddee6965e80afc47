/**
 * Can what is seen at a root's path be trusted to be the root? If not, the root is *absent* and its catalog rows are kept: the
 * difference between "the person deleted everything" and "the disk is not plugged in" is a whole index.
 *
 * The rule is pure (`judgePresence`); `observe` only looks.
 */

import { lstat, opendir, stat } from 'node:fs/promises';
import { codeOf, isGone } from './list-directory.ts';
import type { KnownRoot, RootPresence } from './watcher.ts';

export type Observation =
  | { readonly state: 'missing' | 'not-a-directory' }
  | { readonly state: 'denied'; readonly code: string }
  | {
      readonly state: 'directory';
      readonly device: bigint;
      readonly inode: bigint;
      readonly empty: boolean;
      /** How many of the sample paths are still there; null: none were given. */
      readonly samplesFound: number | null;
    };

/**
 * A directory is the root unless the catalog knew files and what is there looks like another place:
 * device numbers change when a disk is plugged in again, so a new number alone says nothing. The known files decide: one of a sample
 * found is proof. Without a sample, the same inode (a file system's own root keeps it) counts as the same place.
 * Empty although files were known: only the very same directory (device and inode) is believed.
 */
export function judgePresence(seen: Observation, known: KnownRoot | null): RootPresence {
  switch (seen.state) {
    case 'missing': return absent('The folder is not there. Is its disk connected?');
    case 'not-a-directory': return absent('At this path there is a file now, not a folder.');
    case 'denied': return absent(seen.code === 'EACCES' || seen.code === 'EPERM' ? 'Findling may not read the folder.' : `The folder cannot be read (${seen.code}).`);
    case 'directory': break;
  }
  const identity = { device: seen.device, inode: seen.inode };
  if (known === null || known.files === 0) return { present: true, ...identity };
  const recorded = known.device !== null && known.inode !== null;
  const sameDevice = known.device === seen.device;
  const sameInode = known.inode === seen.inode;
  if (seen.empty) {
    if (recorded && sameDevice && sameInode) return { present: true, ...identity };
    return absent(`The folder is empty, but ${known.files} files were known in it. Is its disk connected?`);
  }
  if (known.device === null || sameDevice) return { present: true, ...identity };
  if (seen.samplesFound === null ? recorded && sameInode : seen.samplesFound > 0) return { present: true, ...identity };
  return absent('Another disk is at this path: none of the known files are on it.');
}

function absent(why: string): RootPresence {
  return { present: false, why };
}

/** Looks at the path; follows a root that is a symlink. Reads one entry of the directory at most. */
export async function observe(path: string, sample: readonly string[]): Promise<Observation> {
  try {
    const stats = await stat(path, { bigint: true });
    if (!stats.isDirectory()) return { state: 'not-a-directory' };
    const directory = await opendir(path);
    const first = await directory.read();
    await directory.close();
    return { state: 'directory', device: stats.dev, inode: stats.ino, empty: first === null, samplesFound: sample.length === 0 ? null : await count(sample) };
  } catch (error) {
    return isGone(error) ? { state: 'missing' } : { state: 'denied', code: codeOf(error) };
  }
}

async function count(paths: readonly string[]): Promise<number> {
  const found = await Promise.all(paths.map((path) => lstat(path).then(() => 1, () => 0)));
  return found.reduce<number>((sum, one) => sum + one, 0);
}
