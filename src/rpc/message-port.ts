/** A transport over anything that posts structured-clone messages: a browser MessagePort, Node's worker threads and ports. */

import type { WireMessage } from './message.ts';
import type { Transport } from './transport.ts';

/** The least a port must offer; adapters for Node's `on('message')` live in node/. */
export interface PortLike {
  postMessage(message: unknown): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  close?(): void;
}

export function messagePortTransport(port: PortLike): Transport & { ended(reason: string): void } {
  let open = true;
  let closeListener: ((reason: string) => void) | undefined;
  const end = (reason: string): void => {
    if (!open) return;
    open = false;
    closeListener?.(reason);
  };
  return {
    send(message: WireMessage) {
      if (open) port.postMessage(message);
    },
    onMessage(listener) {
      port.onmessage = (event) => { if (open) listener(event.data); };
    },
    onClose(listener) {
      closeListener = listener;
    },
    close() {
      port.close?.();
      end('closed here');
    },
    /** For owners that learn of the other side's end by themselves: a port gives no such event everywhere. */
    ended: end,
  };
}
