/**
 * The page's end of a WebSocket pipe: JSON text messages. Compiles without DOM types; any browser's WebSocket fits `WebSocketLike`.
 * The pipe counts as open only after the server's own hello: an open socket may still be refused, and a refused upgrade tells a
 * browser nothing, so the server accepts first and then closes with a code (see server/rpc-socket.ts).
 */

import { EngineError, type ErrorCode } from '../contract/errors.ts';
import { isWireMessage, type WireMessage } from './message.ts';
import type { Transport } from './transport.ts';

/** The least of the browser's WebSocket that is needed. */
export interface WebSocketLike {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  /** Follows every error event, with its code. */
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

/** Close codes of ours; 4000 to 4999 are free for applications. */
export const CLOSE_UNAUTHORIZED = 4401;
export const CLOSE_TOO_MANY = 4429;
export const CLOSE_MALFORMED = 4400;
export const CLOSE_TOO_SLOW = 4408;

/** Path of the rpc socket below the page's own address. */
export const SOCKET_PATH = '/rpc';

/** Where the page of this location finds its engine; pass `window.location`. A token in the address is handed on. */
export function socketAddress(location: { readonly protocol: string; readonly host: string; readonly search: string }): string {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const token = /[?&]token=([\w-]+)/.exec(location.search)?.[1];
  return `${scheme}//${location.host}${SOCKET_PATH}${token === undefined ? '' : `?token=${token}`}`;
}

/** Resolves with the pipe once the server greeted; rejects with `unauthorized` or `engine-unavailable`. */
export function openWebSocket(socket: WebSocketLike): Promise<Transport> {
  return new Promise((resolve, reject) => {
    let open = false;
    let ended: string | undefined;
    let messageListener: ((message: unknown) => void) | undefined;
    let closeListener: ((reason: string) => void) | undefined;

    const end = (reason: string, code: ErrorCode): void => {
      if (ended !== undefined) return;
      ended = reason;
      if (open) closeListener?.(reason);
      else reject(new EngineError(code, code === 'unauthorized' ? undefined : reason));
    };
    const transport: Transport = {
      send(message: WireMessage) {
        if (ended !== undefined) return;
        const text = toText(message);
        if (text === undefined) {
          // Answered here, so that the caller's promise ends like any refused call.
          if (message.kind !== 'call' && message.kind !== 'subscribe') return;
          const refused: WireMessage = { kind: 'error', id: message.id, error: { code: 'bad-input', message: 'The input cannot be sent as JSON.' } };
          void Promise.resolve().then(() => messageListener?.(refused));
          return;
        }
        socket.send(text);
      },
      onMessage(listener) {
        messageListener = listener;
      },
      onClose(listener) {
        closeListener = listener;
        if (ended !== undefined) listener(ended);
      },
      close() {
        socket.close(1000);
        end('closed here', 'connection-closed');
      },
    };

    socket.addEventListener('message', (event) => {
      if (ended !== undefined) return;
      const message = typeof event.data === 'string' ? fromText(event.data) : undefined;
      if (!isWireMessage(message)) {
        socket.close(CLOSE_MALFORMED, 'malformed message');
        end('The engine sent something malformed.', 'connection-closed');
        return;
      }
      if (open) {
        messageListener?.(message);
      } else if (message.kind === 'hello') {
        open = true;
        resolve(transport);
      }
    });
    socket.addEventListener('close', (event) => {
      const reason = event.reason === '' ? 'The connection to the engine was closed.' : event.reason;
      end(reason, event.code === CLOSE_UNAUTHORIZED ? 'unauthorized' : 'engine-unavailable');
    });
  });
}

function fromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** undefined when a value has no JSON form (a bigint, a cycle). */
function toText(message: WireMessage): string | undefined {
  try {
    return JSON.stringify(message);
  } catch {
    return undefined;
  }
}
