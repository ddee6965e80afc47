/**
 * The score trace. A score is never computed anywhere else: it is the sum of the parts of a trace, and the rank is computed from
 * that sum (rank.ts), so what the explain panel shows cannot drift from the order on the screen. Pure.
 */

import type { ExplainTrace, ScorePart } from '../contract/model.ts';

/** Parts that add nothing are left out: they explain nothing. */
export function traceOf(parts: readonly (ScorePart | null)[]): ExplainTrace {
  const kept = parts.filter((part) => part !== null && part.value !== 0) as ScorePart[]; // the filter removed the nulls
  return { parts: kept, score: kept.reduce((sum, part) => sum + part.value, 0) };
}
