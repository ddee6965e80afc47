/** The pool with real processes that are killed, spin and swell: what happens to the file in hand, and to all the others. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createExtractorPool, type PoolOptions } from '../../src/extract/extract-pool.ts';
import { packExtraction, unpackExtraction } from '../../src/extract/extract-protocol.ts';
import { extractInProcess } from '../../src/extract/extract-file.ts';
import { residentBytes } from '../../src/extract/resident-memory.ts';
import type { ExtractorPool } from '../../src/extract/extractor.ts';
import type { Extraction } from '../../src/pipeline.ts';
import { documentOf, docx, SILENT, temporaryFolder, write } from './extract-fixtures.ts';

function poolOf(context: TestContext, options: Partial<PoolOptions> = {}): ExtractorPool {
  const pool = createExtractorPool({ width: 1, log: SILENT, ...options });
  context.after(() => pool.close());
  return pool;
}

/** Polls until it holds; the deadline is for a machine that is busy with other things. */
async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 300_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `never: ${what}`);
    await pause(5);
  }
}

const outcome = (extraction: Extraction): string => extraction.state === 'document' ? 'document' : `${extraction.state} ${extraction.reason}`;
const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // ESRCH: the process is gone, which is the answer.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
};

/** A Word document whose XML is small enough to be allowed, and so nested that building its tree takes long and much: a real hostile input. */
const slowDocx = ((): (() => Buffer) => {
  let made: Buffer | undefined;
  return () => made ??= makeSlowDocx();
})();

function makeSlowDocx(): Buffer {
  const inner = '<w:r><w:t>a</w:t></w:r>'.repeat(1_200_000);
  return docx([], undefined, [{ name: 'word/numbering.xml', content: `<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">${inner}</w:numbering>` }]);
}

test('answers are those of the extraction itself, in any number at once', async (context) => {
  const folder = await temporaryFolder(context);
  const pool = poolOf(context, { width: 2 });
  const files: string[] = [];
  for (let index = 0; index < 120; index++) files.push(await write(folder, `note-${index}.md`, `# Note ${index}\n\nSome text of number ${index}, 中文 😀.\n`));
  const answers = await Promise.all(files.map((file) => pool.extract({ path: file, size: 60 })));
  for (const [index, answer] of answers.entries()) {
    assert.equal(documentOf(answer).title, `Note ${index}`);
    assert.deepEqual(answer, await extractInProcess({ path: files[index] ?? '', size: 60 }));
  }
  assert.ok(pool.pids.length <= 2);
});

test('packing and unpacking give the same extraction', async (context) => {
  const folder = await temporaryFolder(context);
  for (const [name, content] of [['a.md', `# A\n\n${'Words and words. '.repeat(400)}`], ['empty.txt', '']] as const) {
    const extraction = await extractInProcess({ path: await write(folder, name, content), size: 0 });
    assert.deepEqual(unpackExtraction(structuredClone(packExtraction(extraction))), extraction);
  }
});

test('killing the process at any moment costs nothing but a restart', async (context) => {
  const folder = await temporaryFolder(context);
  const pool = poolOf(context, { width: 2 });
  const files: string[] = [];
  for (let index = 0; index < 80; index++) files.push(await write(folder, `page-${index}.html`, `<h1>Page ${index}</h1>${'<p>Some words about it.</p>'.repeat(2_000)}`));
  let done = 0;
  const answers = Promise.all(files.map(async (file) => {
    const answer = await pool.extract({ path: file, size: 60_000 });
    done++;
    return answer;
  }));
  // Three, so that no file can be hit as often as makes it guilty.
  for (const share of [1, 20, 40]) {
    await until(() => done >= share && pool.pids.length > 0, `${share} done`);
    const victim = pool.pids[share % pool.pids.length];
    if (victim !== undefined && alive(victim)) process.kill(victim, 'SIGKILL');
  }
  for (const [index, answer] of (await answers).entries()) assert.match(documentOf(answer).text, new RegExp(`^Page ${index}\\n`));
});

test('a file that takes too long fails alone; those that travelled with it do not', async (context) => {
  const folder = await temporaryFolder(context);
  // By what this machine takes for an ordinary file now, its process included: the slow one takes many times that.
  const startedMs = performance.now();
  assert.equal(outcome(await poolOf(context).extract({ path: await write(folder, 'ordinary.txt', 'ordinary'), size: 8 })), 'document');
  const pool = poolOf(context, { deadlineMs: 1_000 + 5 * (performance.now() - startedMs), memoryLimitBytes: 4 * 1024 ** 3 });
  const hostile = await write(folder, 'slow.docx', slowDocx());
  const innocent = await Promise.all([1, 2, 3].map((number) => write(folder, `fine-${number}.txt`, `fine ${number}`)));
  const [first, second, third, fourth] = await Promise.all([innocent[0], hostile, innocent[1], innocent[2]].map((file) => pool.extract({ path: file ?? '', size: 1_000 })));
  assert.equal(outcome(second as Extraction), 'failed extractor-timeout');
  for (const answer of [first, third, fourth]) assert.equal(outcome(answer as Extraction), 'document');
  assert.ok(second?.state === 'failed' && second.kind === 'document' && second.detail !== null);
});

test('a file that takes too much memory fails alone', { skip: process.platform === 'win32' }, async (context) => {
  const folder = await temporaryFolder(context);
  const pool = poolOf(context, { memoryLimitBytes: 300 * 1024 * 1024, deadlineMs: 600_000 });
  const hostile = await write(folder, 'large.docx', slowDocx());
  const fine = await write(folder, 'fine.txt', 'fine');
  const [bad, good] = await Promise.all([pool.extract({ path: hostile, size: 1_000 }), pool.extract({ path: fine, size: 4 })]);
  // The heap's own limit may end the process before the measurement does: both are the file's fault, and both are said.
  assert.match(outcome(bad), /^failed extractor-(?:memory|died)$/);
  assert.equal(outcome(good), 'document');
});

test('a file whose process dies three times with it alone in hand has failed', async (context) => {
  const folder = await temporaryFolder(context);
  const pool = poolOf(context, { deadlineMs: 600_000 });
  const slow = await write(folder, 'slow.docx', slowDocx());
  let settled = false;
  const answer = pool.extract({ path: slow, size: 1_000 }).finally(() => { settled = true; });
  // Warm first: a death before it said `ready` is not the file's.
  const killed = new Set<number>();
  while (!settled) {
    const pid = pool.pids[0];
    if (pid !== undefined && !killed.has(pid) && ((await residentBytes(pid)) ?? 0) > 110 * 1024 * 1024) {
      killed.add(pid);
      process.kill(pid, 'SIGKILL');
    }
    await pause(5);
  }
  assert.equal(outcome(await answer), 'failed extractor-died');
  assert.equal(killed.size, 3);
  assert.equal(outcome(await pool.extract({ path: await write(folder, 'after.txt', 'fine'), size: 4 })), 'document');
});

test('idle processes end, and the next file starts one again', async (context) => {
  const folder = await temporaryFolder(context);
  const pool = poolOf(context, { idleMs: 50 });
  const file = await write(folder, 'a.txt', 'words');
  assert.equal(outcome(await pool.extract({ path: file, size: 5 })), 'document');
  const [pid] = pool.pids;
  assert.ok(pid !== undefined);
  await until(() => pool.pids.length === 0 && !alive(pid), 'the process ends');
  assert.equal(outcome(await pool.extract({ path: file, size: 5 })), 'document');
});

test('cancelling and closing reject what waits and leave no process behind', async (context) => {
  const folder = await temporaryFolder(context);
  const pool = poolOf(context);
  const file = await write(folder, 'a.txt', 'words');
  const controller = new AbortController();
  const cancelled = pool.extract({ path: file, size: 5 }, controller.signal);
  controller.abort();
  await assert.rejects(cancelled, { code: 'cancelled' });
  await assert.rejects(pool.extract({ path: file, size: 5 }, AbortSignal.abort()), { code: 'cancelled' });
  assert.equal(outcome(await pool.extract({ path: file, size: 5 })), 'document');
  const pids = [...pool.pids];
  const slow = pool.extract({ path: await write(folder, 'slow.docx', slowDocx()), size: 1_000 });
  const rejected = assert.rejects(slow, { code: 'cancelled' });
  await until(() => pool.pids.length > 0, 'a process runs');
  pids.push(...pool.pids);
  await pool.close();
  await rejected;
  await assert.rejects(pool.extract({ path: file, size: 5 }), { code: 'cancelled' });
  await until(() => pids.every((pid) => !alive(pid)), 'all processes are gone');
});

test('resident memory is measured from outside', { skip: process.platform === 'win32' }, async () => {
  const bytes = await residentBytes(process.pid);
  assert.ok(bytes !== null && Math.abs(bytes - process.memoryUsage().rss) < 64 * 1024 * 1024);
  assert.equal(await residentBytes(2 ** 22 + 1), null);
});

test('paths with strange names cross to the process', { skip: process.platform === 'win32' }, async (context) => {
  const folder = await temporaryFolder(context);
  const pool = poolOf(context);
  const file = await write(folder, 'new\nline 😀 "q".txt', 'words');
  assert.equal(outcome(await pool.extract({ path: file, size: 5 })), 'document');
  assert.equal(path.basename(file), 'new\nline 😀 "q".txt');
});
