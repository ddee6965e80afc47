/** The searcher over the real stores and the real embedder: tiers, filters, floors, and what happens when meaning is away. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { EngineError } from '../../src/contract/errors.ts';
import type { SearchRequest, SearchUpdate } from '../../src/contract/model.ts';
import type { Embedder } from '../../src/embed/embedder.ts';
import { calibrate } from '../../src/search/calibrate.ts';
import { buildIndex, type BuiltIndex, type SourceFile } from '../eval/build-index.ts';
import { fileText, readCorpus } from '../eval/corpus.ts';

const DAY_MS = 86_400_000;
const documents = readCorpus();
const LANGUAGES = new Set(['en', 'de', 'zh', 'ja', 'ar', 'ru']);
const sources: readonly SourceFile[] = [
  ...documents.filter((document) => LANGUAGES.has(document.language)).map((document) => ({
    path: `${document.language}/${document.name}`, title: document.title, text: fileText(document), language: document.language,
  })),
  { path: 'code/getUserName.ts', title: null, text: 'export function getUserName(id: number): string {\n  return users[id].name;\n}\n', language: null },
  { path: 'code/port.txt', title: null, text: 'The harbour is closed today because of the storm.\n', language: 'en', modifiedMs: Date.now() - 400 * DAY_MS },
  { path: 'old/harbour notes.txt', title: null, text: 'port of Hamburg, notes on cranes and quays\n', language: 'en', modifiedMs: Date.now() - 800 * DAY_MS },
];

let index: BuiltIndex;
before(async () => { index = await buildIndex(sources); });
after(async () => { await index.close(); });

async function updates(request: SearchRequest, signal: AbortSignal = new AbortController().signal): Promise<readonly SearchUpdate[]> {
  const all: SearchUpdate[] = [];
  await index.searcher.search(request, (update) => { all.push(update); }, signal);
  return all;
}
async function done(request: SearchRequest | string): Promise<SearchUpdate> {
  const last = (await updates(typeof request === 'string' ? { text: request } : request)).at(-1);
  assert.equal(last?.stage, 'done');
  return last;
}
const names = (update: SearchUpdate): readonly string[] => update.hits.map((hit) => hit.name);

describe('tiers', () => {
  test('end with one done update, each one explained by its parts', async () => {
    const all = await updates({ text: 'washing machine warranty' });
    assert.deepEqual(all.map(({ stage }) => stage).filter((stage) => stage === 'done').length, 1);
    const last = all.at(-1);
    assert.equal(last?.stage, 'done');
    assert.equal(last.hits[0]?.name, 'washing-machine-warranty.txt');
    assert.deepEqual(last.hits[0].tiers, ['name', 'words', 'meaning']);
    for (const { explain } of last.hits) assert.equal(explain.score, explain.parts.reduce((sum, part) => sum + part.value, 0));
    for (const [place, hit] of last.hits.entries()) assert.ok(place === 0 || hit.explain.score <= (last.hits[place - 1]?.explain.score ?? 0));
  });

  test('a question finds its answer in its own language', async () => {
    assert.equal((await done('how do I restore a file that I deleted by mistake')).hits[0]?.name, 'backup-howto.md');
    assert.equal((await done('血糖偏高医生建议怎么做')).hits[0]?.name, '体检报告说明.txt');
  });

  test('a text found by meaning alone says so and shows a passage', async () => {
    const update = await done({ text: 'Hundewelpe', showWeak: true, limit: 200 });
    const hit = update.hits.find(({ tiers }) => tiers.join() === 'meaning');
    assert.ok(hit !== undefined && hit.confidence !== null);
    assert.ok((hit.passages[0]?.snippet.length ?? 0) > 0);
  });

  test('an exact name stands above everything, a phrase above near-misses', async () => {
    assert.equal((await done('port')).hits[0]?.name, 'port.txt');
    assert.equal((await done('port.txt')).hits[0]?.name, 'port.txt');
    assert.equal((await done('before the buds swell')).hits[0]?.name, 'pruning-apple-trees.md');
  });

  test('an identifier is found by its parts and highlighted in the name', async () => {
    const hit = (await done('user name')).hits[0];
    assert.equal(hit?.name, 'getUserName.ts');
    assert.deepEqual(hit.nameHighlights.map(({ start, end }) => hit.name.slice(start, end)), ['UserName']);
  });

  test('one or two letters search names only', async () => {
    const update = await done('wx');
    assert.deepEqual(update.notices.map(({ code }) => code), ['names-only']);
    assert.ok(update.hits.every(({ tiers }) => tiers.join() === 'name'));
  });

  test('a single Han character searches what files say', async () => {
    const update = await done('猫');
    assert.ok(names(update).includes('领养流浪猫.md'));
    assert.deepEqual(update.notices, []);
  });

  test('words only leaves meaning out', async () => {
    const all = await updates({ text: 'how much notice before moving out', wordsOnly: true });
    assert.deepEqual(all.map(({ stage }) => stage), ['done']);
    assert.ok(all[0]?.hits.every(({ tiers }) => !tiers.includes('meaning')));
  });
});

describe('phrases and exclusions hold for every tier', () => {
  test('a quoted phrase must stand in the text or the name', async () => {
    const update = await done({ text: '"blood pressure"', showWeak: true });
    assert.deepEqual(names(update), ['report-cardiology.txt']);
  });

  test('what is excluded appears nowhere', async () => {
    const with_ = names(await done({ text: 'apple trees fruit', showWeak: true, limit: 200 }));
    assert.ok(with_.includes('pruning-apple-trees.md'));
    const without = await done({ text: 'apple trees fruit -canker', showWeak: true, limit: 200 });
    assert.ok(without.hits.every((hit) => hit.name !== 'pruning-apple-trees.md' || hit.passages.length === 0));
  });
});

describe('filters', () => {
  test('hold for words and meaning alike, and recall is kept under them', async () => {
    const update = await done({ text: 'Kater aus dem Tierheim lang:zh', showWeak: true, limit: 200 });
    assert.equal(update.hits.length, 20, 'every Chinese document is among the hits by meaning');
    assert.ok(update.hits.every(({ language }) => language === 'zh'));
  });

  test('folder, kind, age and size', async () => {
    assert.deepEqual(names(await done('port in:old')), ['harbour notes.txt']);
    assert.ok((await done({ text: 'port type:code', showWeak: true })).hits.every(({ kind }) => kind === 'code'));
    assert.deepEqual(names(await done('port modified:>1y in:code')), ['port.txt']);
    assert.deepEqual(names(await done('harbour size:>1mb')), []);
  });

  test('chips join with the text', async () => {
    assert.deepEqual(names(await done({ text: 'port in:old', filters: { kinds: ['pdf'] } })), []);
  });

  test('filters alone list the newest files that pass', async () => {
    const update = await done('in:old');
    assert.deepEqual(names(update), ['harbour notes.txt']);
  });
});

describe('honesty', () => {
  test('nonsense is answered with nothing, weak hits are counted and shown on request', async () => {
    const update = await done('asdf qwer zxcv');
    assert.deepEqual(names(update), []);
    assert.ok(update.weakHidden > 0);
    const weak = await done({ text: 'asdf qwer zxcv', showWeak: true });
    assert.ok(weak.hits.length > 0 && weak.hits.every(({ confidence }) => confidence === 'weak'));
  });

  test('a folder\'s own threshold is kept', async () => {
    const count = async (threshold: number | null): Promise<number> => {
      index.state.roots = [{ ...index.root, options: { ...index.root.options, threshold } }];
      return (await done('when to cut back plants')).hits.filter(({ tiers }) => tiers.join() === 'meaning').length;
    };
    try {
      const usual = await count(null);
      assert.equal(await count(1), 0);
      assert.ok(await count(0) >= usual);
    } finally {
      index.state.roots = [index.root];
    }
  });

  test('calibration is the same for the same index and survives JSON', async () => {
    const sources_ = { store: index.store, vectors: index.table, embedder: index.embedder };
    const [first, second] = [await calibrate(sources_), await calibrate(sources_)];
    assert.deepEqual(first, second);
    assert.deepEqual(JSON.parse(JSON.stringify(first)), first);
    assert.equal(first?.from, 'index');
  });

  test('a filter that was not understood is said', async () => {
    assert.deepEqual((await done('notice modified:someday')).notices, [{ code: 'filter-not-understood', detail: 'modified:someday' }]);
  });
});

describe('when meaning is away', () => {
  const without = async (embedder: Embedder | null, text: string): Promise<SearchUpdate> => {
    index.state.embedder = embedder;
    try {
      return await done(text);
    } finally {
      index.state.embedder = index.embedder;
    }
  };

  test('while it starts, words answer and a notice says so', async () => {
    const update = await without(null, 'ramipril');
    assert.deepEqual(names(update), ['report-cardiology.txt']);
    assert.deepEqual(update.notices.map(({ code }) => code), ['meaning-unavailable']);
  });

  test('when it fails, words answer and a notice says so', async () => {
    const broken: Embedder = Object.create(index.embedder, {
      embedQuery: { value: () => Promise.reject(new EngineError('embedder-unavailable')) },
      model: { value: index.embedder.model },
      countTokens: { value: () => Promise.reject(new EngineError('embedder-unavailable')) },
    }) as Embedder; // the real one but for its answers
    const update = await without(broken, 'sandstone arches');
    assert.deepEqual(names(update).slice(0, 1), ['the-old-bridge.md']);
    assert.deepEqual(update.notices.map(({ code }) => code), ['meaning-unavailable']);
  });

  test('a killed embedder costs at most a restart', async () => {
    const { pid } = index.embedder;
    assert.ok(pid !== undefined);
    process.kill(pid, 'SIGKILL');
    const update = await done('the pipe burst and the floor is ruined');
    assert.ok(names(update).includes('water-damage-claim.txt'));
  });
});

describe('superseding and caching', () => {
  test('a superseded search gives no further update and no error', async () => {
    const controller = new AbortController();
    const all: SearchUpdate[] = [];
    const search = index.searcher.search({ text: 'a search nobody waits for' }, (update) => { all.push(update); }, controller.signal);
    controller.abort();
    await search;
    assert.deepEqual(all, []);
  });

  test('the same text is embedded once, until it is forgotten', async () => {
    const before_ = index.searcher.cacheCounts();
    await done('the same words twice');
    await done('the same words twice');
    const after_ = index.searcher.cacheCounts();
    assert.deepEqual([after_.hits - before_.hits, after_.misses - before_.misses], [1, 1]);
    index.searcher.forget();
    assert.equal(index.searcher.cacheCounts().size, 0);
  });

  test('a file the catalog lost is dropped from the hits by meaning', async () => {
    const gone = (await done('marathon training schedule')).hits.find(({ name }) => name === 'marathon-plan-16-weeks.md');
    assert.ok(gone !== undefined);
    await index.store.forgetPath(gone.path);
    const update = await done({ text: 'how far should I run before the race', showWeak: true, limit: 200 });
    assert.ok(update.hits.every((hit) => hit.fileId !== gone.fileId || hit.passages.length === 0));
  });
});
