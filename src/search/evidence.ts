/**
 * What a passage really contains of a query: how much of it, and whether all of it in one run. Pure.
 * rank.ts scores files by it, meaning.ts's hits are filtered by it.
 */

import { contains, findTerm, type PreparedQuery, type Searchable } from './query-match.ts';

export interface PassageEvidence {
  /** Weighted share of the query's words in the passage, 0 to 1. */
  readonly coverage: number;
  /** Places in `query.terms` of the words that are in it. */
  readonly found: readonly number[];
  /** The whole query stands in it in one run. */
  readonly phrase: boolean;
  /** Every quoted phrase is in it, and nothing excluded. */
  readonly allowed: boolean;
}

/** A one-word query is no phrase unless the word is at least this telling: else every "the" would be an exact hit. */
const LEAST_SINGLE_WEIGHT = 0.3;

export function passageEvidence(target: Searchable, query: PreparedQuery): PassageEvidence {
  const found = query.terms.flatMap((term, index) => (findTerm(target, term, 1).length > 0 ? [index] : []));
  return {
    coverage: weightShare(found, query),
    found,
    phrase: hasWholeQuery(target, query),
    allowed: isAllowed(target, query),
  };
}

/** Share of the query's weight that these words (places in `query.terms`) have; 0 for a query without words. */
export function weightShare(places: Iterable<number>, query: PreparedQuery): number {
  const total = query.terms.reduce((sum, term) => sum + term.weight, 0);
  let share = 0;
  for (const place of places) share += query.terms[place]?.weight ?? 0;
  return total === 0 ? 0 : share / total;
}

function hasWholeQuery(text: Searchable, query: PreparedQuery): boolean {
  const { sequence } = query;
  if (sequence.length === 0 || (sequence.length === 1 && (sequence[0]?.weight ?? 0) < LEAST_SINGLE_WEIGHT)) return false;
  return contains(text, sequence);
}

/** Quoted phrases must stand in the text and excluded ones must not, whichever tier found it. */
export function isAllowed(text: Searchable, query: PreparedQuery): boolean {
  return query.phrases.every((phrase) => contains(text, phrase)) && !query.excluded.some((phrase) => contains(text, phrase));
}
