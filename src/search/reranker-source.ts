/**
 * Which reranker reads for searches, by the settings and by what there is, and its life: made when a search first wants it, closed when another one is
 * wanted. On a graphics card it must first score as on the processor (embed/reranker-trust.ts).
 */

import { join } from 'node:path';
import { abortable } from '../abortable.ts';
import { EngineError } from '../contract/errors.ts';
import type { Settings } from '../contract/settings.ts';
import type { DeviceName } from '../embed/devices.ts';
import { createLocalReranker } from '../embed/local-reranker.ts';
import { readGraphFacts } from '../embed/graph-facts.ts';
import { readModelFolder } from '../embed/model-folder.ts';
import { requireTrust } from '../embed/reranker-trust.ts';
import type { Reranker, RerankerStatus } from '../embed/reranker.ts';
import { createServerReranker } from '../embed/server/server-reranker.ts';
import { describeError, type Log } from '../log.ts';

export interface RerankerSourceOptions {
  readonly settings: () => Settings;
  /** Absolute path of a model's folder. Error: `model-missing`. */
  readonly folderOf: (model: string) => Promise<string>;
  /** Names of installed reranking models, best first. */
  readonly installed: () => Promise<readonly string[]>;
  /** The graphics device that passed the embedder's self-test; null: none. */
  readonly trustedGpu: () => DeviceName | null;
  readonly threads: () => number;
  /** For what is known of model files and of devices. */
  readonly dataDirectory: string;
  readonly log: Log;
}

export type WantedReranker =
  | { readonly kind: 'none' }
  | { readonly kind: 'server' }
  | { readonly kind: 'local'; readonly model: string; readonly device: DeviceName };

export interface RerankerFacts {
  readonly setting: string;
  readonly serverModel: string | null;
  readonly installed: readonly string[];
  readonly gpu: DeviceName | null;
  /** What the request says; undefined: nothing. */
  readonly asked: boolean | undefined;
}

/**
 * Pure. `auto` reads where reading is quick: on a trusted graphics card, or a server. On a processor twenty passages take two minutes, so there it is for who
 * chose a model by name or asks for this one search.
 */
export function wantedReranker({ setting, serverModel, installed, gpu, asked }: RerankerFacts): WantedReranker {
  const none = { kind: 'none' } as const;
  if (asked === false || (setting === 'off' && asked !== true)) return none;
  if (setting === 'server') return serverModel === null ? none : { kind: 'server' };
  const [first] = installed;
  if (setting !== 'auto' && setting !== 'off') return installed.includes(setting) ? { kind: 'local', model: setting, device: gpu ?? 'cpu' } : none;
  if (serverModel !== null) return { kind: 'server' };
  if (first === undefined || (gpu === null && asked !== true)) return none;
  return { kind: 'local', model: first, device: gpu ?? 'cpu' };
}

export class RerankerSource {
  readonly #options: RerankerSourceOptions;
  #installed: readonly string[] = [];
  #made: { readonly key: string; readonly reranker: Reranker } | undefined;
  #closed = false;

  constructor(options: RerankerSourceOptions) {
    this.#options = options;
    this.modelsChanged();
  }

  /** Installed models may be others now. */
  modelsChanged(): void {
    this.#options.installed().then((installed) => { this.#installed = installed; }, (error: unknown) => {
      this.#options.log.warn('reranking models could not be listed', { error: describeError(error) });
    });
  }

  /** For one search. Loads nothing yet. */
  current(asked: boolean | undefined): Reranker | null {
    const { settings, trustedGpu, threads, log } = this.#options;
    const { reranker: setting, server } = settings();
    if (this.#closed) return null;
    const wanted = wantedReranker({ setting, serverModel: server.rerankModel, installed: this.#installed, gpu: trustedGpu(), asked });
    if (wanted.kind === 'none') return null;
    const key = JSON.stringify(wanted.kind === 'server' ? server : [wanted, threads()]);
    if (this.#made?.key !== key) {
      this.#end();
      try {
        this.#made = { key, reranker: wanted.kind === 'server' ? createServerReranker({ settings: server, log }) : this.#local(wanted.model, wanted.device) };
      } catch (error) {
        // An address that may not be used: the settings' own checks have said so to the person.
        log.warn('the reranking server cannot be used', { error: describeError(error) });
        return null;
      }
    }
    return this.#made?.reranker ?? null;
  }

  /** For the status' troubles. */
  get trouble(): string | null {
    return this.#made?.reranker.status().trouble ?? null;
  }

  get pid(): number | undefined {
    return this.#made?.reranker.pid;
  }

  /** Gives its memory back when no search uses it. */
  async rest(): Promise<void> {
    await this.#made?.reranker.rest();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#made?.reranker.close();
  }

  /** The folder is looked up and verified while the first search waits, not before. */
  #local(model: string, device: DeviceName): Reranker {
    const { folderOf, threads, dataDirectory, log } = this.#options;
    return new LaterReranker(model, device, async () => {
      const folder = await folderOf(model);
      const make = (on: DeviceName): Promise<Reranker> => createLocalReranker({ folder, threads: threads(), device: on, verifiedPath: join(dataDirectory, 'verified-rerankers.json'), log });
      const made = await make(device);
      if (device === 'cpu') return made;
      const { fingerprint, modelPath, description } = await readModelFolder(folder, { trusted: true });
      const { precision } = readGraphFacts(modelPath, description.graph.ids);
      await requireTrust(made, () => make('cpu'), { fingerprint, precision }, join(dataDirectory, 'reranker-references.json'));
      return made;
    });
  }

  #end(): void {
    this.#made?.reranker.close().catch((error: unknown) => this.#options.log.warn('the reranker did not end', { error: describeError(error) }));
    this.#made = undefined;
  }
}

/** A reranker that is made by its first request; when that fails, mostly by the next one. */
class LaterReranker implements Reranker {
  readonly id: string;
  readonly #make: () => Promise<Reranker>;
  #status: RerankerStatus;
  #making: Promise<Reranker> | undefined;
  #made: Reranker | undefined;
  #closed = false;

  constructor(id: string, device: string, make: () => Promise<Reranker>) {
    this.id = id;
    this.#make = make;
    this.#status = { state: 'starting', device, trouble: null };
  }

  get pid(): number | undefined {
    return this.#made?.pid;
  }

  async score(...request: Parameters<Reranker['score']>): Promise<readonly number[]> {
    const reranker = await abortable(this.#reranker(), request[2]?.signal);
    return reranker.score(...request);
  }

  status(): RerankerStatus {
    return this.#made?.status() ?? this.#status;
  }

  async rest(): Promise<void> {
    await this.#made?.rest();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const [made] = await Promise.allSettled([this.#making]);
    if (made.status === 'fulfilled') await made.value?.close();
  }

  #reranker(): Promise<Reranker> {
    this.#making ??= this.#make().then(async (made) => {
      if (this.#closed) await made.close();
      this.#made = made;
      return made;
    }).catch((error: unknown) => {
      // A device that failed its test is not tried again by every search.
      if (!(error instanceof EngineError && error.code === 'device-untrusted')) this.#making = undefined;
      this.#status = { ...this.#status, state: 'down', trouble: error instanceof Error ? error.message : String(error) };
      throw error;
    });
    return this.#making;
  }
}
