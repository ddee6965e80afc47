/** The loopback page server against clients that break its rules, with raw sockets where a browser would not misbehave. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { WebSocket as NodeWebSocket } from 'ws';
import { PROTOCOL_VERSION } from '../../src/contract/calls.ts';
import { EngineError } from '../../src/contract/errors.ts';
import type { Log } from '../../src/log.ts';
import { Client } from '../../src/rpc/client.ts';
import { serve } from '../../src/rpc/server.ts';
import { openWebSocket, socketAddress } from '../../src/rpc/web-socket.ts';
import { PageServer } from '../../src/server/page-server.ts';
import { eventually } from '../fixtures/engine.ts';
import { createEchoHandlers, validateEcho, type EchoProtocol } from './rpc-echo-handlers.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

describe('the page server', () => {
  let folder: string;
  let server: PageServer;
  let address: URL;
  let cookie: string;
  let accepted = 0;
  const raw: Socket[] = [];

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'findling-page-'));
    await mkdir(path.join(folder, 'assets'));
    await writeFile(path.join(folder, 'index.html'), '<!doctype html><title>Findling</title>');
    await writeFile(path.join(folder, 'assets', 'main-abc.js'), 'export {};');
  });
  after(() => rm(folder, { recursive: true, force: true }));
  /** Short times only for the test that waits for their end: everything else has longer than the slowest machine takes. */
  const open = async (times: { readonly headersTimeoutMs?: number; readonly greetingMs?: number }): Promise<void> => {
    accepted = 0;
    server = new PageServer({
      pageDirectory: folder, software: 'test', log: silent,
      accept: (transport) => {
        accepted += 1;
        serve(transport, createEchoHandlers(), { protocolVersion: PROTOCOL_VERSION, validate: validateEcho });
      },
      limits: { headersTimeoutMs: 60_000, greetingMs: 60_000, ...times, maxPages: 3, maxConnections: 12 },
    });
    address = new URL(await server.open());
  };
  const enter = async (): Promise<void> => {
    const response = await fetch(address, { redirect: 'manual' });
    cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    await response.arrayBuffer();
  };
  beforeEach(async () => {
    await open({});
    await enter();
  });
  afterEach(async () => {
    for (const socket of raw.splice(0)) socket.destroy();
    await server.close();
  });

  /** Sends bytes as they are and gathers the answer until the server ends the connection. */
  const exchange = async (bytes: string): Promise<string> => {
    const socket = connect(Number(address.port), '127.0.0.1');
    raw.push(socket);
    let answer = '';
    socket.setEncoding('latin1').on('data', (text) => { answer += String(text); }).on('error', () => {});
    socket.write(bytes);
    await once(socket, 'close');
    return answer;
  };
  const status = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
  const get = (target: string, headers: string[] = []): string => [`GET ${target} HTTP/1.1`, `Host: ${address.host}`, `Cookie: ${cookie}`, 'Connection: close', ...headers, '', ''].join('\r\n');
  const upgrade = (changes: Readonly<Record<string, string | null>>, target = '/rpc'): string => {
    const headers: Record<string, string | null> = {
      'Host': address.host, 'Origin': address.origin, 'Cookie': cookie, 'Connection': 'Upgrade', 'Upgrade': 'websocket',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version': '13', ...changes,
    };
    return [`GET ${target} HTTP/1.1`, ...Object.entries(headers).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  };
  const openSocket = (headers: Readonly<Record<string, string>> = {}): NodeWebSocket => new NodeWebSocket(`ws://${address.host}/rpc`, { headers: { Cookie: cookie, ...headers }, origin: address.origin });
  const closeOf = async (socket: NodeWebSocket): Promise<number> => {
    const [code] = await once(socket.on('error', () => {}), 'close') as [number];
    return code;
  };

  it('listens on loopback only and prints an unguessable token', () => {
    assert.equal(address.hostname, '127.0.0.1');
    assert.match(address.searchParams.get('token') ?? '', /^[\w-]{43}$/);
  });
  it('turns the token into a cookie no script reads and no other site sends, and hides it from the address', async () => {
    const response = await fetch(address, { redirect: 'manual' });
    assert.equal(response.status, 303);
    assert.equal(response.headers.get('location'), '/');
    assert.match(response.headers.get('set-cookie') ?? '', /; HttpOnly; SameSite=Strict; Path=\/$/);
  });
  it('serves the page with strict headers, and assets for ever', async () => {
    const index = await exchange(get('/'));
    assert.equal(status(index), 200);
    for (const header of ["Content-Security-Policy: default-src 'none'", 'X-Content-Type-Options: nosniff', 'Referrer-Policy: no-referrer', 'Content-Type: text/html; charset=utf-8', 'Cache-Control: no-cache']) assert.ok(index.includes(header), header);
    assert.ok(!index.includes('Access-Control-Allow'), 'no other origin may read');
    assert.match(await exchange(get('/assets/main-abc.js')), /Cache-Control: private, max-age=31536000, immutable/);
  });
  it('answers an unchanged page with 304', async () => {
    const tag = /ETag: (\S+)/.exec(await exchange(get('/')))?.[1];
    assert.equal(status(await exchange(get('/', [`If-None-Match: ${tag}`]))), 304);
  });
  it('gives nothing without token, with a wrong one, or under another name', async () => {
    assert.equal(status(await exchange(`GET / HTTP/1.1\r\nHost: ${address.host}\r\nConnection: close\r\n\r\n`)), 401);
    assert.equal(status(await exchange(`GET /?token=wrong HTTP/1.1\r\nHost: ${address.host}\r\nConnection: close\r\n\r\n`)), 401);
    assert.equal(status(await exchange(`GET ${address.pathname}${address.search} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)), 403);
    assert.equal(status(await exchange(get('/').replace('HTTP/1.1\r\n', 'HTTP/1.1\r\nOrigin: http://evil.example\r\n'))), 403);
  });
  for (const target of ['/../package.json', '/..%2fpackage.json', '/%2e%2e/%2e%2e/etc/passwd', '//evil.example/', '/\\evil.example', 'http://evil.example/', '/assets/', '/%00']) {
    it(`has nothing at ${target}`, async () => assert.ok([400, 403, 404].includes(status(await exchange(get(target))))));
  }
  it('refuses other methods, requests without a host, and what is not HTTP', async () => {
    assert.equal(status(await exchange(get('/').replace('GET', 'POST'))), 405);
    assert.equal(status(await exchange('GET / HTTP/1.1\r\nConnection: close\r\n\r\n')), 400);
    assert.equal(status(await exchange('\x16\x03\x01\x02\x00\x01 hello\r\n\r\n')), 400);
    assert.equal(status(await exchange(get('/', [`X-Large: ${'a'.repeat(20_000)}`]))), 400);
  });
  it('cuts off a client that sends its headers drop by drop', async () => {
    await server.close();
    await open({ headersTimeoutMs: 300 });
    const socket = connect(Number(address.port), '127.0.0.1');
    raw.push(socket);
    socket.on('error', () => {});
    const drip = setInterval(() => socket.write('X-A: b\r\n'), 100);
    socket.write(`GET / HTTP/1.1\r\nHost: ${address.host}\r\n`);
    await once(socket.resume(), 'close');
    clearInterval(drip);
  });
  it('takes no more connections than allowed, and others again when some end', async () => {
    const held = Array.from({ length: 12 }, () => connect(Number(address.port), '127.0.0.1'));
    raw.push(...held);
    await Promise.all(held.map((socket) => once(socket.on('error', () => {}), 'connect')));
    const extra = connect(Number(address.port), '127.0.0.1').on('error', () => {});
    raw.push(extra);
    await once(extra.resume(), 'close');
    for (const socket of held) socket.destroy();
    await eventually('a connection to be taken again', async () => status(await exchange(get('/'))) === 200);
  });

  for (const [what, changes] of Object.entries<Readonly<Record<string, string | null>>>({
    'from another origin': { Origin: 'http://evil.example' }, 'from no origin': { Origin: null }, 'from the null origin': { Origin: 'null' },
    'under another name': { Host: 'evil.example' }, 'from another port of this machine': { Origin: 'http://127.0.0.1:1' },
  })) {
    it(`refuses a socket ${what} before it opens`, async () => {
      assert.equal(status(await exchange(upgrade(changes))), 403);
      assert.equal(accepted, 0);
    });
  }
  it('refuses a socket at another path, and a malformed upgrade', async () => {
    assert.equal(status(await exchange(upgrade({}, '/elsewhere'))), 400);
    assert.equal(status(await exchange(upgrade({ 'Sec-WebSocket-Key': 'short' }))), 400);
    assert.equal(accepted, 0);
  });
  it('tells a page without its token that it is unauthorized', async () => {
    assert.equal(await closeOf(openSocket({ Cookie: 'other=1' })), 4401);
    const wrong = socketAddress({ protocol: 'http:', host: address.host, search: '?token=wrong' });
    await assert.rejects(openWebSocket(new NodeWebSocket(wrong, { origin: address.origin })), (error) => error instanceof EngineError && error.code === 'unauthorized');
    assert.equal(accepted, 0);
  });
  it('answers a page with the token in the address or in the cookie', async () => {
    const withToken = (): NodeWebSocket => new NodeWebSocket(socketAddress({ protocol: 'http:', host: address.host, search: address.search }), { origin: address.origin });
    for (const open of [openSocket, withToken]) {
      const client = new Client<EchoProtocol>(await openWebSocket(open()), { protocolVersion: PROTOCOL_VERSION, software: 'test' });
      assert.equal(await client.call('echo', 'hello'), 'hello');
      client.close();
    }
  });
  it('closes on what is not JSON, on bytes, and on too large a message', async () => {
    for (const [payload, code] of [['{"kind":', 4400], [Buffer.from('{}'), 4400], [`"${'a'.repeat(1_100_000)}"`, 1009]] as const) {
      const socket = openSocket();
      socket.on('open', () => socket.send(payload));
      assert.equal(await closeOf(socket), code);
    }
  });
  it('closes on a message that is JSON and none of ours', async () => {
    const socket = openSocket();
    socket.on('open', () => socket.send('{"kind":"shout"}'));
    await closeOf(socket);
  });
  it('closes a socket that opens and says nothing', async () => {
    await server.close();
    await open({ greetingMs: 300 });
    await enter();
    assert.equal(await closeOf(openSocket()), 4408);
  });
  it('takes no more pages than allowed', async () => {
    const pages = Array.from({ length: 3 }, () => openSocket());
    for (const page of pages) page.on('open', () => page.send(JSON.stringify({ kind: 'hello', protocolVersion: PROTOCOL_VERSION, software: 'test' })));
    await Promise.all(pages.map((page) => once(page, 'message')));
    assert.equal(await closeOf(openSocket()), 4429);
    for (const page of pages) page.terminate();
  });
  it('says which port is in use', async () => {
    const second = new PageServer({ pageDirectory: folder, software: 'test', log: silent, accept() {} });
    await assert.rejects(second.open(Number(address.port)), (error) => error instanceof EngineError && error.code === 'bad-input' && error.details?.['field'] === 'port');
    assert.match(await second.open(), /^http:/, 'and opens elsewhere when asked again');
    await second.close();
  });
  it('opens once however often it is asked', async () => {
    assert.equal(await server.open(), address.href);
    assert.equal(server.address, address.href);
  });
  it('ends its pages when it is closed, and closes at once', async () => {
    const client = new Client<EchoProtocol>(await openWebSocket(openSocket()), { protocolVersion: PROTOCOL_VERSION, software: 'test' });
    const call = client.call('hang', undefined);
    await Promise.all([server.close(), assert.rejects(call, (error) => error instanceof EngineError && error.code === 'connection-closed')]);
    assert.equal(server.address, null);
  });
});
