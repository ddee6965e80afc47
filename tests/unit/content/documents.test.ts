/** The documents: what they point at exists, and what they count is so. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SETTINGS } from '../../../src/config.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const documents = [
  ...readdirSync(repository).filter((name) => /^[A-Z_.a-z-]+\.md$/.test(name) && name !== 'THIRD_PARTY_NOTICES.md'),
  ...readdirSync(join(repository, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];

function read(path: string): string {
  return readFileSync(join(repository, path), 'utf8');
}

/** Commands of the fenced blocks, without their comments and quoted texts, which are translated. */
function commands(path: string): readonly string[] {
  return [...read(path).matchAll(/^```\n([\s\S]*?)^```/gm)]
    .flatMap((block) => (block[1] ?? '').split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').replace(/"[^"]*"/g, '""').replace(/ \P{ASCII}+/gu, ' …').replace('--json rent', '--json …').trim());
}

test('every document that is linked to exists', () => {
  assert.ok(documents.length >= 8);
  for (const document of documents) {
    for (const [, target = ''] of read(document).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      // Pictures are made from the running program and checked where they are made.
      if (/^[a-z]+:/.test(target) || target.endsWith('.png')) continue;
      assert.ok(existsSync(join(repository, dirname(document), target)), `${document} links to ${target}`);
    }
  }
});

test('every file and folder of the source that is named exists', () => {
  for (const document of documents) {
    for (const [, path = ''] of read(document).matchAll(/`((?:src|scripts|tests|renderer|resources|docs)\/[\w./-]+)`/g)) {
      // Runs are kept by whoever measures; the folder comes with the first.
      if (path.startsWith('tests/bench/runs')) continue;
      assert.ok(existsSync(join(repository, path)), `${document} names ${path}`);
    }
  }
});

test('every npm script that is named exists', () => {
  const scripts = (JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> }).scripts;
  for (const document of documents) {
    for (const [, name = ''] of read(document).matchAll(/npm run ([\w:]+)/g)) assert.ok(Object.hasOwn(scripts, name), `${document}: npm run ${name}`);
  }
});

test('the README names settings that exist', () => {
  for (const setting of ['cpuThreads', 'onBattery', 'minFreeBytes']) {
    assert.ok(read('README.md').includes(`\`${setting}\``) && Object.hasOwn(DEFAULT_SETTINGS, setting), setting);
  }
});

test('both READMEs give the same commands and the same tables', () => {
  assert.deepEqual(commands('README.zh-CN.md'), commands('README.md'));
  const shape = (path: string): readonly number[] => [read(path).match(/^## /gm)?.length ?? 0, read(path).match(/^\|/gm)?.length ?? 0, read(path).match(/^\*\*/gm)?.length ?? 0];
  assert.deepEqual(shape('README.zh-CN.md'), shape('README.md'));
});

test('the READMEs count the sample files and languages as they are', () => {
  const { files } = JSON.parse(read('resources/sample-manifest.json')) as { files: readonly { language: string }[] };
  const languages = new Set(files.map((file) => file.language.replace(/-.*/, ''))).size;
  assert.match(read('README.md'), new RegExp(`${files.length} short files in ${languages} languages`));
  assert.match(read('README.zh-CN.md'), new RegExp(`${languages} 种语言的 ${files.length} 个短文件`));
});
