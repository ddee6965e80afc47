/**
 * The nouns that hosts and engine share. Plain readonly data: everything here survives JSON.
 * Units are in the names: Ms is milliseconds (of the Unix epoch for moments), Bytes is bytes, share is 0 to 1.
 * Text offsets are UTF-16 code units, as JavaScript strings count.
 */

/** A half-open range of UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What sort of file it is, for filters (`type:`), icons and ranking. */
export type FileKind =
  | 'text' | 'markdown' | 'code' | 'web' | 'pdf' | 'document' | 'sheet' | 'slides' | 'mail' | 'book'
  | 'image' | 'audio' | 'video' | 'archive' | 'data' | 'program' | 'other';

// ---- roots -------------------------------------------------------------------------------------------------------

/** Settings of one watched folder. */
export interface RootOptions {
  /** gitignore-style patterns; when there are any, only files that match one are indexed. */
  readonly include: readonly string[];
  /** gitignore-style patterns of what is ignored, besides the ignore files in the tree. */
  readonly exclude: readonly string[];
  /** Files above this are indexed by name only. */
  readonly maxFileBytes: number;
  readonly honourGitignore: boolean;
  readonly includeHidden: boolean;
  /** Read what is never read by default: keys, password stores, `.env` (DESIGN section 6). */
  readonly includeSecrets: boolean;
  readonly paused: boolean;
  /** Task instruction for models that take one; null: the model's own. Changes only query vectors. */
  readonly instruction: string | null;
  /** Least calibrated confidence shown for hits by meaning alone, 0 to 1; null: the default floor. */
  readonly threshold: number | null;
}

/** Files known now, under options that are only tried. */
export interface RootTrial {
  /** Would still be known. */
  readonly kept: number;
  /** Would be forgotten. */
  readonly dropped: number;
  /** Paths of some that would be forgotten, relative to the folder. */
  readonly examples: readonly string[];
  /** There are more files than were looked at: the numbers are of the newest ones. */
  readonly partial: boolean;
}

/** `absent`: an empty mount point, another device, denied or gone. Its files are kept, never deleted. */
export type RootState = 'crawling' | 'watching' | 'polling' | 'paused' | 'absent';

export interface Root {
  readonly id: number;
  /** Absolute path. */
  readonly path: string;
  readonly options: RootOptions;
  readonly state: RootState;
  /** Why the root is absent or partly polled, in English; null when all is well. */
  readonly note: string | null;
  readonly addedMs: number;
  readonly counts: OutcomeCounts;
  /** Files whose vectors of the current generation are stored. */
  readonly embedded: number;
}

// ---- files and the ledger ----------------------------------------------------------------------------------------

/** indexed: words are ready · pending: waiting · skipped: by rule · failed: by error. Ignored files are never looked at. */
export type OutcomeState = 'indexed' | 'pending' | 'skipped' | 'failed';

export interface Outcome {
  readonly state: OutcomeState;
  /** For skipped: a rule (`too-large`, `unsupported-format` …). For failed: an error code (`extractor-timeout`, `corrupt` …). */
  readonly reason: string | null;
  /** One sentence for a person; null when the reason says it all. */
  readonly detail: string | null;
}

export interface OutcomeCounts {
  readonly indexed: number;
  readonly pending: number;
  readonly skipped: number;
  readonly failed: number;
}

/** A line of the ledger. */
export interface FileRecord {
  readonly id: number;
  readonly rootId: number;
  readonly path: string;
  readonly kind: FileKind;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly outcome: Outcome;
  /** Are the vectors of the answering generation stored? */
  readonly embedded: boolean;
  readonly language: string | null;
}

export interface FileQuery {
  readonly state?: OutcomeState;
  readonly rootId?: number;
  /** Only paths that contain this text. */
  readonly contains?: string;
  /** Opaque place to go on from: the `next` of the page before. */
  readonly after?: string;
  /** 1 to 1,000; default 100. */
  readonly limit?: number;
}

export interface FilePage {
  readonly files: readonly FileRecord[];
  readonly next: string | null;
  readonly total: number;
}

/** Where in a document something stands, for people: the most telling of these that is known. */
export interface Place {
  readonly page?: number;
  readonly sheet?: string;
  readonly slide?: number;
  /** 1-based line, for text and code. */
  readonly line?: number;
  /** The heading (or function, class) it stands under. */
  readonly heading?: string;
}

/** Extracted text of a file around a passage; never the file itself. */
export interface Preview {
  readonly file: FileRecord;
  readonly title: string | null;
  readonly passages: readonly PreviewPassage[];
  /** Passages there are in all; `passages` may be a part. */
  readonly passageCount: number;
}

export interface PreviewPassage {
  readonly ordinal: number;
  readonly text: string;
  readonly place: Place;
}

// ---- search ------------------------------------------------------------------------------------------------------

/** The filters that chips and the query language both fill in. All given ones must hold. */
export interface Filters {
  readonly kinds?: readonly FileKind[];
  /** Extensions without dot, lower case. */
  readonly extensions?: readonly string[];
  /** Absolute folder, or a folder's name or tail (`in:reports/2024`). */
  readonly folders?: readonly string[];
  readonly rootIds?: readonly number[];
  readonly modifiedAfterMs?: number;
  readonly modifiedBeforeMs?: number;
  readonly minBytes?: number;
  readonly maxBytes?: number;
  /** BCP 47 primary subtags: `ja`, `de`. */
  readonly languages?: readonly string[];
}

export interface SearchRequest {
  /** What the person typed, query language and all. */
  readonly text: string;
  /** Filters set by chips; joined with those in the text. */
  readonly filters?: Filters;
  /** Hits wanted, 1 to 200; default 30. */
  readonly limit?: number;
  /** Show hits by meaning below the floor too. */
  readonly showWeak?: boolean;
  /** Leave meaning out: only names and words. */
  readonly wordsOnly?: boolean;
  /** Task instruction for this query alone, in place of the folders' and the default one. */
  readonly instruction?: string;
  /** Let the reranker refine this answer; default: as the settings say. */
  readonly rerank?: boolean;
}

/** Which retriever found something. */
export type Tier = 'name' | 'words' | 'meaning';

/** Calibrated on the user's own index for the model in use; never a fixed cosine. */
export type Confidence = 'strong' | 'related' | 'weak';

/** A passage of a hit, cut to a snippet. */
export interface PassageHit {
  readonly passageId: number;
  readonly ordinal: number;
  /** The text shown. */
  readonly snippet: string;
  /** Ranges of `snippet`; never split a grapheme. */
  readonly highlights: readonly Span[];
  readonly place: Place;
  readonly tiers: readonly Tier[];
}

/** One term of a score: `value` is what it added. The sum of all is the score; the rank is computed from this. */
export interface ScorePart {
  readonly name: string;
  readonly value: number;
  /** What it was computed from, for people: `rank 3 of 120 by words`. */
  readonly note: string;
}

export interface ExplainTrace {
  readonly parts: readonly ScorePart[];
  readonly score: number;
}

export interface Hit {
  readonly fileId: number;
  readonly rootId: number;
  readonly path: string;
  readonly name: string;
  readonly kind: FileKind;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly language: string | null;
  /** The tiers that found it, most exact first. */
  readonly tiers: readonly Tier[];
  /** Of the meaning; null when only names or words found it. */
  readonly confidence: Confidence | null;
  readonly nameHighlights: readonly Span[];
  /** Best passage first; empty for a hit by name alone. */
  readonly passages: readonly PassageHit[];
  readonly explain: ExplainTrace;
}

/** One painting of the answer. Updates of one search come in order; each replaces the one before it whole. */
export interface SearchUpdate {
  /** `words`: names and words, meaning still to come. `meaning`: all tiers, reranking still to come. `done`: everything that will come is in. */
  readonly stage: 'words' | 'meaning' | 'done';
  readonly hits: readonly Hit[];
  /** Hits by meaning below the floor that were left out. */
  readonly weakHidden: number;
  /** Share of indexed files that meaning cannot search yet, 0 to 1. */
  readonly unembeddedShare: number;
  /** Anything a person should know: a cap that was hit, a filter not understood, meaning out of order. */
  readonly notices: readonly SearchNotice[];
  /** Milliseconds since the engine received the request. */
  readonly tookMs: number;
  /** How the text was understood. */
  readonly understood: Understood;
}

export interface SearchNotice {
  readonly code: 'candidates-capped' | 'filter-not-understood' | 'meaning-unavailable' | 'names-only' | 'common-words-only' | 'reranking-unavailable';
  readonly detail: string;
}

/** The query as parsed, for chips and for telling a person what was searched. */
export interface Understood {
  /** The words without filters and operators: what is embedded. */
  readonly text: string;
  readonly phrases: readonly string[];
  readonly excluded: readonly string[];
  readonly filters: Filters;
}

// ---- status ------------------------------------------------------------------------------------------------------

/**
 * `paused`: by a person, until resumed. `battery`: the machine runs on battery and the setting says to wait for mains power; resuming does nothing then.
 * Both are said at once. `disk-full`, `index-full`: once what was in hand has landed, so that nothing is read any more.
 */
export type EnginePhase = 'starting' | 'crawling' | 'indexing' | 'idle' | 'paused' | 'battery' | 'disk-full' | 'index-full';

export interface IndexStatus {
  readonly phase: EnginePhase;
  /** End of a timed pause; null: not paused, or until resumed. */
  readonly pausedUntilMs: number | null;
  readonly roots: readonly Root[];
  readonly counts: OutcomeCounts;
  readonly embedded: number;
  /** Files per second over the last half minute. */
  readonly filesPerSecond: number;
  /** Estimated milliseconds until nothing waits; null while unknown or idle. */
  readonly remainingMs: number | null;
  /** The file being read now. */
  readonly current: string | null;
  readonly model: ModelStatus;
  readonly disk: DiskStatus;
  /** Parts that are down or degraded, in English; empty when all is well. */
  readonly troubles: readonly string[];
}

export interface ModelStatus {
  readonly id: string;
  readonly dimension: number;
  /** `cpu`, `webgpu` … or the server's address. */
  readonly device: string;
  readonly state: 'starting' | 'ready' | 'down';
  /** Does a task instruction change what it finds? */
  readonly takesInstruction: boolean;
  /** Text embedded, characters per second over the last half minute. */
  readonly charactersPerSecond: number;
}

export interface DiskStatus {
  readonly catalogBytes: number;
  readonly vectorBytes: number;
  readonly freeBytes: number;
  /** Extracted text, before compression. */
  readonly textBytes: number;
}

export interface EngineInfo {
  readonly version: string;
  readonly protocolVersion: number;
  readonly dataDirectory: string;
  readonly pid: number;
  readonly startedMs: number;
  /** Node's version and the system, for bug reports. */
  readonly runtime: string;
  /** Address of the page with its token, when the loopback server is on. */
  readonly pageAddress: string | null;
}

// ---- first launch ------------------------------------------------------------------------------------------------

/** A folder offered on first launch. */
export interface SuggestedFolder {
  readonly path: string;
  readonly name: string;
  readonly kind: 'sample' | 'documents' | 'desktop' | 'downloads' | 'home';
}

/** Subfolders of a folder, for choosing one in a page that has no native dialog. */
export interface FolderListing {
  readonly path: string;
  readonly parent: string | null;
  readonly folders: readonly { readonly name: string; readonly path: string }[];
}
