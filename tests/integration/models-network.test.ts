/** TLS and proxies of downloads, over real sockets, with certificates made here. */

import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, before, describe, it } from 'node:test';
import { HttpSource } from '../../src/models/http-source.ts';
import { localCertificate } from '../fixtures/certificate.ts';
import { listen, REVISION, startHub, type Hub } from '../fixtures/model-hub.ts';
import { shelfWorld, tinyFiles, tinyModel } from '../fixtures/tiny-registry.ts';

const certificate = localCertificate();
const stranger = localCertificate();
const never = new AbortController().signal;

describe('downloads over TLS and proxies', () => {
  let files: Record<string, Buffer>;
  const open: { close(): Promise<void> | void }[] = [];
  before(async () => {
    files = await tinyFiles();
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate.cert]);
  });
  afterEach(async () => { for (const each of open.splice(0)) await each.close(); });

  const keep = <T extends { close(): Promise<void> | void }>(thing: T): T => { open.push(thing); return thing; };
  const hubWith = async (made?: typeof certificate): Promise<Hub> => keep(await startHub({ files, ...made === undefined ? {} : { certificate: made } }));

  async function proxy(): Promise<{ readonly address: string; readonly seen: string[] }> {
    const seen: string[] = [];
    const server = http.createServer((request, response) => {
      seen.push(`GET ${request.url}`);
      const target = new URL(request.url ?? '');
      http.get(target, { headers: request.headers }, (answer) => { answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers)); });
    });
    server.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
      seen.push(`CONNECT ${request.url}`);
      const { hostname, port } = new URL(`http://${request.url}`);
      const onward = net.connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname, () => { socket.write('HTTP/1.1 200 Connection established\r\n\r\n'); });
      onward.pipe(socket).pipe(onward);
      for (const end of [socket, onward]) end.on('error', () => { socket.destroy(); onward.destroy(); });
    });
    const address = await listen(server, 'http', '127.0.0.1');
    keep({ close: () => new Promise<void>((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }) });
    return { address, seen };
  }

  async function installs(hub: Hub, proxyAddress: string | null): Promise<void> {
    const world = keep(await shelfWorld([tinyModel(files)], { mirror: hub.address, proxy: proxyAddress }));
    await world.shelf.download({ id: 'tiny' });
    const { download, installed } = await world.settled();
    assert.equal(download, null, download?.trouble ?? '');
    assert.equal(installed?.check?.passed, true);
  }

  async function read(source: HttpSource, address: string): Promise<number> {
    const answer = await source.get(address, {}, never);
    let bytes = 0;
    for await (const chunk of answer.body()) bytes += chunk.length;
    return bytes;
  }

  it('downloads over HTTPS from a server that the system trusts', async () => {
    await installs(await hubWith(certificate), null);
  });

  it('tells a person when the server cannot prove who it is, and sends nothing', async () => {
    const hub = await hubWith(stranger);
    const world = keep(await shelfWorld([tinyModel(files)], { mirror: hub.address }));
    await world.shelf.download({ id: 'tiny' });
    const { download } = await world.settled();
    assert.match(download?.trouble ?? '', /cannot prove who it is/);
    assert.equal(hub.requests.length, 0);
  });

  it('reaches HTTPS through the proxy of the settings by CONNECT, and does not trust the proxy with more', async () => {
    const { address, seen } = await proxy();
    const hub = await hubWith(certificate);
    await installs(hub, address);
    assert.ok(seen.length >= 2);
    assert.ok(seen.every((line) => line.startsWith('CONNECT ')), seen.join('\n'));
    assert.ok(seen.includes(`CONNECT ${new URL(hub.address).host}`) && seen.includes(`CONNECT ${new URL(hub.storage).host}`));
  });

  it('reaches HTTP through the proxy', async () => {
    const { address, seen } = await proxy();
    const hub = await hubWith();
    await installs(hub, address);
    assert.ok(seen.some((line) => line.startsWith(`GET ${hub.address}/`)), seen.join('\n'));
  });

  it('takes the proxy of the environment, and leaves out what NO_PROXY names', async () => {
    const { address, seen } = await proxy();
    const hub = await hubWith();
    const file = `${hub.storage}/tokenizer.json`;
    const used = keep(new HttpSource({ proxy: null, environment: { http_proxy: address }, idleMs: 60_000 }));
    assert.equal(await read(used, file), files['tokenizer.json']?.length);
    assert.equal(seen.length, 1);
    const direct = keep(new HttpSource({ proxy: null, environment: { HTTP_PROXY: address, NO_PROXY: 'example.org,localhost' }, idleMs: 60_000 }));
    assert.equal(await read(direct, file), files['tokenizer.json']?.length);
    assert.equal(seen.length, 1);
  });

  it('tells of a proxy that refuses', async () => {
    const server = http.createServer();
    server.on('connect', (_request, socket: net.Socket) => { socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'); });
    const address = await listen(server, 'http', '127.0.0.1');
    keep({ close: () => new Promise<void>((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }) });
    const source = keep(new HttpSource({ proxy: address, environment: {}, idleMs: 60_000 }));
    await assert.rejects(source.get('https://models.example.org/file', {}, never), { name: 'Trouble', remedy: 'final', message: /proxy refuses/ });
  });

  it('never goes from encryption to plain text', async () => {
    const hub = await hubWith(certificate);
    hub.hubFaults.push({ redirect: 'http://127.0.0.1:9/model.onnx' });
    const source = keep(new HttpSource({ proxy: null, environment: {}, idleMs: 60_000 }));
    await assert.rejects(source.get(`${hub.address}/test/tiny/resolve/${REVISION}/onnx/model.onnx`, {}, never), { name: 'Trouble', remedy: 'final', message: /without encryption/ });
  });

  it('gives up on a server that takes a connection and says nothing', async () => {
    // Reads, so that it hears of the end.
    const server = net.createServer((socket) => { socket.resume(); });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    keep({ close: () => new Promise<void>((resolve) => { server.close(() => resolve()); }) });
    const source = keep(new HttpSource({ proxy: null, environment: {}, idleMs: 100 }));
    const { port } = server.address() as net.AddressInfo; // A TCP server's address is no path.
    await assert.rejects(source.get(`http://127.0.0.1:${port}/file`, {}, never), { name: 'Trouble', remedy: 'again', message: /does not answer/ });
  });
});
