/** A real watcher process over a temporary tree, with what it said so far. For the watch tests. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { RootOptions } from '../../src/contract/model.ts';
import type { Log } from '../../src/log.ts';
import { createWatcher, type WatcherOptions } from '../../src/watch/watch-client.ts';
import type { WatchedRoot, Watcher } from '../../src/watch/watcher.ts';
import { rootOptions } from '../unit/watch/root-options.ts';

/** Only for hangs: never what is tested. */
const DEADLINE_MS = 180_000;
const POLL_MS = 10;
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

export class WatchBed {
  readonly top = mkdtempSync(join(tmpdir(), 'findling-watch-'));
  readonly watcher: Watcher;
  /** Directories reported as changed, relative to the top; `/**` at the end when recursive. */
  changes: string[] = [];
  readonly lost: string[] = [];
  readonly polled: number[] = [];
  readonly root: WatchedRoot;
  /** Waiting for a restart keeps no loop alive (an engine has its socket); a test must. */
  readonly #alive = setInterval(() => {}, 1_000);

  constructor(settings: { readonly process?: WatcherOptions; readonly options?: Partial<RootOptions> } = {}) {
    this.root = { rootId: 1, path: this.top, options: rootOptions(settings.options) };
    this.watcher = createWatcher({
      change: (events) => { for (const event of events) this.changes.push(relative(this.top, event.directory) + (event.recursive ? '/**' : '')); },
      lost: (_, why) => { this.lost.push(why); },
      polled: (_, directories) => { this.polled.push(directories); },
    }, SILENT, settings.process);
  }

  put(path: string, text = 'text'): void {
    mkdirSync(join(this.top, path, '..'), { recursive: true });
    writeFileSync(join(this.top, path), text);
  }

  at(path: string): string {
    return join(this.top, path);
  }

  watch(options: Partial<RootOptions> = {}): Promise<void> {
    return this.watcher.watch([{ ...this.root, options: { ...this.root.options, ...options } }]);
  }

  /** All files of a crawl, relative to the top. */
  async crawl(directory = '', recursive = true): Promise<string[]> {
    const files: string[] = [];
    await this.watcher.crawl(this.root, join(this.top, directory), recursive, async (listings) => {
      for (const listing of listings) files.push(...listing.files.map((file) => relative(this.top, file.path)));
    });
    return files.sort();
  }

  /** Was this directory reported, alone or within one that is to be listed whole? */
  heard(directory: string): boolean {
    return this.changes.some((change) => {
      if (change === directory) return true;
      if (!change.endsWith('/**')) return false;
      const above = change.slice(0, -3);
      return above === '' || directory === above || directory.startsWith(`${above}/`);
    });
  }

  /** Does what `act` does reach us as a change of this directory? Resolves when it did. */
  async hears(directory: string, act: () => void): Promise<void> {
    this.changes = [];
    act();
    await until(() => this.heard(directory), () => `no change of "${directory}", only ${JSON.stringify(this.changes)}`);
  }

  async close(): Promise<void> {
    clearInterval(this.#alive);
    await this.watcher.close();
    rmSync(this.top, { recursive: true, force: true });
  }
}

export async function until(condition: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  const endMs = Date.now() + DEADLINE_MS;
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error(`Waited in vain: ${what()}`);
    await new Promise((resolve) => { setTimeout(resolve, POLL_MS); });
  }
}
