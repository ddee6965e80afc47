/**
 * One vector table: the vectors of one generation. Writes go one after the other and are durable when they resolve; reads run
 * beside them. What LanceDB may do wrong is met here: commit conflicts are retried, files that a clean-up took from
 * under a running search make it search again.
 */

import type { RecordBatch, Schema } from 'apache-arrow';
import type { Table } from '@lancedb/lancedb';
import { EngineError } from '../contract/errors.ts';
import type { EmbeddedWindow } from '../pipeline.ts';
import { readIndex, trainIndex, type VectorIndex } from './lance-index.ts';
import { filesPredicate, filterPredicate, retagUpdates, windowRangePredicate, windowsPredicate, type RowTags } from './lance-predicate.ts';
import { purgeTable } from './lance-purge.ts';
import { searchRange } from './lance-range.ts';
import { floatColumn, readVectors, toArrow, VECTOR_COLUMN, wholeColumn, type LanceLibrary } from './lance-rows.ts';
import { planSearch, planUpkeep, readsRange } from './lance-upkeep.ts';
import { chooseOffsets } from './random-rows.ts';
import type { TablePlace } from './table-place.ts';
import type { VectorCandidate, VectorFilter, VectorTable } from './vector-store.ts';

/** Ids in one `IN (…)`: a longer predicate is parsed slower than two are run. */
const IDS_PER_PREDICATE = 2_000;
/** Rows of one commit. More at once would hold all of them twice in memory. */
const ROWS_PER_COMMIT = 8_192;
/** Of a 16-bit float. */
const BYTES_PER_VALUE = 2;
const CONFLICT_ATTEMPTS = 5;
const CONFLICT_WAIT_MS = 20;

export interface LanceTableParts {
  readonly library: LanceLibrary;
  readonly table: Table;
  readonly schema: Schema;
  readonly place: TablePlace;
  readonly generationId: number;
  readonly dimension: number;
  /** vector-store.ts. */
  readonly unverified: boolean;
  /** Vectors up to this size are searched without an index. */
  readonly flatBytes: number;
}

export class LanceTable implements VectorTable {
  readonly generationId: number;
  readonly dimension: number;
  readonly unverified: boolean;
  readonly #parts: LanceTableParts;
  #index: VectorIndex | null = null;
  #rows = 0;
  #commits = 0;
  #writes: Promise<unknown> = Promise.resolve();
  #retags = new Map<number, RowTags>();
  #retagging: Promise<void> | undefined;

  constructor(parts: LanceTableParts) {
    this.#parts = parts;
    this.generationId = parts.generationId;
    this.dimension = parts.dimension;
    this.unverified = parts.unverified;
  }

  /** To be called once, before anything else. */
  async start(): Promise<void> {
    await this.#parts.place.start();
    await this.#refresh();
  }

  async add(windows: readonly EmbeddedWindow[], signal?: AbortSignal): Promise<void> {
    for (let from = 0; from < windows.length; from += ROWS_PER_COMMIT) await this.#addRows(windows.slice(from, from + ROWS_PER_COMMIT), signal);
  }

  /** One commit. What was embedded is worth keeping: it is tried again for as long as its place is away. */
  async #addRows(rows: readonly EmbeddedWindow[], signal: AbortSignal | undefined): Promise<void> {
    const values = toArrow(this.#parts.library, this.#parts.schema, this.dimension, rows);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#write(async (table) => {
          // An answer may be lost after the rows arrived.
          if (attempt > 1) await table.delete(windowsPredicate(rows.map(({ windowId }) => windowId)));
          await table.add(values);
          this.#rows += rows.length;
          this.#commits++;
        });
      } catch (error) {
        if (!(error instanceof EngineError) || !await this.#parts.place.mayRetry(error, attempt, signal)) throw error;
      }
    }
  }

  deleteWindows(windowIds: readonly number[]): Promise<void> {
    return this.#delete(windowIds, windowsPredicate);
  }

  deleteFiles(fileIds: readonly number[]): Promise<void> {
    return this.#delete(fileIds, filesPredicate);
  }

  /** Calls that come in while a write is running are done together. */
  retag(fileId: number, tags: RowTags): Promise<void> {
    this.#retags.set(fileId, tags);
    this.#retagging ??= this.#write(async (table) => {
      const updates = retagUpdates(this.#retags, IDS_PER_PREDICATE);
      this.#retags = new Map();
      this.#retagging = undefined;
      for (const update of updates) {
        await retrying(() => table.update(update));
        this.#commits++;
      }
    });
    return this.#retagging;
  }

  async search(
    vector: Float32Array, k: number, filter: VectorFilter | null, options: { readonly exact?: boolean } = {},
  ): Promise<readonly VectorCandidate[]> {
    const files = filter?.fileIds;
    // Before the predicate is written: these are the lists that are too long for one.
    if (filter !== null && files !== undefined && files.length > 0 && k > 0 && readsRange(files.length, this.#rows, this.dimension)) {
      return this.#read((table) => searchRange(table, vector, k, filter, files));
    }
    const predicate = filterPredicate(filter);
    if (predicate === 'nothing' || k <= 0) return [];
    // A set of files is searched exhaustively: the caller gives one only when few windows are left.
    const exact = options.exact === true || files !== undefined;
    const plan = planSearch({ rows: this.#rows, indexed: this.#index !== null, filtered: predicate !== null, exact }, k);
    return this.#read(async (table) => {
      let query = table.query().nearestTo(vector).column(VECTOR_COLUMN).distanceType('cosine').select(['window_id', 'file_id', '_distance']).limit(k);
      if (predicate !== null) query = query.where(predicate);
      if (!plan.flat) query = query.nprobes(plan.probes).refineFactor(plan.refine);
      // An index that the place made by itself is not in our books.
      else if (exact || !this.#parts.place.looksAfterItself) query = query.bypassVectorIndex();
      const candidates: VectorCandidate[] = [];
      for await (const batch of query) readCandidates(batch, candidates);
      return candidates;
    });
  }

  async windowIds(): Promise<Float64Array> {
    return this.#read(async (table) => {
      const parts: Float64Array[] = [];
      for await (const batch of table.query().select(['window_id'])) parts.push(wholeColumn(batch, 'window_id'));
      const ids = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
      let offset = 0;
      for (const part of parts) {
        ids.set(part, offset);
        offset += part.length;
      }
      return ids;
    });
  }

  count(): Promise<number> {
    return this.#read((table) => table.countRows());
  }

  async sample(count: number, seed: number): Promise<{ readonly windowIds: readonly number[]; readonly vectors: Float32Array }> {
    return this.#read(async (table) => {
      const offsets = chooseOffsets(await table.countRows(), count, seed);
      const vectors = new Float32Array(offsets.length * this.dimension);
      const windowIds: number[] = [];
      if (offsets.length === 0) return { windowIds, vectors };
      for await (const batch of table.takeOffsets(offsets).select(['window_id', VECTOR_COLUMN])) {
        readVectors(batch, this.dimension, vectors, windowIds.length * this.dimension);
        windowIds.push(...wholeColumn(batch, 'window_id'));
      }
      return { windowIds, vectors };
    });
  }

  async vectors(windowIds: readonly number[]): Promise<{ readonly windowIds: readonly number[]; readonly vectors: Float32Array }> {
    return this.#read(async (table) => {
      const found: number[] = [];
      const vectors = new Float32Array(windowIds.length * this.dimension);
      for (let from = 0; from < windowIds.length; from += IDS_PER_PREDICATE) {
        const ids = windowIds.slice(from, from + IDS_PER_PREDICATE);
        const [least, most] = [ids.reduce((low, id) => Math.min(low, id)), ids.reduce((high, id) => Math.max(high, id))];
        // Windows of one time have ids in a row. An IN of thousands takes longer to plan than twice as many vectors take to read.
        const row = most - least < ids.length * 2;
        const wanted = new Set(ids);
        for await (const batch of table.query().select(['window_id', VECTOR_COLUMN]).where(row ? windowRangePredicate(least, most) : windowsPredicate(ids))) {
          const values = new Float32Array(batch.numRows * this.dimension);
          readVectors(batch, this.dimension, values, 0);
          wholeColumn(batch, 'window_id').forEach((id, at) => {
            if (!wanted.has(id)) return;
            vectors.set(values.subarray(at * this.dimension, (at + 1) * this.dimension), found.length * this.dimension);
            found.push(id);
          });
        }
      }
      return { windowIds: found, vectors: vectors.subarray(0, found.length * this.dimension) };
    });
  }

  optimize(options: { readonly purgeNow?: boolean } = {}): Promise<string> {
    const purge = options.purgeNow === true;
    const { place } = this.#parts;
    if (place.looksAfterItself) return Promise.resolve('the place looks after its tables');
    return this.#write(async (table) => {
      // 1. What there is to do.
      const [stats, freeBytes] = await Promise.all([table.stats(), place.freeBytes()]);
      const plan = planUpkeep({
        rows: stats.numRows,
        fragments: stats.fragmentStats.numFragments,
        commits: this.#commits,
        index: await readIndex(table),
        vectorBytes: stats.numRows * this.dimension * BYTES_PER_VALUE,
        flatBytes: this.#parts.flatBytes,
        bytes: stats.totalBytes,
        freeBytes,
      }, purge);
      if (!plan.compact) return plan.why;
      // 2. Compact, extend the index, remove old versions: nobody else writes here, so unfinished files are nobody's.
      await retrying(() => table.optimize({ cleanupOlderThan: new Date(), deleteUnverified: true }));
      if (purge) {
        await purgeTable(table, place);
        await place.removeAside();
      }
      // 3. Train when due (purging drops the index: it holds traces of what was forgotten).
      const index = await readIndex(table);
      if (plan.train || (purge && this.#index !== null && index === null)) await trainIndex(this.#parts.library, table, this.dimension, stats.numRows);
      this.#commits = 0;
      await this.#refresh();
      return `${purge ? 'purged' : 'compacted'}${plan.train ? ' and trained' : ''}: ${plan.why}`;
    }, true);
  }

  /** Of the present version, as its manifest counts them: known without asking its place. */
  async bytes(): Promise<number> {
    return (await this.#parts.table.stats()).totalBytes;
  }

  /** Waits for running writes. */
  async close(): Promise<void> {
    await this.#writes;
    this.#parts.table.close();
  }

  #delete(ids: readonly number[], predicate: (ids: readonly number[]) => string): Promise<void> {
    return this.#write(async (table) => {
      for (let from = 0; from < ids.length; from += IDS_PER_PREDICATE) {
        await retrying(() => table.delete(predicate(ids.slice(from, from + IDS_PER_PREDICATE))));
        this.#commits++;
      }
    });
  }

  /** One write after the other, each ending with everything it wrote durable. `sweeps`: it removes files of older versions. */
  #write<T>(work: (table: Table) => Promise<T>, sweeps = false): Promise<T> {
    const turn = this.#writes.then(async () => {
      const { place, table } = this.#parts;
      try {
        await place.beforeWrite(sweeps);
        const answer = await work(table);
        place.answered();
        return answer;
      } catch (error) {
        throw place.errorOf(error);
      } finally {
        await place.afterWrite();
      }
    });
    // A failed write is its caller's to know; the next one goes on.
    this.#writes = turn.then(() => undefined, () => undefined);
    return turn;
  }

  /** A search that ran over a version whose files were cleaned up meanwhile is run once more on the newest. */
  async #read<T>(work: (table: Table) => Promise<T>): Promise<T> {
    const { place, table } = this.#parts;
    place.beforeRead();
    try {
      const answer = await work(table);
      place.answered();
      return answer;
    } catch (error) {
      if (place.errorOf(error).code === 'vectors-unreachable') throw place.errorOf(error);
    }
    try {
      await table.checkoutLatest();
      return await work(table);
    } catch (error) {
      throw place.errorOf(error);
    }
  }

  async #refresh(): Promise<void> {
    this.#rows = await this.#parts.table.countRows();
    this.#index = await readIndex(this.#parts.table);
  }
}

function readCandidates(batch: RecordBatch, into: VectorCandidate[]): void {
  const windowIds = wholeColumn(batch, 'window_id');
  const fileIds = wholeColumn(batch, 'file_id');
  const distances = floatColumn(batch, '_distance');
  windowIds.forEach((windowId, row) => {
    const distance = distances[row] ?? Number.NaN;
    // A zero vector (a text without tokens) has no distance to anything.
    if (Number.isFinite(distance)) into.push({ windowId, fileId: fileIds[row] ?? 0, similarity: 1 - distance });
  });
}

/** Lance's commits are optimistic: an update that met a compaction says so and is simply done again. */
async function retrying<T>(commit: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await commit();
    } catch (error) {
      const conflict = error instanceof Error && /commit conflict|please retry/i.test(error.message);
      if (!conflict || attempt >= CONFLICT_ATTEMPTS) throw error;
      await new Promise((resolve) => { setTimeout(resolve, CONFLICT_WAIT_MS * attempt); });
    }
  }
}
