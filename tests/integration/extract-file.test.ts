/** Files on a real disk, ordinary and not: what each comes to, and that the reason is right. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, open, symlink, truncate } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import iconv from 'iconv-lite';
import { extractInProcess } from '../../src/extract/extract-file.ts';
import { MAX_TEXT_CHARACTERS } from '../../src/extract/limits.ts';
import type { Extraction } from '../../src/pipeline.ts';
import { documentOf, temporaryFolder, write } from './extract-fixtures.ts';

const extract = (file: string): Promise<Extraction> => extractInProcess({ path: file, size: 0 });
const outcome = (extraction: Extraction): string => extraction.state === 'document' ? 'document' : `${extraction.state} ${extraction.reason}`;

test('a text file: text, passages, hash of its bytes, language', async (context) => {
  const folder = await temporaryFolder(context);
  const text = 'The committee will meet again on Thursday to discuss the budget for next year.\n'.repeat(200);
  const extraction = await extract(await write(folder, 'minutes.txt', text));
  const document = documentOf(extraction);
  assert.equal(document.text, text);
  assert.equal(document.language, 'en');
  assert.ok(extraction.state === 'document');
  assert.equal(extraction.contentHash, createHash('sha256').update(text).digest('hex'));
  assert.equal(extraction.passages.map((passage) => passage.text).join(''), text);
  assert.equal(extraction.passages[0]?.place.line, 1);
});

test('legacy encodings on disk, and HTML that declares its own', async (context) => {
  const folder = await temporaryFolder(context);
  const japanese = '今日はとても良い天気なので、公園へ散歩に行くことにしました。子どもたちは芝生の上を走っています。';
  assert.equal(documentOf(await extract(await write(folder, 'memo.txt', iconv.encode(japanese, 'euc-jp')))).text, japanese);
  const page = documentOf(await extract(await write(folder, 'page.html', iconv.encode('<html><head><meta charset="windows-1251"><title>Привет</title></head><body><p>Мир</p></body></html>', 'windows-1251'))));
  assert.deepEqual([page.title, page.text, page.kind], ['Привет', 'Мир', 'web']);
});

test('what has no text says why', async (context) => {
  const folder = await temporaryFolder(context);
  const cases: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['empty.txt', '', 'skipped empty'], ['blank.md', ' \n\t\n', 'skipped empty'], ['noise.dat', Buffer.from([0, 1, 2, 3, 255, 254, 9, 8]), 'skipped unsupported-format'], ['noise', Buffer.from([0, 1, 2, 3, 255, 254, 9, 8]), 'skipped binary'],
    ['photo.jpg', Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF', 'latin1'), 'skipped unsupported-format'], ['mail.eml', 'From: a@b\nSubject: x\n\nhi', 'skipped unsupported-format'], ['fake.pdf', Buffer.from([0, 1, 2, 3, 255, 254, 9, 8]), 'failed corrupt'],
  ];
  for (const [name, content, expected] of cases) {
    const extraction = await extract(await write(folder, name, content));
    assert.equal(outcome(extraction), expected, name);
    assert.ok(extraction.state !== 'document' && extraction.detail !== null && extraction.detail.length > 10);
  }
});

test('what is no file at all', { skip: process.platform === 'win32' }, async (context) => {
  const folder = await temporaryFolder(context);
  const fifo = path.join(folder, 'pipe.txt');
  execFileSync('mkfifo', [fifo]);
  assert.equal(outcome(await extract(fifo)), 'skipped not-a-file');
  await mkdir(path.join(folder, 'folder.txt'));
  assert.equal(outcome(await extract(path.join(folder, 'folder.txt'))), 'skipped not-a-file');
  assert.equal(outcome(await extract('/dev/zero')), 'skipped not-a-file');
  assert.equal(outcome(await extract(path.join(folder, 'gone.txt'))), 'failed file-gone');
  await symlink(path.join(folder, 'b'), path.join(folder, 'a'));
  await symlink(path.join(folder, 'a'), path.join(folder, 'b'));
  assert.equal(outcome(await extract(path.join(folder, 'a'))), 'skipped not-a-file');
});

test('a file that may not be read', { skip: process.platform === 'win32' || process.getuid?.() === 0 }, async (context) => {
  const folder = await temporaryFolder(context);
  const file = await write(folder, 'private.txt', 'x');
  await chmod(file, 0o000);
  assert.equal(outcome(await extract(file)), 'failed no-permission');
});

test('two sparse gigabytes of nothing are refused after the first page', async (context) => {
  const folder = await temporaryFolder(context);
  const file = await write(folder, 'sparse.txt', '');
  await truncate(file, 2 * 1024 ** 3);
  const started = process.cpuUsage();
  assert.equal(outcome(await extract(file)), 'skipped binary');
  assert.ok(process.cpuUsage(started).user < 1_000_000);
});

test('a text above the limit is cut, marked so, and its hash is that of the whole file', async (context) => {
  const folder = await temporaryFolder(context);
  const block = 'All work and no play makes Jack a dull boy, as everybody knows.\n'.repeat(16_384);
  const file = path.join(folder, 'long.txt');
  const handle = await open(file, 'w');
  const hash = createHash('sha256');
  for (let written = 0; written < 34 * 1024 * 1024; written += block.length) {
    await handle.write(block);
    hash.update(block);
  }
  await handle.close();
  const extraction = await extract(file);
  const document = documentOf(extraction);
  assert.equal(document.truncated, true);
  assert.equal(document.text.length, MAX_TEXT_CHARACTERS);
  assert.ok(extraction.state === 'document' && extraction.contentHash === hash.digest('hex'));
});

test('strange names', { skip: process.platform === 'win32' }, async (context) => {
  const folder = await temporaryFolder(context);
  for (const name of ['with\nnewline.txt', '$(touch x);`y`.md', '-rf', '...', 'é\u0301 ünï 文件 😀.txt', ' .txt', '%s%n.json', `${'x'.repeat(250)}.txt`]) {
    assert.equal(outcome(await extract(await write(folder, name, 'some words'))), 'document', JSON.stringify(name));
  }
});

test('huge nested structures in text formats are read as they are', async (context) => {
  const folder = await temporaryFolder(context);
  for (const [name, content] of [
    ['deep.json', '['.repeat(500_000)], ['deep.html', '<b>'.repeat(300_000) + 'x'], ['deep.md', '> '.repeat(200_000) + 'x'], ['wide.csv', 'a,'.repeat(500_000)], ['fences.md', '```\n'.repeat(100_000)], ['hashes.md', '#'.repeat(500_000)],
    ['links.md', `# ${'['.repeat(50_000)}`], ['entities.html', `<p>${'&amp;'.repeat(200_000)}`], ['unclosed.html', '<!--'.repeat(100_000) + '<p>x'], ['attributes.html', `<p ${'a="b" '.repeat(100_000)}>x</p>`],
  ] as const) {
    const started = process.cpuUsage();
    const extraction = await extract(await write(folder, name, content));
    assert.match(outcome(extraction), /^(?:document|skipped empty)$/, name);
    assert.ok(process.cpuUsage(started).user < 10_000_000, name);
  }
});
