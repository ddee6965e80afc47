/** Every pipe the protocol runs over, opened for a test: one end answers with the echo handlers, the other is given. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { WebSocketServer } from 'ws';
import { messagePortTransport, type PortLike } from '../../src/rpc/message-port.ts';
import { childProcessTransport, workerTransport } from '../../src/rpc/node/process-transport.ts';
import { socketTransport } from '../../src/rpc/node/socket-transport.ts';
import { webSocketServerTransport } from '../../src/rpc/node/web-socket-transport.ts';
import { serve } from '../../src/rpc/server.ts';
import { createInProcessPair, type Transport } from '../../src/rpc/transport.ts';
import { openWebSocket, type WebSocketLike } from '../../src/rpc/web-socket.ts';
import { createEchoHandlers, ECHO_VERSION, MAX_PENDING, validateEcho } from './rpc-echo-handlers.ts';

export interface OpenPipe {
  readonly transport: Transport;
  /** Ends the answering side as a crash would, where there is one. */
  endPeer(): void;
  dispose(): Promise<void>;
}

export interface Pipe {
  readonly name: string;
  /** Do values cross by structured clone (bigint, undefined, Map), or as JSON? */
  readonly carries: 'clones' | 'json';
  open(): Promise<OpenPipe>;
}

function answer(transport: Transport): void {
  serve(transport, createEchoHandlers(), { protocolVersion: ECHO_VERSION, validate: validateEcho, maxPending: MAX_PENDING });
}

function portLike(port: MessagePort): PortLike {
  const like: PortLike = { postMessage: (message) => port.postMessage(message), onmessage: null, close: () => port.close() };
  port.on('message', (data: unknown) => like.onmessage?.({ data }));
  return like;
}

const inProcess: Pipe = {
  name: 'in-process', carries: 'clones',
  open: async () => {
    const [here, there] = createInProcessPair();
    answer(there);
    return { transport: here, endPeer: () => there.close(), dispose: async () => here.close() };
  },
};

const messagePort: Pipe = {
  name: 'MessagePort', carries: 'clones',
  open: async () => {
    const { port1, port2 } = new MessageChannel();
    const here = messagePortTransport(portLike(port1));
    const there = messagePortTransport(portLike(port2));
    // A port's owner learns of the other end's close by the port's event.
    port1.on('close', () => here.ended('the port was closed'));
    port2.on('close', () => there.ended('the port was closed'));
    answer(there);
    return { transport: here, endPeer: () => port2.close(), dispose: async () => { port1.close(); port2.close(); } };
  },
};

const worker: Pipe = {
  name: 'worker thread', carries: 'clones',
  open: async () => {
    const thread = new Worker(path.join(import.meta.dirname, 'rpc-peers', 'worker.ts'));
    await once(thread, 'online');
    return { transport: workerTransport(thread), endPeer: () => void thread.terminate(), dispose: async () => { await thread.terminate(); } };
  },
};

const childProcess: Pipe = {
  name: 'child process', carries: 'clones',
  open: async () => {
    const child = fork(path.join(import.meta.dirname, 'rpc-peers', 'child.ts'), { serialization: 'advanced', execArgv: ['--disable-warning=ExperimentalWarning'] });
    await once(child, 'spawn');
    const gone = once(child, 'exit');
    return {
      transport: childProcessTransport(child),
      endPeer: () => { child.kill('SIGKILL'); },
      dispose: async () => { child.kill('SIGKILL'); await gone; },
    };
  },
};

const socket: Pipe = {
  name: 'socket', carries: 'json',
  open: async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'findling-rpc-'));
    const address = process.platform === 'win32' ? `\\\\.\\pipe\\${path.basename(folder)}` : path.join(folder, 's');
    const peers: Transport[] = [];
    const server = createServer((accepted) => {
      const peer = socketTransport(accepted, { pauseWhenUnsent: true });
      peers.push(peer);
      answer(peer);
    }).listen(address);
    await once(server, 'listening');
    const client = connect(address);
    await once(client, 'connect');
    return {
      transport: socketTransport(client),
      endPeer: () => { for (const peer of peers) peer.close(); },
      dispose: async () => {
        client.destroy();
        for (const peer of peers) peer.close();
        server.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};

const webSocket: Pipe = {
  name: 'WebSocket', carries: 'json',
  open: async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    server.on('connection', (accepted) => answer(webSocketServerTransport(accepted, { protocolVersion: ECHO_VERSION, software: 'test' })));
    // A WebSocket server on a port has an address with one.
    const { port } = server.address() as AddressInfo;
    // Node's own WebSocket is the browser's.
    const transport = await openWebSocket(new WebSocket(`ws://127.0.0.1:${port}/`) satisfies WebSocketLike);
    return {
      transport,
      endPeer: () => { for (const peer of server.clients) peer.terminate(); },
      dispose: async () => {
        transport.close();
        for (const peer of server.clients) peer.terminate();
        server.close();
      },
    };
  },
};

export const PIPES: readonly Pipe[] = [inProcess, messagePort, worker, childProcess, socket, webSocket];
