/** The cache of query vectors, and the vector plan's pure parts. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RootOptions } from '../../../src/contract/model.ts';
import { instructionGroups, pushedDown } from '../../../src/search/meaning.ts';
import { QueryCache } from '../../../src/search/query-cache.ts';

const key = (text: string, fingerprint = 'm', instruction: string | null = null) => ({ fingerprint, instruction, text });
const answer = { vector: Float32Array.of(1), lettersPerToken: 4 };

describe('query cache', () => {
  test('computes once, also for two at a time', async () => {
    const cache = new QueryCache();
    let computed = 0;
    const compute = () => { computed++; return Promise.resolve(answer); };
    await Promise.all([cache.get(key('a'), compute), cache.get(key('a'), compute)]);
    await cache.get(key('a'), compute);
    assert.equal(computed, 1);
    assert.deepEqual(cache.counts(), { hits: 2, misses: 1, size: 1 });
  });

  test('another model or instruction is another vector', async () => {
    const cache = new QueryCache();
    for (const each of [key('a'), key('a', 'n'), key('a', 'm', 'find clauses')]) await cache.get(each, () => Promise.resolve(answer));
    assert.equal(cache.counts().misses, 3);
  });

  test('a failure is not kept', async () => {
    const cache = new QueryCache();
    await assert.rejects(cache.get(key('a'), () => Promise.reject(new Error('down'))), /down/u);
    assert.equal(await cache.get(key('a'), () => Promise.resolve(answer)), answer);
  });

  test('forgets the one not used for longest, and all when told', async () => {
    const cache = new QueryCache(2);
    const compute = () => Promise.resolve(answer);
    for (const text of ['a', 'b', 'a', 'c']) await cache.get(key(text), compute);
    await cache.get(key('a'), compute);
    assert.equal(cache.counts().misses, 3);
    await cache.get(key('b'), compute);
    assert.equal(cache.counts().misses, 4);
    cache.clear();
    assert.equal(cache.counts().size, 0);
  });
});

const OPTIONS: RootOptions = {
  include: [], exclude: [], maxFileBytes: 1, honourGitignore: false, includeHidden: false, includeSecrets: false, paused: false, instruction: null, threshold: null,
};
const root = (id: number, instruction: string | null) => ({ id, path: `/r${id}`, options: { ...OPTIONS, instruction }, addedMs: 0 });

describe('vector plan', () => {
  test('one query vector per distinct instruction in reach', () => {
    const roots = [root(1, null), root(2, 'law'), root(3, 'law')];
    assert.deepEqual(instructionGroups(roots, {}, true), [{ instruction: null, rootIds: [1] }, { instruction: 'law', rootIds: [2, 3] }]);
    assert.deepEqual(instructionGroups(roots, { rootIds: [3] }, true), [{ instruction: 'law', rootIds: null }]);
    assert.deepEqual(instructionGroups(roots, {}, false), [{ instruction: null, rootIds: null }]);
  });

  test('what the table cannot filter is checked afterwards', () => {
    assert.deepEqual(pushedDown({ kinds: ['pdf'] }), { filter: { kinds: ['pdf'] }, needsCheck: false });
    assert.equal(pushedDown({ kinds: ['pdf'], languages: ['de'] }).needsCheck, true);
    const day = 86_400_000;
    assert.deepEqual(pushedDown({ modifiedAfterMs: 3 * day + 5 }), { filter: { modifiedDayFrom: 3 }, needsCheck: true });
    assert.deepEqual(pushedDown({}), { filter: null, needsCheck: false });
  });
});
