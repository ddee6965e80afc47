/**
 * Opens the page's pipe to the engine: a MessagePort when the desktop host hands one over, else a WebSocket to the server the
 * page came from. That server has put the address' token into a cookie no script can read; a token that is still in the
 * address is handed on and taken out of the address bar, where it would end up in bookmarks and screenshots.
 */

import { EngineError } from '../src/contract/errors.ts';
import { messagePortTransport, type PortLike } from '../src/rpc/message-port.ts';
import type { Transport } from '../src/rpc/transport.ts';
import { openWebSocket, socketAddress } from '../src/rpc/web-socket.ts';
import { createEngineLink, type Engine } from './connection/engine-link.ts';

/** What the preload posts with a port, and what the page posts to ask for (another) one. */
const PORT_OFFER = 'findling:port';
const PORT_REQUEST = 'findling:port-please';
/** A host that has no port to give by then has none. */
const PORT_DEADLINE_MS = 5_000;

export function connect(scope: Window): Engine {
  const fromWeb = scope.location.protocol === 'http:' || scope.location.protocol === 'https:';
  const { protocol, host, search } = scope.location;
  const address = fromWeb ? socketAddress({ protocol, host, search }) : '';
  if (fromWeb) hideToken(scope);
  const link = createEngineLink({
    open: fromWeb ? () => openWebSocket(new WebSocket(address)) : () => openPort(scope),
    software: 'page',
    schedule: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
  });
  scope.addEventListener('online', () => link.hurry());
  scope.document.addEventListener('visibilitychange', () => { if (!scope.document.hidden) link.hurry(); });
  return link;
}

function hideToken(scope: Window): void {
  const address = new URL(scope.location.href);
  if (!address.searchParams.has('token')) return;
  address.searchParams.delete('token');
  scope.history.replaceState(null, '', address);
}

function openPort(scope: Window): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const settle = (run: () => void): void => {
      scope.removeEventListener('message', receive);
      clearTimeout(deadline);
      run();
    };
    const receive = (event: MessageEvent<unknown>): void => {
      const port = event.ports[0];
      if (event.source !== scope || event.data !== PORT_OFFER || port === undefined) return;
      settle(() => {
        const transport = messagePortTransport(portLike(port));
        // Not every engine of pages tells of the other side's end; where it does, the page need not wait for a failed call.
        port.addEventListener('close', () => transport.ended('The connection to the engine was closed.'));
        resolve(transport);
      });
    };
    const deadline = setTimeout(() => settle(() => reject(new EngineError('engine-unavailable'))), PORT_DEADLINE_MS);
    scope.addEventListener('message', receive);
    scope.postMessage(PORT_REQUEST, scope.location.origin === 'null' ? '*' : scope.location.origin);
  });
}

function portLike(port: MessagePort): PortLike {
  const like: PortLike = { postMessage: (message) => port.postMessage(message), onmessage: null, close: () => port.close() };
  port.addEventListener('message', (event: MessageEvent<unknown>) => like.onmessage?.({ data: event.data }));
  port.start();
  return like;
}
