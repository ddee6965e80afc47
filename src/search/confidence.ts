/**
 * How sure a hit by meaning is, from 0 to 1, for whatever model is installed. Pure; calibrate.ts fits the numbers on the user's own index.
 *
 * A cosine says nothing by itself: 0.6 is a right answer for one model and noise for another, and even for one model some queries
 * are close to everything. So a similarity is first measured against the query's own background: the mean and deviation of its
 * cosines with random windows of this index (`Background`). The standard score is then lowered by the score that the best of
 * `windows` unrelated windows would reach by chance, since the best of a million random texts always looks good. What is left is
 * the margin, and a logistic curve fitted on known pairs turns it into a confidence.
 */

import type { Confidence } from '../contract/model.ts';
import type { PieceLength, Script } from './wordlikeness.ts';

/** A logistic curve over the margin: 0.5 at `middle`. */
export interface Curve {
  readonly middle: number;
  readonly slope: number;
}

/** Raised when the shape or the meaning of a calibration changes: kept ones of another version are fitted anew. */
export const CALIBRATION_VERSION = 3;

/** What `calibrate` found. Plain JSON. */
export interface Calibration {
  readonly version: typeof CALIBRATION_VERSION;
  readonly generationId: number;
  /** Windows in the index when it was fitted; when there are four times as many, fit again. */
  readonly windows: number;
  /** `prior`: too few passages to fit; the curve is the default one. */
  readonly from: 'index' | 'prior';
  readonly positives: number;
  readonly negatives: number;
  readonly overall: Curve;
  /**
   * Share of known pairs that stand above chance, 0 to 1: how far this model can be trusted to order hits. It weighs meaning against words.
   */
  readonly strength: number;
  /** How much further, in deviations, a hit must stand out when the query looks like nonsense (wordlikeness.ts). */
  readonly penalty: number;
  /** Letters per token of real text and of nonsense, by script, for this model. Empty when the model does not count tokens. */
  readonly pieces: Readonly<Partial<Record<Script, PieceLength>>>;
  /** Languages (primary subtags) with enough pairs of their own. */
  readonly languages: Readonly<Record<string, Curve>>;
}

/** The background of one query. */
export interface QueryBackground {
  readonly mean: number;
  readonly deviation: number;
}

/** Hits by meaning alone below this are left out, unless the folder says otherwise or weak ones are asked for. */
export const DEFAULT_FLOOR = 0.5;
/** From here on a hit is strong. */
export const STRONG_FROM = 0.85;

/**
 * Used until there is enough to fit. Because margins are measured against the index itself, one curve is not far off for any
 * model: fitted on the evaluation set with the built-in model (tests/eval, calibration report).
 */
export const PRIOR_CURVE: Curve = { middle: -0.8, slope: 1.2 };

/** As PRIOR_CURVE, for the penalty of nonsense. */
export const PRIOR_PENALTY = 2.5;

/** As PRIOR_CURVE, for the strength. */
const PRIOR_STRENGTH = 0.4;
/** Trust in a model that never stands above chance. */
const LEAST_TRUST = 0.4;
/** Tuned on tests/eval with the built-in model: middle 0 to 0.5 and slope 1 are a plateau. */
const TRUST_CURVE: Curve = { middle: 0.5, slope: 1 };

/** A deviation below this would turn rounding errors into certainty (a background of identical vectors). */
const LEAST_DEVIATION = 0.01;

/** Mean and deviation of a query's cosines with `count` background vectors, row after row. */
export function queryBackground(query: Float32Array, vectors: Float32Array): QueryBackground {
  const dimension = query.length;
  const count = Math.floor(vectors.length / dimension);
  if (count === 0) return { mean: 0, deviation: 1 };
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < count; row++) {
    let dot = 0;
    const start = row * dimension;
    for (let index = 0; index < dimension; index++) dot += (query[index] ?? 0) * (vectors[start + index] ?? 0);
    sum += dot;
    squares += dot * dot;
  }
  const mean = sum / count;
  return { mean, deviation: Math.max(LEAST_DEVIATION, Math.sqrt(Math.max(0, squares / count - mean * mean))) };
}

/** How many deviations a similarity stands above what the best of `windows` unrelated windows would reach by chance. */
export function marginOf(similarity: number, background: QueryBackground, windows: number): number {
  return (similarity - background.mean) / background.deviation - chanceMaximum(windows);
}

/**
 * Expected largest of n standard normal values, by Blom's approximation Φ⁻¹((n − 0.375) / (n + 0.25)) (Blom 1958).
 * 10 → 1.55, 1,000 → 3.24, 100,000 → 4.38.
 */
export function chanceMaximum(count: number): number {
  const n = Math.max(1, count);
  return inverseNormal((n - 0.375) / (n + 0.25));
}

export function confidenceOn(curve: Curve, margin: number): number {
  return 1 / (1 + Math.exp(-curve.slope * (margin - curve.middle)));
}

/**
 * Confidence of one hit. `strange`: how unlike a search the query looks, 0 to 1 (wordlikeness.ts). What looks strange must stand out
 * further, and is never called strong.
 */
export function confidenceOf(calibration: Calibration | null, margin: number, language: string | null, strange: number): number {
  const curve = (language === null ? undefined : calibration?.languages[language]) ?? calibration?.overall ?? PRIOR_CURVE;
  const penalty = calibration?.penalty ?? PRIOR_PENALTY;
  const confidence = confidenceOn(curve, margin - penalty * strange);
  return strange > 0 ? Math.min(confidence, STRONG_FROM - 0.01) : confidence;
}

/**
 * How much a hit's rank by meaning counts beside its rank by words, 0 to 1: by how far it stands out, and how strong the model is.
 * Not the confidence: a floor low enough to keep every right answer of a weak model would let its noise outrank exact words
 * (measured in tests/eval: nDCG of questions 0.71 by confidence, 0.82 by this).
 */
export function trustOf(calibration: Calibration | null, margin: number, strange: number): number {
  const strength = calibration?.strength ?? PRIOR_STRENGTH;
  const penalty = calibration?.penalty ?? PRIOR_PENALTY;
  return (LEAST_TRUST + (1 - LEAST_TRUST) * strength) * confidenceOn(TRUST_CURVE, margin - penalty * strange);
}

/** The word for a confidence. `floor` is the folder's own, or DEFAULT_FLOOR. */
export function confidenceLevel(confidence: number, floor: number): Confidence {
  if (confidence < floor) return 'weak';
  return confidence >= Math.max(STRONG_FROM, floor) ? 'strong' : 'related';
}

/** Φ⁻¹ by Acklam's rational approximation, relative error below 1.2e-9. */
function inverseNormal(p: number): number {
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239] as const;
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572] as const;
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783] as const;
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416] as const;
  const tail = 0.02425;
  if (p < tail || p > 1 - tail) {
    const q = Math.sqrt(-2 * Math.log(p < tail ? p : 1 - p));
    const x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) / ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
    return p < tail ? x : -x;
  }
  const q = p - 0.5;
  const r = q * q;
  return ((((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q) / (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
}
