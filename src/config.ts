/**
 * Settings: defaults with reasons, reading, checking and saving `config.json` in the data directory. A damaged file is moved
 * aside and said so, never silently replaced; a setting from a newer version is kept on disk but not used. Who may change what while the engine
 * runs is kept-settings.ts.
 */

import { existsSync, readFileSync, renameSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { EngineError } from './contract/errors.ts';
import type { ServerSettings, Settings } from './contract/settings.ts';
import { validateSettings } from './contract/validate.ts';
import { DEFAULT_ROOT_OPTIONS, NO_FOLDERS, readFolders, writeFolders, type FolderEntries } from './folder-settings.ts';

/** Half of the cores for embedding leaves the machine usable; more than 8 threads brought nothing for small models. */
const MOST_DEFAULT_THREADS = 8;
/** LanceDB's compaction needs about the table's size again for a moment; below this a small disk is near trouble anyway. */
const DEFAULT_MIN_FREE_BYTES = 1024 * 1024 * 1024;

/** Windows of 2,048 tokens are what Qwen3 was measured with; servers cut what is longer than they take. */
const DEFAULT_SERVER_WINDOW_TOKENS = 2_048;
/** Enough to keep a server's batcher busy; more only queues there. */
const DEFAULT_SERVER_PARALLEL = 4;

const DEFAULT_SERVER: ServerSettings = {
  baseUrl: null,
  model: '',
  key: null,
  headers: [],
  kind: 'auto',
  queryPrompt: null,
  documentPrompt: null,
  windowTokens: DEFAULT_SERVER_WINDOW_TOKENS,
  parallel: DEFAULT_SERVER_PARALLEL,
  allowRemote: false,
  rerankModel: null,
};

export const DEFAULT_SETTINGS: Settings = {
  language: 'system',
  theme: 'system',
  model: 'findling-static-multilingual',
  dimension: null,
  device: 'auto',
  gpuMemoryBytes: 0,
  instruction: null,
  buildModels: 'idle',
  reranker: 'auto',
  server: DEFAULT_SERVER,
  downloads: { mirror: null, proxy: null },
  vectors: { uri: null, options: [] },
  newFolders: DEFAULT_ROOT_OPTIONS,
  cpuThreads: 0,
  memoryBytes: 0,
  minFreeBytes: DEFAULT_MIN_FREE_BYTES,
  maxIndexBytes: 0,
  onBattery: 'slow',
  hotkey: 'default',
  startAtLogin: false,
  startHidden: false,
  updates: 'off',
  keepRecents: true,
};

/** `cpuThreads` as a number of threads for this machine. */
export function embeddingThreads(settings: Settings): number {
  if (settings.cpuThreads > 0) return settings.cpuThreads;
  return Math.max(1, Math.min(MOST_DEFAULT_THREADS, Math.floor(os.availableParallelism() / 2)));
}

/** What the file says. */
export interface FileSettings {
  readonly settings: Settings;
  readonly folders: FolderEntries;
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** null: the file could not be read; watched folders keep what they had. */
  readonly folders: FolderEntries | null;
  /** What was wrong with the file, for the status' troubles; null when nothing. */
  readonly trouble: string | null;
}

export class SettingsFile {
  readonly #file: string;
  /** Keys this version does not know, kept for the newer one that wrote them. */
  #unknown: Readonly<Record<string, unknown>> = {};
  /** As last read or written; null: none, or not readable. */
  #text: string | null = null;
  /** What lies there was not understood: it is moved aside before anything is written over it. */
  #strange = false;
  #saving: Promise<unknown> = Promise.resolve();

  constructor(dataDirectory: string) {
    this.#file = path.join(dataDirectory, 'config.json');
  }

  get path(): string {
    return this.#file;
  }

  /** Does something lie there that was not understood, or could not be read? */
  get strange(): boolean {
    return this.#strange;
  }

  /** At the start. A damaged file is moved aside. */
  load(): LoadedSettings {
    try {
      this.#text = this.#read();
    } catch {
      this.#strange = true;
      return { settings: DEFAULT_SETTINGS, folders: null, trouble: 'config.json cannot be read; the defaults are used.' };
    }
    if (this.#text === null) return { settings: DEFAULT_SETTINGS, folders: NO_FOLDERS, trouble: null };
    try {
      return { ...this.#parse(this.#text), trouble: null };
    } catch (error) {
      const aside = this.#moveAside();
      return { settings: DEFAULT_SETTINGS, folders: null, trouble: `config.json was damaged (${whyText(error)}) and was moved to ${aside}; the defaults are used.` };
    }
  }

  /**
   * What somebody else wrote since the last look; null when nothing. A file that is gone for a moment is being written by an editor, and changes nothing.
   * Errors: bad-input, with the key that is wrong; what lies there stays.
   */
  edited(): FileSettings | null {
    let text: string | null;
    try {
      text = this.#read();
    } catch (error) {
      if (this.#strange && this.#text === null) return null;
      [this.#text, this.#strange] = [null, true];
      throw new EngineError('bad-input', 'It cannot be read.', { cause: error });
    }
    if (text === null || text === this.#text) return null;
    this.#text = text;
    this.#strange = true;
    const parsed = this.#parse(text);
    this.#strange = false;
    return parsed;
  }

  /**
   * Durable when it resolves: written beside, synced, renamed over. Saves run one after the other. Answers the name that a file which was not understood
   * was moved to; null when there was none.
   */
  save(settings: Settings, folders: FolderEntries): Promise<string | null> {
    const written = writeFolders(folders);
    const text = JSON.stringify({ ...this.#unknown, ...settings, ...(Object.keys(written).length === 0 ? {} : { folders: written }) }, null, 2) + '\n';
    const saved = this.#saving.then(async () => {
      const beside = this.#file + '.new';
      const handle = await open(beside, 'w', 0o600);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      const aside = this.#strange ? this.#moveAside() : null;
      await rename(beside, this.#file);
      this.#text = text;
      return aside;
    });
    // A failed save must not block the next; its own caller sees the failure.
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  /** null: there is none. */
  #read(): string | null {
    try {
      return readFileSync(this.#file, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }

  #parse(text: string): FileSettings {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new EngineError('bad-input', 'It is not a JSON object.');
    const known: Record<string, unknown> = {};
    const unknown: Record<string, unknown> = {};
    let folders: unknown = {};
    for (const [key, value] of Object.entries(parsed)) {
      if (key === 'folders') folders = value;
      else (Object.hasOwn(DEFAULT_SETTINGS, key) ? known : unknown)[key] = value;
    }
    const result = { settings: mergeSettings(DEFAULT_SETTINGS, validateSettings(known)), folders: readFolders(folders) };
    this.#unknown = unknown;
    return result;
  }

  /** Answers the name it has now. What is gone need not be moved. */
  #moveAside(): string {
    const aside = `${this.#file}.damaged-${Date.now()}`;
    if (existsSync(this.#file)) renameSync(this.#file, aside);
    [this.#text, this.#strange] = [null, false];
    return path.basename(aside);
  }
}

/** Words for what was thrown while the file was read. A parser's own quote what stands there, which may be a key of a server: only the place is taken. */
export function whyText(error: unknown): string {
  if (!(error instanceof SyntaxError)) return error instanceof Error ? error.message : String(error);
  const place = /line \d+ column \d+/.exec(error.message)?.[0];
  return `It is not valid JSON${place === undefined ? '' : `, ${place}`}.`;
}

/** New settings with some keys replaced; the groups may be partial too. */
export function mergeSettings(base: Settings, change: Partial<Settings>): Settings {
  return {
    ...base, ...change,
    newFolders: { ...base.newFolders, ...change.newFolders },
    server: mergeServer(base.server, change.server ?? {}),
    downloads: { ...base.downloads, ...change.downloads },
    vectors: { ...base.vectors, ...change.vectors },
  };
}

/** A key, headers and the leave to send text belong to the address they were given for: another address starts without them. */
export function mergeServer(base: ServerSettings, change: Partial<ServerSettings>): ServerSettings {
  const moved = change.baseUrl !== undefined && change.baseUrl !== base.baseUrl && base.baseUrl !== null;
  return { ...base, ...(moved ? { key: null, headers: [], allowRemote: false } : {}), ...change };
}
