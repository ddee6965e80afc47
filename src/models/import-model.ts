/** Brings a model from this machine, for those with no network: copies what recognise.ts found, hashes on the way, and installs it as a download is. */

import { createReadStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../contract/errors.ts';
import type { ModelCheck } from '../contract/models.ts';
import { freeBytes } from '../index/disk.ts';
import { requireSpace } from './download.ts';
import { installFolder } from './install.ts';
import { discardStaging, type Staging } from './journal.ts';
import { PartFile } from './part-file.ts';
import type { Found, FoundFile } from './recognise.ts';
import { modelJson, type KnownFile } from './registry-model.ts';

export interface ImportOptions {
  readonly found: Found;
  readonly dataDirectory: string;
  readonly staging: Staging;
  readonly minFreeBytes: number;
  readonly signal: AbortSignal;
  readonly test: (folder: string) => Promise<ModelCheck>;
}

/** Errors: `model-invalid` (a file is damaged), `disk-full`; the signal's reason. Nothing is left behind by a failure. */
export async function importModel({ found, dataDirectory, staging, minFreeBytes, signal, test }: ImportOptions): Promise<ModelCheck> {
  try {
    // 1. Room for the copies.
    requireSpace(found.files.reduce((sum, { bytes }) => sum + bytes, 0), await freeBytes(dataDirectory), minFreeBytes);
    // 2. The copies, each verified.
    await discardStaging(staging);
    await mkdir(staging.model, { recursive: true, mode: 0o700 });
    const copies: { readonly file: FoundFile; readonly known: KnownFile }[] = [];
    for (const file of found.files) copies.push({ file, known: await copyFile(file, staging, signal) });
    // 3. The description, and whether it works here.
    await writeFile(join(staging.model, 'model.json'), found.description ?? describe(found, copies), { mode: 0o600, flush: true });
    const check = await test(staging.model);
    signal.throwIfAborted();
    // 4. Into its place in one step.
    await installFolder(dataDirectory, found.id, staging.model);
    return check;
  } finally {
    await discardStaging(staging);
  }
}

async function copyFile(file: FoundFile, staging: Staging, signal: AbortSignal): Promise<KnownFile> {
  const part = await PartFile.open(staging.part(file.name), signal);
  try {
    for await (const chunk of createReadStream(file.from, { highWaterMark: 1 << 20, signal })) await part.append(chunk as Buffer); // No encoding is set: chunks are Buffers.
    const sha256 = part.sha256();
    if (file.sha256 !== null && file.sha256 !== sha256) throw new EngineError('model-invalid', `${file.name} is damaged, or another version: its SHA-256 is not the one that is expected.`, { details: { path: file.from } });
    const bytes = part.bytes;
    await part.finish(join(staging.model, file.name));
    return { name: file.name, bytes, sha256 };
  } finally {
    await part.close();
  }
}

function describe({ known }: Found, copies: readonly { readonly file: FoundFile; readonly known: KnownFile }[]): string {
  const of = (role: FoundFile['role']): readonly KnownFile[] => copies.filter(({ file }) => file.role === role).map((copy) => copy.known);
  const [model] = of('model');
  const [tokenizer] = of('tokenizer');
  if (known === null || model === undefined || tokenizer === undefined) throw new EngineError('internal', 'Raw files were found without their model.');
  const hashes = copies.every(({ file }) => file.sha256 !== null) ? 'registry' : 'first-use';
  return modelJson(known.model, known.variant, { model, tokenizer, data: of('data') }, { repository: known.variant.repository, revision: null, address: null, hashes });
}
