/** Puts a complete model folder into its place in one step, and takes one away. A crash at any point leaves the old folder, the new one, or none: never half of one. */

import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { modelsFolder } from './installed.ts';

/** `folder` is on the disk of the data directory and becomes `models/<id>`; one that was there goes. */
export async function installFolder(dataDirectory: string, id: string, folder: string): Promise<void> {
  const target = join(modelsFolder(dataDirectory), id);
  await mkdir(modelsFolder(dataDirectory), { recursive: true, mode: 0o700 });
  await syncFolder(folder);
  await moveAway(dataDirectory, id);
  await rename(folder, target);
  await syncFolder(modelsFolder(dataDirectory));
  await rm(trash(dataDirectory, id), { recursive: true, force: true });
}

export async function removeFolder(dataDirectory: string, id: string): Promise<void> {
  await moveAway(dataDirectory, id);
  await rm(trash(dataDirectory, id), { recursive: true, force: true });
}

/** Deleting gigabytes takes time; until it is done the folder must not be found half empty. */
async function moveAway(dataDirectory: string, id: string): Promise<void> {
  await rm(trash(dataDirectory, id), { recursive: true, force: true });
  await rename(join(modelsFolder(dataDirectory), id), trash(dataDirectory, id)).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
}

/** A name that is no model's. */
function trash(dataDirectory: string, id: string): string {
  return join(modelsFolder(dataDirectory), `.removed-${id}`);
}

/** Windows cannot open folders for this, and needs it less: its journal keeps names in order. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
