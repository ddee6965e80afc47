/**
 * The part of a passage that is shown: the run of about two lines with the most of the query in it. Pure.
 * For a passage that shares no word with the query (found by meaning alone) the sentence whose letters are most alike stands in;
 * failing that, its beginning. Cuts fall between graphemes, and between words or sentences where there are any.
 */

import type { Span } from '../contract/model.ts';
import { highlight } from './highlight.ts';
import { findTerm, searchable, toOriginal, type PreparedQuery, type Searchable } from './query-match.ts';

export interface Snippet {
  readonly text: string;
  readonly highlights: readonly Span[];
}

/** About two lines of a hit. Wide characters (CJK) count double. */
const SNIPPET_WIDTH = 220;
/** What stands before the first word found, so that it is read in context. */
const LEAD_WIDTH = 50;
/** A sentence begins again within this much of the cut: start there instead. */
const SENTENCE_REACH = 60;
const CUT_MARK = '…';
/** Least share of a query's letter triples in a sentence for it to be chosen over the beginning. */
const LEAST_LIKENESS = 0.2;

/** A passage as it is shown and judged: white space joined, folded once for all that is asked of it. */
export function shownPassage(passage: string): Searchable {
  return searchable((UNTIDY.test(passage) ? passage.replace(/\s+/gu, ' ') : passage).trim());
}

/** White space that is not one plain space. */
const UNTIDY = /[^\S ]| {2}/u;

export function snippetOf(passage: Searchable, query: PreparedQuery): Snippet {
  const text = passage.original;
  if (text.length <= SNIPPET_WIDTH && widthOf(text) <= SNIPPET_WIDTH) return { text, highlights: highlight(text, query) };
  const start = startOfSnippet(text, anchorOf(passage, query));
  const end = endOfSnippet(text, start);
  const cut = (start > 0 ? CUT_MARK : '') + text.slice(start, end).trim() + (end < text.length ? CUT_MARK : '');
  return { text: cut, highlights: highlight(cut, query) };
}

/** Offset around which the snippet is cut. */
function anchorOf(target: Searchable, query: PreparedQuery): number {
  const places = query.terms.flatMap((term) => findTerm(target, term, 20).map((span) => ({ at: toOriginal(target, span).start, term })));
  if (places.length === 0) return likestSentence(target, query);
  places.sort((a, b) => a.at - b.at);
  let best = { at: places[0]?.at ?? 0, score: -1 };
  places.forEach((first, index) => {
    const seen = new Set<string>();
    let score = 0;
    for (const place of places.slice(index)) {
      if (place.at - first.at > SNIPPET_WIDTH - LEAD_WIDTH) break;
      if (seen.has(place.term.text)) score += place.term.weight * REPEAT_SHARE;
      else score += place.term.weight;
      seen.add(place.term.text);
    }
    if (score > best.score) best = { at: first.at, score };
  });
  return best.at;
}

/** A word seen again in the same snippet adds this much of its weight: little, or one word repeated would beat two words. */
const REPEAT_SHARE = 0.05;

/** Where a sentence ends, well enough for choosing a place to start: the dictionary of a real segmenter costs ten times the search. */
const SENTENCE_END = /[.!?;:।။]\s+|[。！？；]\s*/gu;

function likestSentence(target: Searchable, query: PreparedQuery): number {
  const wanted = [...new Set(query.terms.flatMap((term) => triples(term.text)))];
  if (wanted.length === 0) return 0;
  const line = target.folded.text;
  let best = { at: 0, share: LEAST_LIKENESS };
  let start = 0;
  for (const end of [...[...line.matchAll(SENTENCE_END)].map((match) => match.index + match[0].length), line.length]) {
    const sentence = line.slice(start, end);
    const share = wanted.filter((triple) => sentence.includes(triple)).length / wanted.length;
    if (share > best.share) best = { at: start, share };
    start = end;
  }
  return best.at === 0 ? 0 : toOriginal(target, { start: best.at, end: best.at + 1 }).start;
}

function triples(text: string): readonly string[] {
  const characters = [...text];
  return characters.slice(0, Math.max(0, characters.length - 2)).map((_, index) => characters.slice(index, index + 3).join(''));
}

/** Goes back from the anchor to a sentence's start, or else to a word's, at most LEAD_WIDTH. */
function startOfSnippet(text: string, anchor: number): number {
  let from = anchor;
  for (let width = 0; from > 0 && width < LEAD_WIDTH; from--) width += widthOf(text.charAt(from - 1));
  if (from === 0) return 0;
  const sentence = sentenceStart(text, anchor, Math.max(0, from - SENTENCE_REACH));
  if (sentence !== null) return sentence;
  const space = text.slice(from, anchor).indexOf(' ');
  return graphemeStart(text, space < 0 ? from : from + space + 1);
}

/** The last place in (from, anchor] where a sentence starts; null when there is none. White space is single spaces here. */
function sentenceStart(text: string, anchor: number, from: number): number | null {
  for (let at = anchor; at > from; at--) {
    const before = text.charAt(at - 1);
    if (WIDE_STOPS.includes(before) || (before === ' ' && at - 1 > from && STOPS.includes(text.charAt(at - 2)))) return at;
  }
  return null;
}

const STOPS = '.!?;:।။';
const WIDE_STOPS = '。！？；';

function endOfSnippet(text: string, start: number): number {
  let end = start;
  for (let width = 0; end < text.length; end++) {
    width += widthOf(text.charAt(end));
    if (width > SNIPPET_WIDTH) break;
  }
  if (end >= text.length) return text.length;
  const space = text.lastIndexOf(' ', end);
  // A script without spaces has none near: cut between graphemes.
  return space > start + (end - start) / 2 ? space : graphemeStart(text, end);
}

let graphemes: Intl.Segmenter | undefined;

function graphemeStart(text: string, at: number): number {
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  // Around the cut only: segmenting all of a long passage for one border costs more than the search.
  const from = Math.max(0, at - 64);
  const near = graphemes.segment(text.slice(from, at + 64)).containing(at - from);
  return near === undefined ? at : from + near.index;
}

/** Columns: 2 for CJK, Hangul and full-width signs, else 1. Rough on purpose: it only bounds a length. */
function widthOf(text: string): number {
  let width = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    width += (unit >= 0x1100 && unit <= 0x115f) || (unit >= 0x2e80 && unit <= 0xd7af) || (unit >= 0xf900 && unit <= 0xfaff) || (unit >= 0xff00 && unit <= 0xff60) ? 2 : 1;
  }
  return width;
}
