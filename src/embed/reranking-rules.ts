/**
 * How a reranking model is asked: the chat around query and document, and the two words whose logits are the answer. Pure. Published models were
 * trained with one exact text; a space or a line break more changes every score, and nothing but the scores would tell.
 */

import { EngineError } from '../contract/errors.ts';

export interface RerankingRules {
  /** Tokenized by itself and put before every pair; never cut. */
  readonly prefix: string;
  /** Contains `{instruction}`, `{query}` and, at its end, `{document}`: what is too long is cut there. */
  readonly pair: string;
  /** Tokenized by itself and put after every pair; never cut. */
  readonly suffix: string;
  /** Words that are one token each. */
  readonly yes: string;
  readonly no: string;
  readonly instruction: string;
}

/** Qwen3-Reranker, as its page shows it for transformers (with two line breaks between the fields, as for vLLM, it is another question). */
export const QWEN3_RERANKING: RerankingRules = {
  prefix: '<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct provided. '
    + 'Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n',
  pair: '<Instruct>: {instruction}\n<Query>: {query}\n<Document>: {document}',
  suffix: '<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n',
  yes: 'yes',
  no: 'no',
  instruction: 'Given a web search query, retrieve relevant passages that answer the query',
};

/** From the `reranking` of a model.json, where fields that are left out are Qwen3's. Error: `model-invalid`, which names the field. */
export function readRerankingRules(value: unknown, instruction: string | null): RerankingRules {
  const given = typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : {}; // Every field is checked below.
  const text = (name: keyof RerankingRules): string => {
    const found = given[name] ?? QWEN3_RERANKING[name];
    if (typeof found !== 'string' || found === '') refuse(name, 'must be a text that is not empty');
    return found;
  };
  const rules = { prefix: text('prefix'), pair: text('pair'), suffix: text('suffix'), yes: text('yes'), no: text('no'), instruction: instruction ?? text('instruction') };
  if (!rules.pair.includes('{query}') || !rules.pair.endsWith('{document}')) refuse('pair', 'must contain {query} and end with {document}');
  return rules;
}

/** One pass over the template, so that a placeholder inside a user's text stays text. */
export function pairText(rules: RerankingRules, query: string, document: string, instruction: string | null): string {
  const values: Readonly<Record<string, string>> = { instruction: instruction ?? rules.instruction, query, document };
  return rules.pair.replace(/\{(instruction|query|document)\}/g, (_, name: string) => values[name] ?? '');
}

/** P(yes) of two logits: their softmax. */
export function probabilityOfYes(no: number, yes: number): number {
  return 1 / (1 + Math.exp(no - yes));
}

function refuse(field: string, why: string): never {
  throw new EngineError('model-invalid', `model.json: "reranking.${field}" ${why}.`, { details: { field: `reranking.${field}` } });
}
