/**
 * `server-identity.json`: what set-up found out about each server, so that the engine starts while the server is away, and notices when
 * other vectors come under the same name. It holds addresses and model names, no key and no text.
 */

import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { describeError, type Log } from '../../log.ts';
import { cosine, SAME_VECTOR_COSINE } from './golden.ts';
import { isRecord } from './embeddings-wire.ts';
import type { ServerProfile } from './probe-server.ts';
import { KIND_LIMITS, type KnownKind } from './server-kinds.ts';

export interface KnownServer {
  /** Origin and path as the person's address gives them. */
  readonly address: string;
  /** As set by the person; may be empty. */
  readonly wanted: string;
  readonly profile: ServerProfile;
  /** Equal exactly for servers whose vectors may stand in one index. */
  readonly identity: string;
}

const FORMAT = 1;

export async function findServer(file: string, address: string, wanted: string, log?: Log): Promise<KnownServer | null> {
  return (await readServers(file, log)).find((server) => server.address === address && server.wanted === wanted) ?? null;
}

/** Files are read, changed and written whole: one after the other. */
let lastChange: Promise<unknown> = Promise.resolve();

/**
 * Keeps what was found. The same vectors from another server (the model moved, or is called otherwise there) keep their identity, so
 * nothing is embedded anew; other vectors get a new one.
 */
export function rememberServer(file: string, address: string, wanted: string, profile: ServerProfile, log?: Log): Promise<KnownServer> {
  const change = lastChange.then(() => addServer(file, address, wanted, profile, log));
  // A failed change is its own caller's; the next one is not kept from its turn.
  lastChange = change.catch(() => undefined);
  return change;
}

async function addServer(file: string, address: string, wanted: string, profile: ServerProfile, log: Log | undefined): Promise<KnownServer> {
  const servers = await readServers(file, log);
  const same = servers.find((server) => sameVectors(server.profile.golden, profile.golden));
  const found: KnownServer = { address, wanted, profile, identity: same?.identity ?? nameVectors(profile.golden) };
  const others = servers.filter((server) => server.address !== address || server.wanted !== wanted);
  // The golden vectors first taken stay the measure: small steps must not add up.
  const kept = same === undefined ? found : { ...found, profile: { ...profile, golden: same.profile.golden } };
  const text = JSON.stringify({ format: FORMAT, servers: [...others, kept].map(toJson) }, null, 1) + '\n';
  const beside = `${file}.new`;
  const handle = await open(beside, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
  return kept;
}

/** Vectors of the same texts by the same model. */
export function sameVectors(kept: readonly Float32Array[], found: readonly Float32Array[]): boolean {
  return kept.length === found.length && kept.every((vector, index) => cosine(vector, found[index] ?? new Float32Array(0)) >= SAME_VECTOR_COSINE);
}

function nameVectors(vectors: readonly Float32Array[]): string {
  const hash = createHash('sha256');
  for (const vector of vectors) hash.update(bytesOf(vector));
  return hash.digest('hex').slice(0, 32);
}

async function readServers(file: string, log: Log | undefined): Promise<readonly KnownServer[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  try {
    const parsed: unknown = JSON.parse(text);
    const servers: readonly unknown[] = isRecord(parsed) && parsed['format'] === FORMAT && Array.isArray(parsed['servers']) ? parsed['servers'] : [];
    return servers.map(fromJson).filter((server) => server !== null);
  } catch (error) {
    // Damaged: the server is set up anew, which costs nine short requests.
    log?.warn('what is known of embedding servers could not be read', { error: describeError(error) });
    return [];
  }
}

function toJson({ address, wanted, profile, identity }: KnownServer): unknown {
  return { address, wanted, identity, ...profile, golden: profile.golden.map((vector) => bytesOf(vector).toString('base64')) };
}

function fromJson(value: unknown): KnownServer | null {
  if (!isRecord(value)) return null;
  const { address, wanted, identity, kind, model, apiPath, endToken, dimension, maxTexts, maxTokens, golden } = value;
  if (typeof address !== 'string' || typeof wanted !== 'string' || typeof identity !== 'string' || typeof model !== 'string' || typeof apiPath !== 'string') return null;
  if (typeof kind !== 'string' || !Object.hasOwn(KIND_LIMITS, kind) || typeof dimension !== 'number' || typeof maxTexts !== 'number') return null;
  if ((endToken !== null && typeof endToken !== 'string') || !Array.isArray(golden)) return null;
  const vectors = golden.filter((each) => typeof each === 'string').map(fromBytes);
  // The table has this key: asked just above.
  return { address, wanted, identity, profile: { kind: kind as KnownKind, model, apiPath, endToken, dimension, maxTexts, maxTokens: typeof maxTokens === 'number' ? maxTokens : null, golden: vectors } };
}

function bytesOf(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}

function fromBytes(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  const vector = new Float32Array(Math.floor(bytes.byteLength / Float32Array.BYTES_PER_ELEMENT));
  for (let index = 0; index < vector.length; index++) vector[index] = bytes.readFloatLE(index * Float32Array.BYTES_PER_ELEMENT);
  return vector;
}
