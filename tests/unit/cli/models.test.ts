/** Models and downloads as lines. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDownloadProgress, downloadBar, downloadText } from '../../../src/cli/download-progress.ts';
import { modelLines } from '../../../src/cli/print-models.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';
import type { DownloadProgress, ModelListing } from '../../../src/contract/models.ts';

const MB = 1024 * 1024;
const progress = (change: Partial<DownloadProgress> = {}): DownloadProgress => ({ state: 'downloading', variant: 'fp32', doneBytes: 25 * MB, totalBytes: 100 * MB, bytesPerSecond: 5 * MB, trouble: null, ...change });

/** A terminal that keeps what it was told. */
function terminal(live: boolean): Terminal & { readonly said: string[] } {
  const said: string[] = [];
  return {
    said, live, interactive: live, canAsk: false, columns: 100, signs: { ellipsis: '…', dot: '·', barFull: '#', barEmpty: '.' },
    style: { bold: String, dim: String, path: String, match: String, error: String },
    print: (line) => said.push(line), printPath: (line) => said.push(line), note: (line) => said.push(line), status: (line) => said.push(line), flushed: () => Promise.resolve(),
  };
}

describe('a download in words', () => {
  it('says how far, how fast and how long', () => {
    assert.equal(downloadText(progress()), '25 MB of 100 MB, 5 MB/s, about 15 s left');
    assert.equal(downloadText(progress({ bytesPerSecond: 0 })), '25 MB of 100 MB');
    assert.equal(downloadText(progress({ state: 'waiting', trouble: 'It rests.' })), '25 MB of 100 MB: It rests.');
    assert.equal(downloadText(progress({ state: 'testing' })), 'all there; testing it');
  });
  it('as a bar fits the terminal', () => {
    const bar = downloadBar('A model', progress(), terminal(true));
    assert.match(bar, /^#{6}\.{18} 25 % · A model · 25 MB of 100 MB/);
    assert.ok(downloadBar('A model'.repeat(30), progress(), terminal(true)).length < 100);
    assert.match(downloadBar('A model', progress({ totalBytes: 0, doneBytes: 0 }), terminal(true)), /^\.{24} 0 %/);
  });
  it('in a log is said when something changes and now and then, not with every step', () => {
    const log = terminal(false);
    let now = 0;
    const tell = createDownloadProgress(log, () => now);
    for (const doneBytes of [1, 2, 3]) tell('M', progress({ doneBytes }));
    assert.deepEqual(log.said, []);
    tell('M', progress({ state: 'waiting', trouble: 'It rests.' }));
    tell('M', progress({ state: 'waiting', trouble: 'It rests.' }));
    assert.equal(log.said.length, 1);
    now = 31_000;
    tell('M', progress({ state: 'waiting', trouble: 'It rests.' }));
    assert.equal(log.said.length, 2);
  });
});

describe('models in words', () => {
  const model = (change: Partial<ModelListing>): ModelListing => ({
    id: 'm', title: 'M', task: 'embedding', origin: 'registry', about: 'Good.', licence: 'MIT', page: null, dimension: 4, installed: null, download: null,
    variants: [{ id: 'q8', bytes: 5 * MB, about: 'Small.', needsGpu: false }, { id: 'fp32', bytes: 20 * MB, about: 'Whole.', needsGpu: false }], ...change,
  });
  it('show what can be had, recommended first, or what is here and how it does', () => {
    assert.deepEqual(modelLines({ models: [model({})], generations: [], devices: [] }), [
      'm - M (4 dimensions)', '    Good.', '    Licence: MIT', '    q8        5 MB  Small. (recommended here)', '    fp32     20 MB  Whole.',
    ]);
    const installed = { variant: 'q8', bytes: 5 * MB, removable: true, check: { atMs: 0, passed: false, detail: 'Wrong.', cosines: [] } };
    assert.deepEqual(modelLines({ models: [model({ installed, task: 'reranking', id: 'r', title: 'r' })], generations: [], devices: [] }), [
      'r (reranking)', '    Good.', '    Licence: MIT', '    Installed as q8, 5 MB', '    SELF-TEST FAILED: Wrong.',
    ]);
  });
});
