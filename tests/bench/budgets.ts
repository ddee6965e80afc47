/**
 * What a memory budget costs and keeps: all processes of one engine measured from outside (proportional and resident size), without a budget and with
 * one, while a few hundred files are indexed and after. Linux only.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { IndexStatus } from '../../src/contract/model.ts';
import { startBenchEngine } from './engine.ts';
import { processTree, sum } from './measure.ts';

const MB = 1024 * 1024;
const BUDGET_MB = 350;
const FILES = 600;
const WORDS_OF_A_FILE = 3_000;
const VOCABULARY = 30_000;
/** With a budget indexing rests for longer and longer: it is left after this, and how far it came is told. */
const MOST_INDEXING_MS = 150_000;
/** Longer than an extractor stays idle and than the answering model stays loaded under a budget. */
const AFTER_MS = 40_000;
const SAMPLE_MS = 250;

export async function benchBudgets(): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'findling-bench-files-'));
  try {
    await writeFiles(folder);
    return { budgetMb: BUDGET_MB, files: FILES, withoutBudget: await run(folder, 0), withBudget: await run(folder, BUDGET_MB * MB) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Sample {
  readonly pssMb: number;
  readonly rssMb: number;
}

async function run(folder: string, memoryBytes: number): Promise<unknown> {
  const engine = await startBenchEngine();
  try {
    await engine.client.call('settings.set', { memoryBytes, minFreeBytes: 0, onBattery: 'run' });
    const stop = new AbortController();
    const during = sampling(engine.pid);
    const startedMs = performance.now();
    await engine.client.call('roots.add', { path: folder });
    const timer = setTimeout(() => stop.abort(), MOST_INDEXING_MS);
    const whole = await engine.client.call('index.settled', undefined, stop.signal).catch(() => null); // left before it was done
    clearTimeout(timer);
    const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
    const status: IndexStatus = whole ?? await engine.client.call('index.status', undefined);
    const indexing = during();
    // What goes on then would hide what is being measured: the state that it comes to when no work is left.
    if (whole === null) await engine.client.call('index.pause', {});
    const after = sampling(engine.pid);
    await new Promise((resolve) => { setTimeout(resolve, AFTER_MS); });
    const rest = after();
    return {
      indexing: { seconds, done: whole !== null, read: status.counts.indexed, embedded: status.embedded, troubles: status.troubles, ...figures(indexing, memoryBytes) },
      after: { ...figures(rest.slice(-Math.ceil(5_000 / SAMPLE_MS)), memoryBytes), processes: processTree(engine.pid) },
    };
  } finally {
    await engine.close();
  }
}

/** Samples until the answer is called, which gives them. */
function sampling(pid: number): () => readonly Sample[] {
  const samples: Sample[] = [];
  const timer = setInterval(() => samples.push(sum(processTree(pid))), SAMPLE_MS);
  return () => {
    clearInterval(timer);
    return samples;
  };
}

function figures(samples: readonly Sample[], memoryBytes: number): Record<string, number> {
  const by = (pick: (sample: Sample) => number): readonly number[] => samples.map(pick).sort((a, b) => a - b);
  const [pss, rss] = [by((sample) => sample.pssMb), by((sample) => sample.rssMb)];
  const round = (value: number | undefined): number => Math.round(value ?? 0);
  const over: Record<string, number> = memoryBytes === 0 ? {} : { percentOfTimeAbove: Math.round((samples.filter(({ pssMb }) => pssMb * MB > memoryBytes).length / Math.max(1, samples.length)) * 100) };
  return { samples: samples.length, medianPssMb: round(pss[Math.floor(pss.length / 2)]), peakPssMb: round(pss.at(-1)), medianRssMb: round(rss[Math.floor(rss.length / 2)]), peakRssMb: round(rss.at(-1)), ...over };
}

/** Words of a fixed vocabulary, some common and most rare, the same at every run. */
async function writeFiles(folder: string): Promise<void> {
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let file = 0; file < FILES; file += 1) {
    const words = Array.from({ length: WORDS_OF_A_FILE }, () => `${Math.floor(VOCABULARY * random() ** 3).toString(36)}${random() < 0.08 ? '.\n' : ''}`);
    await writeFile(path.join(folder, `file-${file}.txt`), words.join(' '));
  }
}
