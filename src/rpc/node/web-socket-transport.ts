/**
 * The server's end of a page's WebSocket, over the `ws` package: JSON text messages. It greets first (rpc/web-socket.ts waits for that).
 * Size of one message is bounded by the WebSocketServer's `maxPayload`; who may connect is decided in server/.
 */

import type { WebSocket } from 'ws';
import type { WireMessage } from '../message.ts';
import type { Transport } from '../transport.ts';
import { CLOSE_MALFORMED, CLOSE_TOO_SLOW } from '../web-socket.ts';

/** With this much unsent, the page is taken for dead: a suspended tab, or one that asks and does not read. */
const MAX_UNSENT_BYTES = 16 * 1024 * 1024;

export interface WebSocketTransportOptions {
  readonly protocolVersion: number;
  readonly software: string;
}

export function webSocketServerTransport(socket: WebSocket, options: WebSocketTransportOptions): Transport {
  let messageListener: ((message: unknown) => void) | undefined;
  let closeListener: ((reason: string) => void) | undefined;
  const early: unknown[] = [];
  let ended: string | undefined;

  const end = (reason: string, code?: number): void => {
    if (ended !== undefined) return;
    ended = reason;
    if (code === undefined) socket.close();
    else socket.close(code, reason);
    closeListener?.(reason);
  };

  const send = (message: WireMessage): void => {
    if (ended !== undefined) return;
    let text: string;
    try {
      text = JSON.stringify(message);
    } catch (error) {
      const id = message.kind === 'hello' ? 0 : message.id;
      text = JSON.stringify({ kind: 'error', id, error: { code: 'internal', message: `The answer has no JSON form: ${error instanceof Error ? error.message : String(error)}` } });
    }
    // The callback takes the error of a socket that closed meanwhile: its close event tells the rest.
    socket.send(text, () => {});
    if (socket.bufferedAmount > MAX_UNSENT_BYTES) {
      end('The page does not read its answers.', CLOSE_TOO_SLOW);
      socket.terminate();
    }
  };

  socket.on('message', (data, isBinary) => {
    if (ended !== undefined) return;
    const message = isBinary ? undefined : parse(String(data));
    if (message === undefined) return end('malformed message', CLOSE_MALFORMED);
    if (messageListener === undefined) early.push(message);
    else messageListener(message);
  });
  // `ws` closes with the fitting code by itself (1009 for a message over maxPayload, 1002 for a protocol error).
  socket.on('error', (error) => end(error.message));
  socket.on('close', () => end('closed by the page'));
  send({ kind: 'hello', ...options });

  return {
    send,
    onMessage(listener) {
      messageListener = listener;
      for (const message of early.splice(0)) listener(message);
    },
    onClose(listener) {
      closeListener = listener;
      if (ended !== undefined) listener(ended);
    },
    close: () => end('closed here'),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
