/**
 * Texts whose vectors are known, or kept, to tell whether a server embeds as it should and as it did before. Pure.
 * A server's weights may be quantised in any way, so tolerances are wider here than for a model folder (models/golden.ts).
 */

import { CAPITAL_AND_GRAVITY } from '../../models/golden.ts';
import { documentText, queryText, type ModelPrompts } from '../model-description.ts';

const { questions: QUESTIONS, texts: TEXTS } = CAPITAL_AND_GRAVITY;
/** Of Qwen3-Embedding-0.6B in 32-bit floats (its README): question × text, row by row. */
export const QWEN_06B_COSINES = [0.7646, 0.1414, 0.1355, 0.6] as const;
/** Room for quantised weights. What goes wrong in practice (end token, pooling, prompt) moves them further (models/registry.ts). */
export const COSINE_TOLERANCE = 0.05;

/**
 * Kept at set-up and compared from then on. Two languages and a line of code: a changed tokenizer shows in one of them.
 * The first is short, since it goes along with every bulk request.
 */
export const IDENTITY_TEXTS = ['The capital of China is Beijing.', '重力使两个物体相互吸引。', 'for (const file of files) index(file); // 42'] as const;
/** Another batch or card, or 16-bit floats, stay above 0.999; published conversions to 8 bits came to about 0.99, to 4 bits to 0.95. */
export const SAME_VECTOR_COSINE = 0.995;

/** In the order of `QWEN_06B_COSINES`'s rows and columns: queries with their prompt, then documents. */
export function goldenTexts(prompts: ModelPrompts): readonly string[] {
  return [...QUESTIONS.map((question) => queryText(prompts, question, null)), ...TEXTS.map((text) => documentText(prompts, text))];
}

/** Of the rows of `goldenTexts`: each query with each document. */
export function goldenCosines(rows: readonly Float32Array[]): readonly number[] {
  const queries = rows.slice(0, QUESTIONS.length);
  const documents = rows.slice(QUESTIONS.length);
  return queries.flatMap((query) => documents.map((document) => cosine(query, document)));
}

/** How far the right pairs stand above the wrong ones: the least right cosine less the greatest wrong one. */
export function goldenMargin(cosines: readonly number[]): number {
  const [a = 0, b = 0, c = 0, d = 0] = cosines;
  return Math.min(a, d) - Math.max(b, c);
}

export function farthestFromKnown(cosines: readonly number[]): number {
  return Math.max(...QWEN_06B_COSINES.map((expected, index) => Math.abs(expected - (cosines[index] ?? 0))));
}

/** Zero for vectors of different lengths: they have nothing in common. */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let dot = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let index = 0; index < a.length; index++) {
    const x = a[index] ?? 0;
    const y = b[index] ?? 0;
    dot += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return squaresA === 0 || squaresB === 0 ? 0 : dot / Math.sqrt(squaresA * squaresB);
}

export function vectorLength(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
