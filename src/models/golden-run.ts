/**
 * Hashes a model folder anew and runs its golden pairs, in a process and on a path as search uses them. What goes wrong is a result
 * for people to read, not an exception: only a signal ends it otherwise.
 */

import { EngineError } from '../contract/errors.ts';
import type { ModelCheck } from '../contract/models.ts';
import { createLocalReranker } from '../embed/local-reranker.ts';
import { readModelFolder } from '../embed/model-folder.ts';
import { createOnnxEmbedder } from '../embed/onnx-embedder.ts';
import type { Log } from '../log.ts';
import { judgeLikeness, judgeVectors, type SelfTest } from './golden.ts';

/** Loading gigabytes from a slow disk and four short texts on a slow processor take less. */
const DEADLINE_MS = 5 * 60_000;

export interface GoldenRun {
  readonly folder: string;
  readonly test: SelfTest;
  readonly threads: number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export async function runGolden(options: GoldenRun): Promise<ModelCheck> {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  const signal = AbortSignal.any([options.signal, deadline]);
  try {
    return { atMs: Date.now(), ...await testFolder(options, signal) };
  } catch (error) {
    options.signal.throwIfAborted();
    const detail = deadline.aborted ? 'The model did not answer within five minutes on this machine.' : messageOf(error);
    return { atMs: Date.now(), passed: false, detail, cosines: [] };
  }
}

async function testFolder(run: GoldenRun, signal: AbortSignal): Promise<Omit<ModelCheck, 'atMs'>> {
  const { description } = await readModelFolder(run.folder, { trusted: true });
  return description.task === 'reranking' ? testReranker(run, signal) : testEmbedder(run, signal);
}

async function testEmbedder({ folder, test, threads, log }: GoldenRun, signal: AbortSignal): Promise<Omit<ModelCheck, 'atMs'>> {
  // Without a memory of verified files: all of them are hashed.
  const embedder = await createOnnxEmbedder({ folder, threads, log });
  try {
    const { questions, texts } = test.pairs;
    // Documents first: unlike a query they wait as long as loading takes.
    const rows = await embedder.embedDocuments(texts, signal);
    const { dimension } = embedder.model;
    const vectors: Float32Array[] = [];
    for (const question of questions) vectors.push(await embedder.embedQuery(question, { signal }));
    return judgeVectors(test, vectors, texts.map((_, row) => rows.subarray(row * dimension, (row + 1) * dimension)));
  } finally {
    await embedder.close();
  }
}

async function testReranker({ folder, test, threads, log }: GoldenRun, signal: AbortSignal): Promise<Omit<ModelCheck, 'atMs'>> {
  const reranker = await createLocalReranker({ folder, threads, device: 'cpu', log });
  try {
    const scores: (readonly number[])[] = [];
    for (const question of test.pairs.questions) scores.push(await reranker.score(question, test.pairs.texts, { signal }));
    return judgeLikeness(test, scores);
  } finally {
    await reranker.close();
  }
}

/** Errors of the folder speak for themselves. */
function messageOf(error: unknown): string {
  if (error instanceof EngineError && (error.code === 'model-invalid' || error.code === 'model-missing')) return error.message;
  return `The model does not run on this machine: ${error instanceof Error ? error.message : String(error)}`;
}
