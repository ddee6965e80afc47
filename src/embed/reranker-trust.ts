/**
 * Is a reranking model on this device the model it is on the processor? A wrong result of a graphics card is silent, so a few fixed pairs decide, at every start:
 * what the processor says of them is kept, since loading a model of gigabytes there takes long. As self-test.ts does it for embedding.
 */

import { readFile, rename, writeFile } from 'node:fs/promises';
import { EngineError } from '../contract/errors.ts';
import { runtimeVersion } from './devices.ts';
import type { Precision } from './graph-facts.ts';
import type { Reranker } from './reranker.ts';

/** Likely, unlikely, another script, and long enough for several hundred tokens. */
const QUESTION = 'How do I keep tomatoes from splitting?';
const TEXTS = [
  'Tomatoes split when they get a lot of water after a dry spell. Water them evenly, and cover the soil.',
  'The train to the airport leaves every twenty minutes from platform four.',
  '番茄在干旱之后突然吸收大量水分就会裂开。',
  'Notes of the allotment society. '.repeat(30) + 'Split fruit: too much rain at once.',
] as const;
/**
 * How far P(yes) may be from the processor's, by what weights are kept as. Half precision moves it by a few thousandths, most where it is near a half. In full precision a
 * software card came within 0.00001 with standard attention, and its fused attention, which is wrong there, was off by up to 0.03.
 */
const MOST_DIFFERENCE: Readonly<Record<Precision, number>> = { fp32: 0.001, fp16: 0.02, quantized: 0.02 };
/** For four short texts; a driver may compile for a minute first. */
const TEST_MS = 180_000;

export interface TestedModel {
  /** Of its files and how they are used. */
  readonly fingerprint: string;
  readonly precision: Precision;
}

/** `made` is closed and `device-untrusted` thrown when it scores otherwise than the processor. `onCpu` is called when that is not known yet. */
export async function requireTrust(made: Reranker, onCpu: () => Promise<Reranker>, model: TestedModel, keptPath: string): Promise<void> {
  try {
    const expected = await referenceScores(onCpu, model.fingerprint, keptPath);
    const found = await made.score(QUESTION, TEXTS, { signal: AbortSignal.timeout(TEST_MS) });
    const trouble = differenceOf(expected, found, model.precision);
    if (trouble !== null) throw new EngineError('device-untrusted', `The reranking model ${trouble} on ${made.status().device}: it is put aside there.`);
  } catch (error) {
    await made.close();
    if (error instanceof EngineError && error.code === 'device-untrusted') throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new EngineError('device-untrusted', `The reranking model did not pass its test on ${made.status().device}: ${why}`, { cause: error });
  }
}

/** Pure. What is wrong with scores; null: nothing. */
export function differenceOf(expected: readonly number[], found: readonly number[], precision: Precision): string | null {
  const most = expected.reduce((largest, score, index) => {
    const difference = Math.abs(score - (found[index] ?? Number.NaN));
    return Number.isFinite(difference) ? Math.max(largest, difference) : Number.POSITIVE_INFINITY;
  }, 0);
  return most <= MOST_DIFFERENCE[precision] ? null : `scores otherwise than on the processor (by ${most.toFixed(3)})`;
}

async function referenceScores(onCpu: () => Promise<Reranker>, fingerprint: string, keptPath: string): Promise<readonly number[]> {
  const key = `${fingerprint} ${runtimeVersion()}`;
  const kept = await readKept(keptPath);
  const known = kept[key];
  if (known !== undefined && known.length === TEXTS.length) return known;
  const reranker = await onCpu();
  try {
    const scores = await reranker.score(QUESTION, TEXTS);
    const temporary = `${keptPath}.${process.pid}.tmp`;
    await writeFile(temporary, JSON.stringify({ [key]: scores }), { mode: 0o600 });
    await rename(temporary, keptPath);
    return scores;
  } finally {
    await reranker.close();
  }
}

/** A file that is missing or damaged costs one run on the processor, nothing else. */
async function readKept(path: string): Promise<Readonly<Record<string, readonly number[]>>> {
  const text = await readFile(path, 'utf8').catch(() => '{}');
  try {
    const raw: unknown = JSON.parse(text);
    const entries = Object.entries(typeof raw === 'object' && raw !== null ? raw : {});
    return Object.fromEntries(entries.filter((entry): entry is [string, number[]] => Array.isArray(entry[1]) && entry[1].every((value) => typeof value === 'number')));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
