/** Whole engines whose vectors live in a bucket (tests/fixtures/s3-server.ts, ours): indexing, searching, outages, restarts, and a second engine. */

import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { eventually, found, search, settled, startEngine, testPlace, writeTree, type TestEngine } from '../fixtures/engine.ts';
import { startS3Server, type S3Server } from '../fixtures/s3-server.ts';

const KEY_ID = 'TESTKEYID0001';
const SECRET = 'test-secret-never-shown';
type Place = Awaited<ReturnType<typeof testPlace>>;

async function s3(context: TestContext): Promise<S3Server> {
  const server = await startS3Server({ buckets: ['vectors'], keyId: KEY_ID });
  context.after(() => server.close());
  return server;
}

/** A data directory that is set to the bucket, and a folder with a file. */
async function place(context: TestContext, server: S3Server): Promise<Place> {
  const made = await testPlace();
  context.after(() => made.remove());
  const options = [`endpoint=http://127.0.0.1:${server.port}`, 'region=us-east-1', 'allow_http=true', `aws_access_key_id=${KEY_ID}`, `aws_secret_access_key=${SECRET}`, 'client_max_retries=0'];
  await writeFile(path.join(made.data, 'config.json'), JSON.stringify({ vectors: { uri: 's3://vectors/team', options } }));
  await writeTree(made.files, { 'garden.txt': 'Tomatoes need sun, water and patience.\n', 'sea.txt': 'The ferry leaves the harbour at noon.\n' });
  return made;
}

async function start(context: TestContext, { data }: Place): Promise<TestEngine> {
  const engine = await startEngine(data);
  context.after(() => engine.kill());
  return engine;
}

const byMeaning = async (engine: TestEngine, text: string): Promise<readonly string[]> => {
  const { hits } = await search(engine, { text, showWeak: true });
  return hits.filter(({ tiers }) => tiers.includes('meaning')).map(({ name }) => name);
};
const troubles = async (engine: TestEngine): Promise<string> => (await engine.client.call('index.status', undefined)).troubles.join('\n');

test('vectors are in the bucket and nowhere else; an outage stops nothing but meaning, and what waited arrives', async (context) => {
  const server = await s3(context);
  const here = await place(context, server);
  const engine = await start(context, here);
  await engine.client.call('roots.add', { path: here.files });
  await settled(engine);
  assert.deepEqual([...await byMeaning(engine, 'vegetables')].sort(), ['garden.txt', 'sea.txt']);
  assert.ok([...server.objects.keys()].some((key) => /^vectors\/team\/generation_\d+\.lance\/data\//.test(key)));
  await assert.rejects(stat(path.join(here.data, 'vectors')), { code: 'ENOENT' });

  await server.goAway();
  await writeTree(here.files, { 'cat.txt': 'A cat sleeps on the warm roof.\n' });
  await eventually('words to find the new file', async () => (await found(engine, 'warm roof')).includes('cat.txt'));
  await eventually('the outage to be shown', async () => /s3:\/\/vectors\/team cannot be reached/.test(await troubles(engine)));
  const away = await search(engine, { text: 'ferry harbour' });
  assert.deepEqual(away.hits.map(({ name }) => name), ['sea.txt']);
  assert.deepEqual(away.notices.map(({ code }) => code), ['meaning-unavailable']);

  await server.comeBack();
  await eventually('all to be embedded', async () => (await engine.client.call('index.status', undefined)).embedded === 3);
  await eventually('the new file to be found by meaning', async () => (await byMeaning(engine, 'pets')).includes('cat.txt'));
  await eventually('no trouble to be left', async () => (await troubles(engine)) === '');

  await engine.stop();
  const again = await start(context, here);
  await settled(again);
  await eventually('all to be found by meaning once the model is loaded', async () => (await byMeaning(again, 'pets')).length === 3);
  const log = await readFile(path.join(here.data, 'engine.log'), 'utf8');
  assert.match(log, /s3:\/\/vectors\/team/);
  for (const secret of [KEY_ID, SECRET]) assert.ok(!log.includes(secret));
});

test('an engine that starts while the place is away answers by names and words, and ends when told to', async (context) => {
  const server = await s3(context);
  const here = await place(context, server);
  await server.goAway();
  const engine = await start(context, here);
  await engine.client.call('roots.add', { path: here.files });
  await eventually('words to answer', async () => (await found(engine, 'tomatoes')).includes('garden.txt'));
  await eventually('the outage to be shown', async () => /cannot be reached/.test(await troubles(engine)));
  await engine.stop();
  assert.doesNotMatch(await readFile(path.join(here.data, 'engine.log'), 'utf8'), /was forced/);
});

test('a second engine at the same place is told whose it is, and touches nothing', async (context) => {
  const server = await s3(context);
  const [one, two] = [await place(context, server), await place(context, server)];
  const owner = await start(context, one);
  await owner.client.call('roots.add', { path: one.files });
  await settled(owner);
  const before = [...server.objects.keys()];
  const other = await start(context, two);
  await other.client.call('roots.add', { path: two.files });
  await eventually('words to answer', async () => (await found(other, 'tomatoes')).includes('garden.txt'));
  await eventually('it to be told', async () => /belong to another Findling/.test(await troubles(other)));
  await other.stop();
  assert.deepEqual([...server.objects.keys()], before);
  assert.equal((await byMeaning(owner, 'vegetables')).length, 2);
});
