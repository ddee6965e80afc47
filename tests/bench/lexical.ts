/**
 * The store alone: words and names at 100,000 passages (or the number given). Prints what building took, bytes of each part, and p50 and
 * p95 of each kind of query, first and repeated. Run: `node tests/bench/lexical.ts [passages]`.
 */

import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Filters } from '../../src/contract/model.ts';
import { planWindows } from '../../src/embed/windows.ts';
import type { FileEntry, Listing, Passage } from '../../src/pipeline.ts';
import type { IndexStore } from '../../src/store/index-store.ts';
import { indexPath } from '../../src/store/schema.ts';
import { openIndexStore } from '../../src/store/sqlite-store.ts';
import { percentiles } from './measure.ts';
import { benchFiles, type BenchFile } from './lexical-corpus.ts';

const ROOT = '/bench';
const FILES_PER_DIRECTORY = 50;
const REPEATS = 15;
const WINDOW_RULE = { maxTokens: 256 };

/** Free text by kind of query; `…` at its end: still being typed. */
const WORDS: readonly (readonly [string, string, Filters?])[] = [
  ['the most common word', 'the'],
  ['a word in a fifth of all passages', 'has'],
  ['a word in one passage of twenty', 'should'],
  ['only common words', 'the of and to'],
  ['six words', 'what should the marbal people know'],
  ['six rarer words', 'balten crelo marvo ettan sumi vokaing'],
  ['a rare identifier', 'getBalcretion'],
  ['a rare word', 'marbal'],
  ['one Chinese character', '猫'],
  ['one common Chinese character', '的'],
  ['two Chinese characters', '机会'],
  ['a Chinese sentence', '他们中国地方学生的问题'],
  ['a prefix of three letters…', 'shi'],
  ['a prefix of four letters…', 'marv'],
  ['words and a prefix…', 'should before shi'],
  ['a common word in a rare kind', 'the', { folders: ['folder7'] }],
  ['a common word in a quarter of all files', 'the', { extensions: ['pdf'] }],
  ['a rare word in a quarter of all files', 'balten', { extensions: ['pdf'] }],
  ['a rather common word in a quarter of all files', 'should', { extensions: ['pdf'] }],
];

const NAMES: readonly (readonly [string, string, Filters?])[] = [
  ['one letter', 'e'], ['two letters', 'sh'], ['inside', 'ban'], ['two words', 'mar 12'], ['nothing', 'qqqq'], ['with a filter', 'a', { extensions: ['pdf'] }],
];

export async function benchLexical(passages: number): Promise<Record<string, unknown>> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'findling-bench-'));
  try {
    const store = await openIndexStore(directory);
    const build = await fill(store, [...benchFiles(passages)]);
    const search: Record<string, unknown> = {};
    for (const [kind, text, filters] of WORDS) {
      const query = { text: text, phrases: [], excluded: [], lastIsPrefix: kind.endsWith('…') };
      search[`words: ${kind}`] = await timed(async () => (await store.searchWords(query, filters ?? {}, 100)).candidates.length);
    }
    search['words: a phrase'] = await timed(async () => (await store.searchWords({ text: '', phrases: ['should because'], excluded: [], lastIsPrefix: false }, {}, 100)).candidates.length);
    for (const [kind, text, filters] of NAMES) search[`names: ${kind}`] = await timed(async () => (await store.searchNames(text, filters ?? {}, 100)).candidates.length);
    const found = await store.searchWords({ text: 'should', phrases: [], excluded: [], lastIsPrefix: false }, {}, 30);
    search['30 passages'] = await timed(async () => (await store.passages(found.candidates.map((candidate) => candidate.passageId))).length);
    search['counts'] = await timed(async () => (await store.counts()).all.indexed);
    await store.maintain();
    const sizes = await store.sizes();
    await store.close();
    return { passages, build, search, sizes, shareOfText: round(sizes.catalogBytes / sizes.textBytes), megabytesByPart: parts(directory) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function fill(store: IndexStore, files: readonly BenchFile[]): Promise<Record<string, number>> {
  const root = await store.addRoot(ROOT, {
    include: [], exclude: [], maxFileBytes: 1e9, honourGitignore: true, includeHidden: false, includeSecrets: false, paused: false, instruction: null, threshold: null,
  });
  const generation = await store.ensureGeneration({ fingerprint: 'bench', modelId: 'bench', dimension: 4, windowRule: JSON.stringify(WINDOW_RULE) });
  const listings: Listing[] = [];
  for (let from = 0; from < files.length; from += FILES_PER_DIRECTORY) {
    const directory = path.posix.join(ROOT, `folder${from / FILES_PER_DIRECTORY}`);
    listings.push({ rootId: root.id, directory, directories: [], files: files.slice(from, from + FILES_PER_DIRECTORY).map((file, index) => entryOf(directory, file.name, from + index)) });
  }
  let startedMs = performance.now();
  for (let from = 0; from < listings.length; from += 20) await store.applyListings(listings.slice(from, from + 20), 1);
  const namesMs = performance.now() - startedMs;

  const byName = new Map(files.map((file) => [file.name, file]));
  let bytes = 0;
  startedMs = performance.now();
  for (;;) {
    const pending = await store.nextPending(256, [], []);
    if (pending.length === 0) break;
    await Promise.all(pending.map((file) => {
      const passages = passagesOf(byName.get(path.posix.basename(file.path))?.passages ?? []);
      const text = passages.map((passage) => passage.text).join('');
      bytes += Buffer.byteLength(text);
      const contentHash = createHash('sha256').update(text).digest('hex');
      const document = { kind: 'text' as const, title: null, text, marks: [], breaks: [], language: null, truncated: false };
      return store.commitExtraction(file, { state: 'document', document, passages, contentHash }, new Map([[generation.id, planWindows(passages, WINDOW_RULE)]]));
    }));
  }
  const seconds = (performance.now() - startedMs) / 1000;
  return { files: files.length, namesMs: round(namesMs), textMegabytes: round(bytes / 1e6), seconds: round(seconds), megabytesPerSecond: round(bytes / 1e6 / seconds) };
}

function entryOf(directory: string, name: string, index: number): FileEntry {
  return { path: `${directory}/${name}`, size: 1000 + index, mtimeNs: 1_700_000_000_000_000_000n - BigInt(index) * 60_000_000_000n, device: 1n, inode: BigInt(index + 1), unread: null };
}

function passagesOf(texts: readonly string[]): Passage[] {
  let start = 0;
  return texts.map((text, ordinal) => {
    const span = { start, end: start + text.length };
    start = span.end;
    return { ordinal, span, text, place: { line: ordinal * 12 + 1 }, hash: '' };
  });
}

async function timed(work: () => Promise<number>): Promise<Record<string, number>> {
  const values: number[] = [];
  let found = 0;
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const startedMs = performance.now();
    found = await work();
    values.push(performance.now() - startedMs);
  }
  const [first, ...warm] = values;
  const { p50, p95 } = percentiles(warm);
  return { found, firstMs: round(first ?? 0), p50, p95 };
}

/** Bytes by table and index, the largest first. */
function parts(directory: string): Record<string, number> {
  const database = new DatabaseSync(indexPath(directory), { readOnly: true });
  const rows = database.prepare('SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name HAVING bytes > 100000 ORDER BY bytes DESC').all();
  database.close();
  return Object.fromEntries(rows.map((row) => [String(row['name']), round(Number(row['bytes']) / 1e6)]));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { build, search, sizes, shareOfText, megabytesByPart } = await benchLexical(Number(process.argv[2] ?? 100_000));
  console.log({ build, sizes, shareOfText, megabytesByPart });
  console.table(search);
}
