/** What is synced after a commit: every file that appeared, once, and nothing that was there. Durability itself cannot be tested without pulling a plug. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openVectorStore } from '../../src/store/lance-store.ts';
import { TableSync } from '../../src/store/lance-sync.ts';
import { VectorMaker } from '../fixtures/vectors.ts';

async function files(folder: string): Promise<Set<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return new Set(entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
}

test('every file a real table writes is one that is synced, whatever wrote it', async (context) => {
  const data = await mkdtemp(join(tmpdir(), 'findling-sync-'));
  context.after(() => rm(data, { recursive: true, force: true }));
  const store = await openVectorStore(data, { flatBytes: 1_000 });
  context.after(() => store.close());
  const table = await store.open(1, 32);
  const folder = join(data, 'vectors', 'generation_1.lance');
  const watched = new TableSync(folder);
  await watched.start();
  const maker = new VectorMaker(32, 1);
  const steps: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['add', () => table.add(maker.windows(1, 600))],
    ['delete', () => table.deleteWindows([1, 2, 3])],
    ['retag', () => table.retag(5, { rootId: 7, kind: 'mail', modifiedDay: 3 })],
    ['forget, compact and train', () => table.optimize({ purgeNow: true })],
    ['add again', () => table.add(maker.windows(601, 5))],
  ];
  for (const [name, step] of steps) {
    const before = await files(folder);
    await step();
    const fresh = [...await files(folder)].filter((path) => !before.has(path));
    // The hint at the newest version is written over and so synced each time; it is the one file that may be counted beside the new ones.
    const synced = await watched.sync();
    assert.ok(fresh.length > 0, name);
    assert.equal(synced, fresh.length + 1, `${name}: ${fresh.join('\n')}`);
  }
  assert.equal(await watched.sync(), 1, 'nothing new but the hint');
});

test('a folder that is not there, and one that appears later, are no trouble', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'findling-sync-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const sync = new TableSync(folder);
  await sync.start();
  assert.equal(await sync.sync(), 0);
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data', 'one.lance'), 'x');
  await mkdir(join(folder, '_indices', 'abc'), { recursive: true });
  await writeFile(join(folder, '_indices', 'abc', 'index.idx'), 'x');
  assert.equal(await sync.sync(), 2);
  assert.equal(await sync.sync(), 0);
});
