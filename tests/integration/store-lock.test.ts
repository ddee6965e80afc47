import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { acquireLock } from '../../src/store/lock.ts';
import { eventually } from '../fixtures/engine.ts';
import { temporaryDirectory } from './store-fixture.ts';

const HOLDER = fileURLToPath(new URL('./store-lock-holder.ts', import.meta.url));

/** Of a process of an earlier boot. */
const STALE = JSON.stringify({ pid: 2 ** 22 + 1, started: '1', boot: 'another', token: 'old' });

/** A process that tries for the lock; answers 'locked' when it has it, or the error's code. */
async function contender(directory: string): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const child = fork(HOLDER, [directory], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const [said] = await once(child, 'message') as [string]; // the holder sends one string
  return { child, said };
}

test('a second one is refused with the holder\'s process id, and gets it after release', async (t) => {
  const directory = await temporaryDirectory(t);
  const lock = await acquireLock(directory);
  await assert.rejects(acquireLock(directory), (error: { code: string; details: { pid: number } }) => error.code === 'data-directory-locked' && error.details.pid === process.pid);
  const other = await contender(directory);
  assert.equal(other.said, 'data-directory-locked');
  await lock.release();
  await lock.release();
  const next = await acquireLock(directory);
  await next.release();
  assert.deepEqual(await readdir(directory), []);
});

test('the lock of a killed process is taken over', async (t) => {
  const directory = await temporaryDirectory(t);
  const { child, said } = await contender(directory);
  assert.equal(said, 'locked');
  await assert.rejects(acquireLock(directory), { code: 'data-directory-locked' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = await acquireLock(directory);
  await lock.release();
});

test('of many that find a stale lock at once, one gets it', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFile(path.join(directory, 'lock'), STALE);
  const all = await Promise.all(Array.from({ length: 6 }, () => contender(directory)));
  assert.deepEqual(all.map((one) => one.said).sort(), [...Array.from({ length: 5 }, () => 'data-directory-locked'), 'locked']);
  for (const { child } of all) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
});

test('one that found a stale lock long ago does not take away the lock of who has taken it over since', async (t) => {
  const directory = await temporaryDirectory(t);
  const has = (name: string): boolean => existsSync(path.join(directory, name));
  await writeFile(path.join(directory, 'lock'), STALE);
  const late = fork(HOLDER, [directory, 'late'], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  t.after(() => late.kill('SIGKILL'));
  let said: unknown;
  late.once('message', (message) => { said = message; });
  await eventually('the lock to be read', () => has('was-read'));
  const lock = await acquireLock(directory);
  await writeFile(path.join(directory, 'go-on'), '');
  await eventually('it to go on', () => said !== undefined || has('was-moved'));
  const { child, said: third } = await contender(directory);
  t.after(() => child.kill('SIGKILL'));
  await writeFile(path.join(directory, 'go-on-2'), '');
  await eventually('it to have been refused', () => said !== undefined);
  assert.deepEqual([said, third], ['data-directory-locked', 'data-directory-locked']);
  await lock.release();
});

test('a takeover that was killed half-way holds nobody up, one that goes on does', async (t) => {
  const directory = await temporaryDirectory(t);
  const file = path.join(directory, 'lock');
  const lock = await acquireLock(directory);
  const alive = await readFile(file, 'utf8');
  await lock.release();
  const claim = `${file}.after-${createHash('sha256').update(STALE).digest('hex').slice(0, 16)}`;
  await writeFile(file, STALE);
  await writeFile(claim, alive);
  await assert.rejects(acquireLock(directory), { code: 'data-directory-locked' });
  await writeFile(claim, STALE.replace('old', 'older'));
  await (await acquireLock(directory)).release();
  assert.deepEqual(await readdir(directory), []);
});

test('a living process that merely has the old id does not hold the lock', async (t) => {
  const directory = await temporaryDirectory(t);
  const lock = await acquireLock(directory);
  const file = path.join(directory, 'lock');
  const holder = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>; // written by acquireLock
  t.diagnostic(`started: ${String(holder['started'])}`);
  await lock.release();
  await writeFile(file, JSON.stringify({ ...holder, pid: process.ppid, boot: 'an earlier boot', token: 'old' }));
  const second = await acquireLock(directory);
  await second.release();
});

test('a torn lock file is nobody\'s', async (t) => {
  const directory = await temporaryDirectory(t);
  for (const content of ['', '{"pid":', 'null', '{"pid":"1"}']) {
    await writeFile(path.join(directory, 'lock'), content);
    const lock = await acquireLock(directory);
    await lock.release();
  }
});

test('a directory that may not be written to is said so', { skip: process.getuid?.() === 0 ? 'root may write everywhere' : false }, async (t) => {
  const directory = path.join(await temporaryDirectory(t), 'closed');
  await mkdir(directory);
  await chmod(directory, 0o500);
  await assert.rejects(acquireLock(directory), { code: 'data-directory-denied' });
});

test('a data directory below a file is refused as denied', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFile(path.join(directory, 'file'), '');
  await assert.rejects(acquireLock(path.join(directory, 'file', 'data')), { code: 'data-directory-denied' });
});
