/**
 * Fills a generation of a smaller dimension from the vectors of a larger one of the same family: cut, made unit length, stored. No
 * text is read and nothing is embedded. Like embedding it may be killed at any moment: vectors first, then the mark.
 */

import { cutVectors } from '../embed/cut-vectors.ts';
import { failpoint } from '../failpoint.ts';
import type { EmbeddedWindow } from '../pipeline.ts';
import type { GenerationRow, IndexStore } from '../store/index-store.ts';
import type { VectorTable } from '../store/vector-store.ts';

/** Rows of one round: as one flush of the embedding lane. */
const ROUND = 8_192;

/** Generations that `wanted` can be cut from, best first: `coverage` is each one's share of the text. Pure. */
export function derivableFrom(wanted: Pick<GenerationRow, 'family' | 'dimension' | 'windowRule'>, rows: readonly GenerationRow[], coverage: ReadonlyMap<number, number>): readonly GenerationRow[] {
  const of = (row: GenerationRow): number => coverage.get(row.id) ?? 0;
  return rows.filter((row) => row.family === wanted.family && row.dimension > wanted.dimension && row.windowRule === wanted.windowRule && of(row) > 0)
    // The smallest that has as much: less to read.
    .sort((left, right) => of(right) - of(left) || left.dimension - right.dimension);
}

export interface DeriveOptions {
  readonly store: IndexStore;
  readonly from: VectorTable;
  readonly into: VectorTable;
  /** Resolves when the next round may be done; false: stop. */
  readonly open: () => Promise<boolean>;
  readonly onProgress: () => void;
}

/** Answers how many windows were filled. Errors: those of the stores. */
export async function derive({ store, from, into, open, onProgress }: DeriveOptions): Promise<number> {
  let filled = 0;
  while (await open()) {
    const windows = await store.nextDerivable(into.generationId, from.generationId, ROUND);
    if (windows.length === 0) return filled;
    const read = await from.vectors(windows.map((window) => window.fromWindowId));
    const cut = cutVectors(read.vectors, from.dimension, into.dimension);
    const places = new Map(read.windowIds.map((windowId, place) => [windowId, place]));
    // A window without a vector (no token in its text) is marked all the same: it has none here either.
    const rows = windows.flatMap(({ fromWindowId, ...window }): EmbeddedWindow[] => {
      const place = places.get(fromWindowId);
      return place === undefined ? [] : [{ ...window, vector: cut.subarray(place * into.dimension, (place + 1) * into.dimension) }];
    });
    // A round that was killed after its rows were added is added again: its ids must not stand there twice.
    if (filled === 0) await into.deleteWindows(rows.map((row) => row.windowId));
    if (rows.length > 0) await into.add(rows);
    failpoint('derive:vectors-added');
    await store.markEmbedded(into.generationId, windows.map((window) => window.windowId));
    filled += windows.length;
    onProgress();
  }
  return filled;
}
