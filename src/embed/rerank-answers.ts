/**
 * From a reranking graph's output to P(yes), whatever the export left for us to do. Pure. Three endings are known: logits of every token (then the row's
 * last real one counts, and only two of its values are read: a vocabulary has 150,000), logits of the last token, and the answers alone.
 */

import { EngineError } from '../contract/errors.ts';
import { probabilityOfYes } from './reranking-rules.ts';

export interface LogitTensor {
  readonly dims: readonly number[];
  /** Value at a place of the flat data. */
  readonly at: (index: number) => number;
}

export interface AnswerTokens {
  readonly yes: number;
  readonly no: number;
}

/** P(yes) of each row. `tokenCounts`: real tokens per row, padding stands behind them; rows beyond these are padding. Error: `model-invalid` for any other shape. */
export function readAnswers({ dims, at }: LogitTensor, tokenCounts: readonly number[], answers: AnswerTokens): number[] {
  const [rows, middle, width] = dims;
  if (rows === undefined || rows < tokenCounts.length) refuse(dims);
  if (dims.length === 3 && middle !== undefined && width !== undefined && width > Math.max(answers.yes, answers.no)) {
    return tokenCounts.map((tokens, row) => {
      const start = (row * middle + Math.min(tokens, middle) - 1) * width;
      return probabilityOfYes(at(start + answers.no), at(start + answers.yes));
    });
  }
  if (dims.length !== 2 || middle === undefined) refuse(dims);
  // One logit says how much more likely yes is than no, as in exports for classification; two stand in the order no, yes.
  if (middle === 1) return tokenCounts.map((_, row) => probabilityOfYes(0, at(row)));
  if (middle === 2) return tokenCounts.map((_, row) => probabilityOfYes(at(row * 2), at(row * 2 + 1)));
  if (middle <= Math.max(answers.yes, answers.no)) refuse(dims);
  return tokenCounts.map((_, row) => probabilityOfYes(at(row * middle + answers.no), at(row * middle + answers.yes)));
}

function refuse(dims: readonly number[]): never {
  throw new EngineError('model-invalid', `The graph's output has the shape ${dims.join(' × ')}: neither logits of a vocabulary nor two answers.`);
}
