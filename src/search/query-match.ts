/**
 * Where a query's words and phrases stand in a text. Pure, and cheap enough for a hundred passages per keystroke: the text is
 * folded once and searched as a string; it is not cut into words, which would cost a dictionary pass for Chinese, Japanese and Thai.
 * It follows the same folding and the same borders as the index (src/text), so what the words tier finds is also what lights up.
 *
 * What a reader would get wrong: borders matter only in scripts that have them. `art` is not in `start`, but 京都 is in 東京都 for
 * this purpose, as it is for the index's bigrams. Offsets in and out are those of the folded text; `originalSpan` leads back.
 */

import type { Span, Understood } from '../contract/model.ts';
import { characterClass, CJK, COMPLEX, HANGUL, MARK, NONE } from '../text/character-class.ts';
import { foldWithOffsets, originalSpan, type FoldedText } from '../text/fold.ts';
import { words, type Word, type WordKind } from '../text/words.ts';

export interface QueryTerm {
  /** Folded. */
  readonly text: string;
  readonly kind: WordKind;
  /** How telling it is among the words of this query, above 0. */
  readonly weight: number;
  /** Its standing in a text means something: any two syllables of Hiragana stand somewhere, random ones too. */
  readonly telling: boolean;
  /** Still being typed: it may go on in the text. */
  readonly prefix: boolean;
}

/** A query ready to be looked for. */
export interface PreparedQuery {
  /** Distinct words. */
  readonly terms: readonly QueryTerm[];
  /** All words in the order typed, for "the whole query stands in the text". */
  readonly sequence: readonly QueryTerm[];
  readonly phrases: readonly (readonly QueryTerm[])[];
  readonly excluded: readonly (readonly QueryTerm[])[];
}

/** A text folded once, for many questions. */
export interface Searchable {
  readonly original: string;
  readonly folded: FoldedText;
}

export function prepareQuery(understood: Understood, lastIsPrefix: boolean): PreparedQuery {
  const sequence = termsOf(understood.text, lastIsPrefix);
  const distinct = new Map<string, QueryTerm>();
  for (const term of sequence) {
    const known = distinct.get(term.text);
    if (known === undefined || (term.prefix && !known.prefix)) distinct.set(term.text, term);
  }
  return {
    terms: [...distinct.values()],
    sequence,
    phrases: understood.phrases.map((phrase) => termsOf(phrase, false)).filter((terms) => terms.length > 0),
    excluded: understood.excluded.map((phrase) => termsOf(phrase, false)).filter((terms) => terms.length > 0),
  };
}

export function searchable(text: string): Searchable {
  return { original: text, folded: foldWithOffsets(text) };
}

/** The words of a text as terms; an identifier counts by its parts. */
function termsOf(text: string, lastIsPrefix: boolean): readonly QueryTerm[] {
  const parts = words(text).filter((word) => word.kind !== 'whole');
  return parts.map((word, index) => ({
    text: word.term,
    kind: word.kind,
    weight: weightOf(word),
    telling: !/^\p{Script=Hiragana}{1,2}$/u.test(word.term),
    prefix: lastIsPrefix && index === parts.length - 1 && word.end === text.length,
  }));
}

/** Letters from which on a word of a script with spaces counts in full: shorter ones are mostly articles, prepositions, endings. */
const FULL_WEIGHT_LETTERS = 7;
const LEAST_WEIGHT = 0.15;

/** How telling a word is by its looks alone; no list of stop words covers 100 languages, and short words are common in all of them. */
function weightOf(word: Word): number {
  const length = [...word.term].length;
  if (word.kind === 'cjk') {
    // Hiragana alone is mostly grammar; one Han character is half a word.
    if (/^\p{Script=Hiragana}+$/u.test(word.term)) return length > 2 ? 0.4 : LEAST_WEIGHT;
    return length === 1 ? 0.4 : 1;
  }
  if (word.kind === 'hangul' || word.kind === 'complex') return length === 1 ? 0.3 : Math.min(1, 0.4 + length * 0.15);
  if (/\p{N}/u.test(word.term)) return length === 1 ? 0.3 : 1;
  return Math.max(LEAST_WEIGHT, Math.min(1, (length - 1) / (FULL_WEIGHT_LETTERS - 1)));
}

/** Spans of a term in the folded text, in order, at most `limit`. */
export function findTerm(text: Searchable, term: QueryTerm, limit = Infinity): readonly Span[] {
  const found: Span[] = [];
  for (let from = 0; found.length < limit;) {
    const span = nextTerm(text, term, from);
    if (span === null) break;
    found.push(span);
    from = span.end;
  }
  return found;
}

/** Spans of a phrase in the folded text: its terms in order with nothing but spaces and punctuation between. */
export function findPhrase(text: Searchable, phrase: readonly QueryTerm[], limit = Infinity): readonly Span[] {
  const first = phrase[0];
  if (first === undefined) return [];
  const found: Span[] = [];
  for (let from = 0; found.length < limit;) {
    const start = nextTerm(text, first, from, phrase.length > 1);
    if (start === null) break;
    let end = start.end;
    const whole = phrase.slice(1).every((term, index) => {
      const next = skipBetween(text.folded.text, end);
      if (!text.folded.text.startsWith(term.text, next)) return false;
      const stop = next + term.text.length;
      const last = index === phrase.length - 2;
      if (!(next === end ? startsInside(text, next, term) : hasLeftBorder(text, next, term)) || !hasRightBorder(text, stop, term, !last)) return false;
      end = stop;
      return true;
    });
    if (whole) found.push({ start: start.start, end });
    from = whole ? end : start.start + 1;
  }
  return found;
}

export function contains(text: Searchable, phrase: readonly QueryTerm[]): boolean {
  return findPhrase(text, phrase, 1).length > 0;
}

/** The span in the original text, whole characters only. */
export function toOriginal(text: Searchable, span: Span): Span {
  return originalSpan(text.folded, span.start, span.end);
}

/** Punctuation and spaces a phrase may run across; more than this is another sentence or a table. */
const LONGEST_GAP = 4;

function skipBetween(line: string, at: number): number {
  let next = at;
  while (next < line.length && next - at < LONGEST_GAP && characterClass(line, next) === NONE) next++;
  return next;
}

function nextTerm(text: Searchable, term: QueryTerm, from: number, goesOn = false): Span | null {
  const line = text.folded.text;
  for (let at = line.indexOf(term.text, from); at >= 0; at = line.indexOf(term.text, at + 1)) {
    const end = at + term.text.length;
    if (hasLeftBorder(text, at, term) && hasRightBorder(text, end, term, goesOn)) return { start: at, end };
  }
  return null;
}

/** Scripts without borders between words. Hangul has spaces, but particles and compounds stick to nouns. */
function isBorderless(kind: WordKind): boolean {
  return kind === 'cjk' || kind === 'complex' || kind === 'hangul';
}

function hasLeftBorder(text: Searchable, at: number, term: QueryTerm): boolean {
  if (at === 0) return true;
  const before = classBefore(text.folded.text, at);
  if (term.kind === 'hangul' && [...term.text].length === 1) return before !== HANGUL;
  if (isBorderless(term.kind)) return true;
  return before === NONE || before === CJK || before === HANGUL || before === COMPLEX || isCaseBorder(text, at);
}

/** Inside of a phrase, two terms may touch (`get` + `User`, 租房 + 合同), but not by cutting a word in two. */
function startsInside(text: Searchable, at: number, term: QueryTerm): boolean {
  return isBorderless(term.kind) || hasLeftBorder(text, at, term);
}

function hasRightBorder(text: Searchable, end: number, term: QueryTerm, goesOn: boolean): boolean {
  if (term.prefix || isBorderless(term.kind) || end >= text.folded.text.length) return true;
  const after = characterClass(text.folded.text, end);
  if (after === NONE || after === CJK || after === HANGUL || after === COMPLEX) return true;
  return (after !== MARK || goesOn) && isCaseBorder(text, end);
}

function classBefore(line: string, at: number): number {
  let index = at - 1;
  while (index > 0 && characterClass(line, index) === MARK) index--;
  return characterClass(line, (line.charCodeAt(index) & 0xfc00) === 0xdc00 && index > 0 ? index - 1 : index);
}

/** `getUserName`: a capital after a small letter or a digit, or the last capital of `HTTPServer`, begins a part. */
function isCaseBorder(text: Searchable, at: number): boolean {
  const { offsets } = text.folded;
  const here = text.original.charAt(offsets[at] ?? 0);
  const before = text.original.charAt(offsets[at - 1] ?? 0);
  if (!/\p{Lu}/u.test(here)) return false;
  if (/[\p{Ll}\p{Nd}]/u.test(before)) return true;
  return /\p{Lu}/u.test(before) && /\p{Ll}/u.test(text.original.charAt(offsets[at + 1] ?? 0));
}
