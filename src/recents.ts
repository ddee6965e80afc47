/** The last searches, kept on this machine when the person allows it, for the recents list. Newest first. */

import type { IndexStore } from './store/index-store.ts';

const KEY = 'recents';
/** A list to pick from, not a history. */
const MOST = 20;

export class Recents {
  readonly #store: IndexStore;
  /** Changes run one after the other, or two hosts would lose one's. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: IndexStore) {
    this.#store = store;
  }

  async list(): Promise<readonly string[]> {
    const text = await this.#store.getMeta(KEY);
    return text === null ? [] : (JSON.parse(text) as readonly string[]);
  }

  add(text: string): Promise<void> {
    const searched = text.trim();
    if (searched === '') return Promise.resolve();
    return this.#change((recents) => [searched, ...recents.filter((recent) => recent !== searched)].slice(0, MOST));
  }

  clear(): Promise<void> {
    return this.#change(() => []);
  }

  #change(change: (recents: readonly string[]) => readonly string[]): Promise<void> {
    const done = this.#last.then(async () => this.#store.setMeta(KEY, JSON.stringify(change(await this.list()))));
    // One failed change must not block the next; its own caller sees the failure.
    this.#last = done.catch(() => undefined);
    return done;
  }
}
