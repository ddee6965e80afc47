/** The sample through the real extractor: every file gives text, of the kind and in the language that the manifest says. */

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import iconv from 'iconv-lite';
import type { FileKind } from '../../src/contract/model.ts';
import { extractInProcess } from '../../src/extract/extract-file.ts';
import type { Document } from '../../src/pipeline.ts';

interface ManifestEntry {
  readonly file: string;
  readonly language: string;
  readonly format: string;
  readonly encoding: string;
}

const resources = fileURLToPath(new URL('../../resources/', import.meta.url));
// The shape is checked by tests/unit/content/sample.test.ts.
const { files } = JSON.parse(readFileSync(join(resources, 'sample-manifest.json'), 'utf8')) as { files: readonly ManifestEntry[] };

const KINDS: Readonly<Record<string, FileKind>> = {
  text: 'text', log: 'text', markdown: 'markdown', html: 'web', pdf: 'pdf', docx: 'document', csv: 'sheet', json: 'data', yaml: 'data', toml: 'data', ini: 'data',
};
/** What the language detector cannot tell (docs/known-limits.md), and what it calls by another name. */
const NOT_TOLD: ReadonlySet<string> = new Set(['sw', 'id']);
const OTHER_NAMES: Readonly<Record<string, string>> = { nb: 'no' };

const documents = new Map<string, Promise<Document>>();

/** Each file is read once for all tests. */
function extracted(file: string): Promise<Document> {
  const known = documents.get(file) ?? extract(file);
  documents.set(file, known);
  return known;
}

async function extract(file: string): Promise<Document> {
  const path = join(resources, 'sample', file);
  const extraction = await extractInProcess({ path, size: statSync(path).size });
  assert.equal(extraction.state, 'document', `${file}: ${JSON.stringify(extraction)}`);
  assert.ok(extraction.passages.length > 0, file);
  return extraction.document;
}

test('every sample file is read as what it is', async () => {
  for (const { file, format } of files) {
    const { kind, text } = await extracted(file);
    assert.equal(kind, format.startsWith('code/') ? 'code' : KINDS[format], file);
    assert.ok(text.length > 200, `${file}: ${text.length} characters`);
    assert.ok(!text.includes('\uFFFD'), file);
  }
});

test('legacy encodings give exactly the text that was written', async () => {
  const legacy = files.filter((entry) => entry.format === 'text' && entry.encoding !== 'utf-8');
  assert.ok(legacy.length >= 7);
  for (const { file, encoding } of legacy) {
    const written = iconv.decode(readFileSync(join(resources, 'sample', file)), encoding.replace(/-bom$/, '')).replaceAll('\r\n', '\n');
    assert.equal((await extracted(file)).text.trim(), written.trim(), file);
  }
});

test('PDF files without embedded fonts give their Chinese and Japanese text, page by page', async () => {
  const chinese = await extracted('Home/热水器保修说明.pdf');
  assert.match(chinese.text, /整机保修两年/);
  assert.match(chinese.text, /闻到煤气味时/);
  assert.deepEqual([...new Set(chinese.marks.map((mark) => mark.place.page))], [1, 2]);
  assert.match((await extracted('Travel/北海道旅行計画.pdf')).text, /湖畔の温泉旅館に泊まる/);
});

test('the languages of prose are recognised', async () => {
  for (const { file, language, format } of files) {
    if (!['text', 'markdown', 'html', 'pdf', 'docx'].includes(format) || NOT_TOLD.has(language)) continue;
    assert.equal((await extracted(file)).language, OTHER_NAMES[language] ?? language.replace(/-.*/, ''), file);
  }
});
