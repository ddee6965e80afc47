/** How a hub is understood, and what is made of the registry's and the hub's words together. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contentRange, fileAddress, fileFacts, listingAddress, parseListing, statusTrouble, strongTag } from '../../../src/models/hub.ts';
import { needsListing, planFiles, plannedBytes } from '../../../src/models/plan-files.ts';
import type { RegistryVariant } from '../../../src/models/registry-model.ts';
import { ByteRate } from '../../../src/models/byte-rate.ts';

const COMMIT = 'c'.repeat(40);
const SHA = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);

describe('a hub', () => {
  it('is addressed by commit; a mirror may have a path', () => {
    assert.equal(fileAddress(null, 'a/b', COMMIT, 'onnx/model.onnx'), `https://huggingface.co/a/b/resolve/${COMMIT}/onnx/model.onnx`);
    assert.equal(fileAddress('https://mirror.example/hf/', 'a/b', 'main', 'x y.json'), 'https://mirror.example/hf/a/b/resolve/main/x%20y.json');
    assert.equal(listingAddress('http://127.0.0.1:1', 'a/b', 'main'), 'http://127.0.0.1:1/api/models/a/b/revision/main?blobs=true');
  });
  it('lists files with sizes and LFS hashes; what is malformed is left out, what is no list is none', () => {
    const listing = parseListing(JSON.stringify({
      sha: COMMIT, siblings: [{ rfilename: 'm.onnx', size: 5, lfs: { sha256: SHA } }, { rfilename: 'c.json', size: 2 }, { rfilename: 'd', size: -1, lfs: { sha256: 'short' } }, { size: 3 }, 7],
    }));
    assert.deepEqual(listing, { revision: COMMIT, files: [{ path: 'm.onnx', bytes: 5, sha256: SHA }, { path: 'c.json', bytes: 2, sha256: null }, { path: 'd', bytes: null, sha256: null }] });
    for (const text of ['<html>', '[]', 'null', '{"sha":"main","siblings":[]}', `{"sha":"${COMMIT}"}`]) assert.equal(parseListing(text), null, text);
  });
  it('says in a redirect what the storage does not know', () => {
    assert.deepEqual(fileFacts([{ 'x-linked-etag': `"${SHA}"`, 'x-linked-size': '7', 'x-repo-commit': COMMIT }, { etag: '"storage"' }]), { bytes: 7, sha256: SHA, revision: COMMIT });
    assert.deepEqual(fileFacts([{ etag: `"${SHA}"`, 'x-repo-commit': 'main' }]), { bytes: null, sha256: null, revision: null });
  });
  it('ETags that are weak do not join parts', () => {
    assert.equal(strongTag('"a"'), '"a"');
    assert.equal(strongTag('a'), '"a"');
    assert.equal(strongTag('W/"a"'), null);
    assert.equal(strongTag(undefined), null);
  });
  it('ranges are read strictly', () => {
    assert.deepEqual(contentRange('bytes 5-9/10'), { from: 5, total: 10 });
    assert.deepEqual(contentRange('bytes 5-9/*'), { from: 5, total: null });
    for (const header of [undefined, 'bytes */10', 'items 5-9/10', 'bytes 5-/10']) assert.equal(contentRange(header), null);
  });
  it('a status says whether waiting helps, and how long', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    assert.deepEqual([statusTrouble(503, {}, now).remedy, statusTrouble(503, {}, now).waitMs], ['again', null]);
    assert.equal(statusTrouble(429, { 'retry-after': '3' }, now).waitMs, 3_000);
    assert.equal(statusTrouble(503, { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' }, now).waitMs, 9_000);
    assert.equal(statusTrouble(503, { 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, now).waitMs, 0);
    assert.equal(statusTrouble(429, { 'retry-after': '3600' }, now).remedy, 'final');
    assert.deepEqual([404, 401, 403, 400, 416].map((status) => statusTrouble(status, {}, now).remedy), ['final', 'final', 'final', 'final', 'restart']);
  });
});

describe('the files of a download', () => {
  const variant = (change: Partial<RegistryVariant['files']> = {}, revision: string | null = COMMIT): RegistryVariant => ({
    id: 'fp32', about: '', needsGpu: false, repository: 'a/b', revision,
    files: { model: { path: 'onnx/m.onnx', bytes: 5, sha256: SHA }, tokenizer: { path: 't.json', bytes: 2, sha256: SHA }, data: [], ...change },
  });
  const listing = (files: readonly { path: string; bytes: number | null; sha256: string | null }[]) => ({ revision: 'd'.repeat(40), files });

  it('need no list when all is known', () => {
    assert.equal(needsListing(variant()), false);
    assert.equal(needsListing(variant({}, null)), true);
    assert.equal(needsListing(variant({ tokenizer: { path: 't.json', bytes: 2, sha256: null } })), true);
    const plan = planFiles(variant(), null);
    assert.deepEqual(plan.files.map(({ name, role, hash, bytes }) => [name, role, hash, bytes]), [['m.onnx', 'model', 'registry', 5], ['t.json', 'tokenizer', 'registry', 2]]);
  });
  it('take from the hub what the registry does not know, and keep to its commit', () => {
    const rough = variant({ model: { path: 'onnx/m.onnx', bytes: 4, rough: true, sha256: null } }, null);
    const plan = planFiles(rough, listing([{ path: 'onnx/m.onnx', bytes: 9, sha256: OTHER }, { path: 't.json', bytes: 2, sha256: SHA }]));
    assert.equal(plan.revision, 'd'.repeat(40));
    assert.deepEqual(plan.files.map(({ bytes, sha256, hash }) => [bytes, sha256, hash]), [[9, OTHER, 'hub'], [2, SHA, 'registry']]);
    assert.equal(plannedBytes(plan, rough), 11);
  });
  it('include all weights beside a graph whose parts are not known', () => {
    const more = variant({ moreData: true });
    const plan = planFiles(more, listing([
      { path: 'onnx/m.onnx', bytes: 5, sha256: SHA }, { path: 'onnx/m.onnx_data', bytes: 7, sha256: OTHER }, { path: 'onnx/m.onnx_data_1', bytes: 8, sha256: OTHER },
      { path: 'onnx/other.onnx_data', bytes: 7, sha256: OTHER }, { path: 't.json', bytes: 2, sha256: null },
    ]));
    assert.deepEqual(plan.files.filter(({ role }) => role === 'data').map(({ name, bytes }) => [name, bytes]), [['m.onnx_data', 7], ['m.onnx_data_1', 8]]);
    assert.throws(() => planFiles(more, null), { code: 'download-failed' });
  });
  it('are refused when the hub names others than the registry, or has them no more', () => {
    assert.throws(() => planFiles(variant(), listing([{ path: 'onnx/m.onnx', bytes: 5, sha256: OTHER }, { path: 't.json', bytes: 2, sha256: SHA }])), { code: 'download-corrupt' });
    assert.throws(() => planFiles(variant(), listing([{ path: 'onnx/m.onnx', bytes: 6, sha256: null }, { path: 't.json', bytes: 2, sha256: SHA }])), { code: 'download-corrupt' });
    assert.throws(() => planFiles(variant(), listing([{ path: 't.json', bytes: 2, sha256: SHA }])), { code: 'download-failed' });
  });
});

describe('the speed of a download', () => {
  it('is that of the last seconds, and nothing when nothing comes', () => {
    const rate = new ByteRate();
    assert.equal(rate.perSecond(0), 0);
    for (let second = 0; second <= 20; second++) rate.observe(second * 1000, second * 1000);
    assert.equal(Math.round(rate.perSecond(20_000)), 1000);
    for (let second = 21; second <= 26; second++) rate.observe(20_000 + (second - 20) * 5000, second * 1000);
    assert.equal(Math.round(rate.perSecond(26_000)), 5000);
    assert.equal(rate.perSecond(60_000), 0);
    rate.observe(10, 61_000);
    assert.equal(rate.perSecond(61_000), 0, 'a restart from nothing is no negative speed');
  });
});
