/**
 * How well a query matches a file's name, for the rank: the store finds names, this says how exact the match is. Pure.
 */

import { fold } from '../text/fold.ts';
import { contains, searchable, type PreparedQuery } from './query-match.ts';

/** exact: the whole name · stem: the name without extension · phrase: the query in one run · part: anything less. */
export type NameMatch = 'exact' | 'stem' | 'phrase' | 'part';

/** The match of a query with a name the store found. `text` is the query without filters and operators. */
export function matchName(name: string, text: string, query: PreparedQuery): NameMatch {
  const foldedName = fold(name).trim();
  const foldedText = fold(text).trim();
  if (foldedText === '') return 'part';
  if (foldedName === foldedText) return 'exact';
  const dot = foldedName.lastIndexOf('.');
  const stem = dot > 0 ? foldedName.slice(0, dot) : foldedName;
  // `rent contract` names `rent-contract.pdf` as exactly as `rent-contract` does.
  if (stem === foldedText || bare(stem) === bare(foldedText)) return bare(foldedText) === '' ? 'part' : 'stem';
  return query.sequence.length > 0 && contains(searchable(name), query.sequence) ? 'phrase' : 'part';
}

/** May a name be shown for this query at all: quoted phrases in it, nothing excluded in it? */
export function isNameAllowed(name: string, query: PreparedQuery): boolean {
  const target = searchable(name);
  return query.phrases.every((phrase) => contains(target, phrase)) && !query.excluded.some((phrase) => contains(target, phrase));
}

function bare(text: string): string {
  return text.replace(/[\s._-]+/gu, ' ').trim();
}
