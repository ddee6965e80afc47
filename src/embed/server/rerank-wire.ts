/**
 * Requests to `/rerank` and answers, in the two shapes there are. Pure. TEI takes `texts` and gives a list of `score`s; Cohere's shape, which vLLM and
 * llama.cpp speak, takes `documents` and gives `results` of `relevance_score`s; SGLang takes the second and answers like the first. So requests
 * have a shape, and answers are read whichever they have. All give the best first: only `index` tells which text is meant.
 */

import { EngineError } from '../../contract/errors.ts';

export type RerankShape = 'tei' | 'cohere';

export function rerankBody(shape: RerankShape, model: string, query: string, texts: readonly string[]): unknown {
  // What is too long for the server is better cut than refused; the other shape has no word for it.
  if (shape === 'tei') return { query, texts, truncate: true };
  return { model, query, documents: texts, top_n: texts.length, return_documents: false };
}

/** Scores in the order of the texts, as the server gives them. Error: `server-refused`, when the answer is not one score for each. */
export function readRerank(body: unknown, count: number): number[] {
  const list = Array.isArray(body) ? body : typeof body === 'object' && body !== null && 'results' in body ? body.results : undefined;
  if (!Array.isArray(list)) refuse('is no list of scores');
  const scores: (number | undefined)[] = Array.from({ length: count });
  for (const item of list as readonly unknown[]) {
    const { index, score, relevance_score: relevance } = (typeof item === 'object' && item !== null ? item : {}) as Readonly<Record<string, unknown>>; // Each field is checked below.
    const value = score ?? relevance;
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count) refuse('names a text that was not sent');
    if (typeof value !== 'number' || !Number.isFinite(value)) refuse('has a score that is no number');
    if (scores[index] !== undefined) refuse('scores a text twice');
    scores[index] = value;
  }
  return scores.map((score) => score ?? refuse('leaves a text out'));
}

/** Some servers give probabilities, some bare logits: one value outside of 0 to 1 tells. */
export function areLogits(scores: readonly number[]): boolean {
  return scores.some((score) => score < 0 || score > 1);
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

function refuse(what: string): never {
  throw new EngineError('server-refused', `The reranking server's answer ${what}.`);
}
