/**
 * A Qwen3 graph through the real embedder process: tokens per second against the same graph run directly at its best batch, and against
 * transformers.js on texts of mixed lengths; queries beside bulk work; memory, loading and unloading. The machine may be shared, so the
 * three take turns within a round, and what counts is the ratio within a round; where the machine is busy, that of processor time.
 */

import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Embedder } from '../../src/embed/embedder.ts';
import { seededLine } from '../fixtures/qwen3/seeded-lines.ts';
import { percentiles, processTree } from './measure.ts';
import type { PeerAnswer, PeerJob, PeerStart } from './qwen3-peer.ts';

export interface Qwen3BenchOptions {
  /** A model folder; tests/fixtures/qwen3/write-model.ts makes one. */
  readonly model: string;
  /** A folder whose node_modules has @huggingface/transformers; without it that part is left out. */
  readonly transformers?: string;
  /** Real tokens of one pass over the texts, about. */
  readonly tokens: number;
  readonly rounds: number;
}

const dist = (module: string): string => fileURLToPath(new URL(`../../dist/src/${module}`, import.meta.url));
const TEXT_SEED = 11;
/** Padded tokens of a direct run; 1 means one row a run. */
const RAW_BUDGETS = [1, 256, 512];
/** Texts that transformers.js is given at once. */
const BATCH_SIZES = [1, 8, 32];
const IDLE_QUERIES = 5;
const QUERY = 'which budget was agreed with the accountant?';
const SAMPLE_MS = 250;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export async function benchQwen3(options: Qwen3BenchOptions): Promise<Record<string, unknown>> {
  const { createOnnxEmbedder } = await import(dist('embed/onnx-embedder.js')) as typeof import('../../src/embed/onnx-embedder.ts');
  const { openTokenizer } = await import(dist('embed/tokenizer.js')) as typeof import('../../src/embed/tokenizer.ts');
  const { readModelFolder } = await import(dist('embed/model-folder.js')) as typeof import('../../src/embed/model-folder.ts');
  const threads = os.availableParallelism();
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'findling-bench-'));
  const verifiedPath = path.join(scratch, 'verified.json');

  // 1. Checking, loading, unloading.
  const checkMs = await timed(() => readModelFolder(options.model, { verifiedPath }));
  const folder = await readModelFolder(options.model, { verifiedPath });
  const tokenizer = await openTokenizer(folder.tokenizerPath, folder.description.maxTokens);
  let embedder: Embedder | undefined;
  const loadMs = await timed(async () => {
    embedder = await createOnnxEmbedder({ folder: options.model, threads, verifiedPath });
    await embedder.embedDocuments(['loaded']);
  });
  if (embedder === undefined) throw new Error('the embedder was not created');
  const ours = embedder;
  const unloadMs = await timed(() => ours.rest());
  const reloadMs = await timed(() => ours.embedDocuments(['loaded']));
  const loadedMb = residentMb(ours);

  // 2. Texts of mixed lengths, and their tokens.
  const { texts, rows } = await mixedTexts(options.tokens, (batch) => tokenizer.encode(batch));
  const tokens = rows.reduce((all, row) => all + row.length, 0);
  const lengths = rows.map((row) => row.length).sort((a, b) => a - b);

  // 3. The three in turn.
  const raw = await startPeer({ kind: 'raw', folder: options.model, threads });
  const transformers = options.transformers === undefined ? null : await startPeer({ kind: 'transformers-js', folder: options.model, threads, transformers: options.transformers });
  await ours.embedDocuments(texts.slice(0, 1));
  const rounds: Record<string, unknown>[] = [];
  let bestBudget: number | undefined;
  const agreement: Record<string, number> = {};
  for (let round = 0; round < options.rounds; round++) {
    let vectors = new Float32Array();
    const cpuBefore = cpuMs(ours);
    const ms = await timed(async () => { vectors = new Float32Array(await ours.embedDocuments(texts)); });
    const own = rates(tokens, { ms, cpuMs: cpuMs(ours) - cpuBefore });
    // Every budget in the first round, then the best one alone.
    const raws: Record<string, Rates> = {};
    for (const budget of bestBudget === undefined ? RAW_BUDGETS : [bestBudget]) {
      const answer = await ask(raw, { batches: budgeted(rows, budget) });
      raws[budget] = rates(tokens, answer);
      agreement['direct'] = agreementOf(answer.vector, vectors, rows, budgeted(rows, budget)[0]?.[0]);
    }
    const [best] = Object.entries(raws).sort(([, a], [, b]) => b.perCpuSecond - a.perCpuSecond);
    bestBudget ??= Number(best?.[0]);
    const theirs: Record<string, Rates> = {};
    for (const size of BATCH_SIZES) {
      if (transformers === null) break;
      const answer = await ask(transformers, { texts: Array.from({ length: Math.ceil(texts.length / size) }, (_, index) => texts.slice(index * size, (index + 1) * size)) });
      theirs[size] = rates(tokens, answer);
      agreement[`transformers.js, ${size} at once`] = agreementOf(answer.vector, vectors, rows, rows[0]);
    }
    rounds.push({
      ours: own,
      direct: raws,
      oursToBestDirect: best === undefined ? null : ratio(own, best[1]),
      transformersJs: theirs,
      oursToTransformersJs: Object.fromEntries(Object.entries(theirs).map(([size, rate]) => [size, ratio(own, rate)])),
    });
  }

  // 4. Queries while a pass runs, and the memory of it.
  const queries = { idle: await queriesUntil(ours, (asked) => asked >= IDLE_QUERIES), ...(await queriesWhileBusy(ours, texts)) };
  // They end with their parent's side of the pipe, and then remove what they made; a signal would leave it.
  raw.disconnect();
  transformers?.disconnect();
  await ours.close();
  await rm(scratch, { recursive: true });
  const seconds = (ms: number): number => Math.round(ms / 10) / 100;
  return {
    model: folder.description.id, weightMb: Math.round(folder.description.files.data.reduce((all, file) => all + file.bytes, 0) / 1e6), threads,
    load: { checkHashesSeconds: seconds(checkMs), loadSeconds: seconds(loadMs), unloadSeconds: seconds(unloadMs), reloadSeconds: seconds(reloadMs), loadedMb },
    texts: { count: texts.length, tokens, shortest: lengths[0], median: lengths[Math.floor(lengths.length / 2)], longest: lengths.at(-1) },
    rounds, agreement, queries,
  };
}

/** Windows as folders have them: many short, some long; half below 60 tokens, a few near 500. Steps of the golden ratio mix even a few texts well. */
async function mixedTexts(tokens: number, encode: (texts: readonly string[]) => Promise<readonly (readonly number[])[]>): Promise<{ readonly texts: string[]; readonly rows: (readonly number[])[] }> {
  const texts: string[] = [];
  const rows: (readonly number[])[] = [];
  for (let number = 0, held = 0; held < tokens; number++) {
    const share = (number * GOLDEN) % 1;
    const wanted = Math.round(16 + 700 * share ** 3);
    let text = '';
    for (let line = 0; text.length < wanted; line++) text += `${seededLine(TEXT_SEED, number * 64 + line)}\n`;
    text = text.slice(0, wanted).toWellFormed();
    const [row = []] = await encode([text]);
    texts.push(text);
    rows.push(row);
    held += row.length;
  }
  return { texts, rows };
}

/** Longest first, as many rows a run as fit the budget when padded to the first. */
function budgeted(rows: readonly (readonly number[])[], budget: number): (readonly number[])[][] {
  const batches: (readonly number[])[][] = [];
  for (const row of rows.toSorted((left, right) => right.length - left.length)) {
    const batch = batches.at(-1);
    if (batch === undefined || (batch.length + 1) * (batch[0]?.length ?? 0) > budget) batches.push([row]);
    else batch.push(row);
  }
  return batches;
}

/** Cosine of a peer's vector of one text with ours. */
function agreementOf(vector: readonly number[], ours: Float32Array, rows: readonly (readonly number[])[], row: readonly number[] | undefined): number {
  const dimension = ours.length / rows.length;
  const start = rows.findIndex((other) => other === row) * dimension;
  return Math.round(vector.reduce((sum, value, index) => sum + value * (ours[start + index] ?? 0), 0) * 1e6) / 1e6;
}

async function queriesWhileBusy(embedder: Embedder, texts: readonly string[]): Promise<Record<string, unknown>> {
  let busy = true;
  let peakMb = 0;
  const sampler = setInterval(() => { peakMb = Math.max(peakMb, residentMb(embedder)); }, SAMPLE_MS);
  const bulk = embedder.embedDocuments(texts).finally(() => { busy = false; });
  const whileBusy = await queriesUntil(embedder, () => !busy);
  await bulk;
  clearInterval(sampler);
  return { whileBusy, peakMb };
}

/** One query after the other, with a person's pause between: without it they would leave bulk work nothing. */
async function queriesUntil(embedder: Embedder, enough: (asked: number) => boolean): Promise<Record<string, unknown>> {
  const waits: number[] = [];
  let unanswered = 0;
  for (let asked = 0; !enough(asked); asked++) {
    const startedMs = performance.now();
    // The embedder itself gives a query up after a while; words answer then.
    await embedder.embedQuery(QUERY).then(() => waits.push(performance.now() - startedMs), () => { unanswered += 1; });
    await new Promise((resolve) => { setTimeout(resolve, SAMPLE_MS); });
  }
  return { ms: percentiles(waits), unanswered };
}

interface Rates {
  readonly perSecond: number;
  /** Of processor time: hardly changes with what else runs. */
  readonly perCpuSecond: number;
}

function rates(tokens: number, { ms, cpuMs }: { readonly ms: number; readonly cpuMs: number }): Rates {
  const rate = (time: number): number => Math.round((tokens / time) * 1e4) / 10;
  return { perSecond: rate(ms), perCpuSecond: rate(cpuMs) };
}

function ratio(left: Rates, right: Rates): Rates {
  const rounded = (value: number): number => Math.round(value * 1000) / 1000;
  return { perSecond: rounded(left.perSecond / right.perSecond), perCpuSecond: rounded(left.perCpuSecond / right.perCpuSecond) };
}

/** Of the embedder's process since its start. */
function cpuMs(embedder: Embedder): number {
  return embedder.pid === undefined ? 0 : processTree(embedder.pid).reduce((all, { cpuSeconds }) => all + cpuSeconds * 1000, 0);
}

function residentMb(embedder: Embedder): number {
  return Math.round(embedder.pid === undefined ? 0 : processTree(embedder.pid)[0]?.rssMb ?? 0);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

async function startPeer(start: PeerStart): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./qwen3-peer.ts', import.meta.url)), [JSON.stringify(start)], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  await answerOf(child);
  return child;
}

function ask(child: ChildProcess, job: PeerJob): Promise<PeerAnswer> {
  const answer = answerOf(child);
  child.send(job);
  return answer;
}

function answerOf(child: ChildProcess): Promise<PeerAnswer> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the process to compare with ended'));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as PeerAnswer); // Sent by qwen3-peer.ts.
    });
  });
}
