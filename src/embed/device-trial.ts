/**
 * The test of a device in the process that was started for it, and what its outcome means: a verdict, or a failure that says nothing about
 * the device. When tests are made, and what follows from them, is decided in device-choice.ts.
 */

import { EngineError } from '../contract/errors.ts';
import type { Client } from '../rpc/client.ts';
import type { VerdictKind } from './device-verdicts.ts';
import type { EmbedProtocol } from './embed-protocol.ts';
import type { EmbedWorker } from './embed-worker.ts';
import type { Precision } from './graph-facts.ts';
import { isDeath } from './model-process.ts';
import { judge, usableReference, type SelfTestRun } from './self-test.ts';

export interface Trial {
  /** The CPU's vectors of the test's texts; they may have to be made first. */
  readonly reference: () => Promise<SelfTestRun>;
  readonly dimension: number;
  /** False: how fast it is, is not asked. */
  readonly judgeSpeed: boolean;
  /** A CPU of so many tokens a second needs no other device; infinite when that is not asked. */
  readonly fastTokensPerSecond: number;
  /** For the self-test on the device, at least. */
  readonly testMs: number;
}

/** The device runs the texts three times, the CPU's time is for once. */
const TEST_PATIENCE = 4;

/** What a test may find. */
const FINDINGS = ['wrong', 'slow', 'failed', 'unneeded'] as const;

/** Rejects with `device-untrusted` when the device is not to be used. The model is loaded on it. */
export async function testDevice(client: Client<EmbedProtocol>, precision: Precision, trial: Trial): Promise<void> {
  const reference = await trial.reference();
  if (!usableReference(reference, trial.dimension)) throw untrusted('failed', 'The CPU gives no vectors with this model that another device could be compared with.');
  const unneeded = whyUnneeded(reference, trial.fastTokensPerSecond);
  if (unneeded !== null) throw untrusted('unneeded', unneeded);
  // On a machine so busy that the CPU took long, the device may take long too.
  const limitMs = Math.max(trial.testMs, reference.ms * TEST_PATIENCE);
  const found = await within(client.call('selfTest', null), limitMs);
  if (found === null) throw untrusted('slow', `It is far too slow: the self-test took more than ${Math.round(limitMs / 1000)} seconds, and ${Math.round(reference.ms / 1000)} on the CPU.`);
  const { trouble, reason } = judge(reference, found, trial.dimension, precision, trial.judgeSpeed);
  if (trouble !== null) throw untrusted(trouble, reason ?? '');
}

/** Why no other device than the CPU is needed; null when one may be. */
export function whyUnneeded(reference: SelfTestRun, fastTokensPerSecond: number): string | null {
  const speed = (reference.tokens / Math.max(reference.ms, 0.1)) * 1000;
  return speed < fastTokensPerSecond ? null : `The CPU does ${Math.round(speed / 1000)},000 tokens a second with this model: no other device is needed.`;
}

/** Words of onnxruntime for a system that has no such device or lacks its libraries. */
const NO_DEVICE = /WebGPU adapter|No supported adapters|load (shared )?library|no CUDA-capable device|CUDA driver version is insufficient/i;

/** What a failed start, test or request says about the worker's device; null when it says nothing: its process was ended on purpose, or the CPU failed. */
export function verdictOf(error: unknown, worker: Pick<EmbedWorker, 'lastEnd'>): { readonly kind: VerdictKind; readonly reason: string } | null {
  if (isDeath(error)) return worker.lastEnd;
  if (!(error instanceof EngineError) || !error.code.startsWith('device-')) return null;
  if (error.code === 'device-untrusted') return { kind: FINDINGS.find((kind) => kind === error.details?.['finding']) ?? 'wrong', reason: error.message };
  if (NO_DEVICE.test(error.message)) return { kind: 'missing', reason: `The system offers no such device to programs, or lacks its libraries: ${error.message}` };
  return { kind: 'failed', reason: error.message };
}

function untrusted(finding: (typeof FINDINGS)[number], reason: string): EngineError {
  return new EngineError('device-untrusted', reason, { details: { finding } });
}

/** null when it takes longer. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([promise, new Promise<null>((resolve) => { timer = setTimeout(() => resolve(null), ms).unref(); })]);
  } finally {
    clearTimeout(timer);
  }
}
