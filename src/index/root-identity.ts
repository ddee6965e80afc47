/**
 * What was last known of each root's directory, so that an empty mount point or another disk at its path is told from a folder that a
 * person emptied (the rule: watch/presence.ts). Device and inode are kept in the store's meta table, a sample of files in memory.
 */

import type { IndexStore } from '../store/index-store.ts';
import type { KnownRoot } from '../watch/watcher.ts';

/** One of them found is proof enough; a dozen lstat calls cost nothing even on a slow disk. */
const SAMPLE_FILES = 12;

export class RootIdentities {
  readonly #store: IndexStore;
  readonly #known = new Map<number, KnownRoot>();

  constructor(store: IndexStore) {
    this.#store = store;
  }

  async known(rootId: number): Promise<KnownRoot> {
    const cached = this.#known.get(rootId);
    if (cached !== undefined) return cached;
    const identity = parse(await this.#store.getMeta(key(rootId)));
    return this.#sample(rootId, identity);
  }

  /** After a crawl of the whole root: what is there now is what is known from here on. */
  async remember(rootId: number, device: bigint, inode: bigint): Promise<void> {
    const before = this.#known.get(rootId);
    if (before?.device !== device || before.inode !== inode) await this.#store.setMeta(key(rootId), `${device} ${inode}`);
    await this.#sample(rootId, { device, inode });
  }

  async #sample(rootId: number, identity: { readonly device: bigint | null; readonly inode: bigint | null }): Promise<KnownRoot> {
    const page = await this.#store.listFiles({ rootId, limit: SAMPLE_FILES });
    const known = { files: page.total, ...identity, sample: page.files.map((file) => file.path) };
    this.#known.set(rootId, known);
    return known;
  }
}

function key(rootId: number): string {
  return `root-identity:${rootId}`;
}

function parse(text: string | null): { readonly device: bigint | null; readonly inode: bigint | null } {
  const match = /^(\d+) (\d+)$/.exec(text ?? '');
  return match?.[1] === undefined || match[2] === undefined ? { device: null, inode: null } : { device: BigInt(match[1]), inode: BigInt(match[2]) };
}
