/**
 * 100,000 files in 5,000 directories: how long the watcher takes to arm, crawl and hear of a change, and how large its process is, from outside.
 * `node tests/bench/watch-memory.ts` prints JSON lines. Linux only for the memory (it reads /proc).
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../src/log.ts';
import { createWatcher } from '../../src/watch/watch-client.ts';
import type { WatchedRoot } from '../../src/watch/watcher.ts';

const DIRECTORIES = 5_000;
const FILES_PER_DIRECTORY = 20;
const CRAWLS = 3;

const top = mkdtempSync(join(tmpdir(), 'findling-watch-bench-'));
const root: WatchedRoot = {
  rootId: 1, path: top,
  options: {
    include: [], exclude: [], maxFileBytes: 1e9, honourGitignore: true, includeHidden: false, includeSecrets: false, paused: false, instruction: null, threshold: null,
  },
};

/** Resident and largest resident set of a process, in MiB. */
function memoryOf(pid: number | undefined): { rssMiB: number; peakMiB: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (field: string): number => Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  return { rssMiB: mebibytes('VmRSS'), peakMiB: mebibytes('VmHWM') };
}

function report(step: string, figures: Record<string, number>): void {
  process.stdout.write(JSON.stringify({ step, ...figures }) + '\n');
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return Math.round(performance.now() - startedMs);
}

let heard: () => void = () => {};
const watcher = createWatcher({ change: () => heard(), lost: () => {}, polled: () => {} }, createLog({ file: null, level: 'warn' }));
try {
  for (let directory = 0; directory < DIRECTORIES; directory += 1) {
    const path = join(top, `area-${Math.floor(directory / 100)}`, `folder-${directory}`);
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < FILES_PER_DIRECTORY; file += 1) writeFileSync(join(path, `document-${file}.txt`), 'A short text.');
  }

  const presentMs = await timed(() => watcher.presence(root));
  report('started', { tookMs: presentMs, ...memoryOf(watcher.pid) });
  report('armed', { tookMs: await timed(() => watcher.watch([root])), ...memoryOf(watcher.pid) });
  for (let crawl = 0; crawl < CRAWLS; crawl += 1) {
    let files = 0;
    const tookMs = await timed(() => watcher.crawl(root, top, true, async (listings) => { for (const listing of listings) files += listing.files.length; }));
    report('crawled', { files, tookMs, ...memoryOf(watcher.pid) });
  }
  const change = new Promise<void>((resolve) => { heard = resolve; });
  const heardMs = await timed(async () => {
    writeFileSync(join(top, 'area-7', 'folder-700', 'document-3.txt'), 'Another text.');
    await change;
  });
  report('one change', { tookMs: heardMs, ...memoryOf(watcher.pid) });

  for (let directory = 0; directory < 1_000; directory += 1) {
    for (let file = 0; file < 20; file += 1) writeFileSync(join(top, `area-${Math.floor(directory / 100)}`, `folder-${directory}`, `new-${file}.txt`), 'New.');
  }
  const settled = new Promise<void>((resolve) => { heard = resolve; });
  await settled;
  report('20,000 new files', memoryOf(watcher.pid));
} finally {
  await watcher.close();
  rmSync(top, { recursive: true, force: true });
}
