/** The rpc sockets of open pages: how many, how large a message, how long until the first word. Who may connect was decided before. */

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { webSocketServerTransport } from '../rpc/node/web-socket-transport.ts';
import type { Transport } from '../rpc/transport.ts';
import { CLOSE_TOO_MANY, CLOSE_TOO_SLOW, CLOSE_UNAUTHORIZED } from '../rpc/web-socket.ts';

/** Open tabs of one person. */
const MAX_PAGES = 32;
/** What a page asks is short; the longest call (settings with many patterns) is far below this. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** A page says hello as soon as it is connected. */
const GREETING_MS = 10_000;
/** For the close frame to be read and answered. */
const CLOSE_PATIENCE_MS = 1_000;

export interface RpcSocketsOptions {
  readonly accept: (transport: Transport) => void;
  readonly protocolVersion: number;
  readonly software: string;
  readonly maxPages?: number;
  readonly greetingMs?: number;
}

export class RpcSockets {
  readonly #options: RpcSocketsOptions;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false, clientTracking: true });

  constructor(options: RpcSocketsOptions) {
    this.#options = options;
  }

  take(request: IncomingMessage, socket: Duplex, head: Buffer, authorized: boolean): void {
    this.#server.handleUpgrade(request, socket, head, (page) => {
      if (!authorized) return refuse(page, CLOSE_UNAUTHORIZED, 'unauthorized');
      if (this.#server.clients.size > (this.#options.maxPages ?? MAX_PAGES)) return refuse(page, CLOSE_TOO_MANY, 'too many pages are open');
      const silence = setTimeout(() => refuse(page, CLOSE_TOO_SLOW, 'no hello'), this.#options.greetingMs ?? GREETING_MS);
      page.once('message', () => clearTimeout(silence));
      page.once('close', () => clearTimeout(silence));
      this.#options.accept(webSocketServerTransport(page, { protocolVersion: this.#options.protocolVersion, software: this.#options.software }));
    });
  }

  close(): void {
    for (const page of this.#server.clients) page.terminate();
    this.#server.close();
  }
}

/** Says why, then cuts off a peer that does not close by itself: a refused one must not hold a place. */
function refuse(page: WebSocket, code: number, reason: string): void {
  page.on('error', () => page.terminate());
  page.close(code, reason);
  const patience = setTimeout(() => page.terminate(), CLOSE_PATIENCE_MS);
  page.once('close', () => clearTimeout(patience));
}
