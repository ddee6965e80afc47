/**
 * Golden pairs: questions and texts whose likeness is known, judged against the vectors found here. Pure. What is expected is
 * either published with the model, or only what every embedding model must show: a text that answers is nearer than one that does not.
 */

import type { ModelCheck } from '../contract/models.ts';

export type SelfTest =
  /** Cosines that the model's makers published, question by question. */
  | { readonly kind: 'cosines'; readonly pairs: GoldenPairs; readonly expected: readonly (readonly number[])[]; readonly tolerance: number }
  /** The text with a question's own number must be nearest to it. */
  | { readonly kind: 'order'; readonly pairs: GoldenPairs };

export interface GoldenPairs {
  readonly questions: readonly string[];
  readonly texts: readonly string[];
}

/** The two questions and two texts of the Qwen3-Embedding README, which serve any multilingual model as well. */
export const CAPITAL_AND_GRAVITY: GoldenPairs = {
  questions: ['What is the capital of China?', 'Explain gravity'],
  texts: [
    'The capital of China is Beijing.',
    'Gravity is a force that attracts two bodies towards each other. It gives weight to physical objects and is responsible for the movement of planets around the sun.',
  ],
};

/** Of a model nothing is known of. */
export const PLAIN_TEST: SelfTest = { kind: 'order', pairs: CAPITAL_AND_GRAVITY };

/** Cosines of unit vectors are at most this far from what double precision gives. */
const UNIT_TOLERANCE = 1e-3;

type Judgement = Omit<ModelCheck, 'atMs'>;

/** `questions` and `texts`: a vector each, in the test's order. */
export function judgeVectors(test: SelfTest, questions: readonly Float32Array[], texts: readonly Float32Array[]): Judgement {
  const broken = [...questions, ...texts].some((vector) => !isUnit(vector));
  if (broken) return { passed: false, detail: 'Some vectors are empty or hold no numbers: this model file does not work on this machine.', cosines: [] };
  return judgeLikeness(test, questions.map((question) => texts.map((text) => dot(question, text))));
}

/** `found`: likeness of each question (row) and text (column): cosines, or a reranker's probabilities. */
export function judgeLikeness(test: SelfTest, found: readonly (readonly number[])[]): Judgement {
  if (found.flat().some((value) => !Number.isFinite(value))) return { passed: false, detail: 'The model gives values that are no numbers on this machine.', cosines: [] };
  return test.kind === 'cosines' ? judgeCosines(test, found) : judgeOrder(test, found);
}

function judgeCosines(test: SelfTest & { kind: 'cosines' }, found: readonly (readonly number[])[]): Judgement {
  const cosines = test.expected.flatMap((row, question) => row.map((expected, text) => ({ expected, found: found[question]?.[text] ?? Number.NaN })));
  const worst = Math.max(...cosines.map(({ expected, found: value }) => Math.abs(expected - value)));
  const listed = cosines.map(({ expected, found: value }) => `${value.toFixed(4)} for ${expected.toFixed(4)}`).join(', ');
  const passed = worst <= test.tolerance;
  return {
    passed,
    detail: passed
      ? `The published likenesses are met within ${test.tolerance} (${listed}).`
      : `These are not the published vectors: ${listed}; at most ${test.tolerance} off would be right. Do not use this model file on this machine.`,
    cosines,
  };
}

function judgeOrder(test: SelfTest & { kind: 'order' }, found: readonly (readonly number[])[]): Judgement {
  const wrong = test.pairs.questions.findIndex((_, question) => {
    const row = found[question] ?? [];
    return !row.every((value, text) => text === question || (row[question] ?? Number.NaN) > value);
  });
  const listed = found.map((row) => row.map((value) => value.toFixed(2)).join(' / ')).join('; ');
  return {
    passed: wrong === -1,
    detail: wrong === -1
      ? `Each test question is nearest to its own answer (${listed}).`
      : `The question “${test.pairs.questions[wrong] ?? ''}” is not nearest to its own answer (${listed}): this model makes no sense of English text, or does not work on this machine.`,
    cosines: [],
  };
}

function isUnit(vector: Float32Array): boolean {
  return Math.abs(dot(vector, vector) - 1) <= UNIT_TOLERANCE;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
