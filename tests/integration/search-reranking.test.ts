/**
 * Reranking in the searcher, over the real stores, the real embedder and a real small reranking model in its real process. The model's weights come from a seed:
 * what it thinks of a text means nothing, but it is always the same, so the order it must lead to can be computed.
 */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { SearchRequest, SearchUpdate } from '../../src/contract/model.ts';
import { createLocalReranker } from '../../src/embed/local-reranker.ts';
import type { Reranker } from '../../src/embed/reranker.ts';
import { createLog } from '../../src/log.ts';
import { DEADLINE_MS } from '../../src/search/refine.ts';
import { createSearcher, type Searcher } from '../../src/searcher.ts';
import { buildIndex, type BuiltIndex, type SourceFile } from '../eval/build-index.ts';
import { SMALL } from '../fixtures/qwen3/architecture.ts';
import { longText } from '../fixtures/qwen3/expected.ts';
import { writeQwen3Reranker } from '../fixtures/qwen3/model-folder.ts';

const QUERY = 'harbour storm closed ships';
/** Asked for by name: the deadline is so far away that no machine is too slow. */
const PATIENT: SearchRequest = { text: QUERY, rerank: true };
const WEATHER = ['calm', 'fog', 'hail', 'snow', 'drizzle', 'thunder', 'gale', 'sunshine', 'frost', 'sleet'];
const sources: readonly SourceFile[] = [
  ...WEATHER.map((weather, index) => ({
    path: `log/day-${index}.txt`, title: null, language: 'en',
    text: `On day ${index} there was ${weather}. ${index % 2 === 0 ? 'The harbour was closed' : 'Ships could enter the harbour'} because of the storm warning number ${index}. ${longText(index * 7, 80)}\n`,
  })),
  { path: 'log/exact.txt', title: null, language: 'en', text: 'A headline: harbour storm closed ships, said the paper.\n' },
  { path: 'code/harbour.ts', title: null, language: null, text: 'export const harbour = { storm: true, closed: true, ships: 0 };\n' },
];

let index: BuiltIndex;
let reranker: Reranker;
let folder: string;
/** What the searcher is told to read with. */
let reading: Reranker | null;
let searcher: Searcher;

// A process that waits to be started again does not keep its parent alive.
const alive = setInterval(() => {}, 60_000);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'findling-search-rerank-'));
  await writeQwen3Reranker(folder, { sizes: SMALL, inputs: 'cache', attention: 'fused', ending: 'logits', maxTokens: 512 });
  index = await buildIndex(sources);
  reranker = await createLocalReranker({ folder, threads: 1, device: 'cpu' });
  reading = reranker;
  // Loaded, so that no deadline below is spent on that.
  await reranker.score('', ['']);
  const { store, table, embedder, state } = index;
  searcher = createSearcher({
    store, log: createLog({ file: join(folder, 'log') }), roots: () => state.roots, reranker: (asked) => (asked === false ? null : reading),
    answering: () => ({ generation: { table }, embedder, kept: state.calibration === null ? null : { calibration: state.calibration } }),
  });
});
after(async () => {
  clearInterval(alive);
  await reranker.close();
  await index.close();
  await rm(folder, { recursive: true, force: true });
});

async function updates(request: SearchRequest, signal: AbortSignal = new AbortController().signal, seen: (update: SearchUpdate) => void = () => {}): Promise<readonly SearchUpdate[]> {
  const all: SearchUpdate[] = [];
  await searcher.search(request, (update) => { all.push(update); seen(update); }, signal);
  return all;
}
const names = (update: SearchUpdate | undefined): readonly string[] => update?.hits.map((hit) => hit.name) ?? [];

test('the list is there at once, and its first files exchange places as the model reads them', async () => {
  const all = await updates(PATIENT);
  assert.equal(all.at(-1)?.stage, 'done');
  assert.equal(all.filter(({ stage }) => stage === 'done').length, 1);
  const listed = all.find(({ stage }) => stage === 'meaning');
  const done = all.at(-1);
  assert.ok(listed !== undefined && done !== undefined);
  assert.ok(listed.hits.every(({ explain }) => explain.parts.every(({ name }) => name !== 'reranker')));
  assert.deepEqual([...names(done)].sort(), [...names(listed)].sort());

  // The same, by hand: readable files in their old order, P(yes) of their best passage.
  const readable = listed.hits.filter((hit) => hit.kind !== 'code' && hit.name !== 'exact.txt');
  const passages = await index.store.passages(readable.map((hit) => hit.passages[0]?.passageId ?? 0));
  const texts = readable.map((hit) => passages.find(({ passageId }) => passageId === hit.passages[0]?.passageId)?.text ?? '');
  const scores = await reranker.score(QUERY, texts);
  const wanted = readable.map((hit, place) => ({ name: hit.name, place, value: 0.4 / (place + 1) + 0.6 * (scores[place] ?? 0) }))
    .sort((a, b) => b.value - a.value || a.place - b.place).map(({ name }) => name);
  assert.deepEqual(names(done).filter((name) => wanted.includes(name)), wanted);
  assert.notDeepEqual(names(done), names(listed), 'the model thinks otherwise than the tiers');
  for (const { explain } of done.hits) assert.equal(explain.score, explain.parts.reduce((sum, part) => sum + part.value, 0));
});

test('the exact phrase stays first and code stays in its place', async () => {
  const all = await updates(PATIENT);
  const [listed, done] = [all.find(({ stage }) => stage === 'meaning'), all.at(-1)];
  assert.equal(names(done)[0], 'exact.txt');
  assert.equal(names(done).indexOf('harbour.ts'), names(listed).indexOf('harbour.ts'));
  assert.ok(names(done).includes('harbour.ts'));
});

test('a request may leave the reading out, and a searcher without a reader paints as before', async () => {
  const without = await updates({ text: QUERY, rerank: false });
  assert.ok(without.every(({ stage }) => stage !== 'meaning'));
  reading = null;
  try {
    const nobody = await updates({ text: QUERY });
    assert.deepEqual(names(nobody.at(-1)), names(without.at(-1)));
    assert.deepEqual(nobody.at(-1)?.notices, []);
    assert.deepEqual((await updates({ text: QUERY, rerank: true })).at(-1)?.notices.map(({ code }) => code), ['reranking-unavailable']);
  } finally {
    reading = reranker;
  }
});

test('killed in the middle, the reader starts again and the search ends as if nothing had been', async () => {
  const whole = names((await updates(PATIENT)).at(-1));
  const { pid } = reranker;
  assert.ok(pid !== undefined);
  const all = await updates(PATIENT, undefined, ({ stage }) => { if (stage === 'meaning' && reranker.pid === pid) process.kill(pid, 'SIGKILL'); });
  assert.deepEqual(names(all.at(-1)), whole);
  assert.deepEqual(all.at(-1)?.notices, []);
  assert.notEqual(reranker.pid, pid);
});

test('what was read by the deadline counts, and the rest keeps its place', async () => {
  const like = (score: Reranker['score']): Reranker => ({ id: reranker.id, pid: undefined, rest: async () => {}, status: () => reranker.status(), close: () => Promise.resolve(), score });
  // What the real reader says of the first three texts, read beforehand: they are in time however slow the machine is. The fourth never comes.
  let first: readonly number[] = [];
  reading = like(async (query, texts, options) => {
    first = await reranker.score(query, texts.slice(0, 3));
    return reranker.score(query, texts, options);
  });
  try {
    await updates(PATIENT);
    reading = like((_query, _texts, options) => {
      options?.next?.(0, first);
      return new Promise((_, reject) => { options?.signal?.addEventListener('abort', () => reject(new Error('too late')), { once: true }); });
    });
    const startedMs = performance.now();
    const all = await updates({ text: QUERY });
    assert.ok(performance.now() - startedMs >= DEADLINE_MS);
    const [listed, done] = [all.find(({ stage }) => stage === 'meaning'), all.at(-1)];
    assert.equal(done?.stage, 'done');
    assert.deepEqual(done.notices, []);
    const read = listed?.hits.filter((hit) => hit.kind !== 'code' && hit.name !== 'exact.txt').slice(0, 3).map(({ name }) => name) ?? [];
    assert.deepEqual(names(done).filter((name) => !read.includes(name)), names(listed).filter((name) => !read.includes(name)));
    assert.deepEqual([...new Set([...names(done).slice(0, 5)].filter((name) => read.includes(name)))].sort(), [...read].sort());
  } finally {
    reading = reranker;
  }
});

test('a superseded search reads no further and says nothing more', async () => {
  const controller = new AbortController();
  const all = await updates({ text: QUERY }, controller.signal, ({ stage }) => { if (stage === 'meaning') controller.abort(); });
  assert.equal(all.at(-1)?.stage, 'meaning');
});

test('a reader that is out of order costs a notice, not the search', async () => {
  const broken = await createLocalReranker({ folder, threads: 1, device: 'cpu' });
  const killer = setInterval(() => { if (broken.pid !== undefined) process.kill(broken.pid, 'SIGKILL'); }, 5);
  reading = broken;
  try {
    const last = (await updates({ text: QUERY, rerank: true })).at(-1);
    assert.equal(last?.stage, 'done');
    assert.deepEqual(last.notices.map(({ code }) => code), ['reranking-unavailable']);
    assert.ok(last.hits.length > 0);
  } finally {
    clearInterval(killer);
    reading = reranker;
    await broken.close();
  }
});
