/**
 * Run-time checks of everything a host may send. The table below has one line for each call and subscription, by type:
 * a new one without a check does not compile. Bounds are generous for people and small for machines.
 * Whether a path exists or an id is known is not decided here: the engine answers that.
 */

import type { EngineCalls, EngineSubscriptions } from './calls.ts';
import { boolean, integer, list, matching, nothing, nullable, number, object, oneOf, optional, partial, refuse, text, type Check, type Fields } from './check.ts';
import { EngineError } from './errors.ts';
import { MAX_INSTRUCTION_CHARACTERS } from './limits.ts';
import type { FileKind, FileQuery, Filters, RootOptions, SearchRequest } from './model.ts';
import type { DownloadSettings, ServerSettings, Settings, VectorSettings } from './settings.ts';

/** A query of this length is a pasted page; what is longer is not a question any more. */
export const MAX_QUERY_CHARACTERS = 2_000;
/** The longest path Windows allows; Linux and macOS allow 4,096 and 1,024 bytes. */
export const MAX_PATH_CHARACTERS = 32_768;
/** Hits of one search. */
export const MAX_HITS = 200;
/** Rows of one page of the ledger. */
export const MAX_FILES_PER_PAGE = 1_000;
/** Ignore patterns, folders in a filter and the like: more than a person writes. */
const MAX_LIST = 1_000;
/** File ids in one call: a whole page of failed files many times over. */
const MAX_IDS = 10_000;
const MAX_PATTERN_CHARACTERS = 4_096;
/** A path in a message: whole on every system in use, and no flood when it is none. */
const MAX_SHOWN_PATH_CHARACTERS = 4_096;
/** Days of a year in minutes: a longer pause is a removal. */
const MAX_PAUSE_MINUTES = 366 * 24 * 60;
const MAX_THREADS = 256;
/** The widest embedding there is has half of it. */
const MAX_DIMENSION = 8_192;
const MAX_NAME_CHARACTERS = 300;
const MAX_HEADERS = 50;
const MAX_WINDOW_TOKENS = 32_768;
/** Requests at once to one server. */
const MAX_PARALLEL = 64;
/** Texts of one call, and their length: a host cuts larger requests, so that a cancelled one is over soon. */
export const MAX_EMBED_TEXTS = 64;
export const MAX_EMBED_CHARACTERS = 200_000;
/** What a second stage of search reads at most. */
export const MAX_RERANK_TEXTS = 1_000;
/** Cursors are made by the store; a longer one is not ours. */
const MAX_CURSOR_CHARACTERS = 65_536;
/** JavaScript's own range of dates. */
const MAX_DATE_MS = 8.64e15;

const id = integer(1);
const bytes = integer(0);
const moment = integer(-MAX_DATE_MS, MAX_DATE_MS);
const query = text(MAX_QUERY_CHARACTERS);

/** Absolute on Linux and macOS (`/a`), Windows (`C:\a`, `C:/a`) or a share (`\\server\a`). The engine's own directory means nothing to a host. */
const ABSOLUTE_PATH = /^(?:\/|[A-Za-z]:[\\/]|\\\\)/;
const absolutePath: Check<string> = (value, field) => {
  const path = text(MAX_PATH_CHARACTERS, 1)(value, field);
  return ABSOLUTE_PATH.test(path) ? path : refuse(field, 'must be an absolute path');
};

const kindNames: Readonly<Record<FileKind, true>> = {
  text: true, markdown: true, code: true, web: true, pdf: true, document: true, sheet: true, slides: true, mail: true, book: true,
  image: true, audio: true, video: true, archive: true, data: true, program: true, other: true,
};
// Object.keys forgets the type that the record above has checked.
const KINDS = Object.keys(kindNames) as FileKind[];

const rootOptions: Fields<RootOptions> = {
  include: list(text(MAX_PATTERN_CHARACTERS, 1), MAX_LIST),
  exclude: list(text(MAX_PATTERN_CHARACTERS, 1), MAX_LIST),
  maxFileBytes: bytes,
  honourGitignore: boolean,
  includeHidden: boolean,
  includeSecrets: boolean,
  paused: boolean,
  instruction: nullable(text(MAX_INSTRUCTION_CHARACTERS, 1)),
  threshold: nullable(number(0, 1)),
};

const filters = object<Filters>({
  kinds: optional(list(oneOf(KINDS), KINDS.length)),
  extensions: optional(list(matching(/^[^\s.\\/\0A-Z]{1,32}$/, 'must be an extension in lower case without its dot'), MAX_LIST)),
  folders: optional(list(text(MAX_PATH_CHARACTERS, 1), MAX_LIST)),
  rootIds: optional(list(id, MAX_LIST)),
  modifiedAfterMs: optional(moment),
  modifiedBeforeMs: optional(moment),
  minBytes: optional(bytes),
  maxBytes: optional(bytes),
  languages: optional(list(matching(/^[a-z]{2,3}$/, 'must be a language code such as ja or de'), MAX_LIST)),
});

const searchRequest = object<SearchRequest>({
  text: query,
  filters: optional(filters),
  limit: optional(integer(1, MAX_HITS)),
  showWeak: optional(boolean),
  wordsOnly: optional(boolean),
  instruction: optional(text(MAX_INSTRUCTION_CHARACTERS, 1)),
  rerank: optional(boolean),
});

const fileQuery = object<FileQuery>({
  state: optional(oneOf(['indexed', 'pending', 'skipped', 'failed'])),
  rootId: optional(id),
  contains: optional(query),
  after: optional(text(MAX_CURSOR_CHARACTERS)),
  limit: optional(integer(1, MAX_FILES_PER_PAGE)),
});

const partialRootOptions = partial<RootOptions>(rootOptions);

// A folder's name, never a path: it is joined to the models directories.
const modelName = matching(/^(?!\.)[\w.@+-]{1,128}$/, 'must be the name of a model folder');
const dimension = integer(1, MAX_DIMENSION);
const webAddress = matching(/^https?:\/\/[^\s]{1,2000}$/, 'must be an address that begins with http:// or https://');
const prompt: Check<string> = (value, field) => {
  const template = text(MAX_INSTRUCTION_CHARACTERS, 1)(value, field);
  return template.includes('{text}') ? template : refuse(field, 'must contain {text}');
};

const serverSettings = partial<ServerSettings>({
  baseUrl: nullable(webAddress),
  model: text(MAX_NAME_CHARACTERS),
  key: nullable(matching(/^[\x21-\x7e]{1,4096}$/, 'must be a key without spaces')),
  // A line break would smuggle in another header.
  headers: list(matching(/^[A-Za-z0-9-]{1,100}: [\x20-\x7e]{0,4096}$/, 'must be a header such as `X-Team: search`'), MAX_HEADERS),
  kind: oneOf(['auto', 'openai', 'sglang', 'vllm', 'tei', 'llama.cpp', 'ollama', 'lm-studio']),
  queryPrompt: nullable(prompt),
  documentPrompt: nullable(prompt),
  windowTokens: integer(16, MAX_WINDOW_TOKENS),
  parallel: integer(1, MAX_PARALLEL),
  allowRemote: boolean,
  rerankModel: nullable(text(MAX_NAME_CHARACTERS, 1)),
});
const downloadSettings = partial<DownloadSettings>({ mirror: nullable(webAddress), proxy: nullable(webAddress) });
const vectorSettings = partial<VectorSettings>({
  uri: nullable(matching(/^(?:s3|gs|az|db):\/\/[^\s]{1,1000}$/, 'must be an address such as s3://bucket/path or db://name')),
  options: list(matching(/^[\w.-]{1,100}=[^\0\r\n]{0,4096}$/, 'must be an option such as region=eu-central-1'), MAX_HEADERS),
});

const settings = partial<Settings>({
  language: oneOf(['system', 'en', 'zh-CN']),
  theme: oneOf(['system', 'light', 'dark']),
  model: modelName,
  dimension: nullable(dimension),
  device: oneOf(['auto', 'cpu', 'webgpu', 'cuda']),
  gpuMemoryBytes: bytes,
  instruction: nullable(text(MAX_INSTRUCTION_CHARACTERS, 1)),
  buildModels: oneOf(['idle', 'always']),
  reranker: modelName,
  // A part of these is enough: `mergeSettings` completes it from what was set before.
  server: (value, field) => serverSettings(value, field) as ServerSettings,
  downloads: (value, field) => downloadSettings(value, field) as DownloadSettings,
  vectors: (value, field) => vectorSettings(value, field) as VectorSettings,
  newFolders: (value, field) => partialRootOptions(value, field) as RootOptions,
  cpuThreads: integer(0, MAX_THREADS),
  memoryBytes: bytes,
  minFreeBytes: bytes,
  maxIndexBytes: bytes,
  onBattery: oneOf(['run', 'slow', 'stop']),
  // Whether the system takes it is only known when it is registered.
  hotkey: nullable(matching(/^(?:default|[\w+]{1,100})$/, 'must be keys such as Alt+Space')),
  startAtLogin: boolean,
  startHidden: boolean,
  updates: oneOf(['off', 'notify', 'install']),
  keepRecents: boolean,
});

const calls: { readonly [N in keyof EngineCalls]: Check<EngineCalls[N][0]> } = {
  'engine.info': nothing,
  'engine.stop': nothing,
  'engine.erase': object<{ confirm: 'everything' }>({ confirm: oneOf(['everything']) }),
  'engine.servePage': object({ port: optional(integer(0, 65_535)) }),
  'host.power': object({ onBattery: optional(boolean), woke: optional(boolean) }),
  'roots.list': nothing,
  'roots.add': object({ path: absolutePath, options: optional(partialRootOptions) }),
  'roots.update': object({ rootId: id, options: partialRootOptions }),
  'roots.try': object({ rootId: id, options: partialRootOptions }),
  'roots.remove': object({ rootId: id }),
  'roots.suggest': nothing,
  'folders.list': object({ path: optional(absolutePath) }),
  'index.pause': object({ minutes: optional(integer(1, MAX_PAUSE_MINUTES)) }),
  'index.resume': nothing,
  'index.rescan': object({ rootId: optional(id) }),
  'index.retry': object({ fileIds: optional(list(id, MAX_IDS)) }),
  'index.status': nothing,
  'index.settled': nothing,
  'files.list': fileQuery,
  'files.preview': object({ fileId: id, ordinal: optional(integer(0)) }),
  'files.open': object({ fileId: id }),
  'files.reveal': object({ fileId: id }),
  'files.forget': object({ path: absolutePath }),
  'models.list': nothing,
  'models.download': object({ id: modelName, variant: optional(modelName) }),
  'models.cancel': object({ id: modelName, discard: optional(boolean) }),
  'models.import': object({ path: absolutePath }),
  'models.remove': object({ id: modelName }),
  'models.verify': object({ id: modelName }),
  'models.plan': object({ model: modelName, dimension: optional(nullable(dimension)) }),
  'models.choose': object({ model: modelName, dimension: optional(nullable(dimension)) }),
  'generations.switch': object({ generationId: id }),
  'generations.drop': object({ generationId: id }),
  'generations.compare': object({ generationId: id }),
  'server.check': serverSettings,
  'models.embed': object({ texts: list(text(MAX_EMBED_CHARACTERS), MAX_EMBED_TEXTS), as: oneOf(['document', 'query']), instruction: optional(text(MAX_INSTRUCTION_CHARACTERS, 1)) }),
  'models.rerank': object({ query: text(MAX_EMBED_CHARACTERS, 1), texts: list(text(MAX_EMBED_CHARACTERS), MAX_RERANK_TEXTS), instruction: optional(text(MAX_INSTRUCTION_CHARACTERS, 1)) }),
  'settings.get': nothing,
  'settings.set': settings,
  'recents.list': nothing,
  'recents.add': object({ text: query }),
  'recents.clear': nothing,
};

const subscriptions: { readonly [N in keyof EngineSubscriptions]: Check<EngineSubscriptions[N][0]> } = {
  'search': searchRequest,
  'index.status': nothing,
  'models': nothing,
  'settings': nothing,
};

/** For `serve`: the checked copy of an input, or `bad-input` with `details.field`; `unknown-call` for a name not in the contract. */
export function validateInput(verb: 'call' | 'subscribe', name: string, input: unknown): unknown {
  const table: Readonly<Record<string, Check<unknown>>> = verb === 'call' ? calls : subscriptions;
  const check = Object.hasOwn(table, name) ? table[name] : undefined;
  if (check === undefined) throw new EngineError('unknown-call', undefined, { details: { name: name.slice(0, 100) } });
  return check(input, 'input');
}

/** For `config.json` and `settings.set`: any part of the settings, each value checked; `newFolders` may be a part too. */
export function validateSettings(value: unknown): Partial<Settings> {
  return settings(value, 'input');
}

/** For `folders` of `config.json`: one folder's own settings, by its absolute path. Errors name the path and the key. */
export function validateFolder(path: string, value: unknown): Partial<RootOptions> {
  const field = `folders[${JSON.stringify(path.slice(0, MAX_SHOWN_PATH_CHARACTERS))}]`;
  absolutePath(path, field);
  return partialRootOptions(value, field);
}
