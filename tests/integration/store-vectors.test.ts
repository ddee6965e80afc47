import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addTexts, commit, documentOf, embedAll, entry, fixture, listing, ROOT, WINDOW_RULE } from './store-fixture.ts';

/** Long enough that each paragraph is a window of its own. */
const paragraph = (word: string): string => `${`${word} `.repeat(45).trim()}.\n\n`;

test('the first generation is active, the same fingerprint is the same generation', async (t) => {
  const { store, generation } = await fixture(t);
  assert.equal(generation.active, true);
  const wanted = { fingerprint: 'first', modelId: 'm', dimension: 4, windowRule: JSON.stringify(WINDOW_RULE) };
  assert.deepEqual(await store.ensureGeneration(wanted), generation);
  const second = await store.ensureGeneration({ ...wanted, fingerprint: 'second' });
  assert.equal(second.active, false);
  await store.activateGeneration(second.id);
  assert.deepEqual((await store.listGenerations()).map((row) => [row.id, row.active]), [[generation.id, false], [second.id, true]]);
  await assert.rejects(store.activateGeneration(99), { code: 'not-found' });
});

test('files wait, newest first, until all of their windows are marked; a long one comes in pieces', async (t) => {
  const made = await fixture(t);
  const { store, generation, root } = made;
  await store.applyListings([listing(root, ROOT, [1n, 2n].map((n) => entry(`${ROOT}/f${n}.txt`, { mtimeNs: n * 86_400_000_000_000n })))], 1);
  for (const file of await store.nextPending(10, [], [])) await commit(made, file, documentOf(paragraph('one') + paragraph('two')));
  assert.deepEqual((await store.nextUnembedded(generation.id, 1, [])).map((window) => window.text.slice(0, 3)), ['one']);
  const windows = await store.nextUnembedded(generation.id, paragraph('one').length + 1, []);
  assert.deepEqual(windows.map((window) => [window.modifiedDay, window.text.slice(0, 3)]), [[2, 'one'], [2, 'two']]);
  const [first, second] = windows;
  assert.ok(first && second);
  const others = await store.nextUnembedded(generation.id, 1, [first.fileId]);
  assert.equal(others[0]?.modifiedDay, 1);
  await store.markEmbedded(generation.id, [first.windowId]);
  assert.equal((await store.unembeddedCount(generation.id)).files, 2);
  assert.deepEqual((await store.nextUnembedded(generation.id, 1, [])).map((window) => window.windowId), [second.windowId]);
  await store.markEmbedded(generation.id, [second.windowId]);
  assert.equal((await store.unembeddedCount(generation.id)).files, 1);
  assert.equal((await store.counts()).embedded, 1);
  assert.deepEqual((await store.files([first.fileId])).map((file) => file.embedded), [true]);
});

test('only windows whose text changed are embedded again', async (t) => {
  const made = await fixture(t);
  const { store, generation, root } = made;
  await addTexts(made, { 'a.txt': paragraph('one') + paragraph('two') + paragraph('three') });
  const before = await embedAll(made);
  assert.equal(before.length, 3);
  await store.applyListings([listing(root, ROOT, [entry(`${ROOT}/a.txt`, { size: 7 })])], 2);
  const [file] = await store.nextPending(1, [], []);
  assert.ok(file);
  await commit(made, file, documentOf(paragraph('zero') + paragraph('one') + paragraph('three')));
  const windows = await store.nextUnembedded(generation.id, 1000, []);
  assert.deepEqual(windows.map((window) => window.text.slice(0, 4)), ['zero']);
  assert.ok(!before.includes(windows[0]?.windowId ?? 0));
  assert.deepEqual(await store.queuedVectorDeletions(generation.id, 10), [before[1]]);
  const rows = await store.windows(before);
  assert.deepEqual(rows.map((row) => [row.windowId, row.first]), [[before[0], 1], [before[2], 2]]);
});

test('a file that only was touched keeps all', async (t) => {
  const made = await fixture(t);
  await addTexts(made, { 'a.txt': paragraph('one') });
  const before = await embedAll(made);
  await made.store.applyListings([listing(made.root, ROOT, [entry(`${ROOT}/a.txt`, { mtimeNs: 9n })])], 2);
  const [file] = await made.store.nextPending(1, [], []);
  assert.ok(file);
  await commit(made, file, documentOf(paragraph('one')));
  assert.deepEqual(await made.store.nextUnembedded(made.generation.id, 1000, []), []);
  assert.deepEqual((await made.store.windows(before)).map((row) => row.windowId), before);
});

test('a window that vanished while it was embedded has its vector deleted', async (t) => {
  const made = await fixture(t);
  const { store, generation, root } = made;
  await addTexts(made, { 'a.txt': paragraph('one') });
  const [late] = await store.nextUnembedded(generation.id, 1000, []);
  assert.ok(late);
  await store.applyListings([listing(root, ROOT, [entry(`${ROOT}/a.txt`, { size: 7 })])], 2);
  const [file] = await store.nextPending(1, [], []);
  assert.ok(file);
  await commit(made, file, documentOf(paragraph('other')));
  await store.vectorsDeleted(generation.id, await store.queuedVectorDeletions(generation.id, 10));
  await store.markEmbedded(generation.id, [late.windowId]);
  assert.deepEqual(await store.queuedVectorDeletions(generation.id, 10), [late.windowId]);
  assert.equal((await store.unembeddedCount(generation.id)).files, 1);
});

test('a later generation plans windows of files that were there before', async (t) => {
  const made = await fixture(t);
  const { store } = made;
  await addTexts(made, { 'a.txt': paragraph('one') + paragraph('two'), 'empty.txt': '' });
  await embedAll(made);
  const second = await store.ensureGeneration({ fingerprint: 'second', modelId: 'n', dimension: 8, windowRule: JSON.stringify({ maxTokens: 1000 }) });
  assert.equal((await store.unembeddedCount(second.id)).files, 2);
  const windows = await store.nextUnembedded(second.id, 1000, []);
  assert.deepEqual(windows.filter((window) => window.text !== '').map((window) => window.text), [paragraph('one') + paragraph('two')]);
  await store.markEmbedded(second.id, windows.map((window) => window.windowId));
  assert.equal((await store.unembeddedCount(second.id)).files, 0);
  await store.dropGeneration(made.generation.id);
  assert.deepEqual((await store.listGenerations()).map((row) => row.id), [second.id]);
  await assert.rejects(store.nextUnembedded(made.generation.id, 1, []), { code: 'not-found' });
});

test('window ids are never given out twice', async (t) => {
  const made = await fixture(t);
  await addTexts(made, { 'a.txt': paragraph('one') });
  const before = await embedAll(made);
  await made.store.applyListings([listing(made.root, ROOT, [])], 2);
  await made.store.finishCrawl(made.root.id, ROOT, 2);
  await made.store.applyListings([listing(made.root, ROOT, [entry(`${ROOT}/b.txt`)])], 3);
  const [file] = await made.store.nextPending(1, [], []);
  assert.ok(file);
  await commit(made, file, documentOf(paragraph('one')));
  const [window] = await made.store.nextUnembedded(made.generation.id, 10, []);
  assert.ok(window && !before.includes(window.windowId));
});

test('after an unclean end marks and vectors are made to agree', async (t) => {
  const made = await fixture(t);
  const { store, generation } = made;
  await addTexts(made, { 'a.txt': paragraph('one') + paragraph('two'), 'b.txt': paragraph('three') });
  const all = (await store.nextUnembedded(generation.id, 100_000, [])).map((window) => window.windowId);
  const [first, second, third] = all;
  assert.ok(first && second && third);
  await store.markEmbedded(generation.id, [first, second]);
  // The second was marked and its vector is lost; the third's is there without a mark; 999 is nobody's.
  assert.deepEqual(await store.verifyVectors(generation.id, Float64Array.from([999, third, first])), { unmarked: 1, strays: [999] });
  assert.deepEqual((await store.nextUnembedded(generation.id, 100_000, [])).map((window) => window.windowId), [second]);
  assert.deepEqual(await store.verifyVectors(generation.id, Float64Array.from([first, third])), { unmarked: 0, strays: [] });
});

test('the scope of filters is known with its ids up to a limit', async (t) => {
  const made = await fixture(t);
  const { store, generation } = made;
  const ids = await addTexts(made, { 'a.txt': paragraph('one') + paragraph('two'), 'b.md': paragraph('three') });
  assert.deepEqual(await store.filterScope({}, generation.id, 10), { everything: true, files: 2, windows: 3, fileIds: null });
  assert.deepEqual(await store.filterScope({ extensions: ['txt'] }, generation.id, 10), { everything: false, files: 1, windows: 2, fileIds: [ids.get('a.txt')] });
  assert.equal((await store.filterScope({ extensions: ['txt', 'md'] }, generation.id, 2)).fileIds, null);
  assert.deepEqual(await store.filterFiles([...ids.values(), 999], { extensions: ['md'] }), [ids.get('b.md')]);
});
