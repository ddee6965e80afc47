import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openIndexStore } from '../../src/store/sqlite-store.ts';
import { addTexts, commit, documentOf, embedAll, entry, findNames, findWords, fixture, listing, ROOT, ROOT_OPTIONS } from './store-fixture.ts';

test('names are searchable as soon as listings are applied', async (t) => {
  const { store, root } = await fixture(t);
  const result = await store.applyListings([
    listing(root, ROOT, [entry(`${ROOT}/report2024.pdf`)], [`${ROOT}/sub`]), listing(root, `${ROOT}/sub`, [entry(`${ROOT}/sub/notes.txt`)]),
  ], 1);
  assert.deepEqual(result, { created: 2, changed: 0, moved: 0, removed: 0, unchanged: 0 });
  assert.equal((await findNames(store, 'port')).length, 1);
  assert.equal((await findNames(store, 'sub notes')).length, 1);
});

test('the same listing again changes nothing', async (t) => {
  const made = await fixture(t);
  await addTexts(made, { 'a.txt': 'alpha' });
  const result = await made.store.applyListings([listing(made.root, ROOT, [entry(`${ROOT}/a.txt`)])], 2);
  assert.deepEqual(result, { created: 0, changed: 0, moved: 0, removed: 0, unchanged: 1 });
  assert.deepEqual(await made.store.nextPending(10, [], []), []);
});

test('pending files come newest first, without those in flight or in paused roots', async (t) => {
  const { store, root } = await fixture(t);
  const files = [1n, 3n, 2n].map((n) => entry(`${ROOT}/f${n}`, { mtimeNs: n * 1_000_000_000n }));
  await store.applyListings([listing(root, ROOT, files)], 1);
  const pending = await store.nextPending(10, [], []);
  assert.deepEqual(pending.map((file) => file.path), [`${ROOT}/f3`, `${ROOT}/f2`, `${ROOT}/f1`]);
  assert.equal(pending[0]?.mtimeNs, 3_000_000_000n);
  assert.equal((await store.nextPending(10, [pending[0]?.fileId ?? 0], [])).length, 2);
  assert.equal((await store.nextPending(10, [], [root.id])).length, 0);
});

test('versions keep all 64 bits', async (t) => {
  const { store, root } = await fixture(t);
  const file = entry(`${ROOT}/big`, { size: 2 ** 52, mtimeNs: 1_763_740_000_987_654_321n, inode: 2n ** 64n - 3n, device: 2n ** 63n + 5n });
  await store.applyListings([listing(root, ROOT, [file])], 1);
  assert.equal((await store.applyListings([listing(root, ROOT, [file])], 2)).unchanged, 1);
  assert.equal((await store.nextPending(1, [], []))[0]?.mtimeNs, file.mtimeNs);
  assert.equal((await store.applyListings([listing(root, ROOT, [{ ...file, mtimeNs: file.mtimeNs + 1n }])], 3)).changed, 1);
});

test('a changed file waits again and is found by its old words until it is read', async (t) => {
  const made = await fixture(t);
  await addTexts(made, { 'a.txt': 'alpha' });
  await made.store.applyListings([listing(made.root, ROOT, [entry(`${ROOT}/a.txt`, { size: 101 })])], 2);
  const [pending] = await made.store.nextPending(10, [], []);
  assert.ok(pending);
  assert.equal((await findWords(made.store, 'alpha')).length, 1);
  assert.equal(await commit(made, pending, documentOf('beta')), 'stored');
  assert.deepEqual(await findWords(made.store, 'alpha'), []);
  assert.equal((await findWords(made.store, 'beta')).length, 1);
});

test('an extraction of an older version is stale and writes nothing', async (t) => {
  const made = await fixture(t);
  await made.store.applyListings([listing(made.root, ROOT, [entry(`${ROOT}/a.txt`)])], 1);
  const [old] = await made.store.nextPending(1, [], []);
  assert.ok(old);
  await made.store.applyListings([listing(made.root, ROOT, [entry(`${ROOT}/a.txt`, { mtimeNs: 5n })])], 1);
  assert.equal(await commit(made, old, documentOf('alpha')), 'stale');
  assert.deepEqual(await findWords(made.store, 'alpha'), []);
  assert.equal((await made.store.nextPending(1, [], [])).length, 1);
});

test('a file with a rule against reading is known by name only, and loses its text when the rule comes later', async (t) => {
  const made = await fixture(t);
  const ids = await addTexts(made, { 'a.txt': 'alpha' });
  await made.store.applyListings([listing(made.root, ROOT, [entry(`${ROOT}/a.txt`, { unread: 'secret' })])], 2);
  assert.deepEqual(await findWords(made.store, 'alpha'), []);
  assert.equal((await findNames(made.store, 'a.txt')).length, 1);
  const [record] = await made.store.files([ids.get('a.txt') ?? 0]);
  assert.deepEqual(record?.outcome, { state: 'skipped', reason: 'secret', detail: null });
  assert.deepEqual(await made.store.nextPending(10, [], []), []);
});

test('a lost file is found by nothing at once and deleted when the crawl ends', async (t) => {
  const made = await fixture(t);
  const ids = await addTexts(made, { 'a.txt': 'alpha', 'b.txt': 'alpha' });
  const windows = await embedAll(made);
  const result = await made.store.applyListings([listing(made.root, ROOT, [entry(`${ROOT}/b.txt`)])], 2);
  assert.equal(result.removed, 1);
  assert.deepEqual(await findWords(made.store, 'alpha'), [ids.get('b.txt')]);
  assert.deepEqual(await findNames(made.store, 'a.txt'), []);
  assert.deepEqual(await made.store.queuedVectorDeletions(made.generation.id, 10), []);
  assert.deepEqual(await made.store.finishCrawl(made.root.id, ROOT, 2), { removed: 1 });
  const queued = await made.store.queuedVectorDeletions(made.generation.id, 10);
  assert.equal(queued.length, 1);
  assert.ok(windows.includes(queued[0] ?? 0));
  await made.store.vectorsDeleted(made.generation.id, queued);
  assert.deepEqual(await made.store.queuedVectorDeletions(made.generation.id, 10), []);
});

test('a rename keeps the file, its words and its vectors', async (t) => {
  const made = await fixture(t);
  const ids = await addTexts(made, { 'old.txt': 'alpha' });
  await embedAll(made);
  const result = await made.store.applyListings([listing(made.root, ROOT, [entry(`${ROOT}/new.txt`, { inode: entry(`${ROOT}/old.txt`).inode })])], 2);
  assert.equal(result.moved, 1);
  await made.store.finishCrawl(made.root.id, ROOT, 2);
  assert.deepEqual(await findNames(made.store, 'new'), [ids.get('old.txt')]);
  assert.deepEqual(await findWords(made.store, 'alpha'), [ids.get('old.txt')]);
  assert.deepEqual(await made.store.nextPending(10, [], []), []);
  assert.equal((await made.store.unembeddedCount(made.generation.id)).files, 0);
  assert.deepEqual(await made.store.queuedVectorDeletions(made.generation.id, 10), []);
});

for (const order of ['the new place first', 'the old place first'] as const) {
  test(`a move between directories listed in two batches keeps everything: ${order}`, async (t) => {
    const made = await fixture(t);
    const { store, root } = made;
    const file = entry(`${ROOT}/a/x.txt`);
    await store.applyListings([listing(root, ROOT, [], [`${ROOT}/a`, `${ROOT}/b`]), listing(root, `${ROOT}/a`, [file]), listing(root, `${ROOT}/b`, [])], 1);
    const [pending] = await store.nextPending(1, [], []);
    assert.ok(pending);
    await commit(made, pending, documentOf('alpha'));
    await embedAll(made);
    const batches = [listing(root, `${ROOT}/b`, [{ ...file, path: `${ROOT}/b/x.txt` }]), listing(root, `${ROOT}/a`, [])];
    if (order === 'the old place first') batches.reverse();
    for (const batch of batches) await store.applyListings([batch], 2);
    await store.finishCrawl(root.id, null, 2);
    assert.deepEqual((await store.files(await findWords(store, 'alpha'))).map((record) => [record.id, record.path, record.embedded]), [[pending.fileId, `${ROOT}/b/x.txt`, true]]);
    assert.deepEqual(await findNames(store, 'b x'), [pending.fileId]);
    assert.deepEqual(await store.nextPending(10, [], []), []);
  });
}

test('a renamed directory keeps the files below it', async (t) => {
  const made = await fixture(t);
  const { store, root } = made;
  const file = entry(`${ROOT}/a/deep/x.txt`);
  await store.applyListings([listing(root, ROOT, [], [`${ROOT}/a`]), listing(root, `${ROOT}/a`, [], [`${ROOT}/a/deep`]), listing(root, `${ROOT}/a/deep`, [file])], 1);
  const [pending] = await store.nextPending(1, [], []);
  assert.ok(pending);
  await commit(made, pending, documentOf('alpha'));
  await store.applyListings([listing(root, ROOT, [], [`${ROOT}/z`])], 2);
  assert.deepEqual(await findWords(store, 'alpha'), []);
  await store.applyListings([listing(root, `${ROOT}/z`, [], [`${ROOT}/z/deep`]), listing(root, `${ROOT}/z/deep`, [{ ...file, path: `${ROOT}/z/deep/x.txt` }])], 2);
  assert.deepEqual(await store.finishCrawl(root.id, ROOT, 2), { removed: 0 });
  assert.deepEqual((await store.files(await findWords(store, 'alpha'))).map((record) => record.path), [`${ROOT}/z/deep/x.txt`]);
});

test('a moved file whose inode did not follow is known by its contents', async (t) => {
  const made = await fixture(t);
  const ids = await addTexts(made, { 'old.txt': 'alpha' });
  await embedAll(made);
  await made.store.applyListings([listing(made.root, ROOT, [entry(`${ROOT}/copy.txt`, { mtimeNs: 77n })])], 2);
  const [pending] = await made.store.nextPending(1, [], []);
  assert.ok(pending);
  assert.equal(await commit(made, pending, documentOf('alpha')), 'moved');
  await made.store.finishCrawl(made.root.id, ROOT, 2);
  assert.deepEqual(await findNames(made.store, 'copy'), [ids.get('old.txt')]);
  assert.deepEqual(await findWords(made.store, 'alpha'), [ids.get('old.txt')]);
  assert.equal((await made.store.unembeddedCount(made.generation.id)).files, 0);
});

test('a name with another extension is read again', async (t) => {
  const made = await fixture(t);
  await addTexts(made, { 'a.txt': 'alpha' });
  await made.store.applyListings([listing(made.root, ROOT, [entry(`${ROOT}/a.md`, { inode: entry(`${ROOT}/a.txt`).inode })])], 2);
  assert.deepEqual((await made.store.nextPending(10, [], [])).map((file) => file.path), [`${ROOT}/a.md`]);
});

test('directories the crawl did not see are gone, those it could not read stay', async (t) => {
  const made = await fixture(t);
  const { store, root } = made;
  const all = ['kept', 'lost', 'denied'].map((name) => `${ROOT}/${name}`);
  await store.applyListings([listing(root, ROOT, [], all), ...all.map((directory) => listing(root, directory, [entry(`${directory}/x.txt`)]))], 1);
  await store.applyListings([listing(root, ROOT, [], [`${ROOT}/kept`, `${ROOT}/denied`, `${ROOT}/lost`]), listing(root, `${ROOT}/kept`, [entry(`${ROOT}/kept/x.txt`)])], 2);
  await store.keepDirectories(root.id, [`${ROOT}/denied`], 2);
  assert.deepEqual(await store.finishCrawl(root.id, ROOT, 2), { removed: 1 });
  assert.deepEqual((await store.listFiles({})).files.map((file) => file.path).sort(), [`${ROOT}/denied/x.txt`, `${ROOT}/kept/x.txt`]);
});

test('a file that comes back at its path before the crawl ends keeps its words', async (t) => {
  const made = await fixture(t);
  const ids = await addTexts(made, { 'a.txt': 'alpha' });
  await made.store.applyListings([listing(made.root, ROOT, [])], 2);
  await made.store.applyListings([listing(made.root, ROOT, [entry(`${ROOT}/a.txt`)])], 2);
  await made.store.finishCrawl(made.root.id, ROOT, 2);
  assert.deepEqual(await findWords(made.store, 'alpha'), [ids.get('a.txt')]);
});

test('failed files are tried again when asked, and outcomes are counted', async (t) => {
  const made = await fixture(t);
  await made.store.applyListings([listing(made.root, ROOT, ['a', 'b', 'c'].map((name) => entry(`${ROOT}/${name}.pdf`)))], 1);
  const [first, second] = await made.store.nextPending(10, [], []);
  assert.ok(first && second);
  await commit(made, first, { state: 'failed', reason: 'extractor-timeout', detail: null, contentHash: null, kind: 'pdf' });
  await commit(made, second, { state: 'skipped', reason: 'unsupported-format', detail: 'x', contentHash: null, kind: 'image' });
  assert.deepEqual((await made.store.counts()).all, { indexed: 0, pending: 1, skipped: 1, failed: 1 });
  assert.equal((await made.store.listFiles({ state: 'failed' })).files[0]?.outcome.reason, 'extractor-timeout');
  assert.equal(await made.store.retry(null), 1);
  assert.deepEqual((await made.store.counts()).byRoot.get(made.root.id)?.outcomes, { indexed: 0, pending: 2, skipped: 1, failed: 0 });
  assert.equal(await made.store.retry([second.fileId]), 1);
});

test('the ledger is read in pages, newest first, and searched by path', async (t) => {
  const { store, root } = await fixture(t);
  await store.applyListings([listing(root, ROOT, Array.from({ length: 25 }, (_, n) => entry(`${ROOT}/Größe ${n}.txt`, { mtimeNs: BigInt(n % 5) * 1_000_000_000n })))], 1);
  const seen: number[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await store.listFiles({ limit: 10, ...(after === undefined ? {} : { after }) });
    assert.equal(page.total, 25);
    seen.push(...page.files.map((file) => file.id));
    if (page.next === null) break;
    after = page.next;
  }
  assert.equal(new Set(seen).size, 25);
  assert.equal((await store.listFiles({ contains: 'GROSSE 2' })).total, 6);
  assert.equal((await store.listFiles({ contains: 'docs/gro' })).total, 25);
  assert.equal((await store.listFiles({ contains: "' OR 1=1" })).total, 0);
});

test('everything is there after closing and opening again', async (t) => {
  const made = await fixture(t);
  const ids = await addTexts(made, { 'report2024.txt': 'alpha', 'b.txt': 'beta' });
  await made.store.setMeta('key', 'value');
  await made.store.close();
  const again = await openIndexStore(made.directory);
  t.after(() => again.close());
  assert.deepEqual(await findWords(again, 'alpha'), [ids.get('report2024.txt')]);
  assert.deepEqual(await findNames(again, 'port'), [ids.get('report2024.txt')]);
  assert.equal(await again.getMeta('key'), 'value');
  assert.deepEqual(await again.listRoots(), [made.root]);
  assert.deepEqual(await again.updateRoot(made.root.id, { ...ROOT_OPTIONS, paused: true }), { ...made.root, options: { ...ROOT_OPTIONS, paused: true } });
  await assert.rejects(again.addRoot(ROOT, ROOT_OPTIONS), { code: 'folder-overlaps' });
  await assert.rejects(again.updateRoot(99, ROOT_OPTIONS), { code: 'not-found' });
});
