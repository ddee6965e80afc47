/** The README's examples hold: what it says is found with the sample files is among the first three hits, with everything at its default. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { search, startEngine, testPlace, type TestEngine } from '../fixtures/engine.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));

const EXAMPLES: readonly (readonly [query: string, file: string])[] = [
  ['Wie kündige ich die Wohnung?', 'Home/Mietvertrag Lindenallee 7.docx'],
  ['热水器点不着火怎么办', 'Home/热水器保修说明.pdf'],
  ['meeting minutes about presenting a new product, hall and budget', 'Work/議事録_新製品発表会.txt'],
  ['caravans, merchants and inns on the silk road', 'Studies/یادداشت درس تاریخ - کاروانسرا.txt'],
  ['Was nehme ich in den Rucksack zum Wandern mit?', 'Travel/Packing list for the Alps.md'],
];

let place: Awaited<ReturnType<typeof testPlace>>;
let engine: TestEngine;

before(async () => {
  place = await testPlace();
  engine = await startEngine(place.data);
  await engine.client.call('roots.add', { path: path.join(repository, 'resources', 'sample') });
  await engine.client.call('index.settled', undefined);
});

after(async () => {
  await engine.stop();
  await place.remove();
});

test('every example of the two READMEs finds what they say', async () => {
  const readmes = readFileSync(path.join(repository, 'README.md'), 'utf8') + readFileSync(path.join(repository, 'README.zh-CN.md'), 'utf8');
  for (const [query, file] of EXAMPLES) {
    assert.ok(readmes.includes(`| \`${query}\` |`), `${query} stands in no README`);
    const { hits } = await search(engine, { text: query });
    const first = hits.slice(0, 3).map((hit) => hit.path.split(path.sep).join('/').replace(/^.*\/resources\/sample\//, ''));
    assert.ok(first.includes(file), `${query} found ${first.join(', ')}`);
  }
});

test('the whole sample is searchable by words and by meaning, and nothing of it failed', async () => {
  const { files } = JSON.parse(readFileSync(path.join(repository, 'resources', 'sample-manifest.json'), 'utf8')) as { files: readonly unknown[] };
  const { counts, embedded } = await engine.client.call('index.status', undefined);
  assert.deepEqual({ ...counts, embedded }, { indexed: files.length, pending: 0, skipped: 0, failed: 0, embedded: files.length });
});
