import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addTexts, commit, documentOf, entry, findNames, findWords, fixture, listing, ROOT, type Fixture } from './store-fixture.ts';

const TEXTS = {
  'en.txt': 'The quick brown fox jumps over the lazy dog.\n\nA second paragraph about cheese.',
  'zh-hant.txt': '臺灣大學的學生在圖書館裡學習機器學習。',
  'zh-hans.txt': '台湾大学的学生在图书馆里学习机器学习。',
  'ja.txt': '東京都庁へ行くにはどうすればいいですか。猫がいます。',
  'ko.txt': '오늘 날씨가 좋다. 서울특별시',
  'th.txt': 'ภาษาไทยเป็นภาษาที่สวยงาม',
  'ar.txt': 'هذا كِتَابٌ جميل عن أحمد',
  'code.ts': 'export function getUserName(user_id: string) { return HTTPServer.lookup(user_id); }',
  'de.txt': 'Die Straße ist größer als früher.',
};

async function world(t: Parameters<typeof fixture>[0]): Promise<{ made: Fixture; names: (text: string, more?: Parameters<typeof findWords>[2]) => Promise<string[]> }> {
  const made = await fixture(t);
  const ids = await addTexts(made, TEXTS);
  const nameOf = new Map([...ids].map(([name, id]) => [id, name]));
  return { made, names: async (text, more = {}) => (await findWords(made.store, text, more)).map((id) => nameOf.get(id) ?? '?') };
}

test('words are found in every script, whatever spelling is typed', async (t) => {
  const { names } = await world(t);
  assert.deepEqual(await names('cheese'), ['en.txt']);
  assert.deepEqual(await names('STRASSE'), ['de.txt']);
  assert.deepEqual(await names('grosser'), ['de.txt']);
  assert.deepEqual((await names('臺灣')).sort(), ['zh-hans.txt', 'zh-hant.txt']);
  assert.deepEqual((await names('图书馆')).sort(), ['zh-hans.txt', 'zh-hant.txt']);
  assert.deepEqual(await names('都庁'), ['ja.txt']);
  assert.deepEqual(await names('京都庁'), ['ja.txt']);
  assert.deepEqual(await names('날씨'), ['ko.txt']);
  assert.deepEqual(await names('특별'), ['ko.txt']);
  assert.deepEqual(await names('สวยงาม'), ['th.txt']);
  assert.deepEqual(await names('كتاب'), ['ar.txt']);
  assert.deepEqual(await names('احمد'), ['ar.txt']);
});

test('one Chinese or Japanese character is found wherever it stands', async (t) => {
  const { names } = await world(t);
  assert.deepEqual(await names('猫'), ['ja.txt']);
  assert.deepEqual(await names('庁'), ['ja.txt']);
  assert.deepEqual((await names('圖')).sort(), ['zh-hans.txt', 'zh-hant.txt']);
});

test('identifiers are found whole, in parts and in other spellings', async (t) => {
  const { names } = await world(t);
  for (const text of ['getUserName', 'getusername', 'get_user_name', 'user', 'userId', 'http server', 'HTTPServer.lookup']) assert.deepEqual(await names(text), ['code.ts'], text);
});

test('a phrase matches only in a row, also across identifiers and scripts', async (t) => {
  const { names } = await world(t);
  assert.deepEqual(await names('', { phrases: ['quick brown'] }), ['en.txt']);
  assert.deepEqual(await names('', { phrases: ['brown quick'] }), []);
  assert.deepEqual(await names('', { phrases: ['get user name'] }), ['code.ts']);
  assert.deepEqual(await names('', { phrases: ['東京都庁へ行く'] }), ['ja.txt']);
  assert.deepEqual(await names('fox', { phrases: ['absent words'] }), []);
});

test('excluded words and phrases leave passages out', async (t) => {
  const { names } = await world(t);
  assert.deepEqual(await names('學習', { excluded: ['cheese'] }).then((found) => found.length), 2);
  assert.deepEqual(await names('the', { excluded: ['fox'] }), []);
  assert.deepEqual(await names('paragraph', { excluded: ['fox'] }), ['en.txt']);
  assert.deepEqual(await names('paragraph', { excluded: ['second paragraph'] }), []);
});

test('the last word matches as a prefix while it is typed', async (t) => {
  const { names } = await world(t);
  assert.deepEqual(await names('chee', { lastIsPrefix: true }), ['en.txt']);
  assert.deepEqual(await names('chee'), []);
  assert.deepEqual(await names('quick chee', { lastIsPrefix: true }), ['en.txt', 'en.txt']);
});

test('one or two letters search names only', async (t) => {
  const { names, made } = await world(t);
  assert.deepEqual(await names('a'), []);
  assert.deepEqual(await names('th', { lastIsPrefix: true }), []);
  assert.equal((await findNames(made.store, 'de')).length, 2);
});

test('a passage with all words comes before one with some, a rare word before a frequent one', async (t) => {
  const made = await fixture(t);
  const texts: Record<string, string> = { 'both.txt': 'apple then banana', 'apple.txt': 'apple apple apple', 'rare.txt': 'zucchini here' };
  for (let n = 0; n < 60; n++) texts[`filler${n}.txt`] = n % 6 === 0 ? `banana number ${n}` : `cherry number ${n}`;
  const ids = await addTexts(made, texts);
  assert.equal((await findWords(made.store, 'apple banana'))[0], ids.get('both.txt'));
  assert.equal((await findWords(made.store, 'banana zucchini'))[0], ids.get('rare.txt'));
});

test('filters are applied before the limit, so that nothing starves', async (t) => {
  const made = await fixture(t);
  const texts: Record<string, string> = { 'wanted.md': 'common' };
  for (let n = 0; n < 300; n++) texts[`f${n}.txt`] = 'common common common';
  const ids = await addTexts(made, texts);
  assert.deepEqual(await findWords(made.store, 'common', { filters: { extensions: ['md'] }, limit: 5 }), [ids.get('wanted.md')]);
  assert.deepEqual(await findNames(made.store, 'w', { extensions: ['md'] }), [ids.get('wanted.md')]);
  assert.deepEqual(await findNames(made.store, '', { extensions: ['md'] }), [ids.get('wanted.md')]);
  assert.deepEqual(await findNames(made.store, ''), []);
});

test('words in nearly everything answer with the newest and say so', async (t) => {
  const made = await fixture(t);
  const { store, root } = made;
  const paragraphs = Array.from({ length: 50 }, () => 'the and more').join('\n\n');
  const files = Array.from({ length: 100 }, (_, n) => entry(`${ROOT}/f${n}.txt`, { mtimeNs: BigInt(n + 1) * 1_000_000_000n }));
  await store.applyListings([listing(root, ROOT, files)], 1);
  const pending = await store.nextPending(1000, [], []);
  await Promise.all(pending.map((file, n) => commit(made, file, documentOf(`${paragraphs} ${n === 70 ? 'rarity' : ''}`))));
  const query = { text: 'the', phrases: [], excluded: [], lastIsPrefix: false };
  const result = await store.searchWords(query, {}, 60);
  assert.equal(result.commonOnly, true);
  assert.equal(result.capped, true);
  assert.deepEqual([...new Set(result.candidates.map((candidate) => candidate.fileId))], [pending[0]?.fileId, pending[1]?.fileId]);
  const rare = await store.searchWords({ ...query, text: 'the rarity' }, {}, 60);
  assert.equal(rare.commonOnly, false);
  assert.deepEqual(rare.candidates.map((candidate) => candidate.fileId), [pending[70]?.fileId]);
  const filtered = await store.searchWords(query, { modifiedBeforeMs: 3_000 }, 60);
  assert.deepEqual(new Set(filtered.candidates.map((candidate) => candidate.fileId)), new Set([pending[98]?.fileId, pending[99]?.fileId]));
});

test('a query that is superseded before its turn never runs', async (t) => {
  const { made } = await world(t);
  const controller = new AbortController();
  const query = { text: 'cheese', phrases: [], excluded: [], lastIsPrefix: false };
  const first = made.store.searchWords(query, {}, 10);
  const second = made.store.searchWords(query, {}, 10, controller.signal);
  controller.abort();
  await assert.rejects(second, { code: 'cancelled' });
  assert.equal((await first).candidates.length, 1);
});

test('passages are read back as they were stored', async (t) => {
  const { made } = await world(t);
  const { candidates } = await made.store.searchWords({ text: 'cheese', phrases: [], excluded: [], lastIsPrefix: false }, {}, 10);
  const [passage] = await made.store.passages([candidates[0]?.passageId ?? 0, 12345]);
  assert.deepEqual([passage?.ordinal, passage?.text, passage?.place], [1, 'A second paragraph about cheese.', { line: 2 }]);
  const around = await made.store.passagesOfFile(passage?.fileId ?? 0, -5, 99);
  assert.deepEqual(around.map((row) => row.ordinal), [0, 1]);
  assert.deepEqual(await made.store.documentInfo(passage?.fileId ?? 0), { title: null, passageCount: 2 });
  assert.equal(await made.store.documentInfo(9999), null);
});

test('samples are the same for the same seed and lie in the index', async (t) => {
  const { made } = await world(t);
  const first = await made.store.samplePassages(5, 42);
  assert.equal(first.length, 5);
  assert.deepEqual(await made.store.samplePassages(5, 42), first);
  assert.equal((await made.store.samplePassages(1000, 1)).length, 10);
});
