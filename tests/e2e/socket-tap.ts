/**
 * Stands in the page's socket and lets a test hold back, change or cut what the real engine answers, so that races happen on
 * purpose. Without a rule everything passes unchanged.
 */

import type { Page, WebSocketRoute } from 'playwright-core';
import { isWireMessage, type WireMessage } from '../../src/rpc/message.ts';

interface Held {
  /** Of which search. */
  readonly id: number;
  readonly message: WireMessage;
}

type Hits = { readonly hits: readonly { readonly fileId: number }[] };

export class SocketTap {
  readonly #searches = new Map<number, string>();
  readonly #held: Held[] = [];
  readonly #waiters: (() => void)[] = [];
  #hold: (text: string, stage: string) => boolean = () => false;
  #route: WebSocketRoute | undefined;
  #server: WebSocketRoute | undefined;

  static async of(page: Page): Promise<SocketTap> {
    const tap = new SocketTap();
    await page.routeWebSocket(/\/rpc/, (route) => { tap.#join(route); });
    return tap;
  }

  #join(route: WebSocketRoute): void {
    const server = route.connectToServer();
    this.#route = route;
    this.#server = server;
    route.onMessage((data) => {
      const message: unknown = JSON.parse(String(data));
      if (isWireMessage(message) && message.kind === 'subscribe' && message.name === 'search') {
        this.#searches.set(message.id, (message.input as { text: string }).text);
      }
      server.send(data);
    });
    server.onMessage((data) => {
      const message: unknown = JSON.parse(String(data));
      if (isWireMessage(message) && 'id' in message && this.#holds(message)) {
        this.#held.push({ id: message.id, message });
        for (const wake of this.#waiters.splice(0)) wake();
        return;
      }
      route.send(data);
    });
  }

  /** What follows a held message of the same search is held too: messages never overtake each other. */
  #holds(message: WireMessage & { readonly id: number }): boolean {
    if (this.#held.some((held) => held.id === message.id)) return true;
    const text = this.#searches.get(message.id);
    return text !== undefined && message.kind === 'next' && this.#hold(text, (message.value as { stage: string }).stage);
  }

  /** Holds back search updates for which the rule says so. */
  holdWhen(rule: (text: string, stage: string) => boolean): void {
    this.#hold = rule;
  }

  /** Resolves when at least this many updates are held. */
  async untilHeld(count: number): Promise<void> {
    while (this.#held.length < count) await new Promise<void>((resolve) => { this.#waiters.push(resolve); });
  }

  /** Sends what was held, changed if wanted, and holds nothing more. */
  release(change: (update: Hits) => Hits = (update) => update): void {
    this.#hold = () => false;
    for (const { message } of this.#held.splice(0)) {
      // Only updates of searches are held as `next`.
      const sent = message.kind === 'next' ? { ...message, value: change(message.value as Hits) } : message;
      this.#route?.send(JSON.stringify(sent));
    }
  }

  /** Cuts the connection as a network would; the next one passes again. */
  async cut(): Promise<void> {
    await this.#server?.close();
    await this.#route?.close({ code: 4000, reason: 'cut by the test' });
  }
}
