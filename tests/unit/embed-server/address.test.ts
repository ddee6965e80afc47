/** Where text would go: every way to write an address that only looks like this machine. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineError } from '../../../src/contract/errors.ts';
import { isLoopbackAddress, readAddress, requireAllowed } from '../../../src/embed/server/address.ts';

describe('the address of a server', () => {
  const LOCAL = [
    'http://127.0.0.1:8080/v1', 'http://127.8.9.10', 'http://localhost:11434', 'http://LOCALHOST/', 'http://localhost.:80', 'http://models.localhost:1234/v1',
    'http://[::1]:8080', 'http://[0:0:0:0:0:0:0:1]', 'http://[::ffff:127.0.0.1]:80', 'http://2130706433', 'http://0x7f.1', 'http://127.1',
  ];
  const REMOTE = [
    'https://api.example.com/v1', 'http://192.168.1.5:8080', 'http://10.0.0.1', 'http://0.0.0.0:8080', 'http://[::]:8080', 'http://localhost.example.com',
    'http://notlocalhost', 'http://127.0.0.1.example.com', 'http://[fe80::1]', 'http://[::ffff:10.0.0.1]', 'http://host.docker.internal:11434', 'http://1270.example', 'http://[::127.0.0.1]',
  ];
  for (const address of LOCAL) it(`${address} is this machine`, () => assert.equal(readAddress(address).local, true));
  for (const address of REMOTE) {
    it(`${address} is another, and needs leave`, () => {
      const read = readAddress(address);
      assert.equal(read.local, false);
      assert.throws(() => requireAllowed(read, false), (error: unknown) => error instanceof EngineError && error.code === 'remote-not-allowed');
      requireAllowed(read, true);
    });
  }

  for (const address of [null, '', 'localhost:8080', '127.0.0.1:80', 'ftp://127.0.0.1', 'file:///etc', 'http://localhost@example.com/', 'http://user:key@127.0.0.1/', 'http://127.0.0.1/v1?x=1', 'http://127.0.0.1/#v1', 'http://']) {
    it(`${String(address)} is refused`, () => assert.throws(() => readAddress(address), (error: unknown) => error instanceof EngineError && error.code === 'bad-input'));
  }

  it('may lack its version, or name the endpoint', () => {
    assert.deepEqual(readAddress('http://127.0.0.1:80').apiPaths, ['/v1', '']);
    assert.deepEqual(readAddress('http://127.0.0.1:80/v1/').apiPaths, ['/v1']);
    assert.deepEqual(readAddress('http://127.0.0.1:80/v1/embeddings').apiPaths, ['/v1']);
    assert.deepEqual(readAddress('https://x.example/proxy/v3').apiPaths, ['/proxy/v3']);
    assert.equal(readAddress('https://x.example/proxy/v3').root, '/proxy');
    assert.deepEqual(readAddress('https://x.example/openai').apiPaths, ['/openai/v1', '/openai']);
  });

  it('knows loopback addresses as the system writes them', () => {
    for (const address of ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::FFFF:7F00:1']) assert.equal(isLoopbackAddress(address), true, address);
    for (const address of ['128.0.0.1', '0.0.0.0', '::', '::ffff:8.8.8.8', '127.example', 'fe80::1']) assert.equal(isLoopbackAddress(address), false, address);
  });
});
