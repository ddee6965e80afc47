/**
 * One place for an extractor process, and the process in it: started when work comes, watched while it works, put away when it has been
 * idle, has grown, or is dead. A slot runs one batch at a time and tells how far it came; what to do with the rest is the pool's decision.
 */

import { EngineError } from '../contract/errors.ts';
import type { Log } from '../log.ts';
import type { Extraction } from '../pipeline.ts';
import { siblingModule } from '../process/module-path.ts';
import { SupervisedProcess } from '../process/supervised.ts';
import type { ExtractProtocol } from './extract-protocol.ts';
import { unpackExtraction } from './extract-protocol.ts';
import type { ExtractRequest } from './extractor.ts';
import { MEASURE_EVERY_MS, residentBytes } from './resident-memory.ts';

const MIB = 1024 * 1024;
/** A process that is this large after a batch is replaced: parsers keep what they grew to. An idle text process has about 90 MB. */
const RECYCLE_BYTES = 320 * MIB;
/** The same where memory is short: a little more than a process has that reads text and code. */
const SPARING_RECYCLE_BYTES = 160 * MIB;
/** A larger file may take longer: the deadline grows by itself once for every this many bytes, up to the factor. */
const DEADLINE_BYTES = 32 * MIB;
const MAX_DEADLINE_FACTOR = 4;
/** A process that has not said `ready` by then does not start. Generous: it may be the first thing on a waking laptop, or stand behind much else. */
const START_DEADLINE_MS = 120_000;
/** V8's young generation: half of its default, worth 20 MB of resident memory for 3 % of speed. */
const SEMI_SPACE_MB = 8;

export interface SlotOptions {
  readonly memoryLimitBytes: number;
  readonly deadlineMs: number;
  readonly idleMs: number;
  readonly log: Log;
}

/** How a batch ended. `done` counts the files that were answered; null: all of them. `not-started`: the process never came up. */
export type BatchEnd = null | { readonly done: number; readonly cause: 'timeout' | 'memory' | 'died' | 'not-started'; readonly detail: string };

export class ExtractSlot {
  readonly #options: SlotOptions;
  #process: SupervisedProcess<ExtractProtocol> | undefined;
  #ready = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #recycleBytes = RECYCLE_BYTES;
  /** The process goes as soon as its batch is done. */
  #leaving = false;
  #closed = false;
  busy = false;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Has it a process that is up, so that work costs no start? */
  get warm(): boolean {
    return this.#ready && this.pid !== undefined;
  }

  /** Runs the files in order; `answer` gets each result as it comes. Never rejects. */
  async run(batch: readonly ExtractRequest[], answer: (index: number, extraction: Extraction) => void): Promise<BatchEnd> {
    this.busy = true;
    clearTimeout(this.#idleTimer);
    try {
      const started = await this.#start();
      if (started !== null) return { done: 0, cause: 'not-started', detail: started };
      const end = await this.#runStarted(batch, answer);
      if (end !== null || this.#leaving) this.#drop();
      else await this.#recycle();
      return end;
    } finally {
      this.busy = false;
      if (this.#process !== undefined && !this.#closed) this.#idleTimer = setTimeout(() => this.#drop(), this.#options.idleMs).unref();
    }
  }

  /** Replaces its process before it has grown much. */
  spare(sparing: boolean): void {
    this.#recycleBytes = sparing ? SPARING_RECYCLE_BYTES : RECYCLE_BYTES;
  }

  /** Ends its process, once what it has in hand is read. */
  rest(): void {
    if (this.busy) this.#leaving = true;
    else this.#drop();
  }

  /** Brings a process up; the reason when it does not come. A process that dies here keeps its place, so that its back-off counts. */
  async #start(): Promise<string | null> {
    this.#process ??= new SupervisedProcess<ExtractProtocol>({
      name: 'extractor',
      module: siblingModule(import.meta.url, './extract-process'),
      nodeOptions: [`--max-old-space-size=${Math.ceil(this.#options.memoryLimitBytes / MIB)}`, `--max-semi-space-size=${SEMI_SPACE_MB}`],
      log: (message) => this.#options.log.info(message),
    });
    if (this.warm) return null;
    const process = this.#process;
    const timer = setTimeout(() => process.kill(), START_DEADLINE_MS);
    try {
      const client = await process.client();
      await client.call('ready', null);
      this.#ready = true;
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async #runStarted(batch: readonly ExtractRequest[], answer: (index: number, extraction: Extraction) => void): Promise<BatchEnd> {
    const process = this.#process;
    if (process === undefined) return { done: 0, cause: 'not-started', detail: 'The extractor was stopped.' };
    const client = await process.client();
    let done = 0;
    let killedFor: 'timeout' | 'memory' | undefined;
    let deadline: NodeJS.Timeout | undefined;
    const kill = (cause: 'timeout' | 'memory'): void => {
      killedFor ??= cause;
      process.kill();
    };
    const expect = (): void => {
      clearTimeout(deadline);
      const next = batch[done];
      if (next !== undefined) deadline = setTimeout(() => kill('timeout'), this.#deadlineFor(next));
    };
    const measure = setInterval(() => {
      const pid = process.pid;
      if (pid === undefined) return;
      void residentBytes(pid).then((bytes) => { if (bytes !== null && bytes > this.#options.memoryLimitBytes) kill('memory'); });
    }, MEASURE_EVERY_MS);
    try {
      return await new Promise<BatchEnd>((resolve) => {
        expect();
        client.subscribe('batch', batch, {
          next: (packed) => {
            const index = done++;
            expect();
            answer(index, unpackExtraction(packed));
          },
          complete: () => resolve(done === batch.length ? null : { done, cause: 'died', detail: 'The extractor gave too few answers.' }),
          error: (error) => resolve({ done, cause: killedFor ?? 'died', detail: error.message }),
        });
      });
    } finally {
      clearTimeout(deadline);
      clearInterval(measure);
    }
  }

  #deadlineFor(request: ExtractRequest): number {
    return this.#options.deadlineMs * Math.min(MAX_DEADLINE_FACTOR, 1 + request.size / DEADLINE_BYTES);
  }

  async #recycle(): Promise<void> {
    const pid = this.pid;
    const bytes = pid === undefined ? null : await residentBytes(pid);
    if (bytes !== null && bytes > this.#recycleBytes) this.#drop();
  }

  /** Puts the process away; the next batch gets a new one. A new object each time: a file's fault must not count as a failing start. */
  #drop(): void {
    const process = this.#process;
    this.#process = undefined;
    this.#ready = false;
    this.#leaving = false;
    clearTimeout(this.#idleTimer);
    process?.stop().catch((error: unknown) => this.#options.log.warn('An extractor did not stop.', { error: String(error) }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    const process = this.#process;
    this.#process = undefined;
    this.#ready = false;
    process?.kill();
    await process?.stop();
  }
}

/** What a caller of a closed pool gets. */
export function poolClosed(): EngineError {
  return new EngineError('cancelled', 'Findling is ending.');
}
