/**
 * The built-in model: text → vector through the real embedder process against its tokenizer alone on the same texts, how long it takes to
 * load, and the memory of its process. Both are given windows as the indexer cuts them, and both meet each text for the first time
 * in every round: the tokenizer remembers words, so a second pass would measure its memory.
 */

import { fork } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Passage } from '../../src/pipeline.ts';
import { processTree } from './measure.ts';

const dist = (module: string): string => fileURLToPath(new URL(`../../dist/src/${module}`, import.meta.url));
export const MODEL = fileURLToPath(new URL('../../resources/models/findling-static-multilingual', import.meta.url));
/** Text given to the embedder at once, as the embed lane does. */
const EMBED_CHARACTERS = 400_000;
/** Bytes of text in a round; enough for some seconds. */
const ROUND_BYTES = 12_000_000;
/** Rounds of each kind, in turn, so that a busy moment of the machine spoils one and not all of a kind. */
const ROUNDS = 5;
const LARGEST_FILE = 400_000;
const LOADS = 7;

export async function benchModel(corpus: string): Promise<Record<string, unknown>> {
  const rounds = await readRounds(corpus);
  const threads = [];
  for (const count of [1, 2]) threads.push(await throughput(rounds, count));
  return { load: await loadTimes(), threads };
}

/** Windows of about ROUND_BYTES a round, of files spread over the corpus. */
async function readRounds(corpus: string): Promise<readonly (readonly string[])[]> {
  const { splitPassages } = await import(dist('passage/passages.js')) as typeof import('../../src/passage/passages.ts');
  const { planWindows } = await import(dist('embed/windows.js')) as typeof import('../../src/embed/windows.ts');
  const { readModelFolder } = await import(dist('embed/model-folder.js')) as typeof import('../../src/embed/model-folder.ts');
  const { description } = await readModelFolder(MODEL);
  const files = (await readdir(corpus, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name)).sort();
  const rounds: string[][] = [[]];
  let bytes = 0;
  // A stride that has no factor in common with the number of files visits each once, and neighbours in different rounds.
  for (let visited = 0, at = 0; visited < files.length && rounds.length <= ROUNDS; visited++, at = (at + 7919) % files.length) {
    const file = files[at] ?? '';
    if ((await stat(file)).size > LARGEST_FILE) continue;
    const text = await readFile(file, 'utf8');
    if (text.includes('\0')) continue;
    const passages: readonly Passage[] = splitPassages({ kind: 'text', title: null, text, marks: [], breaks: [], language: null, truncated: false });
    for (const window of planWindows(passages, { maxTokens: description.windowTokens })) {
      rounds.at(-1)?.push(window.text);
      bytes += Buffer.byteLength(window.text);
    }
    if (bytes >= ROUND_BYTES) {
      rounds.push([]);
      bytes = 0;
    }
  }
  if (rounds.length <= ROUNDS) throw new Error(`This benchmark needs ${(ROUNDS * ROUND_BYTES) / 1e6} MB of text; the corpus has less.`);
  return rounds.slice(0, ROUNDS);
}

async function throughput(rounds: readonly (readonly string[])[], threads: number): Promise<Record<string, unknown>> {
  const { createOnnxEmbedder } = await import(dist('embed/onnx-embedder.js')) as typeof import('../../src/embed/onnx-embedder.ts');
  const embedder = await createOnnxEmbedder({ folder: MODEL, threads });
  const tokenizer = tokenizerProcess();
  await embedder.embedDocuments(['warm']);
  await tokenizer.run(['warm']);
  const rates: { readonly megabytes: number; readonly tokenizer: number; readonly pipeline: number; readonly pipelineCpuSeconds: number; readonly tokenizerCpuSeconds: number }[] = [];
  let mostMb = 0;
  for (const texts of rounds) {
    const megabytes = texts.reduce((all, text) => all + Buffer.byteLength(text), 0) / 1e6;
    const aloneMs = await tokenizer.run(texts);
    const before = figures(embedder.pid);
    const startedMs = performance.now();
    for (let from = 0; from < texts.length;) {
      let to = from;
      for (let held = 0; to < texts.length && held < EMBED_CHARACTERS; to += 1) held += texts[to]?.length ?? 0;
      await embedder.embedDocuments(texts.slice(from, to));
      from = to;
    }
    const pipelineMs = performance.now() - startedMs;
    const after = figures(embedder.pid);
    mostMb = Math.max(mostMb, after.rssMb);
    rates.push({
      megabytes, tokenizer: megabytes / (aloneMs.wallMs / 1000), pipeline: megabytes / (pipelineMs / 1000),
      tokenizerCpuSeconds: aloneMs.cpuMs / 1000, pipelineCpuSeconds: after.cpuSeconds - before.cpuSeconds,
    });
  }
  const rss = { afterMb: round(figures(embedder.pid).rssMb), mostMb: round(mostMb) };
  await embedder.close();
  tokenizer.end();
  const median = (pick: (rate: (typeof rates)[number]) => number): number => rates.map(pick).sort((a, b) => a - b)[Math.floor(rates.length / 2)] ?? 0;
  return {
    threads, rss,
    tokenizerMegabytesPerSecond: round(median((rate) => rate.tokenizer)),
    pipelineMegabytesPerSecond: round(median((rate) => rate.pipeline)),
    pipelineToTokenizer: round(median((rate) => rate.pipeline / rate.tokenizer)),
    tokenizerCpuToPipelineCpu: round(median((rate) => rate.tokenizerCpuSeconds / rate.pipelineCpuSeconds)),
    rounds: rates.map((rate) => Object.fromEntries(Object.entries(rate).map(([name, value]) => [name, round(value)]))),
  };
}

/** The tokenizer in a process of its own with the embedder's priority, so that both sides compete for the machine alike. */
function tokenizerProcess(): { run(texts: readonly string[]): Promise<{ readonly wallMs: number; readonly cpuMs: number }>; end(): void } {
  const child = fork(new URL('./model-parts.ts', import.meta.url), ['tokenize', MODEL], { execArgv: ['--disable-warning=ExperimentalWarning'], serialization: 'advanced' });
  return {
    run: (texts) => new Promise((resolve, reject) => {
      child.once('message', (message) => resolve(message as { wallMs: number; cpuMs: number })); // Sent by model-parts.ts.
      child.once('error', reject);
      child.send(texts);
    }),
    end: () => child.disconnect(),
  };
}

/** Milliseconds to read, check and load the folder, each in a fresh process: with hashes checked, as at the first start, and trusted, as later. */
async function loadTimes(): Promise<Record<string, unknown>> {
  const loads: Record<string, number>[] = [];
  for (let load = 0; load < LOADS; load++) {
    loads.push(await new Promise((resolve, reject) => {
      const child = fork(new URL('./model-parts.ts', import.meta.url), ['load', MODEL], { execArgv: ['--disable-warning=ExperimentalWarning'] });
      child.once('message', (message) => resolve(message as Record<string, number>)); // Sent by model-parts.ts.
      child.once('error', reject);
    }));
  }
  const names = Object.keys(loads[0] ?? {});
  return Object.fromEntries(names.map((name) => {
    const sorted = loads.map((load) => load[name] ?? 0).sort((a, b) => a - b);
    return [name, { least: round(sorted[0] ?? 0), median: round(sorted[Math.floor(sorted.length / 2)] ?? 0), most: round(sorted.at(-1) ?? 0) }];
  }));
}

function figures(pid: number | undefined): { readonly rssMb: number; readonly cpuSeconds: number } {
  const [own] = pid === undefined ? [] : processTree(pid);
  if (own === undefined) throw new Error('the embedder has no process');
  return own;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
