/**
 * Finds by meaning: query vector → windows → the passages they cover, with a calibrated confidence. Thin: it asks the embedder,
 * the vector table and the store, and leaves every judgement to pure functions. It never fails the search: what is out of order
 * comes back as a reason.
 *
 * The vector plan follows the filters (DESIGN section 3): few windows left → exact search over their file ids; else the columns
 * the table has are pushed down and the rest is checked afterwards, fetching more until enough are left.
 */

import { EngineError } from '../contract/errors.ts';
import type { Filters } from '../contract/model.ts';
import type { Embedder } from '../embed/embedder.ts';
import type { IndexStore, FilterScope, RootRow, PassageRow } from '../store/index-store.ts';
import type { VectorCandidate, VectorFilter, VectorTable } from '../store/vector-store.ts';
import type { Background } from './background.ts';
import { marginOf, queryBackground } from './confidence.ts';
import { filtersAnything } from './join-filters.ts';
import type { EmbeddedQuery, QueryCache } from './query-cache.ts';
import { lettersOf } from './wordlikeness.ts';

/** Windows asked of the vector table: three times the hits on a page, so that several windows of a file leave room for others. */
export const WINDOW_CANDIDATES = 100;
/** Passages of one window whose text is read to choose the best: a window of 2,048 tokens has about ten. */
const MOST_PASSAGES_READ = 12;
/** At most this many windows left by the filters are searched exhaustively by file id (7–27 ms measured at 20,000). */
export const EXACT_SEARCH_WINDOWS = 20_000;
/** Filters the table cannot apply let most candidates fall: fetch this many times more, up to the limit. */
const OVER_FETCH = 4;
const MOST_FETCHED = 6_400;
const DAY_MS = 86_400_000;

export interface MeaningSources {
  readonly store: IndexStore;
  readonly table: VectorTable;
  readonly embedder: Embedder;
  readonly cache: QueryCache;
  readonly background: (table: VectorTable, embedder: Embedder) => Promise<Background>;
}

/** A window near the query, with the passages it covers, in order. */
export interface WindowHit {
  readonly windowId: number;
  readonly fileId: number;
  readonly similarity: number;
  /** confidence.ts: deviations above chance. */
  readonly margin: number;
  readonly passages: readonly PassageRow[];
}

/** Roots that share an instruction are searched with one query vector. `rootIds` null: all roots. */
export interface InstructionGroup {
  readonly instruction: string | null;
  readonly rootIds: readonly number[] | null;
}

/** The roots with the instruction that holds for this query: the query's own, else the folder's, else the person's for all; null: the model's. Pure. */
export function withInstructions(roots: readonly RootRow[], asked: string | null, standard: string | null): readonly RootRow[] {
  return roots.map((root) => ({ ...root, options: { ...root.options, instruction: asked ?? root.options.instruction ?? standard } }));
}

/** Which query vectors are needed: one per distinct instruction among the roots in reach. Pure. */
export function instructionGroups(roots: readonly RootRow[], filters: Filters, takesInstruction: boolean): readonly InstructionGroup[] {
  if (!takesInstruction) return [{ instruction: null, rootIds: null }];
  const reach = filters.rootIds === undefined ? roots : roots.filter((root) => filters.rootIds?.includes(root.id) === true);
  const groups = new Map<string | null, number[]>();
  for (const root of reach) {
    const ids = groups.get(root.options.instruction);
    if (ids === undefined) groups.set(root.options.instruction, [root.id]);
    else ids.push(root.id);
  }
  if (groups.size <= 1) return [{ instruction: [...groups.keys()][0] ?? null, rootIds: null }];
  return [...groups].map(([instruction, rootIds]) => ({ instruction, rootIds }));
}

/** The columns of the vector table that these filters can use; a superset is let through, `needsCheck` says whether it is one. Pure. */
export function pushedDown(filters: Filters): { readonly filter: VectorFilter | null; readonly needsCheck: boolean } {
  const filter: VectorFilter = {
    ...(filters.rootIds === undefined ? {} : { rootIds: filters.rootIds }),
    ...(filters.kinds === undefined ? {} : { kinds: filters.kinds }),
    ...(filters.modifiedAfterMs === undefined ? {} : { modifiedDayFrom: Math.floor(filters.modifiedAfterMs / DAY_MS) }),
    ...(filters.modifiedBeforeMs === undefined ? {} : { modifiedDayTo: Math.floor(filters.modifiedBeforeMs / DAY_MS) }),
  };
  // Days are coarser than moments, and the table knows neither folders, extensions, sizes nor languages.
  const { rootIds: _roots, kinds: _kinds, ...rest } = filters;
  return { filter: Object.keys(filter).length === 0 ? null : filter, needsCheck: filtersAnything(rest) };
}

export interface MeaningAnswer {
  readonly windows: readonly WindowHit[];
  /** wordlikeness.ts; null when the model does not count tokens. */
  readonly lettersPerToken: number | null;
}

const NOTHING: MeaningAnswer = { windows: [], lettersPerToken: null };

/** The `reach` windows nearest to the text, best margin first. Answers early with nothing when `signal` aborts. Errors: those of its sources. */
export async function searchMeaning(
  sources: MeaningSources, text: string, filters: Filters, roots: readonly RootRow[], reach: number, signal: AbortSignal,
): Promise<MeaningAnswer> {
  const { store, table, embedder, cache } = sources;
  const groups = instructionGroups(roots, filters, embedder.model.takesInstruction);

  // 1. Query vectors, the reach of the filters and the background do not wait for each other.
  const [queries, scope, background] = await Promise.all([
    Promise.all(groups.map(({ instruction }) => queryVector(cache, embedder, text, instruction, signal))),
    filtersAnything(filters) ? store.filterScope(filters, table.generationId, EXACT_SEARCH_WINDOWS) : null,
    sources.background(table, embedder),
  ]);
  if (signal.aborted || scope?.windows === 0) return NOTHING;

  // 2. Nearest windows per group.
  const found = await Promise.all(groups.map(async (group, index) => {
    const vector = queries[index]?.vector ?? new Float32Array(table.dimension);
    if (vector.every((value) => value === 0)) return []; // no token in it
    const stats = queryBackground(vector, background.vectors);
    const candidates = await nearest(sources, vector, filters, scope, group.rootIds, signal);
    return candidates.map((candidate) => ({ ...candidate, margin: marginOf(candidate.similarity, stats, background.windows) }));
  }));
  if (signal.aborted) return NOTHING;
  const best = found.flat().sort((a, b) => b.margin - a.margin || a.windowId - b.windowId).slice(0, WINDOW_CANDIDATES);

  // 3. What the catalog does not know was deleted meanwhile: it is dropped. Texts are unpacked from disk, so only as many as can matter.
  const rows = new Map((await store.windows(best.map((candidate) => candidate.windowId))).map((row) => [row.windowId, row]));
  const known = best.flatMap((candidate) => {
    const row = rows.get(candidate.windowId);
    return row === undefined ? [] : [{ candidate, row }];
  }).slice(0, reach);
  if (signal.aborted) return NOTHING;

  // 4. Their passages, in one request.
  const wanted = known.map(({ row }) => Array.from({ length: Math.min(row.last - row.first + 1, MOST_PASSAGES_READ) }, (_, index) => row.firstPassageId + index));
  const texts = new Map((await store.passages(wanted.flat())).map((passage) => [passage.passageId, passage]));
  const windows = known.flatMap(({ candidate, row }, index): WindowHit[] => {
    const passages = (wanted[index] ?? []).map((id) => texts.get(id)).filter((passage) => passage !== undefined);
    return passages.length === 0 ? [] : [{ windowId: row.windowId, fileId: row.fileId, similarity: candidate.similarity, margin: candidate.margin, passages }];
  });
  return { windows, lettersPerToken: queries[0]?.lettersPerToken ?? null };
}

/**
 * The query's vector, from the cache or the embedder. A superseded search stops its own embedding; another search that waited for the
 * same vector then asks anew instead of failing with it.
 */
async function queryVector(cache: QueryCache, embedder: Embedder, text: string, instruction: string | null, signal: AbortSignal): Promise<EmbeddedQuery> {
  for (;;) {
    try {
      return await cache.get({ fingerprint: embedder.model.fingerprint, instruction, text }, async () => {
        const [vector, counts] = await Promise.all([embedder.embedQuery(text, { instruction, signal }), embedder.countTokens?.([text], signal)]);
        return { vector, lettersPerToken: counts === undefined ? null : lettersOf(text).length / Math.max(1, counts[0] ?? 1) };
      });
    } catch (error) {
      if (!(error instanceof EngineError && error.code === 'cancelled') || signal.aborted) throw error;
    }
  }
}

/** The vector plan. */
async function nearest(
  sources: MeaningSources, vector: Float32Array, filters: Filters, scope: FilterScope | null, rootIds: readonly number[] | null, signal: AbortSignal,
): Promise<readonly VectorCandidate[]> {
  const { store, table } = sources;
  if (scope === null || scope.everything) return await table.search(vector, WINDOW_CANDIDATES, rootIds === null ? null : { rootIds });
  if (scope.fileIds !== null) {
    return await table.search(vector, WINDOW_CANDIDATES, { fileIds: scope.fileIds, ...(rootIds === null ? {} : { rootIds }) }, { exact: true });
  }
  const { filter, needsCheck } = pushedDown(filters);
  const pushed: VectorFilter | null = rootIds === null ? filter : { ...filter, rootIds };
  if (!needsCheck) return await table.search(vector, WINDOW_CANDIDATES, pushed);
  for (let fetch = WINDOW_CANDIDATES * OVER_FETCH; ; fetch *= OVER_FETCH) {
    const candidates = await table.search(vector, Math.min(fetch, MOST_FETCHED), pushed);
    if (signal.aborted) return [];
    const allowed = new Set(await store.filterFiles([...new Set(candidates.map((candidate) => candidate.fileId))], filters));
    const kept = candidates.filter((candidate) => allowed.has(candidate.fileId));
    if (kept.length >= WINDOW_CANDIDATES || candidates.length < fetch || fetch >= MOST_FETCHED || signal.aborted) return kept.slice(0, WINDOW_CANDIDATES);
  }
}
