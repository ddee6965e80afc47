/**
 * Cuts text into words, the same way for documents, queries and highlights. Text is folded first; spans lead back to the original.
 * Languages without spaces are segmented with Intl.Segmenter; identifiers (camelCase, snake_case, dotted, kebab-case) are cut into their
 * parts and, where case, `_` or `-` held them together, given once more as a whole (`getusername`).
 *
 * What a reader would get wrong: words of one group (an identifier, a run of Chinese) stand at consecutive positions, so a query's group is
 * a phrase; a `whole` takes no position of its own and goes into the second column (index-text.ts), as bigrams do.
 */

import { characterClass, CJK, HANGUL, MARK, NONE, SPACED } from './character-class.ts';
import { foldWithOffsets, originalSpan } from './fold.ts';

/** word: a script with spaces · cjk, hangul, complex (Thai, Lao, Khmer, Burmese): a piece of a run · whole: an identifier that was cut. */
export type WordKind = 'word' | 'cjk' | 'hangul' | 'complex' | 'whole';

export interface Word {
  /** Folded. Cut at `LONGEST_TERM` units. */
  readonly term: string;
  readonly kind: WordKind;
  /** UTF-16 offsets in the original text. */
  readonly start: number;
  readonly end: number;
  /** Adjacent words have consecutive positions; a whole has that of its first part. */
  readonly position: number;
  /** Words of one written unit share this number. */
  readonly group: number;
}

/** Longer terms are cut: base64 and hashes would only swell the index. UTF-16 units. */
export const LONGEST_TERM = 64;

/** All words of a text in order; a whole stands after its parts. */
export function words(text: string): Word[] {
  const folded = foldWithOffsets(text);
  const { text: line, offsets } = folded;
  const found: Word[] = [];
  let position = 0;
  let group = -1;
  let at = 0;
  /** End of the last piece, and what stood after it, to tell whether the next is of the same group. */
  let groupEnd = -1;
  let wholeFirst = 0;

  const add = (kind: WordKind, start: number, end: number, place: number): void => {
    const span = originalSpan(folded, start, end);
    const term = line.slice(start, Math.min(end, start + LONGEST_TERM));
    found.push({ term: kind === 'whole' ? joined(line, start, end) : term, kind, start: span.start, end: span.end, position: place, group });
  };
  /** Start of the run of parts that makes one identifier; parts so far. */
  let wholeStart = -1;
  let parts = 0;
  const endWhole = (end: number): void => {
    if (parts > 1) add('whole', wholeStart, end, wholeFirst);
    parts = 0;
  };

  while (at < line.length) {
    const kind = characterClass(line, at);
    if (kind === NONE || kind === MARK) {
      at++;
      continue;
    }
    const start = at;
    at = runEnd(line, at, kind);
    const bond = groupEnd < 0 ? '' : bondBetween(line, groupEnd, start);
    if (bond === null || groupEnd < 0) {
      if (groupEnd >= 0) endWhole(groupEnd);
      group++;
    } else if (!(bond === '_' || bond === '-') || kind !== SPACED) {
      endWhole(groupEnd);
    }
    if (kind === SPACED) {
      if (parts === 0) {
        wholeStart = start;
        wholeFirst = position;
      }
      let from = start;
      if (at - start <= LONGEST_TERM) {
        for (let index = start + 1; index < at; index++) {
          if (!caseBoundary(text, offsets, index, at)) continue;
          add('word', from, index, position++);
          parts++;
          from = index;
        }
      }
      add('word', from, at, position++);
      parts++;
    } else {
      const name = kind === CJK ? 'cjk' : kind === HANGUL ? 'hangul' : 'complex';
      for (const piece of pieces(line, start, at, kind)) add(name, piece.start, piece.end, position++);
    }
    groupEnd = at;
  }
  if (groupEnd >= 0) endWhole(groupEnd);
  return found;
}

/** Characters that may stand inside one written unit. */
const BONDS = new Set(['_', '-', '.', "'", '·', '@']);

/** The bond between two pieces: '' when they touch, the character when one of BONDS stands between, null when they are apart. */
function bondBetween(line: string, end: number, start: number): string | null {
  if (start === end) return '';
  if (start - end !== 1) return null;
  const between = line.charAt(end);
  return BONDS.has(between) ? between : null;
}

function runEnd(line: string, start: number, kind: number): number {
  let end = start + (isHighSurrogate(line, start) ? 2 : 1);
  while (end < line.length) {
    const next = characterClass(line, end);
    if (next !== kind && next !== MARK) break;
    end += isHighSurrogate(line, end) ? 2 : 1;
  }
  return Math.min(end, line.length);
}

function isHighSurrogate(line: string, at: number): boolean {
  return (line.charCodeAt(at) & 0xfc00) === 0xd800;
}

const UPPER = /^\p{Lu}$/u;
const LOWER_OR_DIGIT = /^[\p{Ll}\p{Nd}]$/u;

/** Does a part begin at folded unit `index`: `get|User`, `HTTP|Server`? */
function caseBoundary(text: string, offsets: Uint32Array, index: number, end: number): boolean {
  const here = offsets[index] ?? 0;
  const before = offsets[index - 1] ?? 0;
  if (here === before || !isUpper(text, here)) return false;
  if (isLowerOrDigit(text, before)) return true;
  return isUpper(text, before) && index + 1 < end && isLower(text, offsets[index + 1] ?? 0);
}

function isUpper(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit < 0x80 ? unit >= 0x41 && unit <= 0x5a : UPPER.test(text.charAt(at));
}

function isLower(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit < 0x80 ? unit >= 0x61 && unit <= 0x7a : LOWER_OR_DIGIT.test(text.charAt(at));
}

function isLowerOrDigit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit < 0x80 ? (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) : LOWER_OR_DIGIT.test(text.charAt(at));
}

function joined(line: string, start: number, end: number): string {
  return line.slice(start, end).replace(/[_-]/g, '').slice(0, LONGEST_TERM);
}

interface Piece {
  readonly start: number;
  readonly end: number;
}

let segmenter: Intl.Segmenter | undefined;

/** Hangul runs are words already; the others have no spaces and are cut by dictionary. */
function pieces(line: string, start: number, end: number, kind: number): Piece[] {
  if (kind === HANGUL || end - start === 1) return [{ start, end }];
  segmenter ??= new Intl.Segmenter('en', { granularity: 'word' });
  const cut: Piece[] = [];
  for (const { segment, index } of segmenter.segment(line.slice(start, end))) {
    cut.push({ start: start + index, end: start + index + segment.length });
  }
  return cut;
}

