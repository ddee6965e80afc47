/**
 * Which device embeds: the CPU until another one has shown that its vectors are the CPU's and that it is faster; the CPU again when that
 * one gives wrong results, hangs, crashes or finds no memory. Work is never lost by a change: whoever asked asks the next worker
 * (onnx-embedder.ts). What was found is remembered (device-verdicts.ts).
 */

import { EngineError } from '../contract/errors.ts';
import type { DeviceStatus } from '../contract/models.ts';
import type { Settings } from '../contract/settings.ts';
import { describeError, type Log } from '../log.ts';
import type { Client } from '../rpc/client.ts';
import { budgetTrouble } from './device-memory.ts';
import { testDevice, verdictOf, whyUnneeded, type Trial } from './device-trial.ts';
import { DeviceVerdicts, type VerdictKind } from './device-verdicts.ts';
import { candidates, runtimeVersion, wanted, type DeviceName } from './devices.ts';
import type { EmbedProtocol } from './embed-protocol.ts';
import { EmbedWorker, type WatchLimits } from './embed-worker.ts';
import { FaultCount, MemoryBackOff } from './device-faults.ts';
import type { Precision } from './graph-facts.ts';
import { graphicsSignature } from './graphics-signature.ts';
import { isDeath } from './model-process.ts';
import type { SelfTestRun } from './self-test.ts';

export interface DeviceLimits extends WatchLimits {
  /** For the self-test of a loaded model. */
  readonly testMs: number;
  /** A CPU that does so many tokens a second needs no help: that is faster than files are read. */
  readonly fastTokensPerSecond: number;
  /** After the first failed allocation the device rests this long; later it is left for so long, doubled each time up to `longestRetryMs`. */
  readonly memoryRestMs: number;
  readonly memoryRetryMs: number;
  readonly longestRetryMs: number;
}

/** Generous: a driver compiles for half a minute when it sees a large graph first, on a busy machine, and a verdict stays. */
export const DEVICE_LIMITS: DeviceLimits = {
  loadMs: 180_000, lookMs: 5_000, silentLooks: 12, testMs: 120_000, fastTokensPerSecond: 50_000,
  memoryRestMs: 3_000, memoryRetryMs: 120_000, longestRetryMs: 3_600_000,
};

/** A model of this size is taken for slow on the CPU until its speed was measured. */
export const LARGE_MODEL_BYTES = 200_000_000;

export interface DeviceChoiceOptions {
  readonly setting: Settings['device'];
  readonly gpuMemoryBytes: number;
  readonly threads: number;
  readonly folder: string;
  readonly model: { readonly fingerprint: string; readonly dimension: number; readonly width: number; readonly bytes: number };
  readonly verdictsPath: string | undefined;
  readonly limits: DeviceLimits;
  readonly log: Log | undefined;
  /** State or device of the worker in use, or the state of any device, changed. */
  readonly onChange: () => void;
}

export class DeviceChoice {
  readonly #options: DeviceChoiceOptions;
  readonly #all = candidates();
  readonly #wanted: readonly DeviceName[];
  readonly #faults = new FaultCount();
  readonly #backOff: MemoryBackOff;
  /** Reasons that do not outlive this run of the engine: memory, budget. */
  readonly #passing = new Map<DeviceName, DeviceStatus>();
  #verdicts: DeviceVerdicts | undefined;
  #worker: EmbedWorker;
  /** Of the worker in use: the start whose failure is dealt with. */
  #handledStart = 0;
  #pause: Promise<void> = Promise.resolve();
  #trial: EmbedWorker | undefined;
  #retry: NodeJS.Timeout | undefined;
  #testing: DeviceName | null = null;
  #searching: Promise<void> | undefined;
  #closed = false;

  constructor(options: DeviceChoiceOptions) {
    this.#options = options;
    this.#wanted = wanted(options.setting, this.#all);
    this.#backOff = new MemoryBackOff(options.limits);
    this.#worker = this.#make('cpu');
  }

  /** Begins loading; waits only for what is remembered of the devices. */
  async start(): Promise<void> {
    if (this.#wanted.length > 0) {
      const { model, threads, verdictsPath } = this.#options;
      this.#verdicts = new DeviceVerdicts(verdictsPath, { model: model.fingerprint, runtime: runtimeVersion(), graphics: await graphicsSignature(), threads });
      await this.#verdicts.read();
      const reference = this.#verdicts.reference();
      const trusted = this.#wanted.find((device) => this.#verdicts?.verdict(device)?.kind === 'trusted' && this.#budgetTrouble() === null);
      if (trusted !== undefined && reference !== null) this.#worker = this.#make(trusted, this.#trialOf(this.#verdicts, false, Number.POSITIVE_INFINITY));
    }
    this.#warm(this.#worker);
    if (this.#worker.device === 'cpu') this.#search(false);
  }

  /** The worker in use. */
  get worker(): EmbedWorker {
    return this.#worker;
  }

  /** The worker to ask; waits while a device rests for want of memory. */
  async current(): Promise<EmbedWorker> {
    await this.#pause;
    return this.#worker;
  }

  statuses(): readonly DeviceStatus[] {
    const cpu: DeviceStatus = { device: 'cpu', state: this.#worker.device === 'cpu' ? 'in-use' : 'trusted', reason: null };
    return [...this.#all.map(({ device, missing }) => this.#statusOf(device, missing)), cpu];
  }

  /**
   * A request to this worker failed. True: ask again, of the worker that is in use then. It is true a bounded number of times
   * in a row: each counts against the device, until the CPU is in use.
   */
  failed(worker: EmbedWorker, error: unknown): boolean {
    if (worker.device === 'cpu' || this.#closed || !(error instanceof EngineError)) return false;
    const ofDevice = isDeath(error) || error.code.startsWith('device-');
    if (!ofDevice) return false;
    // Another worker has taken over, or what failed with this start of the process is dealt with: requests that failed together are one fault.
    if (worker !== this.#worker || worker.starts === this.#handledStart) return true;
    this.#handledStart = worker.starts;
    if (error.code === 'device-memory') this.#outOfMemory(worker);
    else if (error.code === 'device-untrusted') this.#putAside(worker, error);
    else this.#fault(worker, error);
    return true;
  }

  /** Tests every allowed device that is not in use, whatever was found before. */
  retest(): void {
    this.#backOff.forget();
    this.#passing.clear();
    void (this.#searching ?? Promise.resolve()).then(() => this.#search(true));
  }

  async rest(): Promise<void> {
    await this.#worker.rest();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await Promise.all([this.#worker.stop(), this.#trial?.stop()]);
    await this.#searching;
  }

  // ---- trying devices

  #search(asked: boolean): void {
    if (this.#wanted.length === 0 || this.#searching !== undefined || this.#closed) return;
    this.#searching = this.#tryDevices(asked)
      .catch((error: unknown) => this.#options.log?.warn('devices could not be tested', { error: describeError(error) }))
      .finally(() => { this.#searching = undefined; this.#testing = null; this.#options.onChange(); });
  }

  /** In the background, while the worker in use answers: the first device that passes takes over. */
  async #tryDevices(asked: boolean): Promise<void> {
    const verdicts = this.#verdicts;
    const { model } = this.#options;
    if (verdicts === undefined) return;
    for (const device of this.#wanted) {
      if (this.#closed || this.#worker.device === device) return;
      const verdict = verdicts.verdict(device);
      if (verdict !== null && verdict.kind !== 'trusted' && !asked) continue;
      const trouble = this.#budgetTrouble();
      if (trouble !== null) {
        this.#passing.set(device, { device, state: 'unavailable', reason: trouble });
        continue;
      }
      // The CPU goes first where that takes no time: most machines need nothing else for a small model. It takes a large one a minute, for nothing where there is no card.
      if (model.bytes < LARGE_MODEL_BYTES) {
        const unneeded = whyUnneeded(await this.#reference(verdicts), this.#fastEnough(asked));
        if (unneeded !== null) {
          await this.#keep(device, 'unneeded', unneeded);
          continue;
        }
      }
      if (await this.#tryDevice(device, verdicts, asked)) return;
    }
  }

  /** The CPU's vectors of the self-test's texts, made now when none are remembered. */
  async #reference(verdicts: DeviceVerdicts): Promise<SelfTestRun> {
    const remembered = verdicts.reference();
    if (remembered !== null) return remembered;
    const reference = await this.#worker.request((client) => client.call('selfTest', null)).catch((cause: unknown) => {
      throw new EngineError('embedder-unavailable', 'The CPU gave no vectors to compare a device with.', { cause });
    });
    await verdicts.keepReference(reference).catch((error: unknown) => this.#options.log?.warn('the vectors of the self-test were not kept', { error: describeError(error) }));
    return reference;
  }

  /** In a process of its own, started for this: a crash costs that process and nothing else. */
  async #tryDevice(device: DeviceName, verdicts: DeviceVerdicts, asked: boolean): Promise<boolean> {
    this.#testing = device;
    this.#passing.delete(device);
    this.#options.onChange();
    const worker = this.#make(device, this.#trialOf(verdicts, this.#options.setting === 'auto', this.#fastEnough(asked)));
    this.#trial = worker;
    try {
      await worker.ready();
    } catch (error) {
      await worker.stop();
      this.#trial = undefined;
      if (this.#closed) return false;
      const verdict = verdictOf(error, worker);
      if (error instanceof EngineError && error.code === 'device-memory') this.#leaveForMemory(device);
      else if (verdict !== null) await this.#keep(device, verdict.kind, verdict.reason);
      return false;
    }
    if (this.#closed) {
      await worker.stop();
      return false;
    }
    await this.#keep(device, 'trusted', null);
    this.#trial = undefined;
    const before = this.#worker;
    this.#use(worker);
    before.retire();
    return true;
  }

  #trialOf(verdicts: DeviceVerdicts, judgeSpeed: boolean, fastTokensPerSecond: number): Trial {
    return { reference: () => this.#reference(verdicts), dimension: this.#options.model.dimension, judgeSpeed, fastTokensPerSecond, testMs: this.#options.limits.testMs };
  }

  /** Who chose a device, or asks for its test, wants it however fast the CPU is. */
  #fastEnough(asked: boolean): number {
    return this.#options.setting === 'auto' && !asked ? this.#options.limits.fastTokensPerSecond : Number.POSITIVE_INFINITY;
  }

  #make(device: DeviceName, trial?: Trial): EmbedWorker {
    const { folder, threads, gpuMemoryBytes, limits, log } = this.#options;
    const worker = new EmbedWorker({
      start: { folder, threads, device, gpuMemoryBytes }, limits, log,
      // At every start of the process, since drivers and cards change under a running system too; its speed only at the first, for it may be busy later.
      ...(trial === undefined ? {} : { check: (client: Client<EmbedProtocol>, precision: Precision) => testDevice(client, precision, worker.starts === 1 ? trial : { ...trial, judgeSpeed: false }) }),
    });
    let wasReady = false;
    worker.onChange(() => {
      const fell = worker.state === 'down' && wasReady && worker.pid === undefined;
      wasReady = worker.state === 'ready' || (wasReady && worker.state === 'starting');
      if (worker !== this.#worker) return;
      this.#options.onChange();
      if (!fell || this.#closed) return;
      // A fault counts with nobody waiting too: a process that dies whenever it is ready must not be started for ever.
      if (worker.lastEnd !== null) this.failed(worker, new EngineError('process-died', worker.lastEnd.reason));
      // A model that did load comes back by itself, after the back-off; one that never did waits for someone to ask.
      if (worker === this.#worker) this.#warm(worker);
    });
    return worker;
  }

  // ---- giving devices up

  #fault(worker: EmbedWorker, error: EngineError): void {
    if (!this.#faults.add(worker.lastEnd?.kind === 'hang', Date.now())) {
      // An error that left the process alive: what is wrong in it is unknown, so a new one.
      if (!isDeath(error)) worker.kill();
      return;
    }
    this.#putAside(worker, error);
  }

  #putAside(worker: EmbedWorker, error: EngineError): void {
    const { kind, reason } = verdictOf(error, worker) ?? { kind: 'crash' as const, reason: error.message };
    this.#options.log?.warn('a device was put aside', { device: worker.device, reason });
    this.#toCpu(worker);
    void this.#keep(worker.device, kind, reason).then(() => this.#search(false));
  }

  /** Another program may need it for a moment only: first a short rest, then the CPU for longer and longer. */
  #outOfMemory(worker: EmbedWorker): void {
    const rest = this.#backOff.next(Date.now());
    if (rest.patient) {
      this.#pause = worker.rest()
        .catch((error: unknown) => this.#options.log?.warn('the embedder did not rest', { error: describeError(error) }))
        .then(() => pause(rest.ms));
      return;
    }
    this.#leaveForMemory(worker.device, rest.ms);
    this.#toCpu(worker);
  }

  #leaveForMemory(device: DeviceName, ms: number = this.#backOff.leave(Date.now())): void {
    this.#passing.set(device, { device, state: 'put-aside', reason: `Too little of its memory is free. It is tried again in ${Math.ceil(ms / 60_000)} minutes.` });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#search(false), ms).unref();
  }

  #toCpu(from: EmbedWorker): void {
    this.#faults.forget();
    this.#use(this.#make('cpu'));
    this.#warm(this.#worker);
    from.stop().catch((error: unknown) => this.#options.log?.warn('an embedder process did not end', { error: describeError(error) }));
  }

  // ---- bookkeeping

  #use(worker: EmbedWorker): void {
    this.#worker = worker;
    this.#handledStart = 0;
    this.#options.onChange();
  }

  /** Loads the model before anyone asks, so that the first query does not wait. */
  #warm(worker: EmbedWorker): void {
    worker.ready().catch((error: unknown) => {
      this.#options.log?.warn('the embedder is not ready', { device: worker.device, error: describeError(error) });
      if (this.failed(worker, error) && this.#worker === worker) void this.#pause.then(() => this.#warm(worker));
    });
  }

  async #keep(device: DeviceName, kind: VerdictKind, reason: string | null): Promise<void> {
    this.#options.log?.info('a device was tested', { device, kind, reason });
    // What cannot be written is tested again at the next start.
    await this.#verdicts?.keepVerdict(device, { kind, reason, atMs: Date.now() })
      .catch((error: unknown) => this.#options.log?.warn('a verdict on a device was not kept', { error: describeError(error) }));
    this.#options.onChange();
  }

  #budgetTrouble(): string | null {
    return budgetTrouble(this.#options.gpuMemoryBytes, this.#options.model.bytes, this.#options.model.width);
  }

  #statusOf(device: DeviceName, missing: string | null): DeviceStatus {
    if (missing !== null) return { device, state: 'unavailable', reason: missing };
    if (this.#worker.device === device) return { device, state: 'in-use', reason: null };
    if (this.#testing === device) return { device, state: 'untested', reason: 'It is being tested.' };
    const passing = this.#passing.get(device);
    if (passing !== undefined) return passing;
    if (!this.#wanted.includes(device)) return { device, state: 'untested', reason: 'Another device was chosen in the settings.' };
    const verdict = this.#verdicts?.verdict(device) ?? null;
    if (verdict === null) return { device, state: 'untested', reason: null };
    const state = verdict.kind === 'trusted' ? 'trusted' : verdict.kind === 'missing' ? 'unavailable' : verdict.kind === 'unneeded' ? 'untested' : 'put-aside';
    return { device, state, reason: verdict.reason };
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
