/**
 * Text to token ids. Most models go through the registry's native `tokenizers` package, which reads any `tokenizer.json`; those
 * of the built-in model's kind go through our own (unigram-tokenizer.ts), for its memory and speed.
 */

import { readFileSync } from 'node:fs';
import { EngineError } from '../contract/errors.ts';
import type { Lane } from './lanes.ts';
import { inputText, type ModelInput } from './model-description.ts';
import { unigramTokenizer, type UnigramTokenizer } from './unigram-tokenizer.ts';
import { readVocabularyFile } from './vocabulary-file.ts';

/** Ids of one text. */
export type TokenRow = ArrayLike<number>;

export interface TextTokenizer<Row extends TokenRow = readonly number[]> {
  /** Ids of each text, special tokens included, at most `maxTokens`: the end token survives truncation. `lane`: whose turn it is where turns are taken. */
  encode(texts: readonly string[], lane?: Lane): Promise<readonly Row[]>;
}

/** Our own works on the calling thread. `input`: what of a text the model is given. Error: `model-invalid` when the file is no tokenizer. */
export async function openTokenizer(path: string, maxTokens: number, input: ModelInput = 'raw'): Promise<TextTokenizer> {
  return openOwn(path, maxTokens, input) ?? await openNative(path, maxTokens, input).catch((cause: unknown) => { throw unreadable(path, cause); });
}

/** null when the file is of a kind for the native package. Error: `model-invalid` when it is no tokenizer. */
export function openOwn(path: string, maxTokens: number, input: ModelInput): TextTokenizer | null {
  let own: UnigramTokenizer | null;
  try {
    own = readOwn(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  return own === null ? null : {
    encode: (texts) => Promise.resolve(texts.map((text) => own.encode(inputText(input, text), maxTokens))),
  };
}

/** In a function of its own, so that the file's bytes are garbage as soon as it returns. */
function readOwn(path: string): UnigramTokenizer | null {
  const file = readVocabularyFile(readFileSync(path));
  return file === null ? null : unigramTokenizer(file);
}

/** The package runs on threads of its own: encoding one batch overlaps with running the one before. */
export async function openNative(path: string, maxTokens: number, input: ModelInput = 'raw'): Promise<TextTokenizer> {
  // Loaded when needed: the built-in model does without it.
  const { Tokenizer } = await import('tokenizers');
  const native = Tokenizer.fromFile(path);
  // Padding is ours (inputs.ts). Truncation is the package's: it counts the special tokens that the template adds afterwards,
  // and cuts the text alone, so the end token that last-token pooling reads is kept.
  native.disablePadding();
  native.setTruncation(maxTokens);
  return {
    async encode(texts) {
      const encodings = await native.encodeBatch(texts.map((text) => inputText(input, text)));
      return encodings.map((encoding) => encoding.getIds());
    },
  };
}

function unreadable(path: string, cause: unknown): EngineError {
  if (cause instanceof EngineError) return cause;
  return new EngineError('model-invalid', `The tokenizer cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause, details: { path } });
}
