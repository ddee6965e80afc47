/**
 * Which ranges of a text light up for a query. Pure. Ranges are sorted, do not overlap, and never split a grapheme: a highlight
 * inside of नि, 👨‍👩‍👧 or a letter with its accent would tear it apart on the screen.
 */

import type { Span } from '../contract/model.ts';
import { fold } from '../text/fold.ts';
import { findPhrase, findTerm, searchable, toOriginal, type PreparedQuery } from './query-match.ts';

/** More than this in one snippet is noise, and a hostile text must not cost more. */
const MOST_HIGHLIGHTS = 64;

/** Highlights of words and phrases in a text shown to a person. */
export function highlight(text: string, query: PreparedQuery): readonly Span[] {
  const target = searchable(text);
  const phrases = query.phrases.flatMap((phrase) => findPhrase(target, phrase, MOST_HIGHLIGHTS));
  const terms = tellingTerms(query).flatMap((term) => findTerm(target, term, MOST_HIGHLIGHTS));
  const whole = query.sequence.length > 1 ? findPhrase(target, query.sequence, MOST_HIGHLIGHTS) : [];
  return wholeGraphemes(text, merged([...phrases, ...whole, ...terms].map((span) => toOriginal(target, span)))).slice(0, MOST_HIGHLIGHTS);
}

/** Words lighter than this are not lit by themselves (query-match.ts): `a`, `of`, の. */
const TELLING_WEIGHT = 0.3;
/** Nor are those much lighter than the heaviest: `the` beside `carpenter`, but not `key` beside `spare`. */
const TELLING_SHARE = 0.45;

/** The terms that light up: a lone particle or article does so only as a part of a phrase, unless there is nothing else. */
function tellingTerms(query: PreparedQuery): PreparedQuery['terms'] {
  const least = Math.max(TELLING_WEIGHT, TELLING_SHARE * Math.max(0, ...query.terms.map((term) => term.weight)));
  const telling = query.terms.filter((term) => term.weight >= least || term.prefix);
  return telling.length === 0 ? query.terms : telling;
}

/** Highlights of a file name: as `highlight`, and where names match inside of words (`port` in `report`), that part. */
export function highlightName(name: string, query: PreparedQuery): readonly Span[] {
  const spans = highlight(name, query);
  const target = searchable(name);
  const inside: Span[] = [];
  for (const term of tellingTerms(query)) {
    const at = target.folded.text.indexOf(term.text);
    if (at >= 0 && findTerm(target, term, 1).length === 0) inside.push(toOriginal(target, { start: at, end: at + term.text.length }));
  }
  // A query of signs only (`++`) has no words, but it may still stand in the name.
  if (query.terms.length === 0) return [];
  return wholeGraphemes(name, merged([...spans, ...inside]));
}

/** Highlights of literal text in a name, for queries that have no words in them. */
export function highlightLiteral(name: string, text: string): readonly Span[] {
  const target = searchable(name);
  const wanted = fold(text).trim();
  const at = wanted === '' ? -1 : target.folded.text.indexOf(wanted);
  return at < 0 ? [] : wholeGraphemes(name, [toOriginal(target, { start: at, end: at + wanted.length })]);
}

/** Sorted, with overlapping and touching spans made one. */
export function merged(spans: readonly Span[]): readonly Span[] {
  const sorted = spans.filter((span) => span.end > span.start).sort((a, b) => a.start - b.start || a.end - b.end);
  const result: Span[] = [];
  for (const span of sorted) {
    const last = result.at(-1);
    if (last !== undefined && span.start <= last.end) result[result.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else result.push(span);
  }
  return result;
}

let graphemes: Intl.Segmenter | undefined;

/** Spans widened to whole graphemes. ASCII text has none wider than a unit, but for CR LF. */
function wholeGraphemes(text: string, spans: readonly Span[]): readonly Span[] {
  if (spans.length === 0 || /^[\x20-\x7e\n\t]*$/u.test(text)) return spans;
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  const segments = graphemes.segment(text);
  return merged(spans.map(({ start, end }) => {
    const first = segments.containing(start);
    const last = segments.containing(end - 1);
    return { start: first?.index ?? start, end: last === undefined ? end : last.index + last.segment.length };
  }));
}
