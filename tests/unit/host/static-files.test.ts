/** Addresses to files of the page: nothing else of the disk can be named. */

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { contentSecurityPolicy } from '../../../src/server/headers.ts';
import { readStaticFile, relativePath } from '../../../src/host/static-files.ts';

describe('relativePath', () => {
  it('takes plain names, also encoded', () => {
    assert.equal(relativePath('/'), 'index.html');
    assert.equal(relativePath('/assets/index-B3k_9.js'), 'assets/index-B3k_9.js');
    assert.equal(relativePath('/a%20b.txt'), 'a b.txt');
  });
  for (const hostile of ['', 'index.html', '/..', '/../x', '/a/../../x', '/%2e%2e/x', '/..%2fx', '/%2e%2e%2fx', '/..%5cx', '/a\\..\\x', '/.env', '/.git/config', '/a/.hidden', '//x', '/a//b', '/a/', '/%00', '/a%00.js', '/%', '/%zz', '/C:/x', '/a?b', '/a:b', '/~root']) {
    it(`refuses ${JSON.stringify(hostile)}`, () => assert.equal(relativePath(hostile), null));
  }
});

describe('readStaticFile', () => {
  let above: string;
  let folder: string;
  before(() => {
    above = mkdtempSync(path.join(os.tmpdir(), 'findling-static-'));
    folder = path.join(above, 'page');
    mkdirSync(path.join(folder, 'assets'), { recursive: true });
    writeFileSync(path.join(folder, 'index.html'), '<p>');
    writeFileSync(path.join(folder, 'assets', 'a-1.js'), '1');
    writeFileSync(path.join(folder, 'key.pem'), 'secret');
    writeFileSync(path.join(above, 'outside.txt'), 'secret');
    symlinkSync(path.join(above, 'outside.txt'), path.join(folder, 'link.txt'));
    symlinkSync(above, path.join(folder, 'up'));
    mkdirSync(path.join(above, 'page-other'));
    writeFileSync(path.join(above, 'page-other', 'x.txt'), 'secret');
    symlinkSync(path.join(above, 'page-other'), path.join(folder, 'sibling'));
  });
  after(() => rmSync(above, { recursive: true, force: true }));

  it('reads the page and its assets with their types', async () => {
    const index = await readStaticFile(folder, '/');
    assert.deepEqual([index?.type, index?.immutable, index?.bytes.toString()], ['text/html; charset=utf-8', false, '<p>']);
    assert.equal((await readStaticFile(folder, '/assets/a-1.js'))?.immutable, true);
  });
  for (const address of ['/nothing.html', '/assets', '/key.pem', '/link.txt', '/up/outside.txt', '/sibling/x.txt', '/index.html/x.txt', `/${'a'.repeat(5_000)}.txt`]) {
    it(`has nothing at ${address.slice(0, 40)}`, async () => assert.equal(await readStaticFile(folder, address), null));
  }
  it('has nothing when the page is not built', async () => assert.equal(await readStaticFile(path.join(above, 'none'), '/'), null));
});

describe('contentSecurityPolicy', () => {
  it('lets nothing inline, nothing evaluated and nothing foreign in', () => {
    const policy = contentSecurityPolicy(1234);
    assert.doesNotMatch(policy, /unsafe|\*|https:|data:|blob:/);
    for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'", 'ws://127.0.0.1:1234']) assert.ok(policy.includes(part), part);
  });
});
