/** The socket pipe against a peer that misbehaves: raw bytes on the other side. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EngineError } from '../../src/contract/errors.ts';
import { Client } from '../../src/rpc/client.ts';
import { encodeFrame, FrameReader } from '../../src/rpc/node/frame.ts';
import { socketTransport, type SocketTransportOptions } from '../../src/rpc/node/socket-transport.ts';
import { serve } from '../../src/rpc/server.ts';
import type { Transport } from '../../src/rpc/transport.ts';
import { createEchoHandlers, ECHO_VERSION, type EchoProtocol } from './rpc-echo-handlers.ts';

describe('the socket pipe', () => {
  let folder: string;
  let server: Server;
  let ends: Transport[];
  let closes: Promise<string>[];
  let clients: Socket[];
  let accepted: Socket[];

  const listen = async (options: SocketTransportOptions = {}): Promise<void> => {
    server = createServer((socket) => {
      const end = socketTransport(socket, { pauseWhenUnsent: true, ...options });
      accepted.push(socket);
      ends.push(end);
      // `serve` takes the one close listener, so the socket tells.
      closes.push(once(socket, 'close').then(() => 'closed'));
      serve(end, createEchoHandlers(), { protocolVersion: ECHO_VERSION });
    }).listen(path.join(folder, 's'));
    await once(server, 'listening');
  };
  const dial = async (): Promise<Socket> => {
    const socket = connect(path.join(folder, 's'));
    clients.push(socket);
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  const hello = encodeFrame({ kind: 'hello', protocolVersion: ECHO_VERSION, software: 'test' });
  const echo = (id: number, input: unknown): Buffer => encodeFrame({ kind: 'call', id, name: 'echo', input });

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'findling-socket-'));
    [ends, closes, clients, accepted] = [[], [], [], []];
  });
  afterEach(async () => {
    for (const socket of [...clients, ...accepted]) socket.destroy();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  for (const [what, bytes] of Object.entries({
    'an oversized frame': Buffer.from([0x7f, 0xff, 0xff, 0xff]), 'a frame that is not JSON': Buffer.from([0, 0, 0, 6, 0, 0, 0, 2, 0x7b, 0x7b]),
    'an HTTP request': Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), 'a message of no known kind': encodeFrame({ kind: 'shout', id: 1 }),
  })) {
    it(`closes on ${what} and goes on serving others`, async () => {
      await listen();
      const bad = await dial();
      bad.write(bytes);
      await once(bad.resume(), 'close');
      const client = new Client<EchoProtocol>(socketTransport(await dial()), { protocolVersion: ECHO_VERSION, software: 'test' });
      assert.equal(await client.call('echo', 'others'), 'others');
      client.close();
    });
  }
  it('says why it closed', async () => {
    await listen();
    const near = await dial();
    const reason = new Promise<string>((resolve) => { socketTransport(near).onClose(resolve); });
    while (accepted.length === 0) await once(server, 'connection');
    accepted[0]?.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    assert.match(await reason, /frame of 4294967295 bytes/);
  });
  it('answers a request that arrives byte by byte', async () => {
    await listen();
    const socket = await dial();
    const answers: unknown[] = [];
    const reader = new FrameReader();
    const answered = new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => { answers.push(...reader.push(chunk)); if (answers.length > 0) resolve(); });
    });
    for (const byte of Buffer.concat([hello, echo(1, 'slow')])) if (!socket.write(Buffer.from([byte]))) await once(socket, 'drain');
    await answered;
    assert.deepEqual(answers, [{ kind: 'return', id: 1, value: 'slow' }]);
  });
  it('refuses a request too large to send, at once, and the connection stays', async () => {
    await listen();
    const client = new Client<EchoProtocol>(socketTransport(await dial(), { maxFrameBytes: 10_000 }), { protocolVersion: ECHO_VERSION, software: 'test' });
    await assert.rejects(client.call('echo', 'x'.repeat(20_000)), (error) => error instanceof EngineError && error.code === 'bad-input');
    assert.equal(await client.call('echo', 'small'), 'small');
    client.close();
  });
  it('stops listening to a peer that does not read, and answers everything once it does', async () => {
    await listen();
    const socket = await dial();
    socket.pause();
    socket.write(hello);
    const large = 'y'.repeat(512 * 1024);
    for (let id = 1; id <= 40; id += 1) socket.write(echo(id, large));
    for (const deadline = Date.now() + 60_000; accepted[0]?.isPaused() !== true;) {
      assert.ok(Date.now() < deadline, 'it went on reading');
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    const held = accepted[0]?.writableLength ?? 0;
    assert.ok(held < 8 * 1024 * 1024, `holds ${held} bytes`);
    const reader = new FrameReader();
    let answers = 0;
    socket.on('data', (chunk: Buffer) => { answers += [...reader.push(chunk)].length; if (answers === 40) socket.end(); });
    await once(socket.resume(), 'close');
    assert.equal(answers, 40);
  });
  it('cuts off a peer that subscribes and does not read', async () => {
    await listen({ maxUnsentBytes: 2 * 1024 * 1024 });
    const socket = await dial();
    socket.pause();
    socket.write(hello);
    socket.write(encodeFrame({ kind: 'subscribe', id: 1, name: 'count', input: { to: 400_000 } }));
    while (closes.length === 0) await once(server, 'connection');
    assert.equal(await closes[0], 'closed');
  });
});
