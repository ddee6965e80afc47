/** How soon 100,000 names can be found after the first launch, what the parts weigh then, and how fast a keystroke is answered. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startBenchEngine, timedSearch } from './engine.ts';
import { percentiles, processTree, sum } from './measure.ts';

const FILES = 100_000;
const DIRECTORIES = 5_000;
const WORDS = ['report', 'invoice', 'letter', 'photo', 'notes', 'draft', 'plan', 'budget', '会议', '報告', 'Brief', 'Rechnung', 'facture', 'отчёт', 'تقرير', 'สัญญา'];

export async function benchNames(): Promise<Record<string, unknown>> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'findling-names-'));
  try {
    await makeTree(root);
    const engine = await startBenchEngine();
    const startedMs = performance.now();
    await engine.client.call('roots.add', { path: root });
    // Names are searchable when their batch is committed: all of them when the catalog counts them all, and the last one is then found.
    const searchableMs = await until(async () => (await total(engine.client)) >= FILES, startedMs);
    const last = await timedSearch(engine.client, { text: `${FILES - 1}`, wordsOnly: true, limit: 5 });
    const keystrokes: number[] = [];
    for (const text of ['invoice', '会议', 'brief 4', 'rechnung-01', 'facture']) {
      for (let end = 1; end <= text.length; end += 1) keystrokes.push((await timedSearch(engine.client, { text: text.slice(0, end), wordsOnly: true })).wordsMs);
    }
    const tree = processTree(engine.pid);
    await engine.close();
    return {
      files: FILES, directories: DIRECTORIES, engineStartMs: engine.startMs, namesSearchableMs: searchableMs, lastNameFound: last.last.hits.length > 0,
      keystrokeMs: percentiles(keystrokes), processes: tree, all: sum(tree),
    };
  } finally {
    await rm(root, { recursive: true });
  }
}

async function total(client: Awaited<ReturnType<typeof startBenchEngine>>['client']): Promise<number> {
  return (await client.call('files.list', { limit: 1 })).total;
}

async function until(condition: () => Promise<boolean>, startedMs: number): Promise<number> {
  while (!(await condition())) await new Promise((resolve) => { setTimeout(resolve, 100); });
  return Math.round(performance.now() - startedMs);
}

async function makeTree(root: string): Promise<void> {
  const perDirectory = FILES / DIRECTORIES;
  for (let directory = 0; directory < DIRECTORIES; directory += 1) {
    const folder = path.join(root, `area-${directory % 50}`, `${WORDS[directory % WORDS.length]}-${directory}`);
    await mkdir(folder, { recursive: true });
    await Promise.all(Array.from({ length: perDirectory }, (_, index) => {
      const number = directory * perDirectory + index;
      const name = `${WORDS[(number * 7) % WORDS.length]}-${String(number).padStart(6, '0')}.txt`;
      return writeFile(path.join(folder, name), `${name}\n`);
    }));
  }
}
