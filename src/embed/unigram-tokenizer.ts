/**
 * A tokenizer of our own for one family of `tokenizer.json`: Unigram with a sentencepiece normalization table and word marks (▁), which
 * the built-in model is of. The ids are those of the native package (tested against it); the memory is a tenth, and words seen before
 * are not cut again, which makes it several times faster on one core. Everything else goes to the native package (tokenizer.ts).
 */

import { isDeepStrictEqual } from 'node:util';
import { Charsmap } from './charsmap.ts';
import { UnigramBuilder, type Unigram } from './unigram.ts';
import type { VocabularyFile } from './vocabulary-file.ts';

/** Stands for a space, and before every word. */
const MARK = '▁';
/** Words remembered with their ids. Text of one person repeats: 32,768 words are more than nine tenths of what comes by. About 5 MB. */
const REMEMBERED_WORDS = 32_768;
/** Longer words (CJK sentences, base64) seldom come again. */
const LONGEST_REMEMBERED = 24;
/** V8 copies what is cut out of a text below this length; from here on it keeps the whole text alive. */
const SHORTEST_SLICE = 13;

/**
 * Texts that must be normalized as a whole: with a mark that would join with the white space before it, with something that looks
 * like a word mark, or with the one white space (next line) that the table leaves alone and stripping does not.
 */
const JOINED = /[\t\n\f\r ][\p{M}\u200c\u200d\uff9e\uff9f\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}]|[▁\u0085]/u;
/** White space that the table turns into a space and that never joins with what follows. (It deletes the vertical tab.) */
const SPACES = /[\t\n\f\r ]+/;
const LONE_SURROGATE = /\p{Surrogate}/gu;
const STRIPPED = /^\p{White_Space}+|\p{White_Space}+$/gu;

interface UnigramTokenizerParts {
  readonly unigram: Unigram;
  readonly charsmap: Charsmap;
  /** Texts that are one token wherever they stand, by id. */
  readonly added: ReadonlyMap<string, number>;
}

/** A tokenizer for this file; null when it is of any other kind, be it by one setting. */
export function unigramTokenizer(file: VocabularyFile): UnigramTokenizer | null {
  const top = record(file.rest);
  const model = record(top['model']);
  const unknownId = model['unk_id'];
  if (model['type'] !== 'Unigram' || typeof unknownId !== 'number') return null;
  const [table, ...rest] = list(record(top['normalizer'])['normalizers']).map(record);
  if (record(top['normalizer'])['type'] !== 'Sequence' || table?.['type'] !== 'Precompiled' || typeof table['precompiled_charsmap'] !== 'string') return null;
  if (!isDeepStrictEqual(rest, [
    { type: 'Strip', strip_left: true, strip_right: true },
    { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
  ])) return null;
  if (!isDeepStrictEqual(top['pre_tokenizer'], { type: 'Metaspace', replacement: MARK, prepend_scheme: 'always', split: true })) return null;
  if (top['post_processor'] !== null || top['truncation'] !== null || top['padding'] !== null) return null;
  const added = new Map<string, number>();
  for (const token of list(top['added_tokens']).map(record)) {
    const plain = token['single_word'] === false && token['lstrip'] === false && token['rstrip'] === false && token['normalized'] === false;
    if (!plain || typeof token['content'] !== 'string' || typeof token['id'] !== 'number') return null;
    added.set(token['content'], token['id']);
  }
  const builder = new UnigramBuilder(file.pieces);
  file.forEachPiece((piece, score) => builder.add(piece, score));
  return new UnigramTokenizer({
    unigram: builder.build(unknownId, model['byte_fallback'] === true),
    charsmap: new Charsmap(table['precompiled_charsmap']),
    added,
  });
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}; // Every field is checked where it is read.
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export class UnigramTokenizer {
  readonly #unigram: Unigram;
  readonly #charsmap: Charsmap;
  readonly #added: ReadonlyMap<string, number>;
  readonly #addedPattern: RegExp | null;
  #remembered = new Map<string, readonly number[]>();

  constructor({ unigram, charsmap, added }: UnigramTokenizerParts) {
    this.#unigram = unigram;
    this.#charsmap = charsmap;
    this.#added = added;
    const alternatives = [...added.keys()].sort((left, right) => right.length - left.length).map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    this.#addedPattern = alternatives.length === 0 ? null : new RegExp(`(${alternatives.join('|')})`);
  }

  /** At most `maxTokens` ids. */
  encode(text: string, maxTokens: number): number[] {
    const ids: number[] = [];
    // Half a surrogate pair has no UTF-8, in which the native package works: it becomes U+FFFD there.
    const wellFormed = text.replace(LONE_SURROGATE, '\ufffd');
    const parts = this.#addedPattern === null ? [wellFormed] : wellFormed.split(this.#addedPattern);
    for (const part of parts) {
      const added = this.#added.get(part);
      if (added !== undefined) ids.push(added);
      else if (part !== '') this.#encodePart(part, ids, maxTokens);
    }
    if (ids.length > maxTokens) ids.length = maxTokens;
    return ids;
  }

  #encodePart(text: string, ids: number[], maxTokens: number): void {
    if (JOINED.test(text)) {
      this.#encodeNormalized(this.#charsmap.normalize(text), true, ids);
      return;
    }
    // So each word may be normalized, cut and remembered by itself.
    for (const word of text.split(SPACES)) {
      if (word === '') continue;
      if (ids.length >= maxTokens) return;
      const known = this.#remembered.get(word);
      if (known !== undefined) {
        for (const id of known) ids.push(id);
        continue;
      }
      const first = ids.length;
      this.#encodeNormalized(this.#charsmap.normalize(word), false, ids);
      if (word.length <= LONGEST_REMEMBERED) this.#remember(word, ids.slice(first));
    }
  }

  /** Cuts before every word mark. `whole`: this is a whole text, which has the mark once at its start however it begins. */
  #encodeNormalized(normalized: string, whole: boolean, ids: number[]): void {
    const stripped = whole ? normalized.replace(STRIPPED, '') : normalized;
    // A word's table entry may hold spaces itself (¨ becomes a space with a mark on it); those at a word's ends meet the ones between words.
    const collapsed = stripped.includes(' ') ? stripped.replace(/ {2,}/g, ' ').replace(/^ | $/g, '') : stripped;
    if (collapsed === '') return;
    const spaced = collapsed.replaceAll(' ', MARK);
    const marked = whole && spaced.startsWith(MARK) ? spaced : MARK + spaced;
    for (let start = 0; start < marked.length;) {
      const next = marked.indexOf(MARK, start + 1);
      const end = next < 0 ? marked.length : next;
      this.#unigram.cut(start === 0 && end === marked.length ? marked : marked.slice(start, end), ids);
      start = end;
    }
  }

  /** When full, all is forgotten: cheaper than keeping an order, and the common words are back at once. */
  #remember(word: string, ids: readonly number[]): void {
    if (this.#remembered.size >= REMEMBERED_WORDS) this.#remembered = new Map();
    // The way through bytes makes a copy, and took as long as cutting all words: only where it must be.
    this.#remembered.set(word.length < SHORTEST_SLICE ? word : Buffer.from(word, 'utf8').toString('utf8'), ids);
  }
}
