/** Pairs as token ids: prefix, pair, suffix, of which only the end of the pair, the document, is ever cut. */

import { EngineError } from '../contract/errors.ts';
import type { AnswerTokens } from './rerank-answers.ts';
import { pairText, type RerankingRules } from './reranking-rules.ts';

export interface PairTokenizer {
  readonly answers: AnswerTokens;
  /** Ids of each pair, at most `maxTokens`. */
  encode(query: string, documents: readonly string[], instruction: string | null): Promise<readonly (readonly number[])[]>;
}

/** No tokenizer we know takes more characters into one token on average: what lies beyond is cut before it costs anything. */
const MOST_CHARACTERS_PER_TOKEN = 32;

/** Error: `model-invalid` when the file is no tokenizer, an answer is not one token, or the chat leaves no room. */
export async function openPairTokenizer(path: string, rules: RerankingRules, maxTokens: number): Promise<PairTokenizer> {
  // Loaded when needed, as in tokenizer.ts.
  const { Tokenizer } = await import('tokenizers');
  let native: InstanceType<typeof Tokenizer>;
  try {
    native = Tokenizer.fromFile(path);
  } catch (cause) {
    throw new EngineError('model-invalid', `The tokenizer cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause, details: { path } });
  }
  native.disablePadding();
  native.disableTruncation();
  // The chat brings its own special tokens; the end token that a template would add is not part of it.
  const plain = { addSpecialTokens: false } as const;
  const ids = async (text: string): Promise<readonly number[]> => (await native.encode(text, null, plain)).getIds();
  const answer = async (word: string): Promise<number> => {
    const [token, ...more] = await ids(word);
    if (token === undefined || more.length > 0) throw new EngineError('model-invalid', `The answer "${word}" is not one token of this model.`);
    return token;
  };
  const [prefix, suffix, yes, no] = await Promise.all([ids(rules.prefix), ids(rules.suffix), answer(rules.yes), answer(rules.no)]);
  const room = maxTokens - prefix.length - suffix.length;
  if (room < 1) throw new EngineError('model-invalid', `"maxTokens" leaves no room beside the ${prefix.length + suffix.length} tokens of the chat.`);
  native.setTruncation(room);
  return {
    answers: { yes, no },
    async encode(query, documents, instruction) {
      const pairs = documents.map((document) => pairText(rules, query, document.slice(0, room * MOST_CHARACTERS_PER_TOKEN), instruction));
      const encodings = await native.encodeBatch(pairs, plain);
      return encodings.map((encoding) => [...prefix, ...encoding.getIds(), ...suffix]);
    },
  };
}
