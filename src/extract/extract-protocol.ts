/**
 * What the pool and an extractor process say to each other. A batch is one subscription, answered file by file in order, so that the pool
 * knows which file was in hand when a process ends.
 *
 * A document's passages are slices of its text: only where they end crosses, not the text twice.
 */

import type { Place } from '../contract/model.ts';
import type { Document, Extraction, Passage } from '../pipeline.ts';
import type { ExtractRequest } from './extractor.ts';

/** Hexadecimal characters of `Passage.hash`. */
const HASH_CHARACTERS = 32;

export interface PackedDocument {
  readonly state: 'document';
  readonly document: Document;
  /** End of each passage; the next starts there. */
  readonly ends: Uint32Array;
  readonly places: readonly Place[];
  /** All hashes, one after the other. */
  readonly hashes: string;
  readonly contentHash: string;
}

export type PackedExtraction = PackedDocument | Exclude<Extraction, { state: 'document' }>;

export type ExtractProtocol = {
  calls: {
    /** Answers once the process has loaded: what it dies of before this is no file's fault. */
    ready: [null, null];
  };
  subscriptions: {
    batch: [readonly ExtractRequest[], PackedExtraction];
  };
};

export function packExtraction(extraction: Extraction): PackedExtraction {
  if (extraction.state !== 'document') return extraction;
  const { document, passages, contentHash } = extraction;
  return {
    state: 'document', document, contentHash,
    ends: Uint32Array.from(passages, (passage) => passage.span.end),
    places: passages.map((passage) => passage.place),
    hashes: passages.map((passage) => passage.hash).join(''),
  };
}

export function unpackExtraction(packed: PackedExtraction): Extraction {
  if (packed.state !== 'document') return packed;
  const { document, ends, places, hashes, contentHash } = packed;
  const passages: Passage[] = [];
  let start = 0;
  for (const [ordinal, end] of ends.entries()) {
    passages.push({
      ordinal, span: { start, end }, text: document.text.slice(start, end), place: places[ordinal] ?? {},
      hash: hashes.slice(ordinal * HASH_CHARACTERS, (ordinal + 1) * HASH_CHARACTERS),
    });
    start = end;
  }
  return { state: 'document', document, passages, contentHash };
}
