/** Is a root on a disk whose changes the system cannot tell of? Network and virtual file systems accept a watch and then stay silent about others' writes. */

import { statfs } from 'node:fs/promises';

/** Linux magic numbers of `statfs`: NFS, SMB 1 to 3, CIFS, 9P (Windows drives in WSL), AFS, Ceph, Coda, FUSE (sshfs, rclone), VirtualBox and VMware shares. */
const SILENT: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x01021997, 0x5346414f, 0x00c36400, 0x73757245, 0x65735546, 0x786f4256, 0xbacbacbc,
]);

/** `type` as `statfs` gives it on Linux: some systems sign-extend its 32 bits. Pure. */
export function isSilentType(type: number): boolean {
  return SILENT.has(type >>> 0);
}

/** Answers false wherever it cannot be known: the routine check covers the rest. */
export async function isSilentDisk(path: string, platform: string): Promise<boolean> {
  if (platform !== 'linux') return false;
  try {
    return isSilentType((await statfs(path)).type);
  } catch {
    // A root that cannot be asked is absent, and that is found out elsewhere.
    return false;
  }
}
