/**
 * What self-tests of devices found, remembered in a file of the data directory: a device is tested anew after any change of driver,
 * runtime, model or test, and one that was put aside is not tried at every start. With it are the CPU's vectors that devices are compared to.
 * A file that is missing or damaged costs one more test.
 */

import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { DeviceName } from './devices.ts';
import { SELF_TEST_VERSION, type SelfTestRun } from './self-test.ts';

/** `missing`: the system offers no such device. `unneeded`: the CPU is fast enough. The others are faults. */
export type VerdictKind = 'trusted' | 'wrong' | 'slow' | 'hang' | 'crash' | 'failed' | 'missing' | 'unneeded';
const KINDS: readonly VerdictKind[] = ['trusted', 'wrong', 'slow', 'hang', 'crash', 'failed', 'missing', 'unneeded'];

export interface Verdict {
  readonly kind: VerdictKind;
  /** For people; null when trusted. */
  readonly reason: string | null;
  readonly atMs: number;
}

/** What makes a verdict or a reference stale when it changes. */
export interface TestCircumstances {
  /** Fingerprint of the model: its files, pooling, dimensions. */
  readonly model: string;
  /** Version of onnxruntime. */
  readonly runtime: string;
  /** Graphics cards and drivers (graphics-signature.ts). */
  readonly graphics: string;
  /** CPU threads: the CPU's time is compared with. */
  readonly threads: number;
}

const FORMAT = 1;
/** Models tested before that one no longer has: the oldest go. */
const MOST_ENTRIES = 50;

interface KeptReference {
  readonly vectors: string;
  readonly ms: number;
  readonly tokens: number;
}

interface Kept {
  readonly format: typeof FORMAT;
  readonly verdicts: Readonly<Record<string, Verdict>>;
  readonly references: Readonly<Record<string, KeptReference>>;
}

const NOTHING: Kept = { format: FORMAT, verdicts: {}, references: {} };

export class DeviceVerdicts {
  readonly #path: string | undefined;
  readonly #circumstances: TestCircumstances;
  #kept: Kept = NOTHING;

  /** `path` undefined: remembered for the life of this object only. */
  constructor(path: string | undefined, circumstances: TestCircumstances) {
    this.#path = path;
    this.#circumstances = circumstances;
  }

  async read(): Promise<void> {
    if (this.#path !== undefined) this.#kept = parseKept(await readFile(this.#path, 'utf8').catch(() => ''));
  }

  verdict(device: DeviceName): Verdict | null {
    return this.#kept.verdicts[this.#verdictKey(device)] ?? null;
  }

  reference(): SelfTestRun | null {
    const kept = this.#kept.references[this.#referenceKey()];
    if (kept === undefined) return null;
    const bytes = Buffer.from(kept.vectors, 'base64');
    return { vectors: new Float32Array(new Uint8Array(bytes).buffer), together: null, ms: kept.ms, tokens: kept.tokens };
  }

  async keepVerdict(device: DeviceName, verdict: Verdict): Promise<void> {
    await this.#change({ verdicts: newest(this.#kept.verdicts, this.#verdictKey(device), verdict) });
  }

  async keepReference({ vectors, ms, tokens }: SelfTestRun): Promise<void> {
    const text = Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength).toString('base64');
    await this.#change({ references: newest(this.#kept.references, this.#referenceKey(), { vectors: text, ms, tokens }) });
  }

  async #change(part: Partial<Kept>): Promise<void> {
    this.#kept = { ...this.#kept, ...part };
    if (this.#path === undefined) return;
    const temporary = `${this.#path}.${process.pid}.tmp`;
    await writeFile(temporary, JSON.stringify(this.#kept), { mode: 0o600 });
    await rename(temporary, this.#path);
  }

  #verdictKey(device: DeviceName): string {
    const { model, runtime, graphics } = this.#circumstances;
    return digest([SELF_TEST_VERSION, device, model, runtime, graphics]);
  }

  #referenceKey(): string {
    const { model, runtime, threads } = this.#circumstances;
    return digest([SELF_TEST_VERSION, 'reference', model, runtime, threads]);
  }
}

function digest(facts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
}

function newest<T>(entries: Readonly<Record<string, T>>, key: string, value: T): Record<string, T> {
  const { [key]: _, ...others } = entries;
  return Object.fromEntries([...Object.entries(others), [key, value]].slice(-MOST_ENTRIES));
}

function parseKept(json: string): Kept {
  const raw = parseJson(json);
  if (!isRecord(raw) || raw['format'] !== FORMAT || !isRecord(raw['verdicts']) || !isRecord(raw['references'])) return NOTHING;
  const verdicts: Record<string, Verdict> = {};
  for (const [key, entry] of Object.entries(raw['verdicts'])) {
    if (!isRecord(entry)) continue;
    const { kind, reason, atMs } = entry;
    const known = KINDS.find((each) => each === kind);
    if (known !== undefined && (reason === null || typeof reason === 'string') && typeof atMs === 'number') verdicts[key] = { kind: known, reason, atMs };
  }
  const references: Record<string, KeptReference> = {};
  for (const [key, entry] of Object.entries(raw['references'])) {
    if (!isRecord(entry)) continue;
    const { vectors, ms, tokens } = entry;
    if (typeof vectors === 'string' && typeof ms === 'number' && typeof tokens === 'number') references[key] = { vectors, ms, tokens };
  }
  return { format: FORMAT, verdicts, references };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
