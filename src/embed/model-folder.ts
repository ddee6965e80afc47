/**
 * A model's folder on disk: `model.json` and the files it names, each checked against its size and SHA-256. Hashing
 * gigabytes at every start would be felt, so a file that was right once is trusted while its size and mtime stay.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../contract/errors.ts';
import { modelFingerprint } from './fingerprint.ts';
import { parseModelDescription, type ModelDescription, type ModelFile } from './model-description.ts';

export interface ModelFolder {
  readonly folder: string;
  readonly description: ModelDescription;
  readonly fingerprint: string;
  /** Absolute paths. */
  readonly modelPath: string;
  readonly tokenizerPath: string;
}

export interface ModelFolderOptions {
  /** A JSON file we may write, where verified files are remembered. Without it every start hashes. */
  readonly verifiedPath?: string;
  /** Only read the description: the caller has verified the files just before. */
  readonly trusted?: boolean;
}

/** Path to what it was when its hash was right. */
type Verified = Record<string, { readonly size: number; readonly mtimeMs: number; readonly sha256: string }>;

/** Reads and verifies a folder. Errors: `model-missing` (no such file), `model-invalid` (bad description, wrong size or hash). */
export async function readModelFolder(folder: string, options: ModelFolderOptions = {}): Promise<ModelFolder> {
  // 1. The description.
  const description = parseModelDescription(await readText(join(folder, 'model.json')));
  // 2. The files it names.
  if (options.trusted !== true) await verifyFiles(folder, description, options.verifiedPath);
  return {
    folder,
    description,
    fingerprint: modelFingerprint(description),
    modelPath: join(folder, description.files.model.path),
    tokenizerPath: join(folder, description.files.tokenizer.path),
  };
}

async function verifyFiles(folder: string, { files }: ModelDescription, verifiedPath: string | undefined): Promise<void> {
  const verified = await readVerified(verifiedPath);
  let changed = false;
  for (const file of [files.model, files.tokenizer, ...files.data]) {
    changed = await verifyFile(join(folder, file.path), file, verified) || changed;
  }
  if (changed && verifiedPath !== undefined) await writeVerified(verifiedPath, verified);
}

/** Answers whether it had to hash. */
async function verifyFile(path: string, file: ModelFile, verified: Verified): Promise<boolean> {
  const found = await stat(path).catch((cause: unknown) => { throw new EngineError('model-missing', `The model folder lacks ${file.path}.`, { cause, details: { path } }); });
  if (found.size !== file.bytes) {
    throw new EngineError('model-invalid', `${file.path} has ${found.size} bytes instead of ${file.bytes}. Copy or download the model again.`, { details: { path } });
  }
  const known = verified[path];
  if (known !== undefined && known.size === found.size && known.mtimeMs === found.mtimeMs && known.sha256 === file.sha256) return false;
  const sha256 = await hashFile(path);
  if (sha256 !== file.sha256) {
    throw new EngineError('model-invalid', `${file.path} is damaged: its SHA-256 is not the one in model.json. Copy or download the model again.`, { details: { path } });
  }
  verified[path] = { size: found.size, mtimeMs: found.mtimeMs, sha256 };
  return true;
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) hash.update(chunk as Buffer); // No encoding is set: chunks are Buffers.
  return hash.digest('hex');
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => { throw new EngineError('model-missing', `There is no model at ${path}.`, { cause, details: { path } }); });
}

/** A memory that is missing or damaged costs one hashing, nothing else. */
async function readVerified(path: string | undefined): Promise<Verified> {
  if (path === undefined) return {};
  const json = await readFile(path, 'utf8').catch(() => '{}');
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch {
    return {};
  }
  const verified: Verified = {};
  if (typeof raw !== 'object' || raw === null) return verified;
  for (const [name, entry] of Object.entries(raw as Record<string, unknown>)) {
    if (typeof entry !== 'object' || entry === null) continue;
    const { size, mtimeMs, sha256 } = entry as Record<string, unknown>;
    if (typeof size === 'number' && typeof mtimeMs === 'number' && typeof sha256 === 'string') verified[name] = { size, mtimeMs, sha256 };
  }
  return verified;
}

async function writeVerified(path: string, verified: Verified): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, JSON.stringify(verified), { mode: 0o600 });
  await rename(temporary, path);
}
