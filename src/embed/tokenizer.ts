/**
 * Text to token ids. Most models go through the registry's native `tokenizers` package, which reads any `tokenizer.json`; those
 * of the built-in model's kind go through our own (unigram-tokenizer.ts), for its memory and speed.
 */

import { readFileSync } from 'node:fs';
import { EngineError } from '../contract/errors.ts';
import { unigramTokenizer, type UnigramTokenizer } from './unigram-tokenizer.ts';
import { readVocabularyFile } from './vocabulary-file.ts';

export interface TextTokenizer {
  /** It works on the calling thread: its work must take turns with the graph's. */
  readonly blocking: boolean;
  /** Ids of each text, special tokens included, at most `maxTokens`: the end token survives truncation. */
  encode(texts: readonly string[]): Promise<readonly (readonly number[])[]>;
}

/** Error: `model-invalid` when the file is no tokenizer. */
export async function openTokenizer(path: string, maxTokens: number): Promise<TextTokenizer> {
  try {
    const own = readOwn(path);
    return own === null ? await openNative(path, maxTokens) : {
      blocking: true,
      encode: (texts) => Promise.resolve(texts.map((text) => own.encode(text, maxTokens))),
    };
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError('model-invalid', `The tokenizer cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause, details: { path } });
  }
}

/** In a function of its own, so that the file's bytes are garbage as soon as it returns. */
function readOwn(path: string): UnigramTokenizer | null {
  const file = readVocabularyFile(readFileSync(path));
  return file === null ? null : unigramTokenizer(file);
}

/** The package runs on threads of its own: encoding one batch overlaps with running the one before. */
export async function openNative(path: string, maxTokens: number): Promise<TextTokenizer> {
  // Loaded when needed: the built-in model does without it.
  const { Tokenizer } = await import('tokenizers');
  const native = Tokenizer.fromFile(path);
  // Padding is ours (inputs.ts). Truncation is the package's: it counts the special tokens that the template adds afterwards,
  // and cuts the text alone, so the end token that last-token pooling reads is kept.
  native.disablePadding();
  native.setTruncation(maxTokens);
  return {
    blocking: false,
    async encode(texts) {
      const encodings = await native.encodeBatch([...texts]);
      return encodings.map((encoding) => encoding.getIds());
    },
  };
}
