/**
 * Which tiers a query is worth. Pure. One or two letters match half of all words and mean nothing, so they search names only;
 * one Han character or one syllable of Hangul is a word and searches everything.
 */

import type { SearchNotice, SearchRequest } from '../contract/model.ts';
import type { ParsedQuery } from './parse-query.ts';
import type { PreparedQuery } from './query-match.ts';

export interface TierPlan {
  readonly names: boolean;
  readonly words: boolean;
  readonly meaning: boolean;
  readonly notices: readonly SearchNotice[];
}

/** Letters of a script with spaces from which on words and meaning are searched. */
const LEAST_LETTERS = 3;

export function planTiers(request: SearchRequest, parsed: ParsedQuery, query: PreparedQuery): TierPlan {
  const nothing: TierPlan = { names: false, words: false, meaning: false, notices: [] };
  if (parsed.understood.text.trim() === '') return nothing;
  // Signs only (`++`, `:)`): they may stand in a name.
  if (query.terms.length === 0) return { ...nothing, names: true };
  const letters = query.sequence.reduce((sum, term) => sum + (term.kind === 'word' ? [...term.text].length : LEAST_LETTERS), 0);
  if (letters < LEAST_LETTERS) {
    return { ...nothing, names: true, notices: [{ code: 'names-only', detail: 'Type three letters to search what files say, too.' }] };
  }
  return { names: true, words: true, meaning: request.wordsOnly !== true, notices: [] };
}
