/** What the models view says of downloads that ended, and what it offers first. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstVariant, modelNews, remainingMs } from '../../../renderer/models/model-news.ts';
import type { DownloadProgress, ModelListing, ModelsStatus } from '../../../src/contract/models.ts';

const download = (state: DownloadProgress['state'], change: Partial<DownloadProgress> = {}): DownloadProgress => ({ state, variant: 'fp32', doneBytes: 1, totalBytes: 4, bytesPerSecond: 0, trouble: null, ...change });
const check = (passed: boolean): ModelListing['installed'] => ({ variant: 'fp32', bytes: 4, removable: true, check: { atMs: 0, passed, detail: '', cosines: [] } });
const model = (change: Partial<ModelListing>): ModelListing => ({
  id: 'm', title: 'M', task: 'embedding', origin: 'registry', about: '', licence: '', page: null, dimension: 4, installed: null, download: null,
  variants: [{ id: 'fp32', bytes: 4, about: '', needsGpu: false }, { id: 'fp16', bytes: 2, about: '', needsGpu: true }], ...change,
});
const status = (change: Partial<ModelListing>): ModelsStatus => ({ models: [model(change)], generations: [], devices: [] });

describe('news of models', () => {
  const cases: readonly (readonly [string, ModelsStatus | null, ModelsStatus, readonly string[]])[] = [
    ['the first look is no news', null, status({ download: download('failed') }), []],
    ['progress is no news', status({ download: download('downloading') }), status({ download: download('testing') }), []],
    ['an end that is good', status({ download: download('testing') }), status({ installed: check(true) }), ['installed']],
    ['an end that is installed but does not work', status({ download: download('testing') }), status({ installed: check(false) }), ['installed-bad']],
    ['a failure', status({ download: download('downloading') }), status({ download: download('failed') }), ['failed']],
    ['a failure at once', status({}), status({ download: download('failed') }), ['failed']],
    ['the same failure once more', status({ download: download('failed') }), status({ download: download('failed') }), []],
    ['a stop is the person\'s own', status({ download: download('downloading') }), status({ download: download('stopped') }), []],
    ['what was deleted by the person', status({ download: download('stopped') }), status({}), []],
    ['a removal', status({ installed: check(true) }), status({}), []],
  ];
  for (const [what, before, now, kinds] of cases) it(what, () => assert.deepEqual(modelNews(before, now).map(({ kind }) => kind), kinds));

  it('offers the variant that was begun, else the recommended one', () => {
    assert.equal(firstVariant(model({})), 'fp32');
    assert.equal(firstVariant(model({ download: download('stopped', { variant: 'fp16' }) })), 'fp16');
    assert.equal(firstVariant(model({ variants: [] })), null);
  });

  it('estimates only while bytes come', () => {
    assert.equal(remainingMs(download('downloading', { bytesPerSecond: 1 })), 3_000);
    assert.equal(remainingMs(download('downloading')), null);
    assert.equal(remainingMs(download('stopped', { bytesPerSecond: 1 })), null);
  });
});
