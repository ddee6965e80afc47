/**
 * Deletes what Findling has put into a data directory, and only that: `--data-dir` may name a folder with a person's own files. The lock
 * and the socket stay, they are let go by their owner.
 */

import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const FOLDERS = ['vectors', 'models', 'downloads'] as const;
/** Each with the forms it has while it is being written, or set aside as damaged. */
const FILES = [
  'config.json', 'window.json', 'verified-models.json', 'verified-rerankers.json', 'reranker-references.json', 'model-checks.json', 'server-identity.json', 'device-verdicts.json', 'engine-id', 'engine.log', 'engine.output',
] as const;
const INDEX = /^index\.sqlite(-wal|-shm|-journal)?$/;
const SUFFIX = /(\.(new|tmp|\d+(\.tmp)?|old|damaged-\d+))*$/;

export function isOurs(name: string): boolean {
  const plain = name.replace(SUFFIX, '');
  return INDEX.test(name) || FOLDERS.some((folder) => folder === name) || FILES.some((file) => file === plain);
}

/** Errors: the disk's. What is already gone is fine. */
export function eraseDataDirectory(dataDirectory: string): void {
  for (const name of readdirSync(dataDirectory)) if (isOurs(name)) rmSync(path.join(dataDirectory, name), { recursive: true, force: true });
}
