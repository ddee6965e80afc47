/** The house rules catch what they forbid, and nothing of what is allowed. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkFile, importsOf } from '../../../scripts/rules.ts';

const HEAD = '/** What it is. */\n';
const rulesOf = (file: string, text: string): readonly string[] => [...new Set(checkFile(file, text).map((violation) => violation.rule))];
const importing = (file: string, specifier: string): readonly string[] => rulesOf(file, `${HEAD}import { x } from '${specifier}';\n`);

const FORBIDDEN: readonly (readonly [string, string, string])[] = [
  ['src/contract/calls.ts', '../rpc/client.ts', 'contract-alone'],
  ['src/contract/calls.ts', 'node:path', 'contract-alone'],
  ['src/rpc/client.ts', 'node:events', 'rpc-portable'],
  ['src/rpc/client.ts', './node/socket-transport.ts', 'rpc-portable'],
  ['src/rpc/client.ts', '../store/index-store.ts', 'rpc-portable'],
  ['src/rpc/node/socket-transport.ts', '../../log.ts', 'rpc-node'],
  ['renderer/main.tsx', '../src/store/index-store.ts', 'page'],
  ['renderer/search/box.tsx', '../../src/rpc/node/frame.ts', 'page'],
  ['renderer/main.tsx', 'node:fs', 'page'],
  ['renderer/main.tsx', 'electron', 'page'],
  ['src/engine.ts', './cli/main.ts', 'engine-without-hosts'],
  ['src/search/rank.ts', '../server/page-server.ts', 'engine-without-hosts'],
  ['src/search/rank.ts', 'react', 'engine-without-hosts'],
  ['src/cli/main.ts', 'electron', 'no-electron-in-src'],
  ['src/cli/main.ts', '../store/index-store.ts', 'thin-hosts'],
  ['src/server/page-server.ts', '../engine.ts', 'thin-hosts'],
  ['electron/main.ts', '../src/embed/embedder.ts', 'thin-hosts'],
  ['electron/main.ts', '../renderer/main.tsx', 'desktop-over-contract'],
  ['src/engine.ts', '../tests/eval/run.ts', 'tests-out'],
  ['src/engine.ts', './log', 'import-extension'],
  ['src/engine.ts', '../../elsewhere/x.ts', 'inside-repository'],
];

const ALLOWED: readonly (readonly [string, string])[] = [
  ['src/contract/calls.ts', './model.ts'], ['src/rpc/client.ts', '../contract/errors.ts'], ['src/rpc/node/web-socket-transport.ts', 'ws'], ['src/rpc/node/frame.ts', 'node:buffer'],
  ['renderer/main.tsx', 'react-dom/client'], ['renderer/main.tsx', '../src/contract/calls.ts'], ['renderer/main.tsx', './styles/base.css'], ['src/engine.ts', './store/index-store.ts'],
  ['src/engine-process.ts', './server/page-server.ts'], ['src/cli/main.ts', '../host/connect-engine.ts'], ['electron/main.ts', 'electron'], ['electron/main.ts', '../src/host/connect-engine.ts'], ['tests/unit/x.test.ts', '../../src/engine.ts'],
];

describe('import rules', () => {
  for (const [file, specifier, rule] of FORBIDDEN) it(`${file} may not import ${specifier}`, () => assert.deepEqual(importing(file, specifier), [rule]));
  for (const [file, specifier] of ALLOWED) it(`${file} may import ${specifier}`, () => assert.deepEqual(importing(file, specifier), []));
  it('find every form of import, with its line', () => {
    const text = `${HEAD}import a from './a.ts';\nimport type {\n  B,\n} from './b.ts';\nexport * from './c.ts';\nimport './d.ts';\nconst e = await import('./e.ts');\n`;
    assert.deepEqual(importsOf(text), [
      { specifier: './a.ts', line: 2 }, { specifier: './b.ts', line: 5 }, { specifier: './c.ts', line: 6 }, { specifier: './d.ts', line: 7 }, { specifier: './e.ts', line: 8 },
    ]);
  });
});

describe('house rules', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['ipcMain in the wrong place', 'electron/main.ts', "ipcMain.handle('x', y);", 'ipc-main-once'],
    ['ipcRenderer in the page', 'renderer/host.ts', "window.ipcRenderer.send('x');", 'ipc-renderer-once'],
    ['SQL in the searcher', 'src/searcher.ts', 'const q = `SELECT id FROM files`;', 'sql-in-store'],
    ['a PRAGMA in the engine', 'src/engine.ts', "db.exec('PRAGMA wal_checkpoint');", 'sql-in-store'],
    ['filter text in the searcher', 'src/search/rank.ts', 'table.query().where(`id = ${id}`);', 'filter-in-store'],
    ['a fixed wait in a test', 'tests/e2e/page.test.ts', 'await page.waitForTimeout(500);', 'no-fixed-waits'],
    ['a loose end', 'src/engine.ts', '// TODO: later', 'no-loose-ends'],
    ['a silenced compiler', 'src/engine.ts', '// @ts-expect-error because', 'no-silenced-compiler'],
    ['a silenced linter', 'src/engine.ts', '// oxlint-disable-next-line', 'no-silenced-compiler'],
  ];
  for (const [what, file, line, rule] of cases) it(`catch ${what}`, () => assert.deepEqual(rulesOf(file, `${HEAD}${line}\n`), [rule]));

  it('allow the same in its own place', () => {
    assert.deepEqual(rulesOf('electron/host-ipc.ts', `${HEAD}ipcMain.handle('x', y);\n`), []);
    assert.deepEqual(rulesOf('electron/preload.cts', `${HEAD}ipcRenderer.send('x');\n`), []);
    assert.deepEqual(rulesOf('src/store/catalog.ts', `${HEAD}const q = 'SELECT id FROM files';\n`), []);
    assert.deepEqual(rulesOf('src/cli/main.ts', `${HEAD}// select the command, then update what is set\n`), []);
  });
  it('catch files that are too long, and name where to split', () => {
    assert.deepEqual(rulesOf('src/a.ts', HEAD + 'x\n'.repeat(400)), ['file-length']);
    assert.deepEqual(rulesOf('src/a.ts', HEAD + 'x\n'.repeat(399)), []);
  });
  it('catch files that do not say what they are', () => {
    assert.deepEqual(rulesOf('src/a.ts', "import { x } from './b.ts';\n"), ['head-comment']);
    assert.deepEqual(rulesOf('bin/a.mjs', '#!/usr/bin/env node\n/** It is. */\n'), []);
  });
  it('catch names that say nothing, and names in another case', () => {
    for (const name of ['utils', 'string-utils', 'helpers', 'file-manager', 'search-service', 'common']) assert.deepEqual(rulesOf(`src/${name}.ts`, HEAD), ['telling-names'], name);
    for (const name of ['searchBox', 'Search', 'search_box']) assert.deepEqual(rulesOf(`src/${name}.ts`, HEAD), ['kebab-case'], name);
    assert.deepEqual(rulesOf('src/commonness.ts', HEAD), []);
  });
});
