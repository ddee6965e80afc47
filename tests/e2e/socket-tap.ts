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

/** What a test needs of the value of an update. */
type Update = { readonly stage: string; readonly hits: readonly { readonly fileId: number }[] };

export class SocketTap {
  readonly #searches = new Map<number, string>();
  readonly #held: Held[] = [];
  readonly #waiters: (() => void)[] = [];
  #hold: (text: string, stage: string) => boolean = () => false;
  #away = false;
  #route: WebSocketRoute | undefined;
  #server: WebSocketRoute | undefined;

  static async of(page: Page): Promise<SocketTap> {
    const tap = new SocketTap();
    await page.routeWebSocket(/\/rpc/, (route) => { tap.#join(route); });
    return tap;
  }

  #join(route: WebSocketRoute): void {
    if (this.#away) return void route.close({ code: 4000, reason: 'cut by the test' });
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
    return text !== undefined && message.kind === 'next' && this.#hold(text, (message.value as Update).stage);
  }

  /** Holds back search updates for which the rule says so. */
  holdWhen(rule: (text: string, stage: string) => boolean): void {
    this.#hold = rule;
  }

  /** Resolves when an update of this stage is held; of any when none is named. */
  async untilHeld(stage?: string): Promise<void> {
    while (!this.#held.some(({ message }) => message.kind === 'next' && (stage === undefined || (message.value as Update).stage === stage))) await new Promise<void>((resolve) => { this.#waiters.push(resolve); });
  }

  /** Sends the update held last, changed, and goes on holding it. */
  show(change: (update: Update) => Update): void {
    const last = this.#held.map(({ message }) => message).findLast((message) => message.kind === 'next');
    if (last !== undefined) this.#route?.send(JSON.stringify({ ...last, value: change(last.value as Update) }));
  }

  /** Sends what was held, changed if wanted, and holds nothing more. */
  release(change: (update: Update) => Update = (update) => update): void {
    this.#hold = () => false;
    for (const { message } of this.#held.splice(0)) {
      // Only updates of searches are held as `next`.
      const sent = message.kind === 'next' ? { ...message, value: change(message.value as Update) } : message;
      this.#route?.send(JSON.stringify(sent));
    }
  }

  /** Cuts the connection as a network would, and every later one, until `mend`. */
  async cut(): Promise<void> {
    this.#away = true;
    await this.#server?.close();
    await this.#route?.close({ code: 4000, reason: 'cut by the test' });
  }

  /** The next connection passes again. */
  mend(): void {
    this.#away = false;
  }
}
