/**
 * How two generations compare on the person's own files, before one of them is switched to: titles and headings are the questions,
 * the file under each is the answer. Only files that both have count, so a half-built generation is judged fairly.
 */

import path from 'node:path';
import type { GenerationComparison } from '../contract/models.ts';
import type { Embedder } from '../embed/embedder.ts';
import { titlePairs, type TitlePair } from '../search/calibrate.ts';
import type { IndexStore } from '../store/index-store.ts';
import type { VectorTable } from '../store/vector-store.ts';

/** Passages drawn for titles; about half have a telling one. */
const SAMPLED_PASSAGES = 600;
/** A quarter of a minute of a large model on a CPU; shares are good to some ten per cent then. */
const MOST_QUESTIONS = 60;
const COMPARE_MS = 20_000;
const SEED = 23;
const TOP = 10;
/** Several windows of one file may stand before another file's. */
const WINDOWS_PER_SEARCH = 100;
const EXAMPLES = 5;
const NAMES_PER_EXAMPLE = 3;

export interface Side {
  readonly table: VectorTable;
  readonly embedder: Embedder;
}

interface Answer {
  readonly question: string;
  /** File ids, best first, at most TOP. */
  readonly answering: readonly number[];
  readonly candidate: readonly number[];
  readonly expected: number;
}

/** Bounded in time: as many questions as fit. Errors: those of the embedders and the stores. */
export async function compareGenerations(store: IndexStore, answering: Side, candidate: Side, signal?: AbortSignal): Promise<GenerationComparison> {
  // 1. What both have.
  const both = await store.filesInBoth(answering.table.generationId, candidate.table.generationId);
  const common = new Set(both);
  const questions = titlePairs(await store.samplePassages(SAMPLED_PASSAGES, SEED), SEED).filter(({ fileId }) => common.has(fileId)).slice(0, MOST_QUESTIONS);
  const [first] = questions;
  // Both models are loaded first: unlike a query, a text waits as long as that takes.
  if (first !== undefined) await Promise.all([answering, candidate].map(({ embedder }) => embedder.embedDocuments([first.query], signal)));
  // 2. Each asks both, until the time is over.
  const deadline = Date.now() + COMPARE_MS;
  const answers: Answer[] = [];
  for (const question of questions) {
    if (signal?.aborted === true || answers.length > 0 && Date.now() > deadline) break;
    const [found, foundByCandidate] = await Promise.all([ask(answering, question, both, signal), ask(candidate, question, both, signal)]);
    answers.push({ question: question.query, answering: found, candidate: foundByCandidate, expected: question.fileId });
  }
  // 3. Figures, and examples where they differ.
  const differing = answers.filter((answer) => answer.answering[0] !== answer.candidate[0]).slice(0, EXAMPLES);
  const names = new Map((await store.files([...new Set(differing.flatMap((answer) => [...answer.answering, ...answer.candidate]))])).map((file) => [file.id, path.basename(file.path)]));
  const named = (ids: readonly number[]): readonly string[] => ids.slice(0, NAMES_PER_EXAMPLE).map((id) => names.get(id) ?? '');
  const counts = await store.generationCounts();
  return {
    ...figures(answers), answering: answering.table.generationId, candidate: candidate.table.generationId,
    files: both.length, ofFiles: counts.reduce((most, each) => Math.max(most, each.files), 0),
    examples: differing.map((answer) => ({ question: answer.question, answering: named(answer.answering), candidate: named(answer.candidate) })),
  };
}

/** Shares of first places, of first tens, and of what both find. Pure. */
export function figures(answers: readonly Answer[]): Pick<GenerationComparison, 'questions' | 'answeringFirst' | 'candidateFirst' | 'answeringTopTen' | 'candidateTopTen' | 'overlap'> {
  const share = (test: (answer: Answer) => number): number => (answers.length === 0 ? 0 : answers.reduce((sum, answer) => sum + test(answer), 0) / answers.length);
  return {
    questions: answers.length,
    answeringFirst: share(({ answering, expected }) => (answering[0] === expected ? 1 : 0)),
    candidateFirst: share(({ candidate, expected }) => (candidate[0] === expected ? 1 : 0)),
    answeringTopTen: share(({ answering, expected }) => (answering.includes(expected) ? 1 : 0)),
    candidateTopTen: share(({ candidate, expected }) => (candidate.includes(expected) ? 1 : 0)),
    overlap: share(({ answering, candidate }) => {
      const most = Math.max(answering.length, candidate.length);
      return most === 0 ? 1 : answering.filter((id) => candidate.includes(id)).length / most;
    }),
  };
}

async function ask({ table, embedder }: Side, { query }: TitlePair, fileIds: readonly number[], signal: AbortSignal | undefined): Promise<readonly number[]> {
  const vector = await embedder.embedQuery(query, signal === undefined ? {} : { signal });
  if (vector.every((value) => value === 0)) return [];
  const windows = await table.search(vector, WINDOWS_PER_SEARCH, { fileIds });
  return [...new Set(windows.map((window) => window.fileId))].slice(0, TOP);
}
