/** The table of kinds by name: complete, without contradictions, and robust against odd names. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { extensionOf, kindOfName, knownExtensions } from '../../../src/extract/kinds.ts';

test('each extension stands in the table once', () => {
  const source = readFileSync(new URL('../../../src/extract/kinds.ts', import.meta.url), 'utf8');
  const table = source.slice(source.indexOf('const EXTENSIONS'), source.indexOf('};', source.indexOf('const EXTENSIONS')));
  const words = [...table.matchAll(/'([^']*)'/g)].flatMap((match) => (match[1] ?? '').trim().split(/\s+/)).filter((word) => word !== 'other' && word !== '');
  const twice = words.filter((word, index) => words.indexOf(word) !== index);
  assert.deepEqual(twice, []);
  assert.equal(knownExtensions().size, words.length);
});

test('names of every kind are told', () => {
  const expected = {
    'a.txt': 'text', 'B.MD': 'markdown', 'main.rs': 'code', 'index.html': 'web', 'a.pdf': 'pdf', 'a.docx': 'document', 'a.csv': 'sheet', 'a.pptx': 'slides', 'a.eml': 'mail',
    'a.epub': 'book', 'a.jpeg': 'image', 'a.flac': 'audio', 'a.mkv': 'video', 'a.tar.gz': 'archive', 'a.json': 'data', 'a.exe': 'program', 'a.nothing-known': 'other',
  };
  for (const [name, kind] of Object.entries(expected)) assert.equal(kindOfName(name), kind, name);
});

test('whole names, paths, dots and Windows separators', () => {
  assert.equal(kindOfName('/home/x.pdf/Makefile'), 'code');
  assert.equal(kindOfName('C:\\docs.zip\\report.DOCX'), 'document');
  assert.equal(kindOfName('README'), 'text');
  assert.equal(kindOfName('.bashrc'), 'code');
  assert.equal(kindOfName(''), 'other');
  assert.equal(kindOfName('...'), 'other');
  assert.equal(kindOfName('constructor'), 'other');
  assert.equal(kindOfName('a.__proto__'), 'other');
  assert.equal(extensionOf('name.'), '');
  assert.equal(extensionOf('archive.tar.GZ'), 'gz');
  assert.equal(extensionOf('/a.b/c'), '');
});
