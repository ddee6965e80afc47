/**
 * What a pipe must do. The protocol (client.ts, server.ts) is written once over this; pipes are plugged in:
 * in-process here, MessagePort-like objects in message-port.ts, the rest in node/ and the page's web-socket.ts.
 */

import type { WireMessage } from './message.ts';

export interface Transport {
  /** Never throws; after close it does nothing. */
  send(message: WireMessage): void;
  /** One listener. Called with whatever arrived: the protocol checks it. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, with why. */
  onClose(listener: (reason: string) => void): void;
  close(): void;
}

/** Two joined ends in one thread. Values are passed by structured clone, as every other pipe copies them too. */
export function createInProcessPair(): [Transport, Transport] {
  const left = new InProcessEnd();
  const right = new InProcessEnd();
  left.peer = right;
  right.peer = left;
  return [left, right];
}

/** `structuredClone` exists in every environment we run in, but this folder compiles with none of their types. */
declare const structuredClone: <T>(value: T) => T;

class InProcessEnd implements Transport {
  peer: InProcessEnd | undefined;
  #message: ((message: unknown) => void) | undefined;
  #close: ((reason: string) => void) | undefined;
  #waiting: unknown[] = [];
  #open = true;

  send(message: WireMessage): void {
    if (!this.#open || this.peer === undefined) return;
    const peer = this.peer;
    const copy = structuredClone(message);
    void Promise.resolve().then(() => peer.#deliver(copy));
  }

  #deliver(message: unknown): void {
    if (!this.#open) return;
    if (this.#message === undefined) this.#waiting.push(message);
    else this.#message(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#message = listener;
    for (const message of this.#waiting.splice(0)) listener(message);
  }

  onClose(listener: (reason: string) => void): void {
    this.#close = listener;
  }

  close(): void {
    this.#end('closed here');
    if (this.peer !== undefined) this.peer.#end('closed by the other end');
  }

  #end(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#close?.(reason);
  }
}
