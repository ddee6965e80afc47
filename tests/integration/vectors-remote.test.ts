/**
 * Vectors at a place outside of this machine: LanceDB against a server of S3's protocol that the test starts (tests/fixtures/s3-server.ts, ours). With
 * FINDLING_TEST_S3=http://host:port and a bucket `findling-test` there, the common suite runs against a real one too (the keys are the usual AWS_ variables).
 */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { VectorSettings } from '../../src/contract/settings.ts';
import { GenerationSet } from '../../src/index/generation-set.ts';
import type { Log } from '../../src/log.ts';
import { toHalf } from '../../src/store/half-float.ts';
import { openVectorStore } from '../../src/store/lance-store.ts';
import { openIndexStore } from '../../src/store/sqlite-store.ts';
import type { VectorStore } from '../../src/store/vector-store.ts';
import { eventually } from '../fixtures/engine.ts';
import { startS3Server, type S3Server } from '../fixtures/s3-server.ts';
import { nearestExactly, VectorMaker } from '../fixtures/vectors.ts';
import { vectorStoreSuite } from './vector-store-suite.ts';

const DIMENSION = 32;
const KEY_ID = 'TESTKEYID0001';
const SECRET = 'test-secret-never-shown';
const BUCKET = 'vectors';

async function dataDirectory(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'findling-remote-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function s3(context: TestContext): Promise<S3Server> {
  const server = await startS3Server({ buckets: [BUCKET], keyId: KEY_ID });
  context.after(() => server.close());
  return server;
}

function settings(server: { readonly port: number }, change: Readonly<Record<string, string>> = {}): VectorSettings {
  const options = {
    endpoint: `http://127.0.0.1:${server.port}`, region: 'us-east-1', allow_http: 'true', aws_access_key_id: KEY_ID, aws_secret_access_key: SECRET,
    // Away is away: a test need not try for long.
    client_max_retries: '0', connect_timeout: '2s', ...change,
  };
  return { uri: `s3://${BUCKET}/team`, options: Object.entries(options).map(([name, value]) => `${name}=${value}`) };
}

async function openAt(context: TestContext, folder: string, place: VectorSettings, options: { readonly log?: Log; readonly flatBytes?: number } = {}): Promise<VectorStore> {
  const store = await openVectorStore(folder, { place, ...options });
  context.after(() => store.close());
  return store;
}

function keeping(lines: string[]): Log {
  const keep = (message: string, fields: unknown = {}): void => { lines.push(`${message} ${JSON.stringify(fields)}`); };
  return { debug: keep, info: keep, warn: keep, error: keep };
}

vectorStoreSuite('in a bucket', async (context) => {
  const [server, folder] = [await s3(context), await dataDirectory(context)];
  return { open: (options) => openAt(context, folder, settings(server), options) };
});

const real = process.env['FINDLING_TEST_S3'];
if (real !== undefined) {
  vectorStoreSuite('in a real bucket', async (context) => {
    const [folder, path] = [await dataDirectory(context), randomUUID()];
    return { open: (options) => openAt(context, folder, { uri: `s3://findling-test/${path}`, options: [`endpoint=${real}`, 'allow_http=true', 'region=us-east-1'] }, options) };
  });
}

test('of engines that claim a place at once, one gets it, every time; the others are refused and change nothing', async (context) => {
  const server = await s3(context);
  const folders = await Promise.all(Array.from({ length: 4 }, () => dataDirectory(context)));
  for (let round = 0; round < 8; round++) {
    const place = { ...settings(server), uri: `s3://${BUCKET}/round-${round}` };
    const stores = await Promise.all(folders.map((folder) => openAt(context, folder, place)));
    const opened = await Promise.allSettled(stores.map((store) => store.open(1, DIMENSION)));
    const [owner, ...more] = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    assert.deepEqual([owner !== undefined, more.length], [true, 0]);
    for (const result of opened) if (result.status === 'rejected') assert.equal(result.reason.code, 'vectors-owned', String(result.reason));
    await owner?.add(new VectorMaker(DIMENSION, 1).windows(1, 20));

    const before = [...server.objects.keys()];
    const loser = stores[opened.findIndex((result) => result.status === 'rejected')];
    await assert.rejects(loser?.open(1, DIMENSION) ?? Promise.resolve(), /belong to another Findling .*findling_owner/);
    await assert.rejects(loser?.drop(1) ?? Promise.resolve(), { code: 'vectors-owned' });
    assert.deepEqual([...server.objects.keys()], before);
    assert.equal(await owner?.count(), 20);
  }
});

test('where a store knows no conditional writes, the later claim stays and the earlier engine sweeps nothing any more', async (context) => {
  const server = await s3(context);
  server.conditional = false;
  const [first, second] = [await openAt(context, await dataDirectory(context), settings(server)), await openAt(context, await dataDirectory(context), settings(server))];
  const table = await first.open(1, DIMENSION);
  await table.add(new VectorMaker(DIMENSION, 1).windows(1, 20));
  // As a second claim does that overlapped with the first: the record is written over.
  for (const key of server.objects.keys()) if (key.includes('findling_owner')) server.objects.delete(key);
  await second.open(2, DIMENSION);
  const kept = [...server.objects.keys()].filter((key) => key.includes('generation_2'));
  await assert.rejects(table.optimize({ purgeNow: true }), { code: 'vectors-owned' });
  await assert.rejects(first.drop(2), { code: 'vectors-owned' });
  for (const key of kept) assert.ok(server.objects.has(key));
});

test('an engine keeps its place over restarts; whoever takes over from one that is gone begins anew', async (context) => {
  const [server, folder] = [await s3(context), await dataDirectory(context)];
  const first = await openVectorStore(folder, { place: settings(server) });
  await (await first.open(1, DIMENSION)).add(new VectorMaker(DIMENSION, 1).windows(1, 20));
  await first.close();
  const again = await openVectorStore(folder, { place: settings(server) });
  const table = await again.open(1, DIMENSION);
  assert.equal(await table.count(), 20);
  assert.equal(table.unverified, true);
  await again.close();
  assert.match(await readFile(join(folder, 'engine-id'), 'utf8'), /^[0-9a-f-]{36}\n$/);

  for (const key of server.objects.keys()) if (key.includes('findling_owner')) server.objects.delete(key);
  const other = await openAt(context, await dataDirectory(context), settings(server));
  assert.equal(await (await other.open(1, DIMENSION)).count(), 0, 'ids of another catalog are not taken over');
});

test('while the place is away a search fails at once, what was embedded waits, and arrives once', async (context) => {
  const server = await s3(context);
  const store = await openAt(context, await dataDirectory(context), settings(server));
  const table = await store.open(1, DIMENSION);
  const windows = new VectorMaker(DIMENSION, 2).windows(1, 60);
  await table.add(windows.slice(0, 30));
  assert.equal(store.trouble, null);

  await server.goAway();
  let arrived = false;
  const adding = table.add(windows.slice(30)).then(() => { arrived = true; });
  await eventually('the trouble to be known', () => store.trouble !== null);
  assert.match(store.trouble ?? '', /^The vectors at s3:\/\/vectors\/team cannot be reached: /);
  const query = windows[0]?.vector ?? new Float32Array(DIMENSION);
  await assert.rejects(table.search(query, 5, null), { code: 'vectors-unreachable' });
  await assert.rejects(table.deleteWindows([1]), { code: 'vectors-unreachable' });
  assert.equal(arrived, false);

  await server.comeBack();
  await adding;
  assert.equal(store.trouble, null);
  assert.equal(await table.count(), 60);
  assert.deepEqual((await table.search(query, 5, null)).map(({ windowId }) => windowId), nearestExactly(windows, query, 5));
});

test('rows whose answer was lost on the way are not there twice', async (context) => {
  const server = await s3(context);
  const store = await openAt(context, await dataDirectory(context), settings(server));
  const table = await store.open(1, DIMENSION);
  const windows = new VectorMaker(DIMENSION, 3).windows(1, 40);
  let lost = 0;
  server.losing = (request) => /^PUT .*generation_1\.lance\/_versions\//.test(request) && ++lost === 1;
  await table.add(windows);
  assert.ok(lost >= 1);
  assert.deepEqual([...await table.windowIds()].sort((left, right) => left - right), windows.map(({ windowId }) => windowId));
});

test('opening waits for a place that is away, and ends when the store is closed', async (context) => {
  const server = await s3(context);
  await server.goAway();
  const lines: string[] = [];
  const store = await openAt(context, await dataDirectory(context), settings(server), { log: keeping(lines) });
  const waiting = store.open(1, DIMENSION);
  await eventually('it to be said', () => lines.some((line) => line.startsWith('vectors wait for their place')));
  await server.comeBack();
  assert.equal(await (await waiting).count(), 0);

  await server.goAway();
  const never = await openVectorStore(await dataDirectory(context), { place: settings(server) });
  const refused = assert.rejects(never.open(1, DIMENSION), { code: 'cancelled' });
  await never.close();
  await refused;
});

test('what is wrong with address or keys is said, and no message or log line carries a key', async (context) => {
  const server = await s3(context);
  const lines: string[] = [];
  const cases: readonly (readonly [Readonly<Record<string, string>>, string, RegExp])[] = [
    [{ aws_access_key_id: 'WRONGKEYID000' }, `s3://${BUCKET}/team`, /the key is not accepted/],
    [{}, 's3://no-such-bucket/team', /there is no such bucket/],
    [{ allow_http: 'false' }, `s3://${BUCKET}/team`, /allow_http=true/],
    [{ allow_http: 'perhaps' }, `s3://${BUCKET}/team`, /an option is not valid/],
  ];
  await Promise.all(cases.map(async ([change, uri, why]) => {
    const store = await openAt(context, await dataDirectory(context), { ...settings(server, change), uri }, { log: keeping(lines) });
    await assert.rejects(store.open(1, DIMENSION), (error: Error & { readonly code?: string }) => {
      lines.push(error.message);
      assert.equal(error.code, 'vectors-refused', error.message);
      assert.match(error.message, why);
      return true;
    });
  }));
  server.failing = 503;
  const busy = await openAt(context, await dataDirectory(context), settings(server), { log: keeping(lines) });
  const opening = busy.open(1, DIMENSION);
  await eventually('the overload to be known', () => busy.trouble !== null);
  server.failing = null;
  await opening;
  for (const line of lines) for (const secret of [KEY_ID, SECRET, 'WRONGKEYID000']) assert.ok(!line.includes(secret), line);
});

test('vectors behind the library’s own service: a missing key is said at once, and a service that does not answer is waited for', async (context) => {
  await assert.rejects(openVectorStore(await dataDirectory(context), { place: { uri: 'db://team', options: [] } }), { code: 'bad-input' });
  const lines: string[] = [];
  const store = await openVectorStore(await dataDirectory(context), { place: { uri: 'db://team', options: ['apiKey=sk-never-shown', 'hostOverride=http://127.0.0.1:9'] }, log: keeping(lines) });
  const waiting = assert.rejects(store.open(1, DIMENSION), { code: 'cancelled' });
  await eventually('it to be said', () => lines.some((line) => line.startsWith('vectors wait for their place')));
  assert.ok(!lines.some((line) => line.includes('sk-never-shown')));
  await store.close();
  await waiting;
});

test('forgotten vectors are in no object of the bucket, and none are left in the data directory they came from', async (context) => {
  const [server, folder] = [await s3(context), await dataDirectory(context)];
  await mkdir(join(folder, 'vectors', 'generation_1.lance'), { recursive: true });
  await writeFile(join(folder, 'vectors', 'generation_1.lance', 'old'), 'x');
  const store = await openAt(context, folder, settings(server));
  const table = await store.open(1, DIMENSION);
  await assert.rejects(stat(join(folder, 'vectors')), { code: 'ENOENT' });
  const windows = new VectorMaker(DIMENSION, 13).windows(1, 900);
  await table.add(windows);
  const secret = windows[450];
  assert.ok(secret !== undefined);
  const trace = Buffer.from(Uint16Array.from(secret.vector.subarray(0, 8), toHalf).buffer);
  const holders = (): string[] => [...server.objects].filter(([, content]) => content.includes(trace)).map(([key]) => key);
  assert.equal(holders().length, 1);
  await table.deleteFiles([secret.fileId]);
  assert.equal(holders().length, 1, 'a delete alone leaves it');
  await table.optimize({ purgeNow: true });
  assert.deepEqual(holders(), []);
  assert.equal(await table.count(), 897);
});

test('what is forgotten while the place is away is purged after it is back, over a restart too', async (context) => {
  const [server, folder] = [await s3(context), await dataDirectory(context)];
  const store = await openIndexStore(folder, { log: keeping([]) });
  context.after(() => store.close());
  const open = async (): Promise<GenerationSet> => {
    const set = new GenerationSet({ store, vectors: await openVectorStore(folder, { place: settings(server) }), log: keeping([]), verify: false });
    await set.start();
    return set;
  };
  const first = await open();
  const { id } = await first.ensure({ fingerprint: 'a', family: 'a', modelId: 'a', dimension: DIMENSION, windowRule: '{"maxTokens":8}', source: '{}' });
  const { table } = await first.get(id);
  const windows = new VectorMaker(DIMENSION, 21).windows(1, 300);
  await table.add(windows);
  const secret = windows[150];
  assert.ok(secret !== undefined);
  const trace = Buffer.from(Uint16Array.from(secret.vector.subarray(0, 8), toHalf).buffer);
  const isThere = (): boolean => [...server.objects.values()].some((content) => content.includes(trace));
  assert.equal(isThere(), true);
  await server.goAway();
  await assert.rejects(first.purge([secret.fileId]), { code: 'vectors-unreachable' });
  await first.close();
  await server.comeBack();
  const second = await open();
  await second.get(id);
  await second.upkeep();
  assert.equal(isThere(), false);
  assert.equal(await store.getMeta('purge-due'), '');
  await second.close();
});

test('a table with an object missing is dropped, said so, and begun anew; the other stays', async (context) => {
  const [server, folder] = [await s3(context), await dataDirectory(context)];
  const first = await openVectorStore(folder, { place: settings(server) });
  for (const generation of [1, 2]) await (await first.open(generation, DIMENSION)).add(new VectorMaker(DIMENSION, 14).windows(1, 50));
  await first.close();
  const lost = [...server.objects.keys()].find((key) => key.includes('generation_1.lance/data/'));
  server.objects.delete(lost ?? '');
  const lines: string[] = [];
  const store = await openAt(context, folder, settings(server), { log: keeping(lines) });
  assert.equal(await (await store.open(1, DIMENSION)).count(), 0);
  assert.ok(lines.some((line) => line.startsWith('a vector table could not be read')));
  assert.equal(await (await store.open(2, DIMENSION)).count(), 50);
});
