/**
 * What a reranker's reading of the first results does to their order. Pure. Those that were read exchange their places among themselves, by their old place and
 * by P(yes) together; all others stay exactly where they are. A file that has no score yet is not read: the first scores already make a
 * better list, and the last ones a slightly better one.
 *
 * Scores of the tiers and P(yes) are never added (fuse.ts says why): the places are blended, and the file that comes to a place takes over its score.
 */

import type { ExplainTrace, FileKind } from '../contract/model.ts';
import { traceOf } from './explain.ts';
import { isExact, rankByTrace } from './rank.ts';

/**
 * Files read. Ten are on a page without scrolling, and ten more may come up; the model's published gains are with the first hundred, which no
 * desktop reads while a person waits.
 */
export const RERANK_FILES = 20;

/**
 * How much the reading counts beside the old place, which counts 1, 1/2, 1/3 … for the first, second, third. So a sure reading (0.95 against 0.1) brings a
 * file from anywhere above the first, and an unsure one (0.6 against 0.4) only exchanges neighbours further down: a small reranker errs too,
 * and the first places of three tiers that agree are rarely wrong. Not measured on published weights: none could be had here.
 */
const READING_WEIGHT = 0.6;

/** What ranking knows of a file, as far as it matters here. */
export interface RankedFile {
  readonly fileId: number;
  readonly modifiedMs: number;
  readonly explain: ExplainTrace;
  readonly record: { readonly kind: FileKind };
}

/**
 * May its place change? An exact name or phrase is what was asked for, whatever a reader thinks of it. Code stays where it is: there this
 * reranker makes results worse (MTEB-Code of Qwen3-Reranker-0.6B: 75.4 to 73.4).
 */
export function isReadable(file: RankedFile): boolean {
  return file.record.kind !== 'code' && !isExact(file.explain);
}

/** The order with what was read so far: P(yes) by file id. `files` stand best first; what has a probability must be readable. */
export function orderAsRead<T extends RankedFile>(files: readonly T[], probabilities: ReadonlyMap<number, number>): readonly T[] {
  const read = files.filter((file) => probabilities.has(file.fileId) && isReadable(file));
  if (read.length < 2) return files;
  const blended = read.map((file, place) => {
    const probability = probabilities.get(file.fileId) ?? 0;
    return { file, place, probability, value: (1 - READING_WEIGHT) / (place + 1) + READING_WEIGHT * probability };
  }).sort((a, b) => b.value - a.value || a.place - b.place);
  const moved = new Map(blended.map(({ file, place, probability }, target) => [file.fileId, traceOf([...file.explain.parts, {
    name: 'reranker',
    value: (read[target]?.explain.score ?? file.explain.score) - file.explain.score,
    note: `place ${target + 1} instead of ${place + 1} of ${read.length} read beside the query, ${Math.round(probability * 100)} % yes`,
  }])]));
  return rankByTrace(files.map((file) => ({ ...file, explain: moved.get(file.fileId) ?? file.explain })));
}
