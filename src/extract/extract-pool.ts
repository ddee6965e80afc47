/**
 * The extractor pool: files in, outcomes out, whatever a file does to the process that reads it. Small files travel in batches.
 *
 * When a process ends with several files in hand, all that were not answered are tried again alone, so that only the guilty one fails.
 * A file that was alone has failed after one, two or three times, by what happened (`CHANCES`).
 */

import { EngineError } from '../contract/errors.ts';
import type { Log } from '../log.ts';
import type { Extraction } from '../pipeline.ts';
import { ExtractSlot, poolClosed, type BatchEnd } from './extract-slot.ts';
import type { ExtractorPool, ExtractRequest } from './extractor.ts';
import { kindOfName } from './kinds.ts';
import { FAIL_REASONS } from './reasons.ts';

const MIB = 1024 * 1024;
/** Files and bytes of one batch: enough that messages and turns are a small part of the work, few enough that the first answer comes soon. */
const BATCH_FILES = 16;
const BATCH_BYTES = MIB;
/**
 * How often a file may end the process that has it alone in hand. A process that simply died may have been killed from outside (a person, the
 * system short of memory), and one that grew too large may have been grown by the files before; time is the file's own.
 */
const CHANCES = { timeout: 1, memory: 2, died: 3 } as const;
/** A process that does not come up is tried this often, with growing pauses, before the callers are told. */
const MAX_START_FAILURES = 4;

export interface PoolOptions {
  /** Processes. Default: 2, or 1 on a machine with one core. */
  readonly width?: number;
  /** Resident bytes above which a process is killed. */
  readonly memoryLimitBytes?: number;
  /** For one file of ordinary size; a larger one has up to four times as long. */
  readonly deadlineMs?: number;
  /** A process that has had nothing to do for this long ends. */
  readonly idleMs?: number;
  readonly log: Log;
}

interface Job {
  readonly request: ExtractRequest;
  readonly resolve: (extraction: Extraction) => void;
  readonly reject: (error: EngineError) => void;
  /** Set after a process ended with this file and others in hand. */
  alone: boolean;
  deaths: number;
  settled: boolean;
}

const DEFAULT_MEMORY_LIMIT_BYTES = 1024 * MIB;
/** Wall-clock, so generous: a busy machine must not fail ordinary files. */
const DEFAULT_DEADLINE_MS = 60_000;
const DEFAULT_IDLE_MS = 10_000;
const DEFAULT_WIDTH = 2;

/** A pool that starts no process before the first file and none after `close`. */
export function createExtractorPool(options: PoolOptions): ExtractorPool {
  return new Pool(options);
}

class Pool implements ExtractorPool {
  readonly width: number;
  readonly #slots: readonly ExtractSlot[];
  readonly #log: Log;
  readonly #queue: Job[] = [];
  #startFailures = 0;
  #sparing = false;
  #closed = false;

  constructor(options: PoolOptions) {
    const processes = Math.max(1, options.width ?? DEFAULT_WIDTH);
    this.#log = options.log;
    this.#slots = Array.from({ length: processes }, () => new ExtractSlot({
      memoryLimitBytes: options.memoryLimitBytes ?? DEFAULT_MEMORY_LIMIT_BYTES,
      deadlineMs: options.deadlineMs ?? DEFAULT_DEADLINE_MS,
      idleMs: options.idleMs ?? DEFAULT_IDLE_MS,
      log: options.log,
    }));
    // One batch in each process and one waiting for it.
    this.width = processes * BATCH_FILES * 2;
  }

  get pids(): readonly number[] {
    return this.#slots.flatMap((slot) => slot.pid ?? []);
  }

  extract(request: ExtractRequest, signal?: AbortSignal): Promise<Extraction> {
    if (this.#closed) return Promise.reject(poolClosed());
    if (signal?.aborted === true) return Promise.reject(new EngineError('cancelled'));
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        job.settled = true;
        signal?.removeEventListener('abort', abort);
      };
      // A file in hand is read to its end: its answer has nobody waiting and is dropped.
      const abort = (): void => job.reject(new EngineError('cancelled'));
      const job: Job = {
        request, alone: false, deaths: 0, settled: false,
        resolve: (extraction) => { if (!job.settled) { settle(); resolve(extraction); } },
        reject: (error) => { if (!job.settled) { settle(); reject(error); } },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#queue.push(job);
      // After this turn, so that files given together travel together.
      queueMicrotask(() => this.#dispatch());
    });
  }

  spare(sparing: boolean): void {
    this.#sparing = sparing;
    for (const [index, slot] of this.#slots.entries()) {
      slot.spare(sparing);
      if (sparing && index > 0) slot.rest();
    }
    this.#dispatch();
  }

  rest(): void {
    for (const slot of this.#slots) slot.rest();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.splice(0)) job.reject(poolClosed());
    await Promise.all(this.#slots.map((slot) => slot.close()));
  }

  #dispatch(): void {
    while (!this.#closed && this.#queue.length > 0) {
      const used = this.#sparing ? this.#slots.slice(0, 1) : this.#slots;
      const idle = used.filter((slot) => !slot.busy);
      const slot = idle.find((candidate) => candidate.warm) ?? idle[0];
      if (slot === undefined) return;
      const batch = takeBatch(this.#queue, used.length);
      if (batch.length > 0) void this.#run(slot, batch);
    }
  }

  async #run(slot: ExtractSlot, batch: readonly Job[]): Promise<void> {
    try {
      const end = await slot.run(batch.map((job) => job.request), (index, extraction) => batch[index]?.resolve(extraction));
      if (end === null) this.#startFailures = 0;
      else this.#afterEnd(end, batch.slice(end.done));
    } catch (error) {
      // A fault of ours, not of a file: nobody may wait for ever.
      this.#log.error('The extractor pool failed.', { error: String(error) });
      for (const job of batch) job.reject(new EngineError('internal', undefined, { cause: error }));
    }
    this.#dispatch();
  }

  #afterEnd(end: Exclude<BatchEnd, null>, rest: readonly Job[]): void {
    const left = rest.filter((job) => !job.settled);
    if (this.#closed) {
      for (const job of left) job.reject(poolClosed());
      return;
    }
    if (end.cause === 'not-started') {
      this.#startFailures++;
      this.#log.error('An extractor did not start.', { detail: end.detail, failures: this.#startFailures });
      if (this.#startFailures < MAX_START_FAILURES) this.#queue.unshift(...left);
      else for (const job of left) job.reject(new EngineError('process-died', `The extractor does not start: ${end.detail}`));
      return;
    }
    this.#startFailures = 0;
    const only = rest.length === 1 ? left[0] : undefined;
    if (only === undefined) {
      for (const job of left) job.alone = true;
      this.#queue.unshift(...left);
      return;
    }
    only.deaths++;
    if (only.deaths < CHANCES[end.cause]) {
      only.alone = true;
      this.#queue.unshift(only);
      return;
    }
    const reason = `extractor-${end.cause}` as const;
    this.#log.warn(FAIL_REASONS[reason], { path: only.request.path, reason });
    only.resolve({ state: 'failed', reason, detail: FAIL_REASONS[reason], contentHash: null, kind: kindOfName(only.request.path) });
  }
}

/**
 * Takes the next batch off the queue, in order: one file that must be alone or is large, or several small ones. With few files waiting
 * they are spread over all processes.
 */
function takeBatch(queue: Job[], processes: number): Job[] {
  const batch: Job[] = [];
  let bytes = 0;
  const most = Math.min(BATCH_FILES, Math.max(1, Math.ceil(queue.length / processes)));
  while (batch.length < most) {
    const next = queue[0];
    if (next === undefined) break;
    if (next.settled) {
      queue.shift();
      continue;
    }
    if (batch.length > 0 && (next.alone || bytes + next.request.size > BATCH_BYTES)) break;
    batch.push(next);
    queue.shift();
    bytes += next.request.size;
    if (next.alone) break;
  }
  return batch;
}
