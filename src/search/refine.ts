/**
 * The wait for a reranker: scores as they come, until all are there, a deadline, or the search is superseded. Thin: what the scores do is rerank.ts.
 * It never fails the search: what is out of order comes back as a reason.
 */

import { EngineError } from '../contract/errors.ts';
import type { Reranker } from '../embed/reranker.ts';
import type { Readable } from './hits.ts';

/** The list is on the screen: by now a person has begun to read it, and rows that move disturb more than a better order helps. */
export const DEADLINE_MS = 1_500;
/** For who asked for it in so many words, as the command line can: one passage takes a processor several seconds. */
export const ASKED_DEADLINE_MS = 30_000;
/** Repaintings on the way: at most two before the last one. */
const REPAINTINGS = 3;

export interface RefineOptions {
  readonly query: string;
  /** Best first. */
  readonly readable: readonly Readable[];
  /** Task instruction for files of a root; null: the model's own. */
  readonly instructionOf: (rootId: number) => string | null;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** The scores so far, now and then. */
  readonly repaint: (read: ReadonlyMap<number, number>) => void;
}

export interface Reading {
  /** P(yes) by file id, as far as it came. */
  readonly read: ReadonlyMap<number, number>;
  /** Why it came no further; null when it did, or only the time was up. */
  readonly trouble: string | null;
}

export async function refine(reranker: Reranker, options: RefineOptions): Promise<Reading> {
  const { query, readable, instructionOf, deadlineMs, signal, repaint } = options;
  const read = new Map<number, number>();
  let paintedMs = performance.now();
  const stop = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  try {
    // Files of roots with instructions of their own are asked apart; the others keep their order.
    for (const instruction of new Set(readable.map(({ rootId }) => instructionOf(rootId)))) {
      const group = readable.filter(({ rootId }) => instructionOf(rootId) === instruction);
      await reranker.score(query, group.map(({ text }) => text), {
        instruction, signal: stop,
        next(from, scores) {
          if (stop.aborted) return;
          scores.forEach((score, index) => {
            const file = group[from + index];
            if (file !== undefined) read.set(file.fileId, score);
          });
          if (read.size < 2 || read.size === readable.length || performance.now() - paintedMs < deadlineMs / REPAINTINGS) return;
          paintedMs = performance.now();
          repaint(read);
        },
      });
    }
    return { read, trouble: null };
  } catch (error) {
    if (stop.aborted) return { read, trouble: null };
    if (!(error instanceof EngineError)) throw error;
    return { read, trouble: error.message };
  }
}
