/**
 * Bulk indexing of a tree, against Recoll's indexer on the same files in the same run (both orders), and against each stage of
 * our own pipeline alone. Recoll (Debian package `recollcmd`) makes a lexical index only; ours holds words and meaning.
 */

import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startBenchEngine } from './engine.ts';
import { processTree, sum } from './measure.ts';

export async function benchBulk(corpus: string): Promise<Record<string, unknown>> {
  const ours = [await ourRun(corpus)];
  const recoll = [await recollRun(corpus)];
  recoll.push(await recollRun(corpus));
  ours.push(await ourRun(corpus));
  const median = (runs: readonly { seconds: number }[]): number => runs.reduce((all, run) => all + run.seconds, 0) / runs.length;
  return {
    ours, recoll,
    secondsRatioToRecoll: recoll.some((run) => run.seconds === 0) ? 'recollindex is not installed' : Math.round((median(ours) / median(recoll)) * 100) / 100,
  };
}

interface OurRun {
  readonly seconds: number;
  readonly wordsSeconds: number;
  readonly peakRssMb: number;
  readonly peakPssMb: number;
  readonly cpuSeconds: number;
  readonly files: number;
  readonly failed: number;
  readonly textBytes: number;
  readonly catalogBytes: number;
  readonly vectorBytes: number;
  readonly stages: unknown;
}

async function ourRun(corpus: string): Promise<OurRun> {
  const engine = await startBenchEngine();
  try {
    const startedMs = performance.now();
    let wordsSeconds = 0;
    let peakRssMb = 0;
    let peakPssMb = 0;
    let peak: unknown = [];
    const sampler = setInterval(() => {
      const tree = processTree(engine.pid);
      const all = sum(tree);
      peakPssMb = Math.max(peakPssMb, all.pssMb);
      if (all.rssMb > peakRssMb) [peakRssMb, peak] = [all.rssMb, tree];
    }, 500);
    const stopViewing = engine.client.subscribe('index.status', undefined, {
      next(status) {
        if (wordsSeconds === 0 && status.counts.indexed > 0 && status.counts.pending === 0) wordsSeconds = Math.round((performance.now() - startedMs) / 10) / 100;
      },
    });
    await engine.client.call('roots.add', { path: corpus });
    const settled = await engine.client.call('index.settled', undefined);
    const seconds = Math.round((performance.now() - startedMs) / 10) / 100;
    clearInterval(sampler);
    stopViewing();
    const tree = processTree(engine.pid);
    return {
      seconds, wordsSeconds, peakRssMb, peakPssMb, cpuSeconds: sum(tree).cpuSeconds, files: settled.counts.indexed, failed: settled.counts.failed,
      textBytes: settled.disk.textBytes, catalogBytes: settled.disk.catalogBytes, vectorBytes: settled.disk.vectorBytes, stages: { atPeak: peak, atEnd: tree },
    };
  } finally {
    await engine.close();
  }
}

async function recollRun(corpus: string): Promise<{ readonly seconds: number; readonly version: string }> {
  const version = spawnSync('recollindex', ['-v'], { encoding: 'utf8' });
  if (version.error !== undefined) return { seconds: 0, version: 'not installed' };
  const configuration = await mkdtemp(path.join(os.tmpdir(), 'findling-recoll-'));
  await mkdir(path.join(configuration, 'xapiandb'), { recursive: true });
  await writeFile(path.join(configuration, 'recoll.conf'), `topdirs = ${corpus}\nfollowLinks = 0\nloglevel = 1\n`);
  const startedMs = performance.now();
  await new Promise<void>((resolve, reject) => {
    const child = spawn('recollindex', ['-c', configuration], { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`recollindex gave exit code ${code}`))));
  });
  const seconds = Math.round((performance.now() - startedMs) / 10) / 100;
  await rm(configuration, { recursive: true });
  return { seconds, version: version.stdout.trim().split('\n')[0] ?? '' };
}
