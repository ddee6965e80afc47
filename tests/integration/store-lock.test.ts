import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { acquireLock } from '../../src/store/lock.ts';
import { temporaryDirectory } from './store-fixture.ts';

const HOLDER = fileURLToPath(new URL('./store-lock-holder.ts', import.meta.url));

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
  await writeFile(path.join(directory, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, started: '1', boot: 'another', token: 'old' }));
  const all = await Promise.all(Array.from({ length: 6 }, () => contender(directory)));
  assert.deepEqual(all.map((one) => one.said).sort(), [...Array.from({ length: 5 }, () => 'data-directory-locked'), 'locked']);
  for (const { child } of all) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
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
