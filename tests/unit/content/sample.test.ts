/** The sample files: what the manifest promises is there, and what the script writes is what is committed. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import iconv from 'iconv-lite';
import { generatedSampleFiles } from '../../../scripts/sample/generated.ts';

interface ManifestEntry {
  readonly file: string;
  readonly language: string;
  readonly format: string;
  readonly encoding: string;
  readonly queries: readonly { readonly language: string; readonly text: string }[];
}

const resources = fileURLToPath(new URL('../../../resources/', import.meta.url));
const sample = join(resources, 'sample');
// The shape is ours, in the same commit; every field used is asserted on below.
const manifest = JSON.parse(readFileSync(join(resources, 'sample-manifest.json'), 'utf8')) as { files: readonly ManifestEntry[] };

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/** `zh-Hans` and `zh-Hant` are two scripts but one language. */
function primarySubtag(language: string): string {
  return language.split('-')[0] ?? language;
}

test('the manifest names every sample file once, and no other', () => {
  const named = manifest.files.map((entry) => entry.file);
  assert.deepEqual(named.toSorted(), filesBelow(sample).toSorted());
  assert.equal(new Set(named).size, named.length);
});

test('there are enough files, languages and formats to show the product', () => {
  assert.ok(manifest.files.length >= 55, `${manifest.files.length} files`);
  const languages = new Set(manifest.files.map((entry) => primarySubtag(entry.language)));
  assert.ok(languages.size >= 25, `${languages.size} languages`);
  const formats = new Set(manifest.files.map((entry) => entry.format));
  const wanted = ['text', 'markdown', 'html', 'pdf', 'docx', 'json', 'csv', 'yaml', 'toml', 'ini', 'log',
    'code/python', 'code/typescript', 'code/rust', 'code/go', 'code/java', 'code/c', 'code/sql', 'code/shell'];
  for (const format of wanted) assert.ok(formats.has(format), format);
  const encodings = new Set(manifest.files.map((entry) => entry.encoding));
  for (const encoding of ['utf-8', 'utf-8-bom', 'utf-16le-bom', 'utf-16be-bom', 'gb18030', 'shift_jis', 'windows-1251', 'iso-8859-1']) {
    assert.ok(encodings.has(encoding), encoding);
  }
});

test('every file has one question in its own language and one in another', () => {
  for (const { file, language, queries } of manifest.files) {
    assert.equal(queries.length, 2, file);
    const languages = queries.map((query) => primarySubtag(query.language));
    assert.equal(languages[0], primarySubtag(language), file);
    assert.notEqual(languages[1], languages[0], file);
    for (const query of queries) assert.ok(query.text.trim().length >= 5, file);
  }
});

test('text files are in the encoding the manifest declares', () => {
  for (const { file, encoding } of manifest.files) {
    if (encoding === 'binary') continue;
    const bytes = readFileSync(join(sample, file));
    const name = encoding.replace(/-bom$/, '');
    const text = iconv.decode(bytes, name, { stripBOM: true });
    assert.ok(!text.includes('\uFFFD'), file);
    assert.deepEqual(iconv.encode(text, name, { addBOM: encoding.endsWith('-bom') }), bytes, file);
  }
});

test('the script writes exactly the bytes that are committed', () => {
  const generated = generatedSampleFiles();
  assert.ok(generated.length >= 10);
  for (const { path, bytes } of generated) {
    assert.ok(bytes.equals(readFileSync(join(sample, path))), `${path} differs: run node scripts/make-sample.ts`);
  }
});

test('file names are composed Unicode and allowed on every system', () => {
  for (const file of filesBelow(sample)) {
    assert.equal(file, file.normalize('NFC'));
    assert.doesNotMatch(file, /[<>:"\\|?*]/);
  }
});
