/** Warm query latency over about 100,000 passages, alone and while other files are being indexed; keystrokes; idle cost; size of the index. */

import { cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startBenchEngine, timedSearch } from './engine.ts';
import { percentiles, processTree, sum } from './measure.ts';

const ROUNDS = 12;
const IDLE_SECONDS = 60;
/** Upkeep begins five seconds after the last work and takes some more. */
const UPKEEP_MS = 45_000;
/** Text that makes about 100,000 passages of about 200 tokens. */
const CORPUS_BYTES = 80_000_000;

const QUERIES: Readonly<Record<string, readonly string[]>> = {
  'a word that is nearly everywhere': ['the', 'return', 'and'],
  'a six-word sentence': ['how do I change the keyboard layout', 'open a file and read lines', 'the right to education for everyone'],
  'one Chinese character': ['人', '的', '文'],
  'a rare identifier': ['getOwnPropertyDescriptors', 'AbstractEventLoop', 'rolldown_binding'],
  'two words': ['network settings', 'human rights', 'event handler'],
  'another language': ['Wie ändere ich die Tastatur', 'como abrir um arquivo', '人权 教育'],
};

export async function benchQueries(corpus: string): Promise<Record<string, unknown>> {
  const work = await mkdtemp(path.join(os.tmpdir(), 'findling-queries-'));
  const engine = await startBenchEngine();
  try {
    const first = path.join(work, 'first');
    const more = path.join(work, 'more');
    await split(corpus, first, more);
    await engine.client.call('roots.add', { path: first });
    const settled = await engine.client.call('index.settled', undefined);
    // Right after the last file, vectors are compacted and the index is trained: searches share the processor with that once.
    const duringUpkeep = await measure(engine.client);
    await new Promise((resolve) => { setTimeout(resolve, UPKEEP_MS); });
    const alone = await measure(engine.client);
    const idle = await measureIdle(engine.pid);
    await engine.client.call('roots.add', { path: more });
    const whileIndexing = await measure(engine.client);
    const stillIndexing = (await engine.client.call('index.status', undefined)).phase !== 'idle';
    const busy = processTree(engine.pid);
    const { disk, counts } = settled;
    return {
      files: counts.indexed, textBytes: disk.textBytes, catalogBytes: disk.catalogBytes, vectorBytes: disk.vectorBytes,
      indexToText: Math.round(((disk.catalogBytes + disk.vectorBytes) / disk.textBytes) * 100) / 100,
      duringUpkeep, alone, idle, whileIndexing, stillIndexing, busy: { processes: busy, all: sum(busy) },
    };
  } finally {
    await engine.close();
    await rm(work, { recursive: true });
  }
}

async function measure(client: Awaited<ReturnType<typeof startBenchEngine>>['client']): Promise<Record<string, unknown>> {
  const kinds: Record<string, unknown> = {};
  const all: number[] = [];
  for (const [kind, texts] of Object.entries(QUERIES)) {
    const words: number[] = [];
    const done: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const text of texts) {
        // A query vector is cached after its first use: a distinct tail makes the meaning tier work each time, as while typing.
        const timed = await timedSearch(client, { text: round % 2 === 0 ? text : `${text} ${round}` });
        words.push(timed.wordsMs);
        done.push(timed.doneMs);
      }
    }
    all.push(...done);
    kinds[kind] = { words: percentiles(words), done: percentiles(done) };
  }
  const keystrokes: number[] = [];
  for (const text of ['keyboard layout', 'AbstractEventLoop', '人权 教育', 'einstellungen']) {
    for (let end = 1; end <= text.length; end += 1) keystrokes.push((await timedSearch(client, { text: text.slice(0, end), wordsOnly: true })).wordsMs);
  }
  return { kinds, all: percentiles(all), keystroke: percentiles(keystrokes) };
}

async function measureIdle(pid: number): Promise<Record<string, unknown>> {
  // Upkeep follows a few seconds after the last work; it is not idling.
  await new Promise((resolve) => { setTimeout(resolve, 20_000); });
  const before = processTree(pid);
  await new Promise((resolve) => { setTimeout(resolve, IDLE_SECONDS * 1000); });
  const after = processTree(pid);
  const cpuPercent = Math.round(((sum(after).cpuSeconds - sum(before).cpuSeconds) / IDLE_SECONDS) * 10_000) / 100;
  const engine = after.find((one) => one.pid === pid);
  return { cpuPercent, engineRssMb: engine?.rssMb, processes: after, all: sum(after) };
}

/** Copies files, in a fixed shuffle, until the first part is full; the rest (as much again at most) is for indexing meanwhile. */
async function split(corpus: string, first: string, more: string): Promise<void> {
  const files = (await readdir(corpus, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    .map((entry) => path.relative(corpus, path.join(entry.parentPath, entry.name)));
  files.sort((a, b) => hash(a) - hash(b));
  let copied = 0;
  for (const file of files) {
    if (copied > CORPUS_BYTES * 1.75) return;
    await cp(path.join(corpus, file), path.join(copied < CORPUS_BYTES ? first : more, file));
    copied += (await stat(path.join(corpus, file))).size;
  }
}

/** FNV-1a: an order without meaning, the same in every run. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return value;
}
