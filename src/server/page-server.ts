/**
 * The loopback server: the built page and its rpc socket, on 127.0.0.1 and off until asked for. Who may speak is decided by
 * origin-guard.ts; what may be read by static-files.ts. Limits on size, number and time keep a broken or hostile client from
 * holding the engine: none of them is near what a page does.
 */

import { createHash, randomBytes } from 'node:crypto';
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { PROTOCOL_VERSION } from '../contract/calls.ts';
import { EngineError, ERROR_CODES } from '../contract/errors.ts';
import { describeError, type Log } from '../log.ts';
import type { Transport } from '../rpc/transport.ts';
import { SOCKET_PATH } from '../rpc/web-socket.ts';
import { securityHeaders } from './headers.ts';
import { cookieName, judge, type Verdict } from './origin-guard.ts';
import { RpcSockets } from './rpc-sockets.ts';
import { readStaticFile } from '../host/static-files.ts';

/** 256 bits: not guessed in the lifetime of the machine. */
const TOKEN_BYTES = 32;
/** A page opens at most six connections at once, and its socket; some tabs of it. */
const MAX_CONNECTIONS = 64;
/** Slow senders (slowloris) are cut off: a page on loopback sends its headers within a millisecond. */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const CHECK_TIMEOUTS_EVERY_MS = 1_000;
const KEEP_ALIVE_MS = 5_000;
const MAX_HEADER_BYTES = 16 * 1024;

export interface PageServerOptions {
  /** The built page: `dist/renderer`. */
  readonly pageDirectory: string;
  readonly software: string;
  /** Takes a page that passed the guard. */
  readonly accept: (transport: Transport) => void;
  readonly log: Log;
  /** For tests. */
  readonly limits?: { readonly headersTimeoutMs?: number; readonly maxConnections?: number; readonly maxPages?: number; readonly greetingMs?: number };
}

interface Open {
  readonly server: Server;
  readonly sockets: RpcSockets;
  readonly port: number;
  readonly address: string;
}

export class PageServer {
  readonly #options: PageServerOptions;
  readonly #token = randomBytes(TOKEN_BYTES).toString('base64url');
  #opening: Promise<Open> | undefined;
  #open: Open | undefined;

  constructor(options: PageServerOptions) {
    this.#options = options;
  }

  /** With token; null while the server is off. */
  get address(): string | null {
    return this.#open?.address ?? null;
  }

  /** The address with its token. A server that is on already stays where it is. Port 0 or none: any free one. Errors: bad-input for a port in use. */
  async open(port = 0): Promise<string> {
    this.#opening ??= this.#start(port).catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return (await this.#opening).address;
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    this.#open = undefined;
    if (opening === undefined) return;
    const { server, sockets } = await opening;
    sockets.close();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  async #start(wanted: number): Promise<Open> {
    const { limits, accept, software, log } = this.#options;
    const sockets = new RpcSockets({ accept, protocolVersion: PROTOCOL_VERSION, software, ...limits });
    const server = createServer({
      connectionsCheckingInterval: CHECK_TIMEOUTS_EVERY_MS,
      headersTimeout: limits?.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
      requestTimeout: Math.max(REQUEST_TIMEOUT_MS, limits?.headersTimeoutMs ?? 0),
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    });
    server.maxConnections = limits?.maxConnections ?? MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => {
        const inUse = 'code' in error && error.code === 'EADDRINUSE';
        const denied = 'code' in error && error.code === 'EACCES';
        if (inUse || denied) reject(new EngineError('bad-input', `Port ${wanted} ${inUse ? 'is in use' : 'needs more rights'}. Choose another, or leave it out.`, { cause: error, details: { field: 'port' } }));
        else reject(error);
      });
      server.listen(wanted, '127.0.0.1', resolve);
    });
    // A server on an address is never on a pipe: the union's other members do not occur.
    const { port } = server.address() as AddressInfo;
    server.on('request', (request, response) => {
      this.#answer(request, response, port).catch((error: unknown) => {
        log.warn('a page request failed', { error: describeError(error) });
        if (!response.headersSent) plain(response, 500, ERROR_CODES.internal, port);
        response.destroy();
      });
    });
    server.on('upgrade', (request, socket, head) => this.#upgrade({ request, socket, head, port, sockets }));
    server.on('clientError', (_error, socket) => { if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'); });
    this.#open = { server, sockets, port, address: `http://127.0.0.1:${port}/?token=${this.#token}` };
    log.info('the page is served', { port });
    return this.#open;
  }

  #judge(request: IncomingMessage, url: URL, port: number, purpose: 'page' | 'socket'): Verdict {
    const { host, origin, cookie } = request.headers;
    return judge({ method: request.method, host, origin, cookie, token: url.searchParams.get('token'), purpose }, { port, token: this.#token });
  }

  async #answer(request: IncomingMessage, response: ServerResponse, port: number): Promise<void> {
    const url = addressOf(request, port);
    const verdict: Verdict = url === null ? { ok: false, status: 400, reason: 'address' } : this.#judge(request, url, port, 'page');
    if (url === null || !verdict.ok) {
      const status = verdict.ok ? 400 : verdict.status;
      this.#options.log.debug('a page request was refused', { status, reason: verdict.ok ? 'address' : verdict.reason });
      return plain(response, status, status === 401 ? ERROR_CODES.unauthorized : (STATUS_CODES[status] ?? ''), port);
    }
    if (verdict.by === 'token') {
      // From the address into a cookie that scripts cannot read, and out of the history and the address bar.
      response.writeHead(303, {
        ...securityHeaders(port),
        'Location': url.pathname.startsWith('//') ? '/' : url.pathname,
        'Set-Cookie': `${cookieName(port)}=${this.#token}; HttpOnly; SameSite=Strict; Path=/`,
        'Cache-Control': 'no-store',
        'Content-Length': '0',
      });
      response.end();
      return;
    }
    const file = await readStaticFile(this.#options.pageDirectory, url.pathname);
    if (file === null) return plain(response, 404, url.pathname === '/' ? 'The page is not built. Run: npm run build' : 'Not found', port);
    const tag = `"${createHash('sha256').update(file.bytes).digest('base64url')}"`;
    const headers = { ...securityHeaders(port), 'ETag': tag, 'Cache-Control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-cache' };
    if (request.headers['if-none-match'] === tag) {
      response.writeHead(304, headers);
      response.end();
      return;
    }
    response.writeHead(200, { ...headers, 'Content-Type': file.type, 'Content-Length': file.bytes.byteLength });
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
  }

  #upgrade({ request, socket, head, port, sockets }: { request: IncomingMessage; socket: Duplex; head: Buffer; port: number; sockets: RpcSockets }): void {
    socket.on('error', () => socket.destroy());
    const url = addressOf(request, port);
    const verdict: Verdict = url === null || url.pathname !== SOCKET_PATH ? { ok: false, status: 400, reason: 'address' } : this.#judge(request, url, port, 'socket');
    if (!verdict.ok && verdict.status !== 401) {
      socket.end(`HTTP/1.1 ${verdict.status} ${STATUS_CODES[verdict.status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
      return;
    }
    // A page of ours without its token is told so: a refused upgrade says nothing to a browser.
    sockets.take(request, socket, head, verdict.ok);
  }
}

function addressOf(request: IncomingMessage, port: number): URL | null {
  // Only origin-form: an absolute address would be a proxy request.
  if (request.url?.startsWith('/') !== true) return null;
  const base = `http://127.0.0.1:${port}`;
  const url = URL.canParse(request.url, base) ? new URL(request.url, base) : null;
  // `//elsewhere` is an address of its own.
  return url?.origin === base ? url : null;
}

function plain(response: ServerResponse, status: number, text: string, port: number): void {
  const body = Buffer.from(`${text}\n`);
  response.writeHead(status, { ...securityHeaders(port), 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': body.byteLength, 'Cache-Control': 'no-store', 'Connection': 'close' });
  response.end(body);
}
