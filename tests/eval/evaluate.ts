/**
 * Runs every query through each tier by itself and through the searcher, and measures: rankings per tier, category and language, and
 * how honest meaning is (nonsense must find nothing, real queries must keep their answer).
 */

import type { Hit, SearchUpdate } from '../../src/contract/model.ts';
import { BackgroundSampler } from '../../src/search/background.ts';
import { searchMeaning } from '../../src/search/meaning.ts';
import { QueryCache } from '../../src/search/query-cache.ts';
import type { BuiltIndex } from './build-index.ts';
import { CATEGORIES, type Category, type EvalQuery } from './queries.ts';
import { measure, type Measures } from './metrics.ts';

export type TierName = 'names' | 'words' | 'meaning' | 'hybrid' | 'shown';
/** `hybrid` is the whole ranking, `shown` what a person sees: without hits below the floor. */
export const TIERS: readonly TierName[] = ['names', 'words', 'meaning', 'hybrid', 'shown'];

export interface Report {
  readonly model: string;
  readonly documents: number;
  readonly byCategory: Readonly<Record<Category, Readonly<Record<TierName, Measures>>>>;
  /** Questions in the language they are asked in. */
  readonly byLanguage: Readonly<Record<string, Readonly<Record<TierName, Measures>>>>;
  /** Share of nonsense queries that meaning answers with nothing. */
  readonly gibberishEmpty: number;
  /** Share of real queries (questions and short ones) that meaning answers with something. */
  readonly realAnswered: number;
  /** Share of right answers among meaning's first ten that stand above the floor. */
  readonly rightKept: number;
}

const MOST = 100;
const never = new AbortController().signal;

/** What a person sees without asking for weak hits: all but those that only meaning found, below the floor. */
function isShown(hit: Hit): boolean {
  return hit.confidence !== 'weak' || hit.tiers.length > 1;
}

export async function runSearch(index: BuiltIndex, text: string, options: { readonly showWeak?: boolean; readonly limit?: number } = {}): Promise<SearchUpdate> {
  let last: SearchUpdate | undefined;
  await index.searcher.search({ text, limit: MOST, ...options }, (update) => { last = update; }, never);
  if (last === undefined) throw new Error('the search gave no update');
  return last;
}

export async function evaluate(index: BuiltIndex, queries: readonly EvalQuery[], nonsense: readonly string[], idOfPath: (path: string) => string): Promise<Report> {
  const { store, table, embedder, state } = index;
  const cache = new QueryCache(4_096);
  const sampler = new BackgroundSampler();
  const background = sampler.of.bind(sampler);
  const ids = new Map<number, string>();
  const named = async (fileIds: readonly number[]): Promise<readonly string[]> => {
    const unknown = [...new Set(fileIds)].filter((id) => !ids.has(id));
    for (const file of unknown.length === 0 ? [] : await store.files(unknown)) ids.set(file.id, idOfPath(file.path));
    return [...new Set(fileIds)].map((id) => ids.get(id) ?? '');
  };

  const runs: { readonly query: EvalQuery; readonly ranked: Readonly<Record<TierName, readonly string[]>> }[] = [];
  let answered = 0;
  let real = 0;
  let rightAmongTen = 0;
  let rightShown = 0;
  for (const query of queries) {
    const names = await store.searchNames(query.text, {}, MOST);
    const words = await store.searchWords({ text: query.text, phrases: [], excluded: [], lastIsPrefix: false }, {}, MOST);
    const meaning = await searchMeaning({ store, table, embedder, cache, background }, query.text, {}, state.roots, MOST, never);
    const hybrid = await runSearch(index, query.text, { showWeak: true });
    const ranked: Record<TierName, readonly string[]> = {
      names: await named(names.candidates.map((candidate) => candidate.fileId)),
      words: await named(words.candidates.map((candidate) => candidate.fileId)),
      meaning: await named(meaning.windows.map((window) => window.fileId)),
      hybrid: hybrid.hits.map((hit) => idOfPath(hit.path)),
      shown: hybrid.hits.filter(isShown).map((hit) => idOfPath(hit.path)),
    };
    runs.push({ query, ranked });
    if (query.category === 'question' || query.category === 'short') {
      real++;
      if (hybrid.hits.some((hit) => hit.tiers.includes('meaning') && hit.confidence !== 'weak')) answered++;
      for (const id of ranked.meaning.slice(0, 10)) {
        if (!query.relevant.has(id)) continue;
        rightAmongTen++;
        if (hybrid.hits.some((hit) => idOfPath(hit.path) === id && hit.tiers.includes('meaning') && hit.confidence !== 'weak')) rightShown++;
      }
    }
  }
  let empty = 0;
  for (const text of nonsense) {
    const update = await runSearch(index, text);
    if (!update.hits.some((hit) => hit.tiers.includes('meaning') && hit.confidence !== 'weak')) empty++;
  }

  const measured = (wanted: readonly (typeof runs)[number][]): Record<TierName, Measures> => Object.fromEntries(TIERS.map((tier) => [
    tier, measure(wanted.map(({ query, ranked }) => ({ ranked: ranked[tier].filter((id) => !query.ignored.has(id)), relevant: query.relevant }))),
  ])) as Record<TierName, Measures>; // every tier has an entry
  const languages = [...new Set(queries.map((query) => query.language))].sort();
  return {
    model: embedder.model.id,
    documents: (await store.counts()).all.indexed,
    byCategory: Object.fromEntries(CATEGORIES.map((category) => [category, measured(runs.filter(({ query }) => query.category === category))])) as Report['byCategory'], // every category
    byLanguage: Object.fromEntries(languages.map((language) => [language, measured(runs.filter(({ query }) => query.category === 'question' && query.language === language))])),
    gibberishEmpty: nonsense.length === 0 ? 1 : empty / nonsense.length,
    realAnswered: real === 0 ? 1 : answered / real,
    rightKept: rightAmongTen === 0 ? 1 : rightShown / rightAmongTen,
  };
}
