/**
 * Why a wanted file is known by name only, as far as its name and `lstat` tell. Pure; nothing is opened.
 *
 * `no-permission` is said only where the mode bits leave no doubt: access lists and the owner's own rights can make an odd-looking file
 * readable, so everything else is left to extraction, which learns it by opening the file.
 */

import { isSecretFile } from './secrets.ts';

/** Values of `FileEntry.unread` that the watcher gives. `name-not-unicode`: no string names the file, so nothing could open it. */
export type UnreadReason = 'secret' | 'cloud-placeholder' | 'too-large' | 'no-permission' | 'name-not-unicode';

export interface FileFacts {
  readonly name: string;
  readonly size: number;
  /** 512-byte blocks on disk. */
  readonly blocks: number;
  readonly mode: number;
}

export interface ReadingRules {
  readonly maxFileBytes: number;
  readonly includeSecrets: boolean;
  /** `process.platform`. */
  readonly platform: string;
  /** This process may read everything whatever the mode bits say (uid 0), or the bits mean nothing (Windows). */
  readonly readsEverything: boolean;
  /** A cloud drive's folder lies above the file (Windows needs to know; see `isCloudPlaceholder`). */
  readonly inCloudFolder: boolean;
}

const READ_BITS = 0o444;

/** null: read it. The first rule that applies is given: what matters most to a person comes first. */
export function unreadReason(file: FileFacts, rules: ReadingRules): UnreadReason | null {
  if (!rules.includeSecrets && isSecretFile(file.name, file.size)) return 'secret';
  if (isCloudPlaceholder(file, rules)) return 'cloud-placeholder';
  if (file.size > rules.maxFileBytes) return 'too-large';
  if (!rules.readsEverything && (file.mode & READ_BITS) === 0) return 'no-permission';
  return null;
}

/** NTFS keeps small files inside its own table, and Node then reports no blocks: such files are at most about 900 bytes. */
const NTFS_RESIDENT_BYTES = 4096;

/**
 * Would reading this file download it?
 *
 * The marks that say so (macOS SF_DATALESS, Windows RECALL_ON_DATA_ACCESS) are not visible from Node. What is visible is a file with a size
 * and no blocks. macOS: such a file has nothing on this disk, so it is taken for a placeholder anywhere (iCloud's "Desktop & Documents" leaves
 * files at their usual paths); a file of nothing but a hole, or a tiny one compressed into its attributes, is mistaken and only its name is known.
 * Windows: only below a cloud drive's folder, because network shares and system compression report no blocks as well.
 * Linux: never. Sparse files, inline data and many FUSE file systems report no blocks for real contents.
 */
export function isCloudPlaceholder(file: FileFacts, rules: Pick<ReadingRules, 'platform' | 'inCloudFolder'>): boolean {
  if (file.blocks !== 0) return false;
  if (rules.platform === 'darwin') return file.size > 0;
  return rules.platform === 'win32' && rules.inCloudFolder && file.size >= NTFS_RESIDENT_BYTES;
}

const CLOUD_FOLDER = /^(?:onedrive(?: - .+)?|dropbox(?: \(.+\))?|iclouddrive|google drive|my drive|box|nextcloud|pcloud drive|proton drive)$/i;

/** Is one of these directory names a cloud drive's folder? */
export function isInCloudFolder(segments: readonly string[]): boolean {
  return segments.some((segment) => CLOUD_FOLDER.test(segment));
}
