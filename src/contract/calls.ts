/**
 * The verbs: every call and subscription a host may make. Names are stable; renaming one is a breaking change.
 * A call answers once. A subscription gives items until it completes or is unsubscribed.
 */

import type {
  EngineInfo, FilePage, FileQuery, FolderListing, IndexStatus, Preview, Root, RootOptions, RootTrial, SearchRequest, SearchUpdate, SuggestedFolder,
} from './model.ts';
import type { EmbeddedTexts, EmbedRequest, GenerationComparison, ModelCheck, ModelListing, ModelPlan, ModelsStatus, RerankedTexts, RerankRequest, ServerCheck } from './models.ts';
import type { ServerSettings, Settings } from './settings.ts';

/** Raised when a frame, a call or a type changes in a way an older peer cannot follow. */
export const PROTOCOL_VERSION = 1;

export type EngineCalls = {
  'engine.info': [void, EngineInfo];
  /** Ends the engine after its answer is sent. */
  'engine.stop': [void, void];
  /** Deletes the index, vectors, recent searches, downloaded models, settings and logs, then ends the engine; the next one starts anew. */
  'engine.erase': [{ readonly confirm: 'everything' }, void];
  /** Starts the loopback page server when it is off; answers its address with token. Port 0: any free one. */
  'engine.servePage': [{ readonly port?: number }, { readonly address: string }];

  /** A desktop host tells what it hears of the power supply. `woke`: the computer slept, so disk and catalog are compared. */
  'host.power': [{ readonly onBattery?: boolean; readonly woke?: boolean }, void];

  'roots.list': [void, readonly Root[]];
  /** Errors: folder-not-found, not-a-folder, folder-denied, folder-overlaps, folder-is-data-directory, folder-settings-invalid. */
  'roots.add': [{ readonly path: string; readonly options?: Partial<RootOptions> }, Root];
  'roots.update': [{ readonly rootId: number; readonly options: Partial<RootOptions> }, Root];
  /** What other options would do to the files that are known: nothing is changed. */
  'roots.try': [{ readonly rootId: number; readonly options: Partial<RootOptions> }, RootTrial];
  /** Stops watching and forgets everything of it (DESIGN section 3, "Forget means gone"). */
  'roots.remove': [{ readonly rootId: number }, void];
  'roots.suggest': [void, readonly SuggestedFolder[]];
  'folders.list': [{ readonly path?: string }, FolderListing];

  /** Without minutes: until resumed. Words, names and meaning go on being searched. */
  'index.pause': [{ readonly minutes?: number }, void];
  'index.resume': [void, void];
  /** Compares disk and catalog now; answers when done. */
  'index.rescan': [{ readonly rootId?: number }, void];
  /** Failed files (or only these) are read again. */
  'index.retry': [{ readonly fileIds?: readonly number[] }, { readonly files: number }];
  'index.status': [void, IndexStatus];
  /** Resolves when nothing waits: every known file is indexed and embedded, skipped or failed. */
  'index.settled': [void, IndexStatus];

  'files.list': [FileQuery, FilePage];
  /** Passages around `ordinal` (default: from the start). */
  'files.preview': [{ readonly fileId: number; readonly ordinal?: number }, Preview];
  /** Opens with the system's program; an executable is only revealed. */
  'files.open': [{ readonly fileId: number }, void];
  'files.reveal': [{ readonly fileId: number }, void];
  /** Forgets a file or a subtree until it changes; answers how many files were forgotten. */
  'files.forget': [{ readonly path: string }, { readonly files: number }];

  'models.list': [void, ModelsStatus];
  /** Starts a download, or goes on with one; progress is in the `models` subscription. Errors: not-found, model-in-use (another variant of it is), disk-full; later ones are its `trouble`. */
  'models.download': [{ readonly id: string; readonly variant?: string }, void];
  /** Stops a download; `discard`: what is there of it is deleted. */
  'models.cancel': [{ readonly id: string; readonly discard?: boolean }, void];
  /** Brings a model folder, or the files of one that the registry knows, from this machine. Errors: model-missing, model-invalid, model-in-use, disk-full. */
  'models.import': [{ readonly path: string }, ModelListing];
  /** Errors: not-found, model-in-use. */
  'models.remove': [{ readonly id: string }, void];
  /** Hashes the files anew and runs the golden pairs. */
  'models.verify': [{ readonly id: string }, ModelCheck];
  /** What choosing this model (and dimension) would take. */
  'models.plan': [{ readonly model: string; readonly dimension?: number | null }, ModelPlan];
  /** Makes it the wanted model: its vectors are built in the background while the present ones answer. Kept in the settings. */
  'models.choose': [{ readonly model: string; readonly dimension?: number | null }, void];
  /** Makes a complete generation the answering one, in one step; also rolls back. Errors: not-found, generation-incomplete, model-missing. */
  'generations.switch': [{ readonly generationId: number }, void];
  /** Deletes the vectors of a generation that does not answer. Errors: not-found, generation-answering. */
  'generations.drop': [{ readonly generationId: number }, void];
  /** How it and the answering one compare on the user's own files. */
  'generations.compare': [{ readonly generationId: number }, GenerationComparison];
  /** Asks an embedding server what it is, without keeping the settings. Errors: server-unreachable, server-refused, remote-not-allowed. */
  'server.check': [Partial<ServerSettings>, ServerCheck];
  /** For other programs (`findling serve --openai`). A person's own searches go first. Errors: embedder-unavailable. */
  'models.embed': [EmbedRequest, EmbeddedTexts];
  /** Errors: model-missing (there is no reranking model), embedder-unavailable. */
  'models.rerank': [RerankRequest, RerankedTexts];

  'settings.get': [void, Settings];
  'settings.set': [Partial<Settings>, Settings];
  'recents.list': [void, readonly string[]];
  'recents.add': [{ readonly text: string }, void];
  'recents.clear': [void, void];
};

export type EngineSubscriptions = {
  /** One search: `words`, then `meaning`, then `done`, then complete; the first two only when something is still to come. Unsubscribing supersedes it. */
  'search': [SearchRequest, SearchUpdate];
  /** The current status first, then on change, at most four a second. */
  'index.status': [void, IndexStatus];
  /** The present state first, then on change, at most four a second. */
  'models': [void, ModelsStatus];
  /** The settings first, then after every change by any host. */
  'settings': [void, Settings];
};

/** The whole contract as one type, for `rpc`. */
export interface EngineProtocol {
  calls: EngineCalls;
  subscriptions: EngineSubscriptions;
}
