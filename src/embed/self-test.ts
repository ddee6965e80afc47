/**
 * Is a device to be trusted with a model? Pure: fixed texts, and the judgement over the vectors that the CPU and the device gave for them.
 * A wrong result of a GPU is silent (no error, other vectors), so nothing else can tell.
 */

import type { Precision } from './graph-facts.ts';

/** Raised when the texts or the judgement change: every device is tested again. */
export const SELF_TEST_VERSION = 1;

const LONG = 'The harbour master wrote every arrival into a large book: the name of the ship, her captain, the cargo, and the weather of the day. '
  + 'Three hundred years later the books are still legible, and historians read from them how the trade in salt, timber and cloth moved along the coast, '
  + 'which winters were hard, and when a new lighthouse made the passage safer. ';

/** Several scripts and lengths, so that several shapes, paddings and byte patterns are run: a fault often shows in one of them only. */
export const SELF_TEST_TEXTS: readonly string[] = [
  'invoice',
  'Where did I put the contract for the flat in Lisbon?',
  '北京的秋天天气很好，适合去公园散步。',
  '納豆は大豆を発酵させた日本の伝統的な食品です。',
  'Счёт за электричество нужно оплатить до пятнадцатого числа.',
  'اجتماع الفريق يوم الثلاثاء الساعة العاشرة صباحا',
  'const total = rows.reduce((sum, row) => sum + row.price * row.count, 0); // 19 % VAT',
  LONG,
  LONG.repeat(2),
];

/**
 * Least cosine between a device's vector and the CPU's for the same text and file. Two right computations differ by rounding alone:
 * fp32 by about 1e-7 (1e-5 with fast division and exponentials); fp16 by what 11 bits lose over some thirty layers (1e-3 at worst is reported);
 * of quantised files the CPU also rounds activations to 8 bits, which the GPU does not (0.98 to 0.99 are reported for that). Wrong ones mostly lie far below, at 0.0 to 0.9; fused attention that is
 * wrong from 32 tokens on gave 0.94 to 0.99, which the first two limits see, and the third only where it is worse than rounding.
 */
const LEAST_COSINE: Readonly<Record<Precision, number>> = { fp32: 0.9995, fp16: 0.998, quantized: 0.97 };

/** What one device made of the texts. */
export interface SelfTestRun {
  /** Text after text, `dimension` values each; every text run alone. */
  readonly vectors: Float32Array;
  /** The same from batches of unlike lengths; null where only references are made (the CPU). */
  readonly together: Float32Array | null;
  /** For all texts alone, once compiled and allocated. */
  readonly ms: number;
  readonly tokens: number;
}

export type DeviceTrouble = 'wrong' | 'slow';

export interface Judgement {
  readonly trouble: DeviceTrouble | null;
  /** For people; null when all is well. */
  readonly reason: string | null;
  /** The least cosine found. */
  readonly cosine: number;
}

/** `judgeSpeed` false: a person chose this device, so how fast it is stays their business. */
export function judge(reference: SelfTestRun, found: SelfTestRun, dimension: number, precision: Precision, judgeSpeed: boolean): Judgement {
  const cosines = [found.vectors, found.together ?? found.vectors].map((vectors) => leastCosine(reference.vectors, vectors, dimension));
  // Not Math.min alone: NaN must stay NaN.
  const cosine = cosines.some(Number.isNaN) ? Number.NaN : Math.min(...cosines);
  const least = LEAST_COSINE[precision];
  if (!(cosine >= least)) {
    return { trouble: 'wrong', cosine, reason: `Its vectors are not those of the CPU: the cosine falls to ${cosine.toFixed(4)}, and at least ${least} is expected (${precision}).` };
  }
  if (judgeSpeed && found.ms > reference.ms) {
    return { trouble: 'slow', cosine, reason: `It is slower than the CPU: ${Math.round(found.ms)} ms against ${Math.round(reference.ms)} ms for the same texts.` };
  }
  return { trouble: null, reason: null, cosine };
}

/** NaN anywhere gives NaN, rows of other counts −1. Two zero rows (a text the model has no token for) agree. */
export function leastCosine(left: Float32Array, right: Float32Array, dimension: number): number {
  if (left.length !== right.length) return -1;
  let least = 1;
  for (let start = 0; start < left.length; start += dimension) {
    let [dot, leftSquares, rightSquares] = [0, 0, 0];
    for (let index = start; index < start + dimension; index++) {
      const [a, b] = [left[index] ?? 0, right[index] ?? 0];
      dot += a * b;
      leftSquares += a * a;
      rightSquares += b * b;
    }
    if (leftSquares === 0 && rightSquares === 0) continue;
    const cosine = leftSquares === 0 || rightSquares === 0 ? 0 : dot / Math.sqrt(leftSquares * rightSquares);
    if (!(cosine >= least)) least = cosine;
    if (Number.isNaN(cosine)) return cosine;
  }
  return least;
}

/** Did the CPU give a vector for at least most texts? Without one there is nothing to compare with. */
export function usableReference({ vectors }: SelfTestRun, dimension: number): boolean {
  const rows = SELF_TEST_TEXTS.map((_, row) => vectors.subarray(row * dimension, (row + 1) * dimension));
  return vectors.every((value) => Number.isFinite(value)) && rows.filter((row) => row.some((value) => value !== 0)).length * 2 > rows.length;
}
