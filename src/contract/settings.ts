/**
 * Everything a person can set, kept in `config.json`. Unknown keys are refused, missing ones take defaults (src/config.ts).
 * Every setting can be set from the page, the command line and the file alike. A watched folder's own ones (`RootOptions`) stand in the same file, under
 * `folders` by path (src/folder-settings.ts); hosts see and set them with the folder (`roots.list`, `roots.update`).
 */

import type { RootOptions } from './model.ts';

export interface Settings {
  readonly language: 'system' | 'en' | 'zh-CN';
  readonly theme: 'system' | 'light' | 'dark';

  // ---- model and device ----
  /** Model folder name in `resources/models` or the data directory's `models`, or `server` for the embedding server below. */
  readonly model: string;
  /** Of stored vectors, when smaller than the model's own (Matryoshka); null: the model's own. */
  readonly dimension: number | null;
  /** `auto`: a GPU that passed its self-test, else the CPU. */
  readonly device: 'auto' | 'cpu' | 'webgpu' | 'cuda';
  /** GPU memory that models may take; 0: as the self-test finds right. */
  readonly gpuMemoryBytes: number;
  /** Task instruction for queries over folders without one of their own; null: the model's own. */
  readonly instruction: string | null;
  /** When a new model's vectors are built in the background: `idle`: nobody searches and mains power. */
  readonly buildModels: 'idle' | 'always';
  /** `off`, `auto` (on where there is a trusted GPU), a model folder's name, or `server`. */
  readonly reranker: string;
  readonly server: ServerSettings;
  readonly downloads: DownloadSettings;
  readonly vectors: VectorSettings;

  // ---- indexing and budgets ----
  /** Defaults for folders added from now on. */
  readonly newFolders: RootOptions;
  /** Threads for embedding; 0: half the cores. */
  readonly cpuThreads: number;
  /** Memory that all of Findling's processes may take together; 0: no budget of the person's own. Parts rest or start anew above it. */
  readonly memoryBytes: number;
  /** Indexing stops when less is free on the data directory's disk. */
  readonly minFreeBytes: number;
  /** Indexing stops when the index is larger; 0: no limit. */
  readonly maxIndexBytes: number;
  /** Never index on battery; `slow`: one file at a time with rests. */
  readonly onBattery: 'run' | 'slow' | 'stop';

  // ---- desktop ----
  /** Accelerator of the quick-search panel (`Alt+Space`); null: none. `default`: the system's default of ours. */
  readonly hotkey: string | null;
  readonly startAtLogin: boolean;
  /** Start without a window, in the tray. */
  readonly startHidden: boolean;
  /** `off`: never looks. `notify`: looks and tells. `install`: looks and installs on quit. */
  readonly updates: 'off' | 'notify' | 'install';

  /** Keep the last searches on this machine for the recents list. */
  readonly keepRecents: boolean;
}

/** An embedding server that speaks `/v1/embeddings` (docs: src/embed/README.md). Text leaves the machine when it is not on loopback. */
export interface ServerSettings {
  /** `http://127.0.0.1:30000/v1`; null: none. */
  readonly baseUrl: string | null;
  /** Name the server knows the model by. */
  readonly model: string;
  /** Bearer key; null: none. Kept in config.json (0600). */
  readonly key: string | null;
  /** More headers, `Name: value` each. */
  readonly headers: readonly string[];
  readonly kind: ServerKind;
  /** Contains `{text}`, and `{instruction}` when the model takes one; null: what the model's name asks for. */
  readonly queryPrompt: string | null;
  readonly documentPrompt: string | null;
  /** Window size in estimated tokens. */
  readonly windowTokens: number;
  /** Requests on their way at once. */
  readonly parallel: number;
  /** Said by the person after the warning: text may leave for an address that is not loopback. */
  readonly allowRemote: boolean;
  /** Reranking model at the same server; null: none. */
  readonly rerankModel: string | null;
}

/** `auto`: asked at set-up. */
export type ServerKind = 'auto' | 'openai' | 'sglang' | 'vllm' | 'tei' | 'llama.cpp' | 'ollama' | 'lm-studio';

export interface DownloadSettings {
  /** Base address in place of the hub's; null: the hub. */
  readonly mirror: string | null;
  /** `http://host:port`; null: the system's environment (`HTTPS_PROXY`). */
  readonly proxy: string | null;
}

/** Where vectors live. */
export interface VectorSettings {
  /** `s3://bucket/path` or `db://name`; null: the data directory. */
  readonly uri: string | null;
  /** LanceDB storage options, `key=value` each. */
  readonly options: readonly string[];
}
