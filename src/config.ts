/**
 * Settings: defaults with reasons, reading, checking and saving `config.json` in the data directory. A damaged file is moved
 * aside and said so, never silently replaced; a setting from a newer version is kept on disk but not used.
 */

import { readFileSync, renameSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { EngineError } from './contract/errors.ts';
import type { RootOptions } from './contract/model.ts';
import type { ServerSettings, Settings } from './contract/settings.ts';
import { validateSettings } from './contract/validate.ts';

/** Above this a file is indexed by name only: text files of this size are logs and dumps, and one of them takes seconds. */
const DEFAULT_MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Half of the cores for embedding leaves the machine usable; more than 8 threads brought nothing for small models. */
const MOST_DEFAULT_THREADS = 8;
/** LanceDB's compaction needs about the table's size again for a moment; below this a small disk is near trouble anyway. */
const DEFAULT_MIN_FREE_BYTES = 1024 * 1024 * 1024;

export const DEFAULT_ROOT_OPTIONS: RootOptions = {
  include: [],
  exclude: [],
  maxFileBytes: DEFAULT_MAX_FILE_BYTES,
  honourGitignore: true,
  includeHidden: false,
  includeSecrets: false,
  paused: false,
  instruction: null,
  threshold: null,
};

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

export interface LoadedSettings {
  readonly settings: Settings;
  /** What was wrong with the file, for the status' troubles; null when nothing. */
  readonly trouble: string | null;
}

export class SettingsFile {
  readonly #file: string;
  /** Keys this version does not know, kept for the newer one that wrote them. */
  #unknown: Readonly<Record<string, unknown>> = {};
  #saving: Promise<void> = Promise.resolve();

  constructor(dataDirectory: string) {
    this.#file = path.join(dataDirectory, 'config.json');
  }

  load(): LoadedSettings {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { settings: DEFAULT_SETTINGS, trouble: null };
      return { settings: DEFAULT_SETTINGS, trouble: `config.json cannot be read; the defaults are used.` };
    }
    try {
      const parsed: unknown = JSON.parse(text);
      if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new EngineError('bad-input', 'It is not a JSON object.');
      const known: Record<string, unknown> = {};
      const unknown: Record<string, unknown> = {};
      for (const [key, value] of Object.entries(parsed)) (Object.hasOwn(DEFAULT_SETTINGS, key) ? known : unknown)[key] = value;
      this.#unknown = unknown;
      return { settings: mergeSettings(DEFAULT_SETTINGS, validateSettings(known)), trouble: null };
    } catch (error) {
      const aside = `${this.#file}.damaged-${Date.now()}`;
      renameSync(this.#file, aside);
      const why = error instanceof Error ? error.message : String(error);
      return { settings: DEFAULT_SETTINGS, trouble: `config.json was damaged (${why}) and was moved to ${path.basename(aside)}; the defaults are used.` };
    }
  }

  /** Durable when it resolves: written beside, synced, renamed over. Saves run one after the other. */
  save(settings: Settings): Promise<void> {
    const text = JSON.stringify({ ...this.#unknown, ...settings }, null, 2) + '\n';
    const saved = this.#saving.then(async () => {
      const beside = this.#file + '.new';
      const handle = await open(beside, 'w', 0o600);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(beside, this.#file);
    });
    // A failed save must not block the next; its own caller sees the failure.
    this.#saving = saved.catch(() => undefined);
    return saved;
  }
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
