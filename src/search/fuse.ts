/**
 * Fusion: what names, words and meaning found, passage by passage, grouped to files. Pure.
 * Reciprocal rank fusion: a result at rank r of a list adds 1 / (k + r) (Cormack, Clarke and Büttcher, SIGIR 2009, where k = 60).
 * Two things a reader would get wrong: values of different tiers are never compared, only ranks are; and ranks are counted over
 * files, so that one long document with twenty matching passages pushes nobody down.
 */

import type { Candidate } from '../pipeline.ts';

/** The constant of the formula: how little the very first ranks stand out. 60 is the published value. */
export const RRF_K = 60;

/** A passage that meaning found. `confidence` is calibrated, 0 to 1; `trust` is what its rank counts (confidence.ts). */
export interface MeaningCandidate extends Candidate {
  readonly confidence: number;
  readonly trust: number;
}

/** Where a tier ranked something, 1 being best. */
export interface TierRank {
  /** Among files for a file, among passages for a passage. */
  readonly rank: number;
  /** How many the tier returned. */
  readonly of: number;
  /** BM25, name match value or cosine, by tier. */
  readonly value: number;
}

/** A rank by meaning, with what it is worth. */
export interface MeaningRank extends TierRank {
  readonly confidence: number;
  readonly trust: number;
}

export interface FusedPassage {
  readonly passageId: number;
  readonly words: TierRank | null;
  readonly meaning: MeaningRank | null;
}

/** A file with the best rank each tier gave it. Passages stand best first. */
export interface FusedFile {
  readonly fileId: number;
  readonly name: TierRank | null;
  readonly words: TierRank | null;
  readonly meaning: MeaningRank | null;
  readonly passages: readonly FusedPassage[];
}

export interface TierResults {
  readonly names: readonly Candidate[];
  readonly words: readonly Candidate[];
  readonly meaning: readonly MeaningCandidate[];
}

export function reciprocalRank(rank: number): number {
  return 1 / (RRF_K + rank);
}

/** Groups candidates to files. The order of the answer carries no meaning: rank.ts orders. Candidates must stand best first. */
export function fuseCandidates(results: TierResults): readonly FusedFile[] {
  const files = new Map<number, { name: TierRank | null; words: TierRank | null; meaning: FusedFile['meaning']; passages: Map<number, FusedPassage> }>();
  const fileOf = (fileId: number) => {
    let file = files.get(fileId);
    if (file === undefined) files.set(fileId, file = { name: null, words: null, meaning: null, passages: new Map() });
    return file;
  };
  const passageOf = (passages: Map<number, FusedPassage>, passageId: number): FusedPassage => passages.get(passageId) ?? { passageId, words: null, meaning: null };

  const fileCount = (candidates: readonly Candidate[]): number => new Set(candidates.map((candidate) => candidate.fileId)).size;
  const counts = { names: fileCount(results.names), words: fileCount(results.words), meaning: fileCount(results.meaning) };

  let nextRank = 1;
  for (const candidate of results.names) {
    const file = fileOf(candidate.fileId);
    file.name ??= { rank: nextRank++, of: counts.names, value: candidate.value };
  }
  nextRank = 1;
  results.words.forEach((candidate, index) => {
    const file = fileOf(candidate.fileId);
    file.words ??= { rank: nextRank++, of: counts.words, value: candidate.value };
    const passage = passageOf(file.passages, candidate.passageId);
    if (passage.words === null) {
      file.passages.set(candidate.passageId, { ...passage, words: { rank: index + 1, of: results.words.length, value: candidate.value } });
    }
  });
  nextRank = 1;
  results.meaning.forEach((candidate, index) => {
    const file = fileOf(candidate.fileId);
    const { value, confidence, trust } = candidate;
    file.meaning ??= { rank: nextRank++, of: counts.meaning, value, confidence, trust };
    const passage = passageOf(file.passages, candidate.passageId);
    if (passage.meaning === null) {
      file.passages.set(candidate.passageId, { ...passage, meaning: { rank: index + 1, of: results.meaning.length, value, confidence, trust } });
    }
  });

  return [...files].map(([fileId, file]) => ({
    fileId,
    name: file.name,
    words: file.words,
    meaning: file.meaning,
    passages: [...file.passages.values()].sort((a, b) => passageScore(b) - passageScore(a) || a.passageId - b.passageId),
  }));
}

/** Fused score of a passage, for the order of passages inside of a file only. */
function passageScore(passage: FusedPassage): number {
  return (passage.words === null ? 0 : reciprocalRank(passage.words.rank)) + (passage.meaning === null ? 0 : reciprocalRank(passage.meaning.rank));
}
