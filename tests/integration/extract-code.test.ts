/** Every grammar is loaded for real and parses a program of its language; passages end where functions do. */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { parserFor } from '../../src/extract/code/grammars.ts';
import { LANGUAGES, languageOf } from '../../src/extract/code/languages.ts';
import { outline } from '../../src/extract/code/outline.ts';
import { readCode } from '../../src/extract/formats/code.ts';
import { MAX_PARSED_CODE_CHARACTERS } from '../../src/extract/limits.ts';
import { splitPassages } from '../../src/passage/passages.ts';
import type { Document } from '../../src/pipeline.ts';
import { CODE_SAMPLES } from './extract-code-samples.ts';

for (const sample of CODE_SAMPLES) {
  test(`${sample.grammar}: ${sample.file} is parsed without error and its definitions are named`, async () => {
    const language = languageOf(sample.file, sample.source);
    assert.equal(language?.grammar, sample.grammar);
    const parser = await parserFor(sample.grammar);
    const tree = parser.parse(sample.source);
    assert.equal(tree?.rootNode.hasError, false);
    tree?.delete();
    assert.ok(language !== null);
    const found = outline(parser, language, sample.source) ?? [];
    assert.deepEqual(found.map((definition) => definition.name), sample.names);
    for (const definition of found) assert.ok(definition.start >= 0 && definition.end <= sample.source.length && definition.start < definition.end);
  });
}

test('every language with a grammar has a sample, its grammar is installed, and there are more than twenty', () => {
  const sampled = new Set(CODE_SAMPLES.map((sample) => sample.grammar));
  const installed = new Set(readdirSync(path.join(path.dirname(createRequire(import.meta.url).resolve('tree-sitter-wasms/package.json')), 'out')));
  const grammars = LANGUAGES.flatMap((language) => language.grammar ?? []);
  for (const grammar of grammars) {
    assert.ok(sampled.has(grammar), grammar);
    assert.ok(installed.has(`tree-sitter-${grammar}.wasm`), grammar);
  }
  assert.ok(grammars.length > 20);
});

function passagesOf(draft: Awaited<ReturnType<typeof readCode>>): ReturnType<typeof splitPassages> {
  const document: Document = { ...draft, kind: 'code', language: null };
  return splitPassages(document);
}

test('passages of code start at functions, with their comments, and are named after them', async () => {
  const functions = Array.from({ length: 12 }, (_, index) => `/** Explains number ${index}. */\nexport function compute${index}(input: readonly number[]): number {\n${`  if (input.length > ${index}) console.log(input.map((value) => value * ${index}));\n`.repeat(9)}  return input.length;\n}\n`);
  const source = `import x from 'y';\n\n${functions.join('\n')}`;
  const passages = passagesOf(await readCode(source, 'a.ts'));
  const starts = passages.filter((passage) => passage.text.startsWith('/** Explains'));
  assert.ok(starts.length >= 11, `${starts.length} of ${passages.length}`);
  for (const passage of starts) {
    const number = /number (\d+)/.exec(passage.text)?.[1];
    assert.equal(passage.place.heading, `compute${number}`);
    assert.equal(passage.place.line, source.slice(0, passage.span.start).split('\n').length);
  }
});

test('methods are named with their class, and code after a function is not in it', async () => {
  const body = '        value = value + len(self.items) * 3  # a comment of some length\n'.repeat(14);
  const source = `class Cart:\n    def add(self, item):\n${body}\n    def total(self):\n${body}\n\nSETTINGS = {\n${"    'key': 'some value that is long enough',\n".repeat(30)}}\n`;
  const passages = passagesOf(await readCode(source, 'cart.py'));
  const placeOf = (text: string): string | undefined => passages.find((passage) => passage.text.trimStart().startsWith(text))?.place.heading;
  assert.equal(placeOf('def total'), 'Cart.total');
  assert.equal(placeOf('SETTINGS'), undefined);
});

test('UTF-16 offsets are right behind emoji and Chinese', async () => {
  const source = `// 😀😀 注释\nconst text = '👨‍👩‍👧 中文';\n\nexport function after() {\n  return text;\n}\n`;
  const draft = await readCode(source, 'a.js');
  const mark = draft.marks.find((found) => found.place.heading === 'after');
  assert.ok(source.slice(mark?.start).startsWith('export function after'));
  assert.equal(mark?.place.line, 4);
});

test('broken code, huge code, minified code and unknown languages are still text', async () => {
  const broken = await readCode('function ( { class } } ] def', 'a.js');
  assert.equal(broken.text, 'function ( { class } } ] def');
  const huge = await readCode('int x = 1;\n'.repeat(MAX_PARSED_CODE_CHARACTERS / 10), 'a.c');
  assert.deepEqual(huge.breaks, []);
  const minified = await readCode(`function a(){${'x();'.repeat(2_000)}}`, 'a.min.js');
  assert.deepEqual(minified.breaks, []);
  const unknown = await readCode('program hello;\nbegin\nend.\n', 'a.pas');
  assert.deepEqual(unknown.marks, [{ start: 0, place: { line: 1 } }]);
});

test('nesting of twenty thousand brackets neither overflows nor hangs, and the parser goes on working', async () => {
  const nested = await readCode(`x = ${'['.repeat(20_000)}${']'.repeat(20_000)};\n`, 'deep.js');
  assert.ok(nested.text.length > 40_000);
  const after = await readCode('export function fine() { return 1; }\n', 'fine.js');
  assert.equal(after.marks.at(0)?.place.heading, 'fine');
});

test('headers are C, C++ or Objective-C by what stands in them', () => {
  assert.equal(languageOf('a.h', 'int length(const char *text);\n')?.grammar, 'c');
  assert.equal(languageOf('a.h', 'namespace x {\nclass Y {};\n}\n')?.grammar, 'cpp');
  assert.equal(languageOf('a.h', '@interface Z : NSObject\n@end\n')?.grammar, 'objc');
});

test('MATLAB files are not taken for Objective-C', () => {
  assert.equal(languageOf('solve.m', 'function y = solve(x)\ny = x;\nend\n'), null);
  assert.equal(languageOf('run', '#!/usr/bin/env -S python3 -u\n')?.grammar, 'python');
  assert.equal(languageOf('run', 'plain'), null);
});
