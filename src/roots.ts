/**
 * The watched folders as a whole: which there are, and under which settings. A folder's own settings are in `config.json` alone (kept-settings.ts); a
 * catalog row carries a copy of what was last applied, for the crawl and for folders whose entry in the file is not usable. Hosts and the file go
 * one way: the file changes, then `follow` applies what differs.
 */

import { EngineError } from './contract/errors.ts';
import type { Root, RootOptions, RootTrial } from './contract/model.ts';
import { DEFAULT_ROOT_OPTIONS } from './folder-settings.ts';
import { checkNewRoot } from './folders.ts';
import type { TrackedRoot } from './index/crawler.ts';
import { tryOptions } from './index/try-options.ts';
import type { KeptSettings } from './kept-settings.ts';
import { describeError, type Log } from './log.ts';
import type { IndexStore, RootRow } from './store/index-store.ts';
import { Turns } from './turns.ts';

/** Meta key that is 'yes' once the settings of the catalog's folders stand in `config.json`. */
const IN_FILE = 'folder-settings-in-file';

export interface RootsOptions {
  readonly store: IndexStore;
  readonly kept: KeptSettings;
  readonly log: Log;
  readonly dataDirectory: string;
  readonly tracked: () => ReadonlyMap<number, TrackedRoot>;
  /** The set of roots or their settings are others now: watch and compare anew. */
  readonly onChange: () => void;
  /** What was kept of these files beside the catalog must go. */
  readonly forgetTraces: (fileIds: readonly number[]) => Promise<void>;
}

export class Roots {
  readonly #options: RootsOptions;
  /** Rows change one after the other, so that none is written from what was read before another change. */
  readonly #turns = new Turns();

  constructor(options: RootsOptions) {
    this.#options = options;
  }

  async list(): Promise<readonly Root[]> {
    const { store, tracked } = this.#options;
    const counts = await store.counts();
    const rows = await store.listRoots();
    return rows.map((row) => {
      const known = tracked().get(row.id);
      const own = counts.byRoot.get(row.id);
      return {
        id: row.id, path: row.path, options: row.options, addedMs: row.addedMs,
        state: known?.state ?? 'crawling', note: known?.note ?? null,
        counts: own?.outcomes ?? { indexed: 0, pending: 0, skipped: 0, failed: 0 }, embedded: own?.embedded ?? 0,
      };
    });
  }

  /** Before anything is watched: what the file says counts, also what was written while no engine ran. */
  async begin(): Promise<void> {
    const { store, kept, log } = this.#options;
    await kept.watch();
    if (kept.foldersLost || (await store.getMeta(IN_FILE)) !== 'yes') {
      const missing = (await store.listRoots()).filter(({ path }) => {
        const { own, unusable } = kept.entryOf(path);
        return own === null && unusable === null;
      });
      try {
        if (await kept.adoptFolders(new Map(missing.map((row) => [row.path, row.options])))) await store.setMeta(IN_FILE, 'yes');
      } catch (error) {
        log.error('settings of folders could not be written', { error: describeError(error) });
      }
    }
    await this.#turns.run(() => this.#follow());
  }

  /** The file may say something else of a folder than what was last applied. */
  async follow(): Promise<void> {
    if (await this.#turns.run(() => this.#follow())) this.#options.onChange();
  }

  /** An entry that the file already has for it counts. Errors: those of `checkNewRoot`; folder-settings-invalid. */
  async add(path: string, wanted: Partial<RootOptions> = {}): Promise<Root> {
    const { store, kept, dataDirectory, onChange } = this.#options;
    const row = await this.#turns.run(async () => {
      const existing = await store.listRoots();
      const folder = await checkNewRoot(path, existing.map((root) => root.path), dataDirectory);
      let options = DEFAULT_ROOT_OPTIONS;
      await kept.setFolder(folder, (entry, { newFolders }) => {
        // Without what it was to leave out, too much would be read.
        if (entry.unusable !== null) throw new EngineError('folder-settings-invalid', `config.json: ${entry.unusable.message}`, { cause: entry.unusable, details: { path: folder } });
        options = { ...DEFAULT_ROOT_OPTIONS, ...newFolders, ...entry.own, ...wanted };
        return options;
      });
      return store.addRoot(folder, options);
    });
    onChange();
    return this.#byId(row.id);
  }

  /** Errors: not-found. */
  async update(rootId: number, wanted: Partial<RootOptions>): Promise<Root> {
    const row = await this.#row(rootId);
    // An entry that is not usable is replaced by what the folder has now.
    await this.#options.kept.setFolder(row.path, ({ own, unusable }) => ({ ...(unusable === null ? { ...DEFAULT_ROOT_OPTIONS, ...own } : row.options), ...wanted }));
    await this.follow();
    return this.#byId(rootId);
  }

  /** What other settings would do, without making them. Errors: not-found. */
  async try(rootId: number, wanted: Partial<RootOptions>): Promise<RootTrial> {
    const row = await this.#row(rootId);
    return tryOptions(this.#options.store, row, { ...row.options, ...wanted });
  }

  /** Forgets everything of it, its settings too. Errors: not-found. */
  async remove(rootId: number): Promise<void> {
    const { store, kept, onChange, forgetTraces } = this.#options;
    const row = await this.#row(rootId);
    const fileIds = await this.#turns.run(() => store.removeRoot(rootId));
    onChange();
    await forgetTraces(fileIds);
    await kept.setFolder(row.path, () => null);
  }

  /** Rows whose copy differs from the file are brought in line. Answers whether any was. */
  async #follow(): Promise<boolean> {
    const { store, kept } = this.#options;
    let changed = false;
    for (const row of await store.listRoots()) {
      const { own, unusable } = kept.entryOf(row.path);
      const wanted = { ...DEFAULT_ROOT_OPTIONS, ...own };
      if (unusable !== null || sameOptions(wanted, row.options)) continue;
      await store.updateRoot(row.id, wanted);
      changed = true;
    }
    return changed;
  }

  async #row(rootId: number): Promise<RootRow> {
    const row = (await this.#options.store.listRoots()).find((root) => root.id === rootId);
    if (row === undefined) throw new EngineError('not-found', 'There is no such folder.', { details: { rootId } });
    return row;
  }

  async #byId(rootId: number): Promise<Root> {
    const root = (await this.list()).find((candidate) => candidate.id === rootId);
    if (root === undefined) throw new EngineError('not-found', 'There is no such folder.', { details: { rootId } });
    return root;
  }
}

/** A row of an older version may lack keys: those are as in the defaults. */
function sameOptions(a: RootOptions, b: RootOptions): boolean {
  const plain = (options: RootOptions): string => JSON.stringify({ ...DEFAULT_ROOT_OPTIONS, ...options });
  return plain(a) === plain(b);
}
