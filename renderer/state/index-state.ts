/** What the page makes of the engine's status: progress, waiting, shares. Pure; the status itself comes from a subscription. */

import type { IndexStatus, OutcomeCounts, Root } from '../../src/contract/model.ts';

export interface IndexState {
  /** Null until the engine has spoken. */
  readonly status: IndexStatus | null;
}

export type IndexAction = { readonly type: 'status'; readonly status: IndexStatus };

export const INITIAL_INDEX: IndexState = { status: null };

export function reduceIndex(state: IndexState, action: IndexAction): IndexState {
  return action.status === state.status ? state : { status: action.status };
}

export function allFiles(counts: OutcomeCounts): number {
  return counts.indexed + counts.pending + counts.skipped + counts.failed;
}

/** Files whose words are not ready, and files whose meaning is not. */
export function waiting(status: IndexStatus): { readonly words: number; readonly meaning: number } {
  return { words: status.counts.pending, meaning: Math.max(0, status.counts.indexed - status.embedded) };
}

/** Share of the readable files that can be found by meaning, 0 to 1; null when there is nothing to embed. */
export function embeddedShare(part: { readonly counts: OutcomeCounts; readonly embedded: number }): number | null {
  const wanted = part.counts.indexed + part.counts.pending;
  return wanted === 0 ? null : Math.min(1, part.embedded / wanted);
}

/** Share of a folder that is through, counting words and meaning as two halves of the work; null while nothing is known. */
export function rootProgress(root: Root): number | null {
  const files = allFiles(root.counts);
  if (files === 0) return null;
  const readable = root.counts.indexed + root.counts.pending;
  const words = 1 - root.counts.pending / files;
  const meaning = readable === 0 ? 1 : root.embedded / readable;
  return Math.min(1, (words + meaning) / 2);
}

export function isPaused(status: IndexStatus): boolean {
  return status.phase === 'paused';
}

/** Is something to be read or embedded that waits until the machine is off its battery? */
export function waitsForPower(status: IndexStatus): boolean {
  const { words, meaning } = waiting(status);
  return status.phase === 'battery' && words + meaning > 0;
}

/** Changes when more (or less) can be found than before: then a shown answer is worth asking again. */
export function searchableMark(status: IndexStatus): string {
  return `${status.counts.indexed} ${status.embedded} ${allFiles(status.counts)}`;
}
