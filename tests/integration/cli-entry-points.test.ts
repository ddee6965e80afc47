/** bin/: what npm and a shell start, on any Node from 20 on, from a tree that may not be built. */

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bundledNode, isNewEnough } from '../../bin/runtime.mjs';
import { eventually, isAlive, testPlace } from '../fixtures/engine.ts';

const repository = path.join(import.meta.dirname, '..', '..');

describe('the Node to run on', () => {
  it('is new enough from 22.22 on', () => {
    assert.deepEqual(['20.20.2', '22.21.9', '22.22.0', '22.23.2', '23.0.0', '24.1.0'].map(isNewEnough), [false, false, true, true, true, true]);
  });
  it('comes with the dependencies for every platform we support, and for no other', () => {
    const node = bundledNode();
    if (node !== null) assert.match(execFileSync(node, ['--version'], { encoding: 'utf8' }), /^v22\.\d+/);
    assert.equal(bundledNode('darwin', 'x64'), null);
    assert.equal(bundledNode('sunos' as NodeJS.Platform, 'x64'), null);
  });
});

describe('npm start', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  before(async () => { place = await testPlace(); });
  after(() => place.remove());

  it('says at once what is missing, serves the page with the folder added, and takes its engine with it on Ctrl-C', { skip: process.platform === 'win32' }, async (context) => {
    const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...env } = process.env;
    const child = spawn(process.execPath, [path.join(repository, 'bin', 'start.mjs'), place.files], { env: { ...env, FINDLING_DATA_DIR: place.data }, stdio: ['ignore', 'pipe', 'pipe'] });
    // A failure below must not leave it running: the test's own process would wait for it.
    context.after(() => child.kill('SIGKILL'));
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => { out += String(text); });
    child.stderr.setEncoding('utf8').on('data', (text) => { err += String(text); });
    await eventually('the line about what is missing', () => err.includes('\n'));
    assert.match(err, /^No desktop app here \(.+\): serving the page on loopback instead\.\n/);
    await eventually('the address and what is watched, which come through two pipes', () => out.includes('\n') && err.includes('Watching'));
    const address = out.trim();
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    assert.match(err, /Watching .*files/);
    const entered = await fetch(address, { redirect: 'manual' });
    const cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const page = await fetch(new URL('/', address), { headers: { cookie } });
    // The page is built by the suite's own build; a tree without its sources still serves and says so.
    assert.ok(page.status === 200 || (page.status === 404 && !existsSync(path.join(repository, 'dist', 'renderer', 'index.html'))), `${page.status}`);
    const { client } = await (await import('../../src/host/connect-engine.ts')).connectEngine({ dataDirectory: place.data, startIfMissing: false, software: 'test' });
    const { pid } = await client.call('engine.info', undefined);
    client.close();
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    assert.equal(code, 0, err);
    await eventually('the engine to end', () => !isAlive(pid));
  });
});
