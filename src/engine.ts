/**
 * The engine: opens the stores, starts the parts, answers the contract. Plain Node, no host's code. Start-up order is by what a
 * person misses first: names and words answer as soon as the SQLite store is open; meaning and watching join.
 */

import os from 'node:os';
import { MemoryBudget } from './budget/memory-budget.ts';
import { embeddingThreads, mergeServer } from './config.ts';
import { PROTOCOL_VERSION, type EngineProtocol } from './contract/calls.ts';
import { EngineError } from './contract/errors.ts';
import type { IndexStatus, Preview } from './contract/model.ts';
import type { ModelsStatus } from './contract/models.ts';
import type { Settings } from './contract/settings.ts';
import { checkServer } from './embed/server/check-server.ts';
import { createExtractorPool } from './extract/extract-pool.ts';
import { listFolders, suggestFolders } from './folders.ts';
import { Indexer } from './indexer.ts';
import { createInference } from './inference.ts';
import { freeBytes } from './index/disk.ts';
import { Gate } from './index/gate.ts';
import { Meaning } from './index/meaning.ts';
import { ModelChoices } from './index/model-choices.ts';
import { StatusBoard } from './index/status.ts';
import { KeptSettings } from './kept-settings.ts';
import { describeError, type Log } from './log.ts';
import { createModelShelf } from './models/model-shelf.ts';
import { openFile, revealFile } from './open-file.ts';
import { Recents } from './recents.ts';
import { Roots } from './roots.ts';
import type { AbortSignalLike, Handlers } from './rpc/server.ts';
import { RerankerSource } from './search/reranker-source.ts';
import { createSearcher } from './searcher.ts';
import { openIndexStore } from './store/sqlite-store.ts';

export interface EngineHost {
  /** Ends the engine process, after the answer was sent. */
  stop(): void;
  /** As `stop`; what is in the data directory is deleted once the stores are closed. */
  erase(): void;
  /** Starts the loopback page server; answers its address with token. */
  servePage(port?: number): Promise<string>;
  pageAddress(): string | null;
}

export interface EngineOptions {
  /** Exists, 0700, locked by the caller. */
  readonly dataDirectory: string;
  /** Holds `models/` and `sample/`. */
  readonly resourcesDirectory: string;
  readonly version: string;
  readonly log: Log;
  readonly host: EngineHost;
}

export interface Engine {
  readonly handlers: Handlers<EngineProtocol>;
  /** Process ids of the parts, for measurements and for tests that kill them. */
  readonly pids: Indexer['pids'];
  /** Windows given to the embedder since the start. */
  readonly embeddedWindows: number;
  /** A model is downloaded, imported or tested. */
  readonly bringsModel: boolean;
  /** Is a model's generation being built in the background? An engine that nobody is connected to goes on for it. */
  readonly building: boolean;
  close(): Promise<void>;
}

/** Meta key that is 'no' while an engine has the store open: found at start, the engine before was killed. */
const CLEAN_END = 'clean-end';
/** Passages shown before and after the one asked for. */
const PREVIEW_REACH = 12;

/** Errors: index-newer, index-corrupt, data-directory-denied. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { dataDirectory, resourcesDirectory, log, host } = options;
  const startedMs = Date.now();
  const kept = new KeptSettings({
    dataDirectory, log, onChange: followSettings,
    onEdit: () => {
      roots.follow().catch((error: unknown) => { log.error('settings of folders could not be applied', { error: describeError(error) }); });
      board.changed();
    },
  });
  const settingsViewers = new Set<(settings: Settings) => void>();

  // 1. The source of truth; names and words can answer from here on.
  const store = await openIndexStore(dataDirectory, { log });
  const uncleanEnd = (await store.getMeta(CLEAN_END)) === 'no';
  await store.setMeta(CLEAN_END, 'no');

  // 2. The parts, each of which may be missing or down.
  const board = new StatusBoard<IndexStatus>({ compute: () => computeStatus(), log });
  const modelsBoard = new StatusBoard<ModelsStatus>({ compute: () => modelsStatus(false), log });
  const changed = (): void => { board.changed(); modelsBoard.changed(); };
  const gate = new Gate({
    dataDirectory, settings: () => kept.settings, onChange: changed,
    indexBytes: async () => (await store.sizes()).catalogBytes + (await meaning.vectorBytes()),
  });
  const shelf = createModelShelf({
    dataDirectory, resourcesDirectory, settings: () => kept.settings, inUse: () => choices.modelsInUse, log,
    hasGpu: () => meaning.devices.some(({ device, state }) => device !== 'cpu' && (state === 'trusted' || state === 'in-use')),
  });
  const meaning = new Meaning({
    dataDirectory, settings: () => kept.settings, folderOf: (model) => shelf.folderOf(model), store, gate, log, verify: uncleanEnd,
    reading: () => indexer.reading, onChange: changed, onAnswering: () => searcher.forget(),
  });
  const choices = new ModelChoices({ meaning, store, log, dataDirectory, settings: () => kept.settings, applySettings: (change, chosen) => kept.set(change, chosen), onChange: changed });
  const rerankers = new RerankerSource({
    dataDirectory, settings: () => kept.settings, folderOf: (model) => shelf.folderOf(model), threads: () => embeddingThreads(kept.settings), log,
    installed: async () => (await shelf.list()).filter(({ task, installed }) => task === 'reranking' && installed !== null).map(({ id }) => id),
    trustedGpu: () => meaning.devices.find(({ device, state }) => device !== 'cpu' && (state === 'in-use' || state === 'trusted'))?.device ?? null,
  });
  shelf.onChange(() => { meaning.modelsChanged(); rerankers.modelsChanged(); modelsBoard.changed(); });
  const pool = createExtractorPool({ log });
  const indexer = new Indexer({ store, pool, meaning, gate, log, dataDirectory, onChange: changed });
  const recents = new Recents(store);
  const searcher = createSearcher({
    store, log,
    answering: () => meaning.answering,
    reranker: (asked) => rerankers.current(asked),
    instruction: () => kept.settings.instruction,
    roots: () => [...indexer.crawler.roots.values()].map((root) => root.row),
  });
  const memory = new MemoryBudget({
    budgetBytes: () => kept.settings.memoryBytes, log, onChange: changed,
    parts: {
      pids: () => {
        const { watcher, extractors, embedders } = indexer.pids;
        return { watcher, all: [watcher, ...extractors, ...embedders, rerankers.pid].filter((pid) => pid !== undefined) };
      },
      answeringIdleMs: () => meaning.embedders.idleMs(indexer.pids.embedder),
      restOthers: async () => { await Promise.all([meaning.embedders.restNow({ except: indexer.pids.embedder }), rerankers.rest()]); },
      restAnswering: () => meaning.embedders.restNow({ only: indexer.pids.embedder }),
      endExtractors: () => pool.rest(),
      spareExtractors: (sparing) => pool.spare(sparing),
      holdBulk: (hold) => gate.holdForMemory(hold),
    },
  });
  const inference = createInference({ embedder: () => meaning.answering?.embedder ?? null, reranker: () => rerankers.current(true) });

  let rootsTaken: Promise<void> = Promise.resolve();
  const roots = new Roots({
    store, kept, log, dataDirectory, tracked: () => indexer.crawler.roots, forgetTraces,
    onChange: () => {
      rootsTaken = takeRoots();
      board.changed();
    },
  });
  await roots.begin();

  // 3. Watching starts beside: a slow disk must not keep anyone from searching.
  rootsTaken = takeRoots();
  function takeRoots(): Promise<void> {
    const taken = indexer.takeRoots().catch((error: unknown) => { log.error('roots could not be taken', { error: describeError(error) }); });
    void taken.then(() => { indexer.wake(); });
    return taken;
  }

  async function computeStatus(): Promise<IndexStatus> {
    // Before anything is counted: where this says that nothing is in hand, the counts do not change any more.
    const { phase, current } = indexer;
    const [counts, folders, sizes, vectorBytes, free] = await Promise.all([
      store.counts(), roots.list(), store.sizes(), meaning.vectorBytes(), freeBytes(dataDirectory),
    ]);
    const filesPerSecond = indexer.files.perSecond();
    const generationId = meaning.generationId;
    const unembedded = generationId === null ? { files: 0, characters: 0 } : await store.unembeddedCount(generationId);
    const readMs = counts.all.pending === 0 ? 0 : filesPerSecond > 0 ? (counts.all.pending / filesPerSecond) * 1000 : null;
    const speed = meaning.status.charactersPerSecond;
    const embedMs = unembedded.characters === 0 ? 0 : speed > 0 ? (unembedded.characters / speed) * 1000 : null;
    return {
      phase,
      pausedUntilMs: gate.pausedUntilMs,
      roots: folders,
      counts: counts.all,
      embedded: counts.embedded,
      filesPerSecond,
      // Reading and embedding overlap: the longer of the two decides.
      remainingMs: phase === 'idle' || readMs === null || embedMs === null ? null : Math.max(readMs, embedMs),
      current,
      model: meaning.status,
      disk: { catalogBytes: sizes.catalogBytes, textBytes: sizes.textBytes, vectorBytes, freeBytes: free },
      troubles: [...kept.troubles, ...meaning.troubles, ...[gate.trouble, memory.trouble, rerankers.trouble].filter((trouble) => trouble !== null)],
    };
  }

  async function modelsStatus(fresh: boolean): Promise<ModelsStatus> {
    const [models, generations] = await Promise.all([shelf.list(), choices.statuses({ fresh })]);
    return { models, generations, devices: meaning.devices };
  }

  /** After a change by a host or in the file. */
  async function followSettings(before: Settings, now: Settings, chosen: boolean): Promise<void> {
    if (!now.keepRecents) await recents.clear();
    for (const viewer of settingsViewers) viewer(now);
    meaning.settingsChanged(before, now, chosen);
    if (before.memoryBytes !== now.memoryBytes) memory.settingsChanged();
    await gate.settingsChanged();
  }

  /** Nothing waits any more. Without a model that can come up, words are all there is to wait for. */
  function isSettled(status: IndexStatus): boolean {
    if (status.phase !== 'idle' || status.counts.pending > 0) return false;
    return !meaning.hopeful || (meaning.answering !== null && status.embedded >= status.counts.indexed);
  }

  async function settled(signal: AbortSignalLike): Promise<IndexStatus> {
    await Promise.all([rootsTaken, meaning.started]);
    return board.when(isSettled, signal);
  }

  async function fileOf(fileId: number) {
    const [file] = await store.files([fileId]);
    if (file === undefined) throw new EngineError('not-found', 'This file is not in the index any more.', { details: { fileId } });
    return file;
  }

  async function preview(fileId: number, ordinal: number): Promise<Preview> {
    const file = await fileOf(fileId);
    const info = await store.documentInfo(fileId);
    const passages = info === null ? [] : await store.passagesOfFile(fileId, Math.max(0, ordinal - PREVIEW_REACH), ordinal + PREVIEW_REACH);
    return {
      file, title: info?.title ?? null, passageCount: info?.passageCount ?? 0,
      passages: passages.map((passage) => ({ ordinal: passage.ordinal, text: passage.text, place: passage.place })),
    };
  }

  /** Forget means gone: vectors, cached query vectors and recent searches too. */
  async function forgetTraces(fileIds: readonly number[]): Promise<void> {
    searcher.forget();
    await recents.clear();
    await meaning.purge(fileIds);
    await gate.indexShrank();
  }

  const handlers: Handlers<EngineProtocol> = {
    calls: {
      'engine.info': () => ({
        version: options.version, protocolVersion: PROTOCOL_VERSION, dataDirectory, pid: process.pid, startedMs,
        runtime: `Node ${process.versions.node} on ${os.type()} ${os.release()} ${process.arch}`, pageAddress: host.pageAddress(),
      }),
      'engine.stop': () => host.stop(),
      'engine.erase': async () => {
        // Vectors may lie in a bucket, where deleting the directory would leave them.
        for (const root of await store.listRoots()) await forgetTraces(await store.removeRoot(root.id));
        host.erase();
      },
      'engine.servePage': async ({ port }) => ({ address: await host.servePage(port) }),

      'host.power': async ({ onBattery, woke }) => {
        if (onBattery !== undefined) await gate.powerChanged(onBattery);
        // Its errors are its own: nobody waits for the comparison.
        if (woke === true) indexer.crawler.rescan().catch((error: unknown) => { log.error('comparing after sleep failed', { error: describeError(error) }); });
      },

      'roots.list': () => roots.list(),
      'roots.add': ({ path, options: wanted }) => roots.add(path, wanted),
      'roots.update': ({ rootId, options: wanted }) => roots.update(rootId, wanted),
      'roots.try': ({ rootId, options: wanted }) => roots.try(rootId, wanted),
      'roots.remove': ({ rootId }) => roots.remove(rootId),
      'roots.suggest': () => suggestFolders(resourcesDirectory),
      'folders.list': ({ path }) => listFolders(path),

      'index.pause': ({ minutes }) => gate.pause(minutes),
      'index.resume': () => { gate.resume(); indexer.wake(); },
      'index.rescan': ({ rootId }) => indexer.crawler.rescan(rootId),
      'index.retry': async ({ fileIds }) => {
        const files = await store.retry(fileIds ?? null);
        indexer.wake();
        return { files };
      },
      'index.status': () => computeStatus(),
      'index.settled': (_input, { signal }) => settled(signal),

      'files.list': (query) => store.listFiles(query),
      'files.preview': ({ fileId, ordinal }) => preview(fileId, ordinal ?? 0),
      'files.open': async ({ fileId }) => openFile((await fileOf(fileId)).path),
      'files.reveal': async ({ fileId }) => revealFile((await fileOf(fileId)).path),
      'files.forget': async ({ path }) => {
        const files = await store.forgetPath(path);
        if (files > 0) {
          indexer.wake();
          await forgetTraces([]);
        }
        return { files };
      },

      'models.list': () => modelsStatus(true),
      'models.download': (input) => shelf.download(input),
      'models.cancel': (input) => shelf.cancel(input),
      'models.import': (input) => shelf.import(input),
      'models.remove': (input) => shelf.remove(input),
      'models.verify': (input) => shelf.verify(input),
      'models.plan': (input) => choices.plan(input),
      'models.choose': (input) => choices.choose(input),
      'generations.switch': ({ generationId }) => choices.switchTo(generationId),
      'generations.drop': ({ generationId }) => choices.drop(generationId),
      'generations.compare': ({ generationId }, { signal }) => withSignal(signal, (own) => choices.compare(generationId, own)),
      'server.check': (change) => checkServer(mergeServer(kept.settings.server, change)),
      'models.embed': (input, { signal }) => withSignal(signal, (own) => inference.embed(input, own)),
      'models.rerank': (input, { signal }) => withSignal(signal, (own) => inference.rerank(input, own)),

      'settings.get': () => kept.settings,
      'settings.set': (change) => kept.set(change, false),
      'recents.list': () => recents.list(),
      'recents.add': ({ text }) => (kept.settings.keepRecents ? recents.add(text) : undefined),
      'recents.clear': () => recents.clear(),
    },
    subscriptions: {
      'search': (request, next, { signal }) => searcher.search(request, next, signal).finally(gate.searchBegins()),
      'index.status': (_input, next, { signal }) => untilAborted(signal, () => board.view(next)),
      'models': (_input, next, { signal }) => untilAborted(signal, () => modelsBoard.view(next)),
      'settings': (_input, next, { signal }) => untilAborted(signal, () => {
        next(kept.settings);
        settingsViewers.add(next);
        return () => settingsViewers.delete(next);
      }),
    },
  };

  return {
    handlers,
    get pids() { return indexer.pids; },
    get embeddedWindows() { return meaning.embeddedWindows; },
    get bringsModel() { return shelf.busy; },
    get building() { return meaning.building; },
    async close() {
      board.close(new EngineError('connection-closed', 'The engine is ending.'));
      modelsBoard.close(new EngineError('connection-closed', 'The engine is ending.'));
      await kept.close();
      await memory.close();
      await shelf.close();
      await indexer.close();
      await rerankers.close();
      await meaning.close();
      await store.setMeta(CLEAN_END, 'yes');
      await store.close();
    },
  };
}

/** Gives work that wants a real AbortSignal one that follows rpc's. */
function withSignal<T>(signal: AbortSignalLike, work: (own: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  signal.addEventListener('abort', () => controller.abort(), { once: true });
  return work(controller.signal);
}

/** Runs a subscription's source until its reader goes. */
function untilAborted(signal: AbortSignalLike, start: () => () => unknown): Promise<void> {
  return new Promise((resolve) => {
    const stop = start();
    signal.addEventListener('abort', () => { stop(); resolve(); }, { once: true });
  });
}
