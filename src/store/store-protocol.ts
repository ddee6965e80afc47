/** What the store's front (sqlite-store.ts) says to its threads. Values cross by structured clone: bigints, Maps and typed arrays as they are. */

import type { FilePage, FileQuery, FileRecord, Filters, RootOptions } from '../contract/model.ts';
import type { Extraction, Listing, Window } from '../pipeline.ts';
import type { CommitOutcome } from './extraction-commit.ts';
import type {
  DerivableWindow, FileTags, FilterScope, GenerationCounts, GenerationRow, LexicalQuery, LexicalResult, ListingResult, NameResult, PassageRow, PendingFile, PendingWindow, RootRow,
  WantedGeneration, WindowRow,
} from './index-store.ts';
import type { Counts, SampledPassage } from './ledger.ts';
import type { NameChanges } from './name-changes.ts';

/** A write's answer with what it did to names, which the front hands on before it answers its caller. */
export interface Written<T> {
  readonly value: T;
  readonly names: NameChanges | null;
}

export interface WriterProtocol {
  calls: {
    open: [{ readonly dataDirectory: string; readonly maxBytes: number | undefined }, null];
    addRoot: [{ readonly path: string; readonly options: RootOptions }, Written<RootRow>];
    updateRoot: [{ readonly rootId: number; readonly options: RootOptions }, Written<RootRow>];
    removeRoot: [number, Written<readonly number[]>];
    applyListings: [{ readonly listings: readonly Listing[]; readonly crawlId: number }, Written<ListingResult>];
    keepDirectories: [{ readonly rootId: number; readonly directories: readonly string[]; readonly crawlId: number }, Written<null>];
    finishCrawl: [{ readonly rootId: number; readonly directory: string | null; readonly crawlId: number }, Written<{ readonly removed: number }>];
    commitExtraction: [CommitInput, Written<CommitOutcome>];
    retry: [readonly number[] | null, Written<number>];
    forgetPath: [string, Written<number>];
    ensureGeneration: [WantedGeneration, Written<GenerationRow>];
    activateGeneration: [number, Written<null>];
    dropGeneration: [number, Written<null>];
    nextUnembedded: [{ readonly generationId: number; readonly characters: number; readonly inFlight: readonly number[] }, Written<readonly PendingWindow[]>];
    nextDerivable: [{ readonly generationId: number; readonly fromId: number; readonly limit: number }, Written<readonly DerivableWindow[]>];
    markEmbedded: [{ readonly generationId: number; readonly windowIds: readonly number[] }, Written<null>];
    vectorsRetagged: [{ readonly generationId: number; readonly tags: readonly FileTags[] }, Written<null>];
    vectorsDeleted: [{ readonly generationId: number; readonly windowIds: readonly number[] }, Written<null>];
    verifyVectors: [{ readonly generationId: number; readonly windowIds: Float64Array }, Written<{ readonly unmarked: number; readonly strays: readonly number[] }>];
    setMeta: [{ readonly key: string; readonly value: string }, Written<null>];
    maintain: [null, Written<null>];
    close: [null, null];
  };
  subscriptions: Record<never, [unknown, unknown]>;
}

export interface CommitInput {
  readonly file: PendingFile;
  readonly extraction: Extraction;
  readonly windows: ReadonlyMap<number, readonly Window[]>;
}

export interface ReaderProtocol {
  calls: {
    open: [{ readonly dataDirectory: string; readonly holdsNames: boolean }, null];
    namesChanged: [NameChanges, null];
    textForgotten: [null, null];
    searchNames: [{ readonly text: string; readonly filters: Filters; readonly limit: number }, NameResult];
    searchWords: [{ readonly query: LexicalQuery; readonly filters: Filters; readonly limit: number }, LexicalResult];
    listRoots: [null, readonly RootRow[]];
    nextPending: [{ readonly limit: number; readonly inFlight: readonly number[]; readonly pausedRoots: readonly number[] }, readonly PendingFile[]];
    listGenerations: [null, readonly GenerationRow[]];
    generationCounts: [null, readonly GenerationCounts[]];
    filesInBoth: [{ readonly generationId: number; readonly otherId: number }, readonly number[]];
    unembeddedCount: [number, { readonly files: number; readonly characters: number }];
    queuedRetags: [{ readonly generationId: number; readonly limit: number }, readonly FileTags[]];
    queuedVectorDeletions: [{ readonly generationId: number; readonly limit: number }, readonly number[]];
    filterScope: [{ readonly filters: Filters; readonly generationId: number; readonly maxWindows: number }, FilterScope];
    filterFiles: [{ readonly fileIds: readonly number[]; readonly filters: Filters }, readonly number[]];
    windows: [readonly number[], readonly WindowRow[]];
    files: [readonly number[], readonly FileRecord[]];
    passages: [readonly number[], readonly PassageRow[]];
    passagesOfFile: [{ readonly fileId: number; readonly first: number; readonly last: number }, readonly PassageRow[]];
    documentInfo: [number, { readonly title: string | null; readonly passageCount: number } | null];
    listFiles: [FileQuery, FilePage];
    counts: [null, Counts];
    samplePassages: [{ readonly count: number; readonly seed: number }, readonly SampledPassage[]];
    getMeta: [string, string | null];
    textBytes: [null, number];
    close: [null, null];
  };
  subscriptions: Record<never, [unknown, unknown]>;
}

/** Threads are of one build; the number only has to be there. */
export const STORE_PROTOCOL_VERSION = 1;
/** A thread refuses more requests at once than this: a crawl and an indexer together stay far below. */
export const MAX_PENDING = 100_000;
