/** The engine as a process: one per directory, found and started by any host, ended cleanly or not at all. */

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EngineError, type ErrorCode } from '../../src/contract/errors.ts';
import { connectEngine, tryConnect } from '../../src/host/connect-engine.ts';
import { findSocket } from '../../src/host/engine-socket.ts';
import { gone, startEngine, testPlace } from '../fixtures/engine.ts';

const code = (wanted: ErrorCode) => (error: unknown): boolean => {
  assert.ok(error instanceof EngineError, String(error));
  assert.equal(error.code, wanted, error.message);
  return true;
};

describe('the engine process', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  let data: string;
  const pids = new Set<number>();

  beforeEach(async () => {
    place = await testPlace();
    data = place.data;
  });
  afterEach(async () => {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        assert.ok(error instanceof Error && 'code' in error && error.code === 'ESRCH');
      }
      await gone(pid);
    }
    pids.clear();
    await place.remove();
  });
  const open = async (options: { startIfMissing?: boolean; dataDirectory?: string } = {}) => {
    const connected = await connectEngine({ dataDirectory: data, startIfMissing: true, software: 'test', ...options });
    const info = await connected.client.call('engine.info', undefined);
    pids.add(info.pid);
    return { ...connected, info };
  };

  it('is one, however many hosts start it at once', async () => {
    const hosts = await Promise.all(Array.from({ length: 4 }, () => open()));
    assert.equal(new Set(hosts.map((host) => host.info.pid)).size, 1);
    assert.equal(hosts.filter((host) => host.started).length, 1);
    for (const host of hosts) host.client.close();
  });
  it('keeps socket, log and directory for their owner only', async () => {
    const { client } = await open();
    assert.equal(statSync(data).mode & 0o777, 0o700);
    assert.equal(statSync(path.join(data, 'engine.sock')).mode & 0o777, 0o600);
    for (const name of ['engine.log', 'engine.output']) assert.equal(statSync(path.join(data, name)).mode & 0o077, 0, name);
    client.close();
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`ends cleanly on ${signal}: pending calls are rejected, socket and lock are gone`, async () => {
      const { client, info } = await open();
      const watching = new Promise<EngineError>((resolve) => { client.subscribe('settings', undefined, { next: () => process.kill(info.pid, signal), error: resolve }); });
      assert.equal((await watching).code, 'connection-closed');
      await gone(info.pid);
      assert.deepEqual(readdirSync(data).filter((name) => name.includes('sock') || name.startsWith('lock')), []);
      assert.match(readFileSync(path.join(data, 'engine.log'), 'utf8'), /"message":"ended"/);
    });
  }
  it('answers engine.stop before it ends, and the next one starts at once', async () => {
    const first = await open();
    await first.client.call('engine.stop', undefined);
    const second = await open();
    assert.equal(second.started, true);
    assert.notEqual(second.info.pid, first.info.pid);
    second.client.close();
  });
  it('is started again after a kill: socket and lock of the dead one are in nobody\'s way', async () => {
    const engine = await startEngine(data);
    await engine.kill();
    assert.ok(existsSync(path.join(data, 'engine.sock')), 'the dead one\'s socket is still there');
    assert.equal(await tryConnect(data), null);
    const { client, started } = await open();
    assert.equal(started, true);
    client.close();
  });
  it('is not started for a host that must not, and nothing is made', async () => {
    await assert.rejects(connectEngine({ dataDirectory: data, startIfMissing: false, software: 'test' }), code('engine-unavailable'));
    assert.deepEqual(readdirSync(data), []);
  });
  it('is found below a path too long for a socket', async () => {
    const long = path.join(data, 'd'.repeat(120));
    mkdirSync(long, { mode: 0o700 });
    const { client, info } = await open({ dataDirectory: long });
    const address = findSocket(long);
    assert.ok(!address.startsWith(long) && Buffer.byteLength(address) <= 103, address);
    assert.equal(statSync(path.dirname(address)).mode & 0o777, 0o700);
    await client.call('engine.stop', undefined);
    await gone(info.pid);
    assert.ok(!existsSync(path.dirname(address)), 'its directory is removed');
    assert.ok(!existsSync(path.join(long, 'engine.address')));
  });
  it('answers others while one host sends nonsense', async () => {
    const { client } = await open();
    for (const bytes of [Buffer.from([255, 255, 255, 255, 0]), Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(100_000, 7)]) {
      const bad = connect(findSocket(data)).on('error', () => {});
      bad.write(bytes);
      await new Promise((resolve) => { bad.resume().once('close', resolve); });
    }
    assert.deepEqual(await client.call('roots.list', undefined), []);
    client.close();
  });
  it('checks every input on the socket and names the field', async () => {
    const { client } = await open();
    await assert.rejects(client.call('roots.add', { path: 'relative' }), (error) => code('bad-input')(error) && error instanceof EngineError && error.details?.['field'] === 'path');
    await assert.rejects(client.call('settings.set', { theme: 'pink' as 'dark' }), code('bad-input'));
    const refused = new Promise<EngineError>((resolve) => { client.subscribe('search', { text: 'x', limit: 1_000 }, { next: () => assert.fail('it searched'), error: resolve }); });
    assert.equal((await refused).details?.['field'], 'limit');
    client.close();
  });
  it('serves the page when asked, once, and says where', async () => {
    const { client } = await open();
    assert.equal((await client.call('engine.info', undefined)).pageAddress, null);
    const { address } = await client.call('engine.servePage', {});
    assert.equal((await client.call('engine.servePage', {})).address, address);
    assert.equal((await client.call('engine.info', undefined)).pageAddress, address);
    assert.equal((await fetch(address, { redirect: 'manual' })).status, 303);
    assert.equal((await fetch(new URL('/', address))).status, 401);
    client.close();
  });

  it('ends when its data directory is taken away', async () => {
    const { info } = await open();
    renameSync(data, `${data}-moved`);
    await gone(info.pid);
  });
  it('that cannot start is reported with the reason, by code', async () => {
    writeFileSync(path.join(data, 'engine.log'), '{"message":"the last line before"}\n');
    await assert.rejects(connectEngine({ dataDirectory: data, startIfMissing: true, software: 'test', node: path.join(data, 'no-such-node') }), (error) => code('engine-unavailable')(error) && error instanceof Error && /ENOENT/.test(error.message) && /the last line before/.test(error.message));
  });
  it('that never answers is ended at the deadline', { skip: process.platform === 'win32' }, async () => {
    const mute = path.join(data, 'mute');
    writeFileSync(mute, `#!/bin/sh\necho $$ > "${data}/mute.pid"\nexec sleep 60\n`);
    chmodSync(mute, 0o700);
    const idFile = path.join(data, 'mute.pid');
    // On a starved machine it may be ended before it wrote its id: then it gets more time.
    for (let deadlineMs = 1_500; !existsSync(idFile) || readFileSync(idFile, 'utf8').trim() === ''; deadlineMs *= 4) {
      await assert.rejects(connectEngine({ dataDirectory: data, startIfMissing: true, software: 'test', node: mute, deadlineMs }), (error) => code('engine-unavailable')(error) && error instanceof Error && error.message.includes(`no answer in ${deadlineMs / 1000} s`));
    }
    await gone(Number(readFileSync(idFile, 'utf8')));
  });
});
