/** The vector store on a real LanceDB, in a folder of this machine. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openVectorStore } from '../../src/store/lance-store.ts';
import { toHalf } from '../../src/store/half-float.ts';
import type { VectorStore } from '../../src/store/vector-store.ts';
import { VectorMaker } from '../fixtures/vectors.ts';
import { vectorStoreSuite } from './vector-store-suite.ts';

const DIMENSION = 64;

async function dataDirectory(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'findling-vectors-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function openStore(context: TestContext, folder: string, options: { readonly flatBytes?: number } = {}): Promise<VectorStore> {
  const store = await openVectorStore(folder, options);
  context.after(() => store.close());
  return store;
}

vectorStoreSuite('in a folder', async (context) => {
  const folder = await dataDirectory(context);
  return { open: (options) => openStore(context, folder, options) };
});

test('forgotten vectors are nowhere on disk', async (context) => {
  const folder = await dataDirectory(context);
  const store = await openStore(context, folder);
  const table = await store.open(1, DIMENSION);
  const windows = new VectorMaker(DIMENSION, 13).windows(1, 900);
  await table.add(windows);
  const secret = windows[450];
  assert.ok(secret !== undefined);
  // Lance may lay values out in its own way: what is looked for is a run of eight of them.
  const trace = Buffer.from(Uint16Array.from(secret.vector.subarray(0, 8), toHalf).buffer);
  assert.equal(await containsBytes(folder, trace), true, 'the trace is there before');
  await table.deleteFiles([secret.fileId]);
  assert.equal(await containsBytes(folder, trace), true, 'a delete alone leaves it');
  await table.optimize({ purgeNow: true });
  assert.equal(await containsBytes(folder, trace), false);
  assert.equal(await table.count(), 897);
  const [nearest] = await table.search(windows[0]?.vector ?? secret.vector, 1, null);
  assert.equal(nearest?.windowId, 1);
});

async function containsBytes(folder: string, trace: Buffer): Promise<boolean> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && (await readFile(join(entry.parentPath, entry.name))).includes(trace)) return true;
  }
  return false;
}

test('a damaged table is moved aside, said so, and begun anew; the other stays', async (context) => {
  const folder = await dataDirectory(context);
  const first = await openVectorStore(folder);
  for (const generation of [1, 2]) await (await first.open(generation, DIMENSION)).add(new VectorMaker(DIMENSION, 14).windows(1, 50));
  await first.close();
  const data = join(folder, 'vectors', 'generation_1.lance', 'data');
  const [file] = await readdir(data);
  await truncate(join(data, file ?? ''), 10);

  const said: string[] = [];
  const silent = (): void => {};
  const store = await openVectorStore(folder, { log: { debug: silent, info: silent, warn: silent, error: (message) => { said.push(message); } } });
  context.after(() => store.close());
  const table = await store.open(1, DIMENSION);
  assert.equal(await table.count(), 0);
  assert.equal(said.length, 1);
  assert.ok((await readdir(join(folder, 'vectors'))).some((name) => name.startsWith('unreadable-generation_1')));
  await table.add(new VectorMaker(DIMENSION, 15).windows(1, 5));
  assert.equal(await table.count(), 5);
  assert.equal(await (await store.open(2, DIMENSION)).count(), 50);
  await table.optimize({ purgeNow: true });
  assert.ok(!(await readdir(join(folder, 'vectors'))).some((name) => name.startsWith('unreadable')), 'forgetting takes it away');
});

test('the data directory is for its owner alone, and the library is loaded by the first table', { skip: process.platform === 'win32' }, async (context) => {
  const folder = await dataDirectory(context);
  const module = new URL('../../src/store/lance-store.ts', import.meta.url).href;
  const script = `const { openVectorStore } = await import(${JSON.stringify(module)}); const store = await openVectorStore(${JSON.stringify(folder)}); await store.bytes();
    const { readFileSync, existsSync } = await import('node:fs'); const maps = existsSync('/proc/self/maps') ? readFileSync('/proc/self/maps', 'utf8') : ''; console.log(/lancedb/.test(maps)); await store.close();`;
  const output = execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.equal(output.trim(), 'false');
  assert.equal((await stat(join(folder, 'vectors'))).mode & 0o777, 0o700);
});
