/**
 * Joins a page's MessagePort to a socket of the engine. Messages are carried, not understood: the engine checks every one, and the page
 * is no more trusted than a browser tab. Either end's close closes the other. Plain Node: the port is handed in.
 */

import type { Socket } from 'node:net';
import { socketTransport } from '../src/rpc/node/socket-transport.ts';
import type { WireMessage } from '../src/rpc/message.ts';

/** The part of Electron's MessagePortMain that is needed. */
export interface RelayPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

/** A page that sends this much before an engine answers is broken. */
const MOST_EARLY_MESSAGES = 1_000;

/** Never rejects: a port whose engine cannot be reached is closed, and the page asks for another with its own back-off. */
export async function relayPage(port: RelayPort, openSocket: () => Promise<Socket>): Promise<void> {
  const early: WireMessage[] = [];
  let send = (message: WireMessage): void => {
    if (early.length === MOST_EARLY_MESSAGES) port.close();
    else early.push(message);
  };
  let closed = false;
  let closeSocket = (): void => {};
  port.on('message', ({ data }) => {
    // Its shape is checked by the engine; what has no JSON form is refused by the transport.
    send(data as WireMessage);
  });
  port.on('close', () => {
    closed = true;
    closeSocket();
  });
  port.start();

  const socket = await openSocket().catch(() => null);
  if (socket === null) return port.close();
  const transport = socketTransport(socket);
  closeSocket = () => transport.close();
  if (closed) return transport.close();
  transport.onMessage((message) => { if (!closed) port.postMessage(message); });
  transport.onClose(() => { if (!closed) port.close(); });
  send = (message) => transport.send(message);
  for (const message of early) transport.send(message);
}
