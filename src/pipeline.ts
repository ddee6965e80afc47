/**
 * The types of the data as it flows one way through the engine (DESIGN section 2):
 * ChangeEvent → FileEntry → Document → Passage → Window → EmbeddedWindow → stores → Candidate → FusedCandidate → Hit.
 * Hit and what pages see live in contract/model.ts. Offsets are UTF-16 code units of `Document.text`.
 */

import type { FileKind, Place, Span } from './contract/model.ts';

/** A hint that something below this directory changed. Never the truth: the crawl is. */
export interface ChangeEvent {
  readonly rootId: number;
  /** Absolute path of the directory to list again. */
  readonly directory: string;
  /** Its subdirectories too: it is new, or events were lost. */
  readonly recursive: boolean;
}

/** What `lstat` said of one regular file that the ignore rules want. Paths are absolute, as the system spells them. */
export interface FileEntry {
  readonly path: string;
  readonly size: number;
  /** Nanoseconds of the Unix epoch. */
  readonly mtimeNs: bigint;
  readonly device: bigint;
  readonly inode: bigint;
  /** A rule that lets it be known by name but never be read (`secret`, `cloud-placeholder`, `too-large`, `no-permission`); null: read it. */
  readonly unread: string | null;
}

/** All wanted files directly in one directory, as the crawl saw them. */
export interface Listing {
  readonly rootId: number;
  readonly directory: string;
  readonly files: readonly FileEntry[];
  /** Absolute paths of wanted subdirectories; catalog directories missing here are gone. */
  readonly directories: readonly string[];
}

/**
 * A position mark: from `start` on, the text stands at this place, until the next mark. A place with a `line` counts on from there:
 * every line feed after `start` adds one, so that a text needs one mark, not one per line.
 */
export interface PlaceMark {
  readonly start: number;
  readonly place: Place;
}

/** Where a passage may end: the higher the score, the better the place. */
export interface BreakPoint {
  readonly offset: number;
  /** 100 heading or top-level definition · 80 code block or nested definition · 60 paragraph · 30 line · 20 sentence. */
  readonly score: number;
}

/** The text of one file with its structure. */
export interface Document {
  readonly kind: FileKind;
  readonly title: string | null;
  readonly text: string;
  /** Sorted by start. */
  readonly marks: readonly PlaceMark[];
  /** Sorted by offset; those the extractor knows from structure (headings, functions). The passage rule adds sentences and lines. */
  readonly breaks: readonly BreakPoint[];
  /** BCP 47 primary subtag when the detector is sure. */
  readonly language: string | null;
  /** The text was cut at the extraction limit. */
  readonly truncated: boolean;
}

/** What extraction of one file came to. A bad file is data, not an exception. */
export type Extraction =
  | { readonly state: 'document'; readonly document: Document; readonly passages: readonly Passage[]; readonly contentHash: string }
  | { readonly state: 'skipped'; readonly reason: string; readonly detail: string | null; readonly contentHash: string | null; readonly kind: FileKind }
  | { readonly state: 'failed'; readonly reason: string; readonly detail: string | null; readonly contentHash: string | null; readonly kind: FileKind };

/** About 200 tokens of a document: the unit of text, of words and of hits. Passages cover the text without overlap. */
export interface Passage {
  readonly ordinal: number;
  readonly span: Span;
  readonly text: string;
  readonly place: Place;
  /** Hex of the text's hash, first 16 bytes of SHA-256. */
  readonly hash: string;
}

/** A run of passages embedded as one. `first` and `last` are ordinals, inclusive. */
export interface Window {
  readonly first: number;
  readonly last: number;
  readonly text: string;
  /** Hash of what is embedded: the same text again has the same hash and is not embedded again. */
  readonly hash: string;
}

/** A window with its unit vector: `vector.length` is the model's dimension. */
export interface EmbeddedWindow {
  readonly windowId: number;
  readonly fileId: number;
  readonly rootId: number;
  readonly kind: FileKind;
  /** Days of the Unix epoch, for filtering. */
  readonly modifiedDay: number;
  readonly vector: Float32Array;
}

/** A passage that one retriever returned. Rank starts at 1. */
export interface Candidate {
  readonly fileId: number;
  /** -1 for a hit by name. */
  readonly passageId: number;
  readonly rank: number;
  /** BM25 (larger is better) or cosine similarity, by tier; never mixed. */
  readonly value: number;
}
