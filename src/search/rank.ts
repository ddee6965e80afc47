/**
 * The rank: every term that makes up a file's score, as named parts, and the order that follows from their sum. Pure.
 * A fused file brings ranks; what its name and its passages actually contain comes as `Evidence`, because ranks alone cannot
 * tell a passage with the whole query in it from one that shares a single word.
 */

import type { ExplainTrace, ScorePart } from '../contract/model.ts';
import { traceOf } from './explain.ts';
import { reciprocalRank, type FusedFile } from './fuse.ts';
import type { NameMatch } from './name-match.ts';

/** What was seen in a file's name and passages. */
export interface Evidence {
  readonly name: NameMatch | null;
  /** A passage has the whole query, its words adjacent and in order. */
  readonly phrase: boolean;
  /** Share of the query's words, weighted by how telling they are, in the best passage: 0 to 1. */
  readonly coverage: number;
  readonly modifiedMs: number;
}

/**
 * Steps between classes of exactness. Each is larger than everything fusion can add (3 / 61), so an exact name or phrase never
 * ranks below a near-miss by meaning, whatever the tiers say.
 */
const NAME_STEPS: Readonly<Record<NameMatch, number>> = { exact: 2, stem: 1.5, phrase: 0.4, part: 0 };
const PHRASE_STEP = 1;
const EXACT_NAME = 'exact name';
const EXACT_PHRASE = 'exact phrase';

/**
 * A tie-breaker: less than one rank apart at the top (1/61 − 1/62 = 0.00026), so a new file passes an old one only when they are
 * as good as equal.
 */
const RECENCY_MAX = 0.0002;
/** Half of the bonus is gone after this many days. */
const RECENCY_HALF_LIFE_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * How a file's rank by words counts when only some of the query's words are in it. A plain fusion would let a passage that shares
 * one stray word with a sentence stand beside the answer: with this, the hybrid stayed at or above its better half (tests/eval).
 */
const COVERAGE_FLOOR = 0.05;

/** A file's trace. `nowMs` is an argument so that the same input gives the same order. */
export function scoreFile(file: FusedFile, evidence: Evidence, nowMs: number): ExplainTrace {
  return traceOf([
    evidence.name === null ? null : namePart(evidence.name),
    evidence.phrase ? { name: EXACT_PHRASE, value: PHRASE_STEP, note: 'the whole query stands in the text' } : null,
    file.name === null ? null : { name: 'names', value: reciprocalRank(file.name.rank), note: `rank ${file.name.rank} of ${file.name.of} by name` },
    file.words === null ? null : {
      name: 'words',
      value: reciprocalRank(file.words.rank) * (COVERAGE_FLOOR + (1 - COVERAGE_FLOOR) * evidence.coverage),
      note: `rank ${file.words.rank} of ${file.words.of} by words, ${percent(evidence.coverage)} of the query in it`,
    },
    file.meaning === null ? null : {
      name: 'meaning',
      value: reciprocalRank(file.meaning.rank) * file.meaning.trust,
      note: `rank ${file.meaning.rank} of ${file.meaning.of} by meaning, confidence ${percent(file.meaning.confidence)}, cosine ${file.meaning.value.toFixed(3)}`,
    },
    recencyPart(evidence.modifiedMs, nowMs),
  ]);
}

/** Highest score first; equal scores keep one order whatever order they came in: newer first, then by id. */
export function rankByTrace<T extends { readonly explain: ExplainTrace; readonly modifiedMs: number; readonly fileId: number }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => b.explain.score - a.explain.score || b.modifiedMs - a.modifiedMs || a.fileId - b.fileId);
}

/** Does an exact name or an exact phrase stand in the trace? */
export function isExact({ parts }: ExplainTrace): boolean {
  return parts.some(({ name }) => name === EXACT_NAME || name === EXACT_PHRASE);
}

function namePart(match: NameMatch): ScorePart | null {
  switch (match) {
    case 'exact': return { name: EXACT_NAME, value: NAME_STEPS.exact, note: 'the query is the file name' };
    case 'stem': return { name: EXACT_NAME, value: NAME_STEPS.stem, note: 'the query is the file name without its extension' };
    case 'phrase': return { name: EXACT_NAME, value: NAME_STEPS.phrase, note: 'the whole query stands in the file name' };
    case 'part': return null;
  }
}

function recencyPart(modifiedMs: number, nowMs: number): ScorePart {
  const days = Math.max(0, nowMs - modifiedMs) / DAY_MS;
  return { name: 'recency', value: RECENCY_MAX * 2 ** (-days / RECENCY_HALF_LIFE_DAYS), note: `changed ${Math.round(days)} days ago` };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
