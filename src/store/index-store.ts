/**
 * What the indexer and the searcher ask of the SQLite store: catalog, passages, words, names. The source of truth.
 * The implementation (sqlite-store.ts) runs SQL on a writer thread and reader threads; nothing here blocks the caller.
 * Every write method is one transaction: after a kill it happened whole or not at all.
 */

import type { FilePage, FileQuery, FileRecord, Filters, OutcomeCounts, Place, RootOptions } from '../contract/model.ts';
import type { Candidate, Extraction, Listing, Window } from '../pipeline.ts';

export interface RootRow {
  readonly id: number;
  readonly path: string;
  readonly options: RootOptions;
  readonly addedMs: number;
}

/** What `applyListings` changed. */
export interface ListingResult {
  readonly created: number;
  readonly changed: number;
  readonly moved: number;
  readonly removed: number;
  readonly unchanged: number;
}

/** A file waiting to be read. `size` and `mtimeNs` identify the version; commitExtraction checks them. */
export interface PendingFile {
  readonly fileId: number;
  readonly rootId: number;
  readonly path: string;
  readonly size: number;
  readonly mtimeNs: bigint;
}

/** Text waiting to be embedded. */
export interface PendingWindow {
  readonly windowId: number;
  readonly fileId: number;
  readonly rootId: number;
  readonly kind: FileRecord['kind'];
  readonly modifiedDay: number;
  readonly text: string;
}

/** A generation: the vectors of one fingerprint (DESIGN section 3). */
export interface GenerationRow {
  readonly id: number;
  readonly fingerprint: string;
  /** Fingerprint of the whole vectors that these were cut from; their own when they are not cut. */
  readonly family: string;
  readonly modelId: string;
  readonly dimension: number;
  /** JSON of `WindowRule`, kept so that a restart plans the same windows. */
  readonly windowRule: string;
  /** JSON of how its embedder is opened (index/embedder-source.ts); empty: written by a version before there were several. */
  readonly source: string;
  /** Answers queries. Exactly one generation is active; others may be building or kept. */
  readonly active: boolean;
  readonly createdMs: number;
  /** When it last began to answer; null: never yet. */
  readonly answeredMs: number | null;
}

/** What a generation is to be found or made by. */
export interface WantedGeneration {
  readonly fingerprint: string;
  readonly modelId: string;
  readonly dimension: number;
  readonly windowRule: string;
  /** Default: the fingerprint. */
  readonly family?: string;
  readonly source?: string;
}

/** How far a generation is. */
export interface GenerationCounts {
  readonly generationId: number;
  /** Files with text, and those of them that wait for vectors. */
  readonly files: number;
  readonly waitingFiles: number;
  readonly characters: number;
  readonly waitingCharacters: number;
  /** Planned so far, and the text they cover: what is not planned yet is estimated from both. */
  readonly windows: number;
  readonly plannedCharacters: number;
}

/** A window whose vector can be cut from that of another generation's window over the same text. */
export interface DerivableWindow extends Omit<PendingWindow, 'text'> {
  readonly fromWindowId: number;
}

/** What the vector table keeps beside a file's vectors, for filters. */
export interface FileTags {
  readonly fileId: number;
  readonly rootId: number;
  readonly kind: FileRecord['kind'];
  readonly modifiedDay: number;
}

export interface LexicalQuery {
  /** Free text in any language; any of its terms may match, more and rarer is better. */
  readonly text: string;
  /** Each must occur, its terms adjacent and in order. */
  readonly phrases: readonly string[];
  /** None of these words or phrases may occur in the passage. */
  readonly excluded: readonly string[];
  /** The last word is still being typed: it matches as a prefix too. */
  readonly lastIsPrefix: boolean;
}

export interface LexicalResult {
  /** Best first. `value` is BM25, larger better. */
  readonly candidates: readonly Candidate[];
  /** Candidates were cut off (common words): newest kept. */
  readonly capped: boolean;
  /** Every term is so common that only phrases, names and newest files could be used. */
  readonly commonOnly: boolean;
}

export interface NameResult {
  /** Best first: exact name, name without extension, prefix, word start, inside. `value` in (0, 1], 1 exact. passageId is -1. */
  readonly candidates: readonly Candidate[];
  readonly capped: boolean;
}

/** How far the filters narrow things, so that the searcher can choose its vector plan. */
export interface FilterScope {
  /** No filter at all. */
  readonly everything: boolean;
  readonly files: number;
  /** Windows of the active generation in those files. */
  readonly windows: number;
  /** Sorted ids, given only when `windows` ≤ the limit asked for. */
  readonly fileIds: readonly number[] | null;
}

export interface PassageRow {
  readonly passageId: number;
  readonly fileId: number;
  readonly ordinal: number;
  readonly text: string;
  readonly place: Place;
}

/** Which passages a window covers. Unknown window ids are simply absent. */
export interface WindowRow {
  readonly windowId: number;
  readonly fileId: number;
  readonly first: number;
  readonly last: number;
  /** Id of passage `first`; a file's passages have consecutive ids, so texts of many windows are one call of `passages`. */
  readonly firstPassageId: number;
}

export interface IndexStore {
  // ---- roots
  listRoots(): Promise<readonly RootRow[]>;
  addRoot(path: string, options: RootOptions): Promise<RootRow>;
  updateRoot(rootId: number, options: RootOptions): Promise<RootRow>;
  /** Forgets the root with all of its files; secure_delete, FTS optimize and a WAL checkpoint included. Answers the file ids. */
  removeRoot(rootId: number): Promise<readonly number[]>;

  // ---- catalog
  /**
   * Compares listings with the catalog (pure rule: watch/reconcile.ts) and writes the difference: new and changed files become
   * pending (or skipped when `unread` is set), files and directories no longer listed become tombstones, and a new path with the
   * device and inode of a tombstone or vanished row takes that row over. Names are searchable when this resolves. `crawlId` marks directories as seen.
   */
  applyListings(listings: readonly Listing[], crawlId: number): Promise<ListingResult>;
  /** Marks directories and everything below them as seen by this crawl: they could not be read, so their files stay as they are. */
  keepDirectories(rootId: number, directories: readonly string[], crawlId: number): Promise<void>;
  /**
   * Ends a crawl of `directory` (recursive): catalog directories below it that this crawl did not see become tombstones; then tombstones
   * that no new path took over are deleted for good. Answers how many files were deleted. Their vectors are queued for deletion.
   * `directory` null: nothing was crawled recursively, only the tombstones are deleted (a tombstone is invisible to every search from the start).
   */
  finishCrawl(rootId: number, directory: string | null, crawlId: number): Promise<{ readonly removed: number }>;
  /** Newest-used first. Files in `inFlight` are left out. Paused roots are left out. */
  nextPending(limit: number, inFlight: readonly number[], pausedRoots: readonly number[]): Promise<readonly PendingFile[]>;
  /**
   * Stores what extraction came to: outcome, passages, words, and for each generation its windows (`windows` maps generation id to plan).
   * Windows with an unchanged hash keep their id; the others are new, and vanished ones are queued for deletion from the vectors.
   * Answers `stale` (and writes nothing) when the file is no longer of that size and mtime in the catalog: it is pending again.
   * Answers `moved` when a tombstone has the same content hash: its rows (passages, windows, embedded marks) were taken over instead.
   */
  commitExtraction(file: PendingFile, extraction: Extraction, windows: ReadonlyMap<number, readonly Window[]>): Promise<'stored' | 'stale' | 'moved'>;
  /** Failed files (or these) become pending. Answers how many. */
  retry(fileIds: readonly number[] | null): Promise<number>;
  /** Forgets files at or below a path until they change (size or mtime); secure as removeRoot. Answers how many. */
  forgetPath(path: string): Promise<number>;

  // ---- generations and vectors
  listGenerations(): Promise<readonly GenerationRow[]>;
  /** Finds or creates the generation of this fingerprint; a source that is given replaces the one it had. The first one becomes active at once. */
  ensureGeneration(generation: WantedGeneration): Promise<GenerationRow>;
  /** One transaction: from here on this one answers. */
  activateGeneration(generationId: number): Promise<void>;
  /** Deletes the generation's rows and its calibration. The caller drops its vector table. */
  dropGeneration(generationId: number): Promise<void>;
  generationCounts(): Promise<readonly GenerationCounts[]>;
  /** Windows of files that wait in `generationId` while `fromId` has the same windows with vectors, newest-used files first. Plans them where they are not planned. */
  nextDerivable(generationId: number, fromId: number, limit: number): Promise<readonly DerivableWindow[]>;
  /** Files that have all their vectors in both generations, ascending. */
  filesInBoth(generationId: number, otherId: number): Promise<readonly number[]>;
  /**
   * Windows without the generation's embedded mark, newest-used files first, at least one window, about `characters` of text: the last
   * file may come in part, and again once what came of it is marked. Windows of `inFlight` files are left out. A file indexed before the generation existed has no windows yet: `planWindows` (embed/windows.ts) plans them here, on the writer thread.
   */
  nextUnembedded(generationId: number, characters: number, inFlight: readonly number[]): Promise<readonly PendingWindow[]>;
  /** Marks files as embedded, after their vectors are on disk. A file whose windows changed meanwhile is not marked: pass the window ids that were embedded. */
  markEmbedded(generationId: number, windowIds: readonly number[]): Promise<void>;
  unembeddedCount(generationId: number): Promise<{ readonly files: number; readonly characters: number }>;
  /** Window ids whose vectors must be deleted, oldest first; `vectorsDeleted` clears them after they are. */
  queuedVectorDeletions(generationId: number, limit: number): Promise<readonly number[]>;
  vectorsDeleted(generationId: number, windowIds: readonly number[]): Promise<void>;
  /** Files that were moved or touched without new text: their vectors stay, their filter columns must follow. `vectorsRetagged` clears them. */
  queuedRetags(generationId: number, limit: number): Promise<readonly FileTags[]>;
  vectorsRetagged(generationId: number, tags: readonly FileTags[]): Promise<void>;
  /** After an unclean end: given all window ids that have vectors, unmarks files that lack some and answers ids the catalog does not know. */
  verifyVectors(generationId: number, windowIds: Float64Array): Promise<{ readonly unmarked: number; readonly strays: readonly number[] }>;

  // ---- reading
  /**
   * `text` folded anywhere inside names; several words must all occur. Without any text: the newest files that pass the filters.
   * A query whose signal aborts before it starts never runs: `cancelled`.
   */
  searchNames(text: string, filters: Filters, limit: number, signal?: AbortSignal): Promise<NameResult>;
  searchWords(query: LexicalQuery, filters: Filters, limit: number, signal?: AbortSignal): Promise<LexicalResult>;
  filterScope(filters: Filters, generationId: number, maxWindows: number): Promise<FilterScope>;
  /** Those of these files that pass the filters, for candidates a vector index returned. */
  filterFiles(fileIds: readonly number[], filters: Filters): Promise<readonly number[]>;
  windows(windowIds: readonly number[]): Promise<readonly WindowRow[]>;
  files(fileIds: readonly number[]): Promise<readonly FileRecord[]>;
  passages(passageIds: readonly number[]): Promise<readonly PassageRow[]>;
  /** Passages `first` to `last` (inclusive ordinals) of a file, in order. */
  passagesOfFile(fileId: number, first: number, last: number): Promise<readonly PassageRow[]>;
  documentInfo(fileId: number): Promise<{ readonly title: string | null; readonly passageCount: number } | null>;
  listFiles(query: FileQuery): Promise<FilePage>;
  counts(): Promise<{ readonly all: OutcomeCounts; readonly embedded: number; readonly byRoot: ReadonlyMap<number, { readonly outcomes: OutcomeCounts; readonly embedded: number }> }>;
  /** Random passages with the title, heading or name that stands above them, for calibration. */
  samplePassages(count: number, seed: number): Promise<readonly (PassageRow & { readonly title: string | null; readonly language: string | null })[]>;

  // ---- the rest
  getMeta(key: string): Promise<string | null>;
  setMeta(key: string, value: string): Promise<void>;
  sizes(): Promise<{ readonly catalogBytes: number; readonly textBytes: number }>;
  /** Small housekeeping for idle times: FTS merge, analyze, incremental vacuum, WAL checkpoint. */
  maintain(): Promise<void>;
  close(): Promise<void>;
}
