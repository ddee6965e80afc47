/**
 * The index store over SQLite: one writer thread, two reader threads, and this front, which only sends and receives. Nothing here runs
 * SQL, so nothing here can block the engine.
 *
 * Names live in one reader's memory. A write's answer brings what it did to names; it is sent on to that reader before the caller hears
 * of the write, and requests to a thread are answered in order: whoever searches after a write finds its names.
 */

import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { EngineError } from '../contract/errors.ts';
import { describeError, type Log } from '../log.ts';
import { siblingModule } from '../process/module-path.ts';
import { Client, type CancelSignal } from '../rpc/client.ts';
import { workerTransport } from '../rpc/node/process-transport.ts';
import type { InputOf, OutputOf } from '../rpc/message.ts';
import type { IndexStore } from './index-store.ts';
import { indexPath } from './schema.ts';
import { STORE_PROTOCOL_VERSION, type ReaderProtocol, type WriterProtocol, type Written } from './store-protocol.ts';

export interface StoreOptions {
  readonly log?: Log;
  /** The index may not grow beyond this; then writes fail with `disk-full` and reading goes on. */
  readonly maxBytes?: number;
}

/** Young-generation space of a thread, MB. The default of 16 lets each of three threads grow by 48. */
const YOUNG_GENERATION_MB = 8;

type ReadCalls = ReaderProtocol['calls'];
type WriteCalls = Omit<WriterProtocol['calls'], 'open' | 'close'>;

/** Opens or creates the index in a data directory. Errors: index-newer, index-corrupt, data-directory-denied, disk-full. */
export async function openIndexStore(dataDirectory: string, options: StoreOptions = {}): Promise<IndexStore> {
  const store = new SqliteStore(dataDirectory, options);
  try {
    await store.open();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

class SqliteStore implements IndexStore {
  readonly #dataDirectory: string;
  readonly #options: StoreOptions;
  readonly #workers: Worker[] = [];
  readonly #writer: Client<WriterProtocol>;
  readonly #readers: readonly [Client<ReaderProtocol>, Client<ReaderProtocol>];
  /** Requests each reader still has to answer. */
  readonly #load: [number, number] = [0, 0];
  #closing: Promise<void> | undefined;

  constructor(dataDirectory: string, options: StoreOptions) {
    this.#dataDirectory = dataDirectory;
    this.#options = options;
    this.#writer = new Client<WriterProtocol>(workerTransport(this.#start('./writer-thread')), { protocolVersion: STORE_PROTOCOL_VERSION, software: 'store' });
    this.#readers = [this.#reader(), this.#reader()];
  }

  #reader(): Client<ReaderProtocol> {
    return new Client<ReaderProtocol>(workerTransport(this.#start('./reader-thread')), { protocolVersion: STORE_PROTOCOL_VERSION, software: 'store' });
  }

  #start(module: string): Worker {
    const worker = new Worker(siblingModule(import.meta.url, module), {
      execArgv: ['--disable-warning=ExperimentalWarning'], resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    this.#workers.push(worker);
    return worker;
  }

  /** The writer first: it makes and upgrades the file that readers only read. */
  async open(): Promise<void> {
    const dataDirectory = this.#dataDirectory;
    await this.#writer.call('open', { dataDirectory, maxBytes: this.#options.maxBytes });
    await Promise.all(this.#readers.map((reader, index) => reader.call('open', { dataDirectory, holdsNames: index === 0 })));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Readers first, so that the writer is the last connection and its end empties the log into the file. */
  async #close(): Promise<void> {
    const ended = (error: unknown): void => {
      if (!(error instanceof EngineError && error.code === 'connection-closed')) this.#options.log?.warn('closing the index', { error: describeError(error) });
    };
    await Promise.all(this.#readers.map((reader) => reader.call('close', null).catch(ended)));
    await this.#writer.call('close', null).catch(ended);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** Sends a write and hands its name changes on. */
  async #write<N extends keyof WriteCalls & string>(
    name: N, input: InputOf<WriterProtocol['calls'], N>,
  ): Promise<OutputOf<WriterProtocol['calls'], N> extends Written<infer T> ? T : never> {
    const written = await this.#writer.call(name, input) as Written<OutputOf<WriterProtocol['calls'], N> extends Written<infer T> ? T : never>; // every such call answers Written
    if (written.names !== null) {
      this.#readers[0].call('namesChanged', written.names).catch((error: unknown) => {
        if (this.#closing === undefined) this.#options.log?.error('names are out of step', { error: describeError(error) });
      });
    }
    return written.value;
  }

  /** Asks the reader with less to do; `reader` says which when it must be one of them. */
  async #read<N extends keyof ReadCalls & string>(
    name: N, input: InputOf<ReadCalls, N>, options: { readonly reader?: 0 | 1; readonly signal?: CancelSignal | undefined } = {},
  ): Promise<OutputOf<ReadCalls, N>> {
    const index = options.reader ?? (this.#load[1] <= this.#load[0] ? 1 : 0);
    this.#load[index]++;
    try {
      return await this.#readers[index].call(name, input, options.signal);
    } finally {
      this.#load[index]--;
    }
  }

  // ---- roots
  listRoots: IndexStore['listRoots'] = () => this.#read('listRoots', null);
  addRoot: IndexStore['addRoot'] = (path, options) => this.#write('addRoot', { path, options });
  updateRoot: IndexStore['updateRoot'] = (rootId, options) => this.#write('updateRoot', { rootId, options });
  removeRoot: IndexStore['removeRoot'] = async (rootId) => {
    const fileIds = await this.#write('removeRoot', rootId);
    await this.#textForgotten();
    return fileIds;
  };

  // ---- catalog
  applyListings: IndexStore['applyListings'] = (listings, crawlId) => this.#write('applyListings', { listings, crawlId });
  keepDirectories: IndexStore['keepDirectories'] = async (rootId, directories, crawlId) => { await this.#write('keepDirectories', { rootId, directories, crawlId }); };
  finishCrawl: IndexStore['finishCrawl'] = (rootId, directory, crawlId) => this.#write('finishCrawl', { rootId, directory, crawlId });
  nextPending: IndexStore['nextPending'] = (limit, inFlight, pausedRoots) => this.#read('nextPending', { limit, inFlight, pausedRoots });
  commitExtraction: IndexStore['commitExtraction'] = (file, extraction, windows) => this.#write('commitExtraction', { file, extraction, windows });
  retry: IndexStore['retry'] = (fileIds) => this.#write('retry', fileIds);
  forgetPath: IndexStore['forgetPath'] = async (path) => {
    const count = await this.#write('forgetPath', path);
    await this.#textForgotten();
    return count;
  };

  // ---- generations and vectors
  listGenerations: IndexStore['listGenerations'] = () => this.#read('listGenerations', null);
  ensureGeneration: IndexStore['ensureGeneration'] = (generation) => this.#write('ensureGeneration', generation);
  activateGeneration: IndexStore['activateGeneration'] = async (generationId) => { await this.#write('activateGeneration', generationId); };
  dropGeneration: IndexStore['dropGeneration'] = async (generationId) => { await this.#write('dropGeneration', generationId); };
  nextUnembedded: IndexStore['nextUnembedded'] = (generationId, characters, inFlight) => this.#write('nextUnembedded', { generationId, characters, inFlight });
  generationCounts: IndexStore['generationCounts'] = () => this.#read('generationCounts', null);
  nextDerivable: IndexStore['nextDerivable'] = (generationId, fromId, limit) => this.#write('nextDerivable', { generationId, fromId, limit });
  filesInBoth: IndexStore['filesInBoth'] = (generationId, otherId) => this.#read('filesInBoth', { generationId, otherId });
  markEmbedded: IndexStore['markEmbedded'] = async (generationId, windowIds) => { await this.#write('markEmbedded', { generationId, windowIds }); };
  unembeddedCount: IndexStore['unembeddedCount'] = (generationId) => this.#read('unembeddedCount', generationId);
  queuedVectorDeletions: IndexStore['queuedVectorDeletions'] = (generationId, limit) => this.#read('queuedVectorDeletions', { generationId, limit });
  queuedRetags: IndexStore['queuedRetags'] = (generationId, limit) => this.#read('queuedRetags', { generationId, limit });
  vectorsRetagged: IndexStore['vectorsRetagged'] = async (generationId, tags) => { await this.#write('vectorsRetagged', { generationId, tags }); };
  vectorsDeleted: IndexStore['vectorsDeleted'] = async (generationId, windowIds) => { await this.#write('vectorsDeleted', { generationId, windowIds }); };
  verifyVectors: IndexStore['verifyVectors'] = (generationId, windowIds) => this.#write('verifyVectors', { generationId, windowIds });

  // ---- reading: names in the first reader, words in the second, so that one keystroke's two searches run at once
  searchNames: IndexStore['searchNames'] = (text, filters, limit, signal) => this.#read('searchNames', { text, filters, limit }, { reader: 0, signal });
  searchWords: IndexStore['searchWords'] = (query, filters, limit, signal) => this.#read('searchWords', { query, filters, limit }, { reader: 1, signal });
  filterScope: IndexStore['filterScope'] = (filters, generationId, maxWindows) => this.#read('filterScope', { filters, generationId, maxWindows });
  filterFiles: IndexStore['filterFiles'] = (fileIds, filters) => this.#read('filterFiles', { fileIds, filters });
  windows: IndexStore['windows'] = (windowIds) => this.#read('windows', windowIds);
  files: IndexStore['files'] = (fileIds) => this.#read('files', fileIds);
  passages: IndexStore['passages'] = (passageIds) => this.#read('passages', passageIds);
  passagesOfFile: IndexStore['passagesOfFile'] = (fileId, first, last) => this.#read('passagesOfFile', { fileId, first, last });
  documentInfo: IndexStore['documentInfo'] = (fileId) => this.#read('documentInfo', fileId);
  listFiles: IndexStore['listFiles'] = (query) => this.#read('listFiles', query);
  counts: IndexStore['counts'] = () => this.#read('counts', null);
  samplePassages: IndexStore['samplePassages'] = (count, seed) => this.#read('samplePassages', { count, seed });

  // ---- the rest
  getMeta: IndexStore['getMeta'] = (key) => this.#read('getMeta', key);
  setMeta: IndexStore['setMeta'] = async (key, value) => { await this.#write('setMeta', { key, value }); };
  maintain: IndexStore['maintain'] = async () => { await this.#write('maintain', null); };

  async sizes(): Promise<{ readonly catalogBytes: number; readonly textBytes: number }> {
    const path = indexPath(this.#dataDirectory);
    const files = await Promise.all([path, `${path}-wal`, `${path}-shm`].map((file) => stat(file).then((info) => info.size, () => 0)));
    return { catalogBytes: files.reduce((sum, size) => sum + size, 0), textBytes: await this.#read('textBytes', null) };
  }

  async #textForgotten(): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.call('textForgotten', null)));
  }
}
