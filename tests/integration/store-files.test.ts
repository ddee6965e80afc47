import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { indexPath, SCHEMA_VERSION } from '../../src/store/schema.ts';
import { openIndexStore } from '../../src/store/sqlite-store.ts';
import { addTexts, commit, documentOf, entry, findNames, findWords, fixture, listing, ROOT, temporaryDirectory } from './store-fixture.ts';

const WRITER = fileURLToPath(new URL('./store-writing-process.ts', import.meta.url));

test('an index of a newer version is refused and left as it is', async (t) => {
  const { directory, store } = await fixture(t);
  await store.close();
  const database = new DatabaseSync(indexPath(directory));
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  database.close();
  const before = await readFile(indexPath(directory));
  await assert.rejects(openIndexStore(directory), { code: 'index-newer' });
  assert.deepEqual(await readFile(indexPath(directory)), before);
});

test('an index of the first version is upgraded, and its generation goes on answering', async (t) => {
  const made = await fixture(t);
  await addTexts(made, { 'a.txt': 'one two three' });
  await made.store.close();
  const database = new DatabaseSync(indexPath(made.directory));
  for (const column of ['family', 'source', 'answered_ms']) database.exec(`ALTER TABLE generations DROP COLUMN ${column}`);
  database.exec('PRAGMA user_version = 1');
  database.close();
  const store = await openIndexStore(made.directory);
  t.after(() => store.close());
  const [generation] = await store.listGenerations();
  assert.deepEqual({ ...generation, answeredMs: null }, { ...made.generation, answeredMs: null });
  assert.equal(generation?.answeredMs, generation?.createdMs);
  assert.equal((await store.nextUnembedded(made.generation.id, 100, [])).length, 1);
});

test('a damaged, cut or foreign file is said to be corrupt', async (t) => {
  const made = await fixture(t);
  await addTexts(made, Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`f${n}.txt`, `text ${n} `.repeat(200)])));
  await made.store.close();
  await truncate(indexPath(made.directory), 3 * 8192);
  await assert.rejects(openIndexStore(made.directory), { code: 'index-corrupt' });

  const noise = path.join(await temporaryDirectory(t), 'noise');
  await mkdir(noise);
  await writeFile(indexPath(noise), 'this is not a database, and long enough to be looked at. '.repeat(50));
  await assert.rejects(openIndexStore(noise), { code: 'index-corrupt' });

  const foreign = path.join(await temporaryDirectory(t), 'foreign');
  await mkdir(foreign);
  const database = new DatabaseSync(indexPath(foreign));
  database.exec('CREATE TABLE someone_elses(x)');
  database.close();
  await assert.rejects(openIndexStore(foreign), { code: 'index-corrupt' });
});

test('a data directory that cannot be made is said so', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFile(path.join(directory, 'file'), '');
  await assert.rejects(openIndexStore(path.join(directory, 'file', 'data')), { code: 'data-directory-denied' });
});

test('a full disk refuses the write, loses nothing, and the store goes on', async (t) => {
  const made = await fixture(t, { maxBytes: 1_500_000 });
  const { store, root } = made;
  await addTexts(made, { 'first.txt': 'alpha' });
  await store.applyListings([listing(root, ROOT, ['first.txt', 'big.txt', 'small.txt'].map((name) => entry(`${ROOT}/${name}`)))], 2);
  const pending = await store.nextPending(10, [], []);
  const big = pending.find((file) => file.path.endsWith('big.txt'));
  const small = pending.find((file) => file.path.endsWith('small.txt'));
  assert.ok(big && small);
  let seed = 1;
  const noise = Array.from({ length: 400_000 }, () => ((seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) >>> 8).toString(36)).join(' ');
  await assert.rejects(commit(made, big, documentOf(noise)), { code: 'disk-full' });
  assert.deepEqual((await store.counts()).all, { indexed: 1, pending: 2, skipped: 0, failed: 0 });
  assert.equal((await findWords(store, 'alpha')).length, 1);
  assert.equal(await commit(made, small, documentOf('beta')), 'stored');
  assert.equal((await findWords(store, 'beta')).length, 1);
  assert.equal((await findNames(store, 'big')).length, 1);
});

test('many extractions at once are stored in few transactions, each answered', async (t) => {
  const made = await fixture(t);
  const { store, root } = made;
  await store.applyListings([listing(root, ROOT, Array.from({ length: 600 }, (_, n) => entry(`${ROOT}/f${n}.txt`)))], 1);
  const pending = await store.nextPending(1000, [], []);
  const stale = { ...pending[5], size: 1 } as (typeof pending)[number]; // the same file in another version
  const outcomes = await Promise.all([...pending, stale].map((file, n) => commit(made, file, documentOf(`number${n} text`))));
  assert.equal(outcomes.filter((outcome) => outcome === 'stored').length, 600);
  assert.equal(outcomes.at(-1), 'stale');
  assert.equal((await findWords(store, 'number599')).length, 1);
});

test('after a kill in the middle of writing every answered commit is there, whole', async (t) => {
  const directory = await temporaryDirectory(t);
  for (let round = 0; round < 3; round++) {
    const child = fork(WRITER, [directory, String(round)], { execArgv: ['--disable-warning=ExperimentalWarning'] });
    const answered: number[] = [];
    child.on('message', (fileId: number) => {
      answered.push(fileId);
      if (answered.length === 40 * (round + 1)) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    assert.ok(answered.length >= 40 * (round + 1));

    const database = new DatabaseSync(indexPath(directory));
    assert.equal(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok');
    database.exec("INSERT INTO lexicon(lexicon) VALUES ('integrity-check')");
    database.close();
    const store = await openIndexStore(directory);
    const records = await store.files(answered);
    assert.deepEqual([...new Set(records.map((record) => record.outcome.state))], ['indexed']);
    const last = answered.at(-1) ?? 0;
    const [passage] = await store.passagesOfFile(last, 0, 0);
    const unique = /unique\w+/.exec(passage?.text ?? '')?.[0] ?? '';
    assert.deepEqual(await findWords(store, unique), [last]);
    // Whole or not at all: a file is indexed with its passages and windows, or it waits.
    const { all } = await store.counts();
    assert.equal(all.indexed + all.pending, 400 * (round + 1));
    await store.close();
    const check = new DatabaseSync(indexPath(directory), { readOnly: true });
    assert.deepEqual(check.prepare('SELECT count(*) AS n FROM files WHERE state = 1 AND (first_passage IS NULL OR NOT EXISTS (SELECT 1 FROM windows w WHERE w.file_id = files.id))').get(), { __proto__: null, n: 0 });
    assert.deepEqual(check.prepare("SELECT (SELECT value FROM counters WHERE name = 'passages') - (SELECT sum(passage_count) FROM files) AS n").get(), { __proto__: null, n: 0 });
    check.close();
  }
});

/** All bytes of the index's files. */
async function everyByte(directory: string): Promise<Buffer> {
  return Buffer.concat(await Promise.all((await readdir(directory)).map((name) => readFile(path.join(directory, name)))));
}

/** Pieces of the compressed text of a file as it lies on disk now: 24 bytes here and there, which occur nowhere else by chance. */
function compressedPieces(directory: string, name: string): Buffer[] {
  const database = new DatabaseSync(indexPath(directory), { readOnly: true });
  const rows = database.prepare('SELECT b.data FROM files f JOIN blocks b ON b.first_passage >= f.first_passage AND b.first_passage < f.first_passage + f.passage_count WHERE f.name = ?').all(name);
  database.close();
  return rows.flatMap((row) => {
    const data = row['data'];
    assert.ok(data instanceof Uint8Array);
    return [0.4, 0.6, 0.8].map((share) => Buffer.from(data.subarray(Math.floor(data.length * share), Math.floor(data.length * share) + 24))).filter((piece) => piece.length === 24);
  });
}

test('what is forgotten is gone from the files, folded, original and compressed', async (t) => {
  const made = await fixture(t);
  const filler = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`f${n}.txt`, `harmless text ${n} `.repeat(30)]));
  await addTexts(made, { ...filler, 'secret.txt': `Geheimwörtchen Zugangsschlüssel `.repeat(20), 'other.txt': 'Geheimwörtchen nebenbei' });
  // Several versions and merges leave words and text in freed pages, which must go too.
  const pieces: Buffer[] = [];
  for (let n = 0; n < 6; n++) {
    await made.store.applyListings([listing(made.root, ROOT, [...Object.keys(filler), 'secret.txt', 'other.txt'].map((name) => entry(`${ROOT}/${name}`, name === 'secret.txt' ? { size: 1000 + n } : {})))], 2 + n);
    const [file] = await made.store.nextPending(1, [], []);
    assert.ok(file);
    await commit(made, file, documentOf(Array.from({ length: 60 }, (_, line) => `Zugangsschlüssel ${(line * 7919 * (n + 1)).toString(36)} `).join('')));
    pieces.push(...compressedPieces(made.directory, 'secret.txt'));
    await made.store.maintain();
  }
  const words = ['zugangsschlussel', 'Zugangsschlüssel', 'geheimwortchen', 'Geheimwörtchen'];
  const before = await everyByte(made.directory);
  assert.ok(before.includes('zugangsschlussel'), 'the folded word is there before');
  assert.ok(pieces.length >= 12 && pieces.some((piece) => before.includes(piece)), 'the compressed text is there before');

  assert.equal(await made.store.forgetPath(`${ROOT}/secret.txt`), 1);
  assert.equal(await made.store.forgetPath(`${ROOT}/other.txt`), 1);
  const after = await everyByte(made.directory);
  for (const word of words) assert.equal(after.includes(word), false, word);
  for (const piece of pieces) assert.equal(after.includes(piece), false, 'a piece of compressed text');
  assert.ok(after.includes('harmless'));

  // It stays forgotten while it does not change, and is read again when it does.
  await made.store.applyListings([listing(made.root, ROOT, [entry(`${ROOT}/secret.txt`, { size: 1005 })])], 9);
  assert.deepEqual(await made.store.nextPending(10, [], []), []);
  assert.equal((await made.store.listFiles({ contains: 'secret' })).files[0]?.outcome.reason, 'forgotten');
  await made.store.applyListings([listing(made.root, ROOT, [entry(`${ROOT}/secret.txt`, { size: 2 })])], 9);
  assert.equal((await made.store.nextPending(10, [], [])).length, 1);
});

test('removing a root leaves neither its words nor its names', async (t) => {
  const made = await fixture(t);
  const ids = await addTexts(made, { 'vertraulich.txt': 'Verschwindewort '.repeat(50), 'b.txt': 'more' });
  assert.deepEqual([...await made.store.removeRoot(made.root.id)].sort(), [...ids.values()].sort());
  const after = await everyByte(made.directory);
  for (const word of ['verschwindewort', 'vertraulich', '/home/u/docs']) assert.equal(after.includes(word), false, word);
  assert.deepEqual(await findNames(made.store, 'vertraulich'), []);
  assert.deepEqual(await made.store.listRoots(), []);
  assert.equal((await made.store.sizes()).textBytes, 0);
  await assert.rejects(made.store.removeRoot(made.root.id), { code: 'not-found' });
});

test('the index file is for its owner only', { skip: process.platform === 'win32' ? 'permissions are access lists there' : false }, async (t) => {
  const directory = path.join(await temporaryDirectory(t), 'new', 'data');
  const store = await openIndexStore(directory);
  await store.close();
  assert.equal((await stat(directory)).mode & 0o077, 0);
  const handle = await open(indexPath(directory));
  await handle.close();
});
