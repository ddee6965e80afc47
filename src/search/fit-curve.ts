/**
 * Fits confidence to margins of right pairs and of nonsense. Pure.
 * By quantiles, not by likelihood: what is promised is a share of right answers that is kept and a share of nonsense that stays out,
 * and those are quantiles. A likelihood fit would let a few far-off pairs move the floor.
 */

import { PRIOR_CURVE, PRIOR_PENALTY, STRONG_FROM, type Curve } from './confidence.ts';

/** Share of right pairs that stay above the floor. Titles are easier than questions: their last few are the hard pairs. */
const RIGHT_ABOVE = 0.97;
/** Share of nonsense that must stay below it, once its penalty is taken off. */
const NONSENSE_BELOW = 0.99;
/** Beyond the best nonsense by this much, in deviations, since another hundred slips would reach further. */
const PENALTY_RESERVE = 0.5;
/**
 * The floor never sinks below what nearly all nonsense reaches: a hit that is worse is no answer, even if a few right pairs are no better.
 * A real query's best hit is hardly ever worse than that (tests/eval).
 */
const NONSENSE_ABOVE = 0.98;
/** Steepest and flattest curve: with few pairs the spread is a guess. */
const SLOPES = { least: 0.8, most: 6 } as const;
/** Pairs that the prior counts for, so that twenty pairs move it and do not replace it. */
const PRIOR_PAIRS = 20;

export interface Fit {
  readonly curve: Curve;
  readonly penalty: number;
}

/**
 * A model that tells right from nonsense gets a floor between the two. For one that does not, the floor follows the right pairs,
 * so that real queries keep their answers, and nonsense is held off by its looks alone: the penalty.
 */
export function fitConfidence(right: readonly number[], nonsense: readonly number[]): Fit {
  const kept = quantile(right, 1 - RIGHT_ABOVE);
  const out = quantile(nonsense, NONSENSE_BELOW);
  const middle = Math.max(quantile(nonsense, 1 - NONSENSE_ABOVE), kept > out ? (kept + out) / 2 : kept);
  // Strong is what the better half of the right pairs reaches and hardly any nonsense does.
  const strong = Math.max(quantile(right, 0.5), out);
  const slope = Math.min(SLOPES.most, Math.max(SLOPES.least, Math.log(STRONG_FROM / (1 - STRONG_FROM)) / Math.max(0.1, strong - middle)));
  const penalty = Math.max(0, out - middle) + PENALTY_RESERVE;
  const trust = right.length / (right.length + PRIOR_PAIRS);
  const towards = (prior: number, fitted: number): number => prior + (fitted - prior) * trust;
  return { curve: { middle: towards(PRIOR_CURVE.middle, middle), slope: towards(PRIOR_CURVE.slope, slope) }, penalty: towards(PRIOR_PENALTY, penalty) };
}

/** Quantile with linear interpolation; 0 for an empty list. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? 0;
  return below + (above - below) * (place - Math.floor(place));
}
