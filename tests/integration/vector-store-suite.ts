/** What every vector store must do, wherever its vectors live: one suite, called once for each place. */

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { VectorStore } from '../../src/store/vector-store.ts';
import { nearestExactly, VectorMaker } from '../fixtures/vectors.ts';

const DIMENSION = 64;

export interface SuitePlace {
  /** Closed after the test at the latest; a place may be opened again after closing. */
  open(options?: { readonly flatBytes?: number }): Promise<VectorStore>;
}

/** `place` is a new and empty one for each test. */
export function vectorStoreSuite(name: string, place: (context: TestContext) => Promise<SuitePlace>): void {
  test(`${name}: what was added is found nearest first, by cosine, and counted`, async (context) => {
    const store = await (await place(context)).open();
    const table = await store.open(1, DIMENSION);
    const maker = new VectorMaker(DIMENSION, 1);
    const windows = maker.windows(1, 2000);
    await table.add(windows.slice(0, 1500));
    await table.add(windows.slice(1500));
    assert.equal(await table.count(), 2000);
    assert.deepEqual([...await table.windowIds()].sort((left, right) => left - right), windows.map(({ windowId }) => windowId));
    const query = maker.next();
    const found = await table.search(query, 10, null);
    assert.deepEqual(found.map(({ windowId }) => windowId), nearestExactly(windows, query, 10));
    const [same] = await table.search(windows[77]?.vector ?? query, 1, null);
    assert.deepEqual({ windowId: same?.windowId, fileId: same?.fileId }, { windowId: 78, fileId: 26 });
    assert.ok(Math.abs((same?.similarity ?? 0) - 1) < 1e-3);
  });

  test(`${name}: filters keep recall: the nearest among those that pass are found, however few`, async (context) => {
    const store = await (await place(context)).open();
    const table = await store.open(1, DIMENSION);
    const maker = new VectorMaker(DIMENSION, 2);
    const windows = maker.windows(1, 3000);
    await table.add(windows);
    const query = maker.next();
    const cases = [
      { filter: { rootIds: [3] }, pass: (w: (typeof windows)[number]) => w.rootId === 3 },
      { filter: { kinds: ['pdf'] as const, modifiedDayFrom: 19_100, modifiedDayTo: 19_200 }, pass: (w: (typeof windows)[number]) => w.kind === 'pdf' && w.modifiedDay >= 19_100 && w.modifiedDay <= 19_200 },
      { filter: { fileIds: [5, 6, 700] }, pass: (w: (typeof windows)[number]) => [5, 6, 700].includes(w.fileId) },
    ];
    for (const { filter, pass } of cases) {
      const found = await table.search(query, 20, filter);
      assert.deepEqual(found.map(({ windowId }) => windowId), nearestExactly(windows.filter(pass), query, 20));
    }
    assert.deepEqual(await table.search(query, 20, { fileIds: [] }), []);
  });

  test(`${name}: a filter may name 20,000 files, and finds what a short list would`, async (context) => {
    const store = await (await place(context)).open();
    const table = await store.open(1, DIMENSION);
    const maker = new VectorMaker(DIMENSION, 3);
    const windows = maker.windows(1, 1200);
    await table.add(windows);
    const many = Array.from({ length: 20_000 }, (_, index) => index * 3 + 100);
    const set = new Set(many);
    const query = maker.next();
    const found = await table.search(query, 30, { fileIds: many });
    assert.deepEqual(found.map(({ windowId }) => windowId), nearestExactly(windows.filter(({ fileId }) => set.has(fileId)), query, 30));
    const narrower = await table.search(query, 30, { fileIds: many, rootIds: [2], kinds: ['text'] });
    assert.deepEqual(narrower.map(({ windowId }) => windowId), nearestExactly(windows.filter(({ fileId, rootId, kind }) => set.has(fileId) && rootId === 2 && kind === 'text'), query, 30));
    assert.deepEqual(await table.search(query, 30, { fileIds: many, rootIds: [] }), []);
    // The same file, through a short list and through a range of ids: the same similarity.
    const [short] = await table.search(query, 1, { fileIds: [found[0]?.fileId ?? 0] });
    assert.ok(Math.abs((short?.similarity ?? 9) - (found[0]?.similarity ?? 0)) < 1e-4);
  });

  test(`${name}: deleted windows and files are not found again`, async (context) => {
    const store = await (await place(context)).open();
    const table = await store.open(1, DIMENSION);
    const maker = new VectorMaker(DIMENSION, 5);
    const windows = maker.windows(1, 9000);
    await table.add(windows);
    await table.deleteWindows(windows.filter(({ windowId }) => windowId % 2 === 0).map(({ windowId }) => windowId));
    await table.deleteFiles([1, 2, 3]);
    const left = windows.filter(({ windowId, fileId }) => windowId % 2 === 1 && fileId > 3);
    assert.equal(await table.count(), left.length);
    const query = windows[0]?.vector ?? maker.next();
    assert.deepEqual((await table.search(query, 30, null)).map(({ windowId }) => windowId), nearestExactly(left, query, 30));
  });

  test(`${name}: retagging changes what filters see and nothing else, many files at once too`, async (context) => {
    const store = await (await place(context)).open();
    const table = await store.open(1, DIMENSION);
    const windows = new VectorMaker(DIMENSION, 6).windows(1, 300);
    await table.add(windows);
    await Promise.all(Array.from({ length: 50 }, (_, index) => table.retag(index + 1, { rootId: 99, kind: 'mail', modifiedDay: 5 })));
    await table.retag(1, { rootId: 98, kind: 'code', modifiedDay: 6 });
    const query = windows[0]?.vector ?? new Float32Array(DIMENSION);
    assert.equal((await table.search(query, 1000, { rootIds: [99] })).length, 49 * 3);
    assert.deepEqual((await table.search(query, 10, { kinds: ['code'], modifiedDayTo: 6 })).map(({ windowId }) => windowId).sort(), [1, 2, 3]);
    const [nearest] = await table.search(query, 1, null);
    assert.equal(nearest?.windowId, 1);
    assert.ok((nearest?.similarity ?? 0) > 0.999);
    assert.equal(await table.count(), 300);
  });

  test(`${name}: a zero vector is stored and counted, and never a candidate`, async (context) => {
    const store = await (await place(context)).open();
    const table = await store.open(1, DIMENSION);
    const [first, second] = new VectorMaker(DIMENSION, 7).windows(1, 2);
    assert.ok(first !== undefined && second !== undefined);
    await table.add([first, { ...second, vector: new Float32Array(DIMENSION) }]);
    assert.equal(await table.count(), 2);
    assert.deepEqual((await table.search(first.vector, 10, null)).map(({ windowId }) => windowId), [1]);
  });

  test(`${name}: a sample is seeded, distinct, and gives back the stored vectors`, async (context) => {
    const store = await (await place(context)).open();
    const table = await store.open(1, DIMENSION);
    const windows = new VectorMaker(DIMENSION, 8).windows(1, 500);
    await table.add(windows.slice(0, 200));
    await table.add(windows.slice(200));
    await table.deleteWindows([5, 6, 7]);
    const sample = await table.sample(50, 42);
    assert.equal(new Set(sample.windowIds).size, 50);
    assert.equal(sample.vectors.length, 50 * DIMENSION);
    sample.windowIds.forEach((windowId, row) => {
      const original = windows[windowId - 1]?.vector ?? new Float32Array(DIMENSION);
      original.forEach((value, axis) => assert.ok(Math.abs(value - (sample.vectors[row * DIMENSION + axis] ?? 9)) < 1e-3));
    });
    assert.deepEqual((await table.sample(50, 42)).windowIds, sample.windowIds);
    assert.equal((await table.sample(10_000, 1)).windowIds.length, 497);
  });

  test(`${name}: generations are apart: dropping one leaves the other, and its disk is free`, async (context) => {
    const store = await (await place(context)).open();
    const [one, two] = [await store.open(1, DIMENSION), await store.open(2, 32)];
    await one.add(new VectorMaker(DIMENSION, 9).windows(1, 3000));
    await two.add(new VectorMaker(32, 9).windows(1, 10));
    const before = await store.bytes();
    await store.drop(1);
    assert.ok(await store.bytes() < before - 3000 * DIMENSION);
    assert.equal(await two.count(), 10);
    assert.equal(await (await store.open(1, DIMENSION)).count(), 0);
  });

  test(`${name}: what was acknowledged is there after reopening`, async (context) => {
    const opened = await place(context);
    const first = await opened.open();
    await (await first.open(1, DIMENSION)).add(new VectorMaker(DIMENSION, 10).windows(1, 100));
    await first.close();
    const table = await (await opened.open()).open(1, DIMENSION);
    assert.equal(await table.count(), 100);
  });

  test(`${name}: vectors of another length are refused, and the table goes on`, async (context) => {
    const store = await (await place(context)).open();
    const table = await store.open(1, DIMENSION);
    await assert.rejects(table.add(new VectorMaker(32, 1).windows(1, 1)), { code: 'internal' });
    await table.add(new VectorMaker(DIMENSION, 1).windows(1, 1));
    assert.equal(await table.count(), 1);
  });

  test(`${name}: upkeep merges fragments, forgets old versions, and loses nothing`, async (context) => {
    const store = await (await place(context)).open();
    const table = await store.open(1, DIMENSION);
    const maker = new VectorMaker(DIMENSION, 11);
    const windows = maker.windows(1, 600);
    for (let from = 0; from < windows.length; from += 10) await table.add(windows.slice(from, from + 10));
    const query = maker.next();
    // Searches go on while files are taken away under them.
    const [done, ...found] = await Promise.all([table.optimize(), ...Array.from({ length: 20 }, () => table.search(query, 10, null))]);
    assert.match(done, /60 fragments/);
    for (const each of found) assert.deepEqual(each.map(({ windowId }) => windowId), nearestExactly(windows, query, 10));
    assert.equal(await table.optimize(), 'nothing to do');
    assert.deepEqual((await table.search(query, 10, null)).map(({ windowId }) => windowId), nearestExactly(windows, query, 10));
  });

  test(`${name}: a table that grew gets an index, which finds nearly all that a flat search finds, filtered or not`, async (context) => {
    const store = await (await place(context)).open({ flatBytes: 1_000_000 });
    const table = await store.open(1, 32);
    const maker = new VectorMaker(32, 12);
    for (let from = 1; from <= 20_000; from += 5000) await table.add(maker.windows(from, 5000));
    assert.match(await table.optimize(), /trained/);
    // Rows that came after the index are found too.
    const late = maker.windows(20_001, 300);
    await table.add(late);
    for (const filter of [null, { rootIds: [4] }]) {
      let [hits, all] = [0, 0];
      for (let round = 0; round < 10; round++) {
        const query = maker.next();
        const exact = await table.search(query, 100, filter, { exact: true });
        const found = new Set((await table.search(query, 100, filter)).map(({ windowId }) => windowId));
        hits += exact.filter(({ windowId }) => found.has(windowId)).length;
        all += exact.length;
      }
      assert.equal(all, 1000);
      assert.ok(hits / all >= 0.95, `recall ${hits / all} with ${JSON.stringify(filter)}`);
    }
    const [nearest] = await table.search(late[17]?.vector ?? new Float32Array(32), 1, null);
    assert.equal(nearest?.windowId, late[17]?.windowId);
  });
}
