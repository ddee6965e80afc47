/**
 * When a vector table is compacted and indexed, and how it is searched. Pure: numbers in, decision out. The numbers were
 * measured with tests/bench/vectors.ts.
 */

/** What is known of a table before upkeep. */
export interface TableFacts {
  readonly rows: number;
  readonly fragments: number;
  /** Commits since the last optimize: each leaves a manifest and a transaction file. */
  readonly commits: number;
  /** null: no vector index yet. */
  readonly index: { readonly indexedRows: number; readonly unindexedRows: number; readonly trainedRows: number } | null;
  /** Of the vectors alone. */
  readonly vectorBytes: number;
  /** Of everything the table has on disk now. */
  readonly bytes: number;
  readonly freeBytes: number;
  /** FLAT_BYTES, except in tests. */
  readonly flatBytes: number;
}

export interface Upkeep {
  /** Merge fragments, remove old versions, extend the index. */
  readonly compact: boolean;
  /** Train a new index over all rows. */
  readonly train: boolean;
  /** For the log. */
  readonly why: string;
}

/**
 * Up to this many bytes of vectors a flat scan is exact and fast enough. At 38 MB (100,000 × 192), on two cores that others kept busy, it took
 * 24–36 ms and twice as much memory in flight as there are vectors; the index took 13–20 ms and found 96 of the 100 nearest.
 */
export const FLAT_BYTES = 32 * 1024 * 1024;
/** Unindexed rows are scanned flat in every search. */
const UNINDEXED_SHARE = 0.02;
const MOST_FRAGMENTS = 50;
const MOST_COMMITS = 200;
/** Centroids trained on a quarter of the rows no longer fit the rest. */
const RETRAIN_GROWTH = 4;
/** Compaction writes the table anew before the old files go; beside that the person's disk keeps this much. */
const SPARE_BYTES = 512 * 1024 * 1024;

export function planUpkeep(facts: TableFacts, purge: boolean): Upkeep {
  const reasons: string[] = [];
  const { index, rows } = facts;
  const wantsIndex = facts.vectorBytes >= facts.flatBytes;
  const train = wantsIndex && (index === null || rows >= index.trainedRows * RETRAIN_GROWTH);
  if (train) reasons.push(index === null ? 'the table outgrew flat search' : 'the table is four times what its index was trained on');
  if (facts.fragments > MOST_FRAGMENTS) reasons.push(`${facts.fragments} fragments`);
  if (facts.commits > MOST_COMMITS) reasons.push(`${facts.commits} commits`);
  if (index !== null && index.unindexedRows > rows * UNINDEXED_SHARE) reasons.push(`${index.unindexedRows} rows are not indexed`);
  if (purge) reasons.push('something was forgotten');
  if (reasons.length === 0) return { compact: false, train: false, why: 'nothing to do' };
  // Forgetting deletes more than it writes, and was asked for by a person: it is never put off.
  if (!purge && facts.freeBytes < facts.bytes * 2 + SPARE_BYTES) return { compact: false, train: false, why: `too little free disk for: ${reasons.join(', ')}` };
  return { compact: true, train, why: reasons.join(', ') };
}

/** About √rows, as Lance itself would choose: partitions and rows per partition stay in balance. */
export function partitionCount(rows: number): number {
  return Math.max(16, Math.round(Math.sqrt(rows)));
}

export interface SearchPlan {
  readonly flat: boolean;
  readonly probes: number;
  readonly refine: number;
}

/**
 * Rows that one search compares by their short codes: fast, and the built-in model's vectors hardly cluster. At 100,000 × 192, of
 * the 100 nearest: 10 % of the partitions found 73 %, 40 % found 87 %, all of them 96 %, in 9, 8 and 13 ms.
 */
const PROBED_ROWS = 200_000;
const FEWEST_PROBES = 20;
/** A filter leaves fewer rows in each partition: more of them must be looked into (a tenth of the rows: 59 %, 86 %, 98 % as above). */
const FILTERED_FACTOR = 3;
/** Candidates re-ranked with their full vectors, per result wanted. */
const REFINE = 10;
/** Wanting more than this through the index re-reads so many full vectors that the flat scan is as fast. */
const MOST_INDEXED_RESULTS = 1_000;

export interface SearchFacts {
  readonly rows: number;
  readonly indexed: boolean;
  readonly filtered: boolean;
  readonly exact: boolean;
}

/** How to look for the nearest `k`. */
export function planSearch({ rows, indexed, filtered, exact }: SearchFacts, k: number): SearchPlan {
  if (exact || !indexed || k > MOST_INDEXED_RESULTS) return { flat: true, probes: 0, refine: 0 };
  const partitions = partitionCount(rows);
  const share = Math.min(1, (PROBED_ROWS / rows) * (filtered ? FILTERED_FACTOR : 1));
  return { flat: false, probes: Math.min(partitions, Math.max(FEWEST_PROBES, Math.ceil(partitions * share))), refine: REFINE };
}

/** Milliseconds that one id in an `IN (…)` costs, nearly all of it in planning (5,000 ids: 140 ms). */
const MS_PER_LISTED_FILE = 0.028;
/** Milliseconds to read a byte of vectors into this process (104,000 × 192 in 16 bits: 55 ms). */
const MS_PER_VECTOR_BYTE = 1.4e-6;

/** For a set of files: is it cheaper to read every vector between the lowest and the highest id and compare here, than to list the files? */
export function readsRange(files: number, rows: number, dimension: number): boolean {
  return files * MS_PER_LISTED_FILE > rows * dimension * 2 * MS_PER_VECTOR_BYTE;
}
