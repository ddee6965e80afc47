/** PDF and Word documents made byte by byte: text, places, titles, encryption, damage, and archives that unpack to too much. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import iconv from 'iconv-lite';
import { extractInProcess } from '../../src/extract/extract-file.ts';
import { createExtractorPool } from '../../src/extract/extract-pool.ts';
import type { Extraction } from '../../src/pipeline.ts';
import { docx, documentOf, latinLines, pdf, SILENT, temporaryFolder, write, zip } from './extract-fixtures.ts';

test('a PDF gives its pages, title, headings and joined lines', async (context) => {
  const folder = await temporaryFolder(context);
  const first = [{ y: 750, size: 20, bytes: Buffer.from('Annual Report') }, ...latinLines('The first page speaks of money and of every single thing that was bought with it, in long', 'lines that go on to the right mar-', 'gin.')];
  const file = await write(folder, 'report.pdf', pdf([first, latinLines('Page two is short.')], { title: 'The Year' }));
  const document = documentOf(await extractInProcess({ path: file, size: 0 }));
  assert.equal(document.kind, 'pdf');
  assert.equal(document.title, 'The Year');
  assert.match(document.text, /^Annual Report\n\nThe first page speaks/);
  assert.match(document.text, /margin\.\n\nPage two is short\.$/);
  assert.deepEqual(document.marks.map((mark) => mark.place), [{ page: 1, heading: 'Annual Report' }, { page: 2, heading: 'Annual Report' }]);
  assert.equal(document.marks[1]?.start, document.text.indexOf('Page two'));
});

test('PDFs in Chinese, Japanese and Korean are read through their character maps', async (context) => {
  const folder = await temporaryFolder(context);
  const cases = [
    { text: '今天的天气很好我们去公园', encoding: 'gbk', cmap: 'GBK-EUC-H', collection: 'GB1' },
    { text: '今日はとても良い天気です', encoding: 'shift_jis', cmap: '90ms-RKSJ-H', collection: 'Japan1' },
    { text: '今天的天氣很好我們去公園', encoding: 'big5', cmap: 'ETen-B5-H', collection: 'CNS1' },
    { text: '오늘은날씨가아주좋다', encoding: 'cp949', cmap: 'KSCms-UHC-H', collection: 'Korea1' },
    { text: '图书馆在街角', encoding: 'utf-16be', cmap: 'UniGB-UCS2-H', collection: 'GB1' },
  ] as const;
  for (const { text, encoding, cmap, collection } of cases) {
    const bytes = iconv.encode(text, encoding, { addBOM: false });
    const file = await write(folder, `${cmap}.pdf`, pdf([[{ y: 700, bytes }]], { cjk: [cmap, collection] }));
    assert.equal(documentOf(await extractInProcess({ path: file, size: 0 })).text, text, cmap);
  }
});

const outcome = (extraction: Extraction): string => extraction.state === 'document' ? 'document' : `${extraction.state} ${extraction.reason}`;

test('PDFs with a password, without text, cut off, or empty inside', async (context) => {
  const folder = await temporaryFolder(context);
  const extract = async (name: string, bytes: Uint8Array): Promise<string> => outcome(await extractInProcess({ path: await write(folder, name, bytes), size: 0 }));
  assert.equal(await extract('locked.pdf', pdf([latinLines('secret')], { encrypted: true })), 'skipped encrypted');
  assert.equal(await extract('scan.pdf', pdf([[], []])), 'skipped no-text');
  assert.equal(await extract('cut.pdf', Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog')), 'failed corrupt');
  const whole = pdf([latinLines('Still readable with a wrong table.')]);
  assert.equal(await extract('wrong-table.pdf', Buffer.from(whole.toString('latin1').replace(/startxref\n\d+/, 'startxref\n99'), 'latin1')), 'document');
});

test('a hundred thousand nested arrays in a PDF end as an outcome, not a crash', async (context) => {
  const folder = await temporaryFolder(context);
  const nested = `%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages ${'['.repeat(100_000)} >>\nendobj\ntrailer << /Root 1 0 R >>\n`;
  assert.equal(outcome(await extractInProcess({ path: await write(folder, 'deep.pdf', nested), size: 0 })), 'failed corrupt');
});

test('a Word document gives headings, paragraphs and its title', async (context) => {
  const folder = await temporaryFolder(context);
  const file = await write(folder, 'letter.docx', docx(['# Dear <reader>', 'One & two.', 'Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich, und das jeden Tag.', '# Close', 'Yours.'], 'A & B'));
  const document = documentOf(await extractInProcess({ path: file, size: 0 }));
  assert.equal(document.kind, 'document');
  assert.equal(document.title, 'A & B');
  assert.equal(document.text, 'Dear <reader>\n\nOne & two.\n\nZwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich, und das jeden Tag.\n\nClose\n\nYours.');
  assert.deepEqual(document.marks.map((mark) => mark.place.heading), ['Dear <reader>', 'Close']);
  assert.equal(document.language, 'de');
});

test('a Word document under another name is read all the same, other archives are told apart', async (context) => {
  const folder = await temporaryFolder(context);
  assert.equal(documentOf(await extractInProcess({ path: await write(folder, 'letter.txt', docx(['Hidden in a text file.'])), size: 0 })).text, 'Hidden in a text file.');
  const archive = await extractInProcess({ path: await write(folder, 'photos.zip', zip([{ name: 'a.txt', content: 'x' }])), size: 0 });
  assert.ok(archive.state === 'skipped' && archive.reason === 'unsupported-format' && archive.kind === 'archive');
  assert.equal(outcome(await extractInProcess({ path: await write(folder, 'fake.docx', zip([{ name: 'a.txt', content: 'x' }])), size: 0 })), 'failed corrupt');
  const whole = docx(['Cut off.']);
  assert.equal(outcome(await extractInProcess({ path: await write(folder, 'cut.docx', whole.subarray(0, whole.length - 40)), size: 0 })), 'failed corrupt');
});

test('archives that unpack to too much are refused by what really comes out, not by what they declare', async (context) => {
  const folder = await temporaryFolder(context);
  // In a process that may not grow: were the bomb unpacked, the outcome would be another.
  const pool = createExtractorPool({ width: 1, log: SILENT, memoryLimitBytes: 260 * 1024 * 1024 });
  context.after(() => pool.close());
  const bomb = Buffer.alloc(200 * 1024 * 1024, 0x20);
  const honest = await write(folder, 'bomb.docx', docx(['x'], undefined, [{ name: 'word/footnotes.xml', content: bomb }]));
  assert.equal(outcome(await pool.extract({ path: honest, size: 1 })), 'skipped too-large');
  const lying = await write(folder, 'liar.docx', docx(['x'], undefined, [{ name: 'word/comments.xml', content: bomb, declaredSize: 1000 }]));
  assert.match(outcome(await pool.extract({ path: lying, size: 1 })), /^(?:skipped too-large|failed corrupt)$/);
});

test('a Word document may not read other files: external entities and linked pictures', async (context) => {
  const folder = await temporaryFolder(context);
  await write(folder, 'secret.txt', 'the secret');
  const body = `<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file://${folder}/secret.txt">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>before &x; after</w:t></w:r></w:p></w:body></w:document>`;
  const file = await write(folder, 'xxe.docx', zip([{ name: '[Content_Types].xml', content: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>' }, { name: 'word/document.xml', content: body }]));
  assert.doesNotMatch(JSON.stringify(await extractInProcess({ path: file, size: 0 })), /the secret/);
});
