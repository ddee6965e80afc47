/**
 * The read path: one search from text to painted updates (DESIGN section 5). Numbered steps over the pure functions of `search/`;
 * only this file and `search/meaning.ts` await anything. Names and words paint at once; meaning joins when it is there, and a reranker refines.
 * Errors of names and words reject the search: they are the store's. Meaning never does: what is wrong with it becomes a notice.
 */

import { EngineError, type ErrorCode } from './contract/errors.ts';
import type { Filters, SearchNotice, SearchRequest, SearchUpdate } from './contract/model.ts';
import type { Embedder } from './embed/embedder.ts';
import type { Reranker } from './embed/reranker.ts';
import type { Log } from './log.ts';
import { BackgroundSampler } from './search/background.ts';
import type { Calibration } from './search/confidence.ts';
import { buildHits, type BuiltHits, type SeenPassages, type TierAnswers } from './search/hits.ts';
import { filtersAnything, joinFilters } from './search/join-filters.ts';
import { searchMeaning, withInstructions, type MeaningAnswer } from './search/meaning.ts';
import { parseQuery } from './search/parse-query.ts';
import { planTiers } from './search/plan.ts';
import { QueryCache } from './search/query-cache.ts';
import { prepareQuery } from './search/query-match.ts';
import { ASKED_DEADLINE_MS, DEADLINE_MS, refine } from './search/refine.ts';
import type { IndexStore, LexicalResult, NameResult, RootRow } from './store/index-store.ts';
import type { VectorTable } from './store/vector-store.ts';

/** Of one generation. */
export interface AnsweringParts {
  readonly generation: { readonly table: VectorTable };
  readonly embedder: Embedder;
  readonly kept: { readonly calibration: Calibration } | null;
}

export interface SearcherParts {
  readonly store: IndexStore;
  /** What answers by meaning now; null while nothing does. Asked for once per search, so that no search mixes two models. */
  readonly answering: () => AnsweringParts | null;
  /** What reads the first results once more; null: nothing does. `asked`: what the request says, undefined: as the settings say. */
  readonly reranker?: (asked: boolean | undefined) => Reranker | null;
  readonly roots: () => readonly RootRow[];
  /** Task instruction for folders without one of their own; null: the model's own. */
  readonly instruction?: () => string | null;
  readonly log: Log;
  readonly now?: () => number;
}

/** The part of an AbortSignal a search needs; rpc hands out its own kind. */
export interface SearchSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface Searcher {
  /**
   * Calls `next` with stage `words` when names and words answered before meaning, with `meaning` once or a few times while a reranker reads,
   * then with `done`. Resolves after the last one; a superseded search (`signal` aborted) resolves without another update.
   */
  search(request: SearchRequest, next: (update: SearchUpdate) => void, signal: SearchSignal): Promise<void>;
  /** Drops cached query vectors. */
  forget(): void;
  /** Hits and misses of the query vector cache. */
  cacheCounts(): { readonly hits: number; readonly misses: number; readonly size: number };
}

const DEFAULT_LIMIT = 30;
const MOST_HITS = 200;
/**
 * Candidates asked of each tier: twice a page's hits, so that several passages of one file leave room for others. Their texts are
 * unpacked and judged, about 0.1 ms each: this number is what a warm search mostly costs.
 */
const LEAST_CANDIDATES = 60;
/** Phrases and exclusions drop candidates by meaning afterwards: more of them then. */
const CHECKED_CANDIDATES = 100;
/** The share of files without vectors is a count over the catalog: read at most this often. */
const SHARE_FRESH_MS = 2_000;

/** Reasons whose own words help a person. */
const TOLD: readonly ErrorCode[] = ['embedder-unavailable', 'vectors-unreachable'];

const NO_NAMES: NameResult = { candidates: [], capped: false };
const NO_MEANING: MeaningAnswer = { windows: [], lettersPerToken: null };
const NO_WORDS: LexicalResult = { candidates: [], capped: false, commonOnly: false };

export function createSearcher(parts: SearcherParts): Searcher {
  const { store, log } = parts;
  const now = parts.now ?? Date.now;
  const cache = new QueryCache();
  const background = new BackgroundSampler();
  let share = { value: 0, atMs: -Infinity };

  async function unembeddedShare(): Promise<number> {
    const atMs = performance.now();
    if (atMs - share.atMs < SHARE_FRESH_MS) return share.value;
    const { all, embedded } = await store.counts();
    share = { value: all.indexed === 0 ? 0 : Math.max(0, 1 - embedded / all.indexed), atMs };
    return share.value;
  }

  /** Meaning with its failures as notices. */
  async function meaningOf(answering: AnsweringParts | null, text: string, filters: Filters, roots: readonly RootRow[], reach: number, signal: AbortSignal): Promise<{ readonly answer: MeaningAnswer; readonly notice: SearchNotice | null }> {
    if (answering === null) return { answer: NO_MEANING, notice: { code: 'meaning-unavailable', detail: 'Searching by meaning is starting.' } };
    const { embedder, generation: { table } } = answering;
    try {
      const sources = { store, table, embedder, cache, background: background.of.bind(background) };
      return { answer: await searchMeaning(sources, text, filters, roots, reach, signal), notice: null };
    } catch (error) {
      if (signal.aborted) return { answer: NO_MEANING, notice: null };
      // Never the query itself: the log holds no searches.
      log.warn('meaning did not answer', { error: error instanceof Error ? error.message : String(error) });
      const detail = error instanceof EngineError && TOLD.includes(error.code) ? error.message : 'Searching by meaning is out of order.';
      return { answer: NO_MEANING, notice: { code: 'meaning-unavailable', detail } };
    }
  }

  async function search(request: SearchRequest, next: (update: SearchUpdate) => void, outer: SearchSignal): Promise<void> {
    const startedMs = performance.now();
    const nowMs = now();
    const controller = new AbortController();
    const { signal } = controller;
    const abort = (): void => { controller.abort(); };
    if (outer.aborted) return;
    outer.addEventListener('abort', abort, { once: true });
    try {
      // 1. What was asked.
      const parsed = parseQuery(request.text, nowMs);
      const filters = joinFilters(request.filters ?? {}, parsed.understood.filters);
      const understood = { ...parsed.understood, filters };
      const query = prepareQuery(understood, parsed.lastIsPrefix);
      const plan = planTiers(request, parsed, query);
      const limit = Math.min(MOST_HITS, Math.max(1, request.limit ?? DEFAULT_LIMIT));
      const candidates = Math.max(LEAST_CANDIDATES, limit);
      const notices = [...parsed.notices, ...plan.notices];
      const rootRows = withInstructions(parts.roots(), request.instruction ?? null, parts.instruction?.() ?? null);

      // 2. All tiers start together; meaning is not waited for yet.
      const answering = parts.answering();
      let meaningIsIn = !plan.meaning;
      const meaning = plan.meaning ? meaningOf(answering, understood.text.normalize('NFC'), filters, rootRows, query.phrases.length + query.excluded.length > 0 ? Math.max(CHECKED_CANDIDATES, candidates) : candidates, signal).finally(() => { meaningIsIn = true; }) : null;
      const browsing = understood.text.trim() === '' && filtersAnything(filters);
      const [names, words, unembedded] = await Promise.all([
        plan.names || browsing ? store.searchNames(understood.text, filters, candidates, signal) : NO_NAMES,
        plan.words ? store.searchWords({
          text: parsed.freeText, phrases: understood.phrases, excluded: understood.excluded, lastIsPrefix: parsed.lastIsPrefix,
        }, filters, candidates, signal) : NO_WORDS,
        unembeddedShare(),
      ]);
      if (signal.aborted) return;
      if (names.capped || words.capped) notices.push({ code: 'candidates-capped', detail: 'So much matches that only the newest were looked at.' });
      if (words.commonOnly) notices.push({ code: 'common-words-only', detail: 'Every word is in so many files that words alone cannot tell them apart.' });

      // 3. What the catalog says about the candidates.
      const texts = await store.passages(words.candidates.map((candidate) => candidate.passageId));
      const passages = new Map(texts.map((passage) => [passage.passageId, passage]));
      const files = new Map<number, Awaited<ReturnType<IndexStore['files']>>[number]>();
      const learn = async (ids: readonly number[]): Promise<void> => {
        const unknown = [...new Set(ids)].filter((id) => !files.has(id));
        for (const record of unknown.length === 0 ? [] : await store.files(unknown)) files.set(record.id, record);
      };
      await learn([...names.candidates, ...words.candidates].map((candidate) => candidate.fileId));
      if (signal.aborted) return;

      // 4. An update is a pure function of what is in so far.
      const roots = new Map(rootRows.map((root) => [root.id, root]));
      const seen: SeenPassages = new Map();
      const build = (found: MeaningAnswer, read?: ReadonlyMap<number, number>): BuiltHits => {
        const answers: TierAnswers = { names: names.candidates, words: words.candidates, meaning: found.windows, lettersPerToken: found.lettersPerToken };
        return buildHits(answers, {
          text: understood.text, query, files, passages, calibration: answering?.kept?.calibration ?? null, showWeak: request.showWeak === true, limit, nowMs,
          thresholdOf: (rootId) => roots.get(rootId)?.options.threshold ?? null, ...(read === undefined ? {} : { read }),
        }, seen);
      };
      const paint = (stage: SearchUpdate['stage'], { hits, weakHidden }: BuiltHits): void => {
        next({ stage, hits, weakHidden, unembeddedShare: unembedded, notices: [...notices], understood, tookMs: performance.now() - startedMs });
      };

      // 5. Names and words paint unless meaning is already in.
      if (!meaningIsIn) paint('words', build(NO_MEANING));
      if (meaning === null) {
        paint('done', build(NO_MEANING));
        return;
      }

      // 6. Meaning joins.
      const { answer, notice } = await meaning;
      if (signal.aborted) return;
      if (notice !== null) notices.push(notice);
      await learn(answer.windows.map((window) => window.fileId));
      if (signal.aborted) return;
      const built = build(answer);
      const reranker = request.rerank === false ? null : parts.reranker?.(request.rerank) ?? null;
      if (reranker === null && request.rerank === true) notices.push({ code: 'reranking-unavailable', detail: 'There is no reranking model: the order is that of names, words and meaning.' });
      if (reranker === null || built.readable.length < 2) {
        paint('done', built);
        return;
      }

      // 7. The list is there; reading its first files once more refines it.
      paint('meaning', built);
      const { read, trouble } = await refine(reranker, {
        query: understood.text, readable: built.readable, signal, deadlineMs: request.rerank === true ? ASKED_DEADLINE_MS : DEADLINE_MS,
        instructionOf: (rootId) => roots.get(rootId)?.options.instruction ?? null,
        repaint: (soFar) => paint('meaning', build(answer, soFar)),
      });
      if (signal.aborted) return;
      if (trouble !== null) {
        log.warn('the reranker did not answer', { error: trouble });
        notices.push({ code: 'reranking-unavailable', detail: trouble });
      }
      paint('done', build(answer, read));
    } catch (error) {
      // The store answers `cancelled` to whom is superseded: nobody waits for this search any more.
      if (!outer.aborted) throw error;
    } finally {
      outer.removeEventListener('abort', abort);
      // A search that failed half-way stops its meaning too.
      controller.abort();
    }
  }

  return { search, forget: () => { cache.clear(); }, cacheCounts: () => cache.counts() };
}
