/** Where data and socket are, on each system, and when an idle engine ends. */

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { IndexStatus } from '../../../src/contract/model.ts';
import { EngineError } from '../../../src/contract/errors.ts';
import { defaultDataDirectory, openDataDirectory } from '../../../src/host/data-directory.ts';
import { findSocket, MAX_SOCKET_PATH_BYTES, pipeName } from '../../../src/host/engine-socket.ts';
import { watchIdle } from '../../../src/host/idle-exit.ts';
import { packageRoot, version } from '../../../src/host/package-root.ts';
import type { Log } from '../../../src/log.ts';

describe('defaultDataDirectory', () => {
  it('follows each system\'s custom', () => {
    assert.equal(defaultDataDirectory({ platform: 'linux', env: {}, home: '/home/a' }), '/home/a/.local/share/findling');
    assert.equal(defaultDataDirectory({ platform: 'linux', env: { XDG_DATA_HOME: '/data' }, home: '/home/a' }), '/data/findling');
    assert.equal(defaultDataDirectory({ platform: 'linux', env: { XDG_DATA_HOME: 'relative' }, home: '/home/a' }), '/home/a/.local/share/findling');
    assert.equal(defaultDataDirectory({ platform: 'darwin', env: {}, home: '/Users/a' }), '/Users/a/Library/Application Support/Findling');
    assert.equal(defaultDataDirectory({ platform: 'win32', env: { LOCALAPPDATA: 'C:\\L' }, home: 'C:\\Users\\a' }), 'C:\\L\\Findling');
    assert.equal(defaultDataDirectory({ platform: 'win32', env: {}, home: 'C:\\Users\\a' }), 'C:\\Users\\a\\AppData\\Local\\Findling');
  });
  it('gives way to FINDLING_DATA_DIR', () => {
    assert.equal(defaultDataDirectory({ platform: 'linux', env: { FINDLING_DATA_DIR: '/x', XDG_DATA_HOME: '/data' }, home: '/h' }), '/x');
    assert.equal(defaultDataDirectory({ platform: 'linux', env: { FINDLING_DATA_DIR: '' }, home: '/h' }), '/h/.local/share/findling');
  });
});

describe('openDataDirectory', () => {
  let base: string;
  before(() => { base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'findling-dir-'))); });
  after(() => rmSync(base, { recursive: true, force: true }));

  it('makes the directory and what is above it, for its owner only', () => {
    const made = openDataDirectory(path.join(base, 'a', 'b'));
    assert.equal(made, path.join(base, 'a', 'b'));
    assert.equal(statSync(made).mode & 0o777, 0o700);
    assert.equal(openDataDirectory(made), made);
  });
  it('takes wider rights away from a directory that was there', () => {
    mkdirSync(path.join(base, 'open'), { mode: 0o755 });
    assert.equal(statSync(openDataDirectory(path.join(base, 'open'))).mode & 0o777, 0o700);
  });
  it('refuses a file, and a place where nothing can be made', () => {
    writeFileSync(path.join(base, 'file'), '');
    for (const wanted of [path.join(base, 'file'), path.join(base, 'file', 'below'), ...(process.platform === 'linux' ? ['/proc/findling'] : [])]) {
      assert.throws(() => openDataDirectory(wanted), (error) => error instanceof EngineError && error.code === 'data-directory-denied', wanted);
    }
  });
});

describe('findSocket', () => {
  it('is in the directory while the path fits a socket, and as written down when it does not', () => {
    assert.equal(findSocket('/data', 'linux'), '/data/engine.sock');
    const base = mkdtempSync(path.join(os.tmpdir(), 'findling-long-'));
    const long = path.join(base, 'ü'.repeat(50));
    mkdirSync(long);
    writeFileSync(path.join(long, 'engine.address'), '/run/x/engine.sock\n');
    assert.ok(Buffer.byteLength(path.join(long, 'engine.sock')) > MAX_SOCKET_PATH_BYTES);
    assert.equal(findSocket(long, 'linux'), '/run/x/engine.sock');
    rmSync(base, { recursive: true });
  });
  it('is a pipe on Windows, one for each directory whatever its case', () => {
    assert.match(findSocket('C:\\Data', 'win32'), /^\\\\\.\\pipe\\findling-[0-9a-f]{32}$/);
    assert.equal(pipeName('C:\\Data'), pipeName('c:\\data'));
    assert.notEqual(pipeName('C:\\Data'), pipeName('C:\\Data2'));
  });
});

describe('packageRoot', () => {
  it('is where package.json is', () => {
    assert.equal(JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')).name, 'findling');
    assert.match(version(), /^\d+\.\d+\.\d+/);
  });
});

describe('watchIdle', () => {
  const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
  /** The parts of a status that idleness looks at. */
  const phase = (name: IndexStatus['phase']): IndexStatus => ({ phase: name }) as IndexStatus;
  const until = async (condition: () => boolean): Promise<void> => {
    for (const deadline = Date.now() + 60_000; !condition();) {
      assert.ok(Date.now() < deadline);
      await new Promise((resolve) => { setTimeout(resolve, 2); });
    }
  };
  it('ends an engine only after it was idle and alone for as long as asked', async () => {
    let [connections, now, ended, looks]: [number, IndexStatus['phase'], number, number] = [1, 'idle', 0, 0];
    const idle = watchIdle({ minutes: 0.02 / 60, connections: () => { looks += 1; return connections; }, status: () => phase(now), end: () => { ended += 1; }, log: silent, lookEveryMs: 1 });
    await until(() => looks > 40);
    assert.equal(ended, 0, 'while a host is connected');
    [connections, now, looks] = [0, 'indexing', 0];
    await until(() => looks > 40);
    assert.equal(ended, 0, 'while it works');
    now = 'paused';
    await until(() => ended > 0);
    idle.stop();
  });
  it('outlives a status that fails', async () => {
    let [looks, ended] = [0, 0];
    const idle = watchIdle({
      minutes: 0.001 / 60, connections: () => 0, end: () => { ended += 1; }, log: silent, lookEveryMs: 1,
      status: () => { looks += 1; if (looks < 5) throw new EngineError('internal'); return phase('idle'); },
    });
    await until(() => ended > 0);
    idle.stop();
  });
});
