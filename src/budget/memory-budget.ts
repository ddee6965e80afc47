/**
 * Keeps all of Findling's processes together within `Settings.memoryBytes`: measures while there is a budget, decides (memory-policy.ts), does. Without a
 * budget no timer runs and nothing is measured.
 */

import { describeError, type Log } from '../log.ts';
import { bytesText } from './bytes-text.ts';
import { MEASURE_MEMORY_MS, measureMemory } from './measure-memory.ts';
import { decideMemory, holdsBulk, MEMORY_AT_EASE, type MemoryAction, type MemoryState } from './memory-policy.ts';

/** Under a budget below this, one extractor process does, and a small one: two that have read large documents are 700 MB. */
const SPARING_BELOW_BYTES = 1024 * 1024 * 1024;

export interface MemoryParts {
  /** Process ids of children that run. */
  pids(): { readonly watcher: number | undefined; readonly all: readonly number[] };
  /** Of the model that answers searches; null: it is not in memory. */
  answeringIdleMs(): number | null;
  /** Gives back the memory of idle models, reranker included, that are not the answering one. */
  restOthers(): Promise<void>;
  restAnswering(): Promise<void>;
  endExtractors(): void;
  /** Extraction takes less memory and more time. */
  spareExtractors(sparing: boolean): void;
  holdBulk(hold: boolean): void;
}

export interface MemoryBudgetOptions {
  readonly budgetBytes: () => number;
  readonly parts: MemoryParts;
  readonly log: Log;
  readonly onChange: () => void;
  /** For tests, which cannot wait as long as people can. */
  readonly everyMs?: number;
}

export class MemoryBudget {
  readonly #options: MemoryBudgetOptions;
  #state: MemoryState = MEMORY_AT_EASE;
  /** What cannot rest took this much when the budget was found too small; kept, so that the sentence stays the same. */
  #neededBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #measuring: Promise<void> | undefined;
  #closed = false;

  constructor(options: MemoryBudgetOptions) {
    this.#options = options;
    this.settingsChanged();
  }

  /** What a person should know, in English; null: nothing. */
  get trouble(): string | null {
    const budget = bytesText(this.#options.budgetBytes());
    if (this.#state.tooSmall) {
      return `The memory budget of ${budget} is less than the ${bytesText(this.#neededBytes)} that searching by names and words takes by itself. That goes on; reading new files mostly waits. Allow more memory in the settings.`;
    }
    return holdsBulk(this.#state) ? `Reading many files at once rests now and then, to stay within the memory budget of ${budget}. Searching goes on.` : null;
  }

  /** The budget is another now, or none. */
  settingsChanged(): void {
    const { parts, budgetBytes, everyMs } = this.#options;
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#closed) return;
    const budget = budgetBytes();
    parts.spareExtractors(budget > 0 && budget < SPARING_BELOW_BYTES);
    // What was learned of another budget does not hold for this one.
    this.#become(MEMORY_AT_EASE);
    if (budget === 0) return;
    this.#timer = setInterval(() => this.#measure(), everyMs ?? MEASURE_MEMORY_MS).unref();
    this.#measure();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#measuring;
  }

  #measure(): void {
    this.#measuring ??= this.#look()
      .catch((error: unknown) => this.#options.log.warn('memory could not be kept within its budget', { error: describeError(error) }))
      .finally(() => { this.#measuring = undefined; });
  }

  async #look(): Promise<void> {
    const { parts, budgetBytes, log } = this.#options;
    const { watcher, all } = parts.pids();
    const bytes = await measureMemory(all);
    const budget = budgetBytes();
    if (this.#closed || budget === 0 || bytes.size === 0) return;
    const totalBytes = [...bytes.values()].reduce((sum, each) => sum + each, 0);
    const coreBytes = (bytes.get(process.pid) ?? 0) + (watcher === undefined ? 0 : bytes.get(watcher) ?? 0);
    const idleMs = parts.answeringIdleMs();
    const reading = { nowMs: Date.now(), totalBytes, coreBytes, answeringLoaded: idleMs !== null, answeringIdleMs: idleMs ?? 0 };
    const before = this.#state;
    const { state, actions } = decideMemory(before, budget, reading);
    if (state.tooSmall && !before.tooSmall) {
      this.#neededBytes = coreBytes;
      log.warn('the memory budget is less than the engine alone takes', { budget, coreBytes });
    }
    if (state.step !== before.step) log.info('memory', { step: state.step, budget, totalBytes, actions: actions.join(', ') });
    this.#become(state);
    for (const action of actions) await this.#do(action);
  }

  #become(state: MemoryState): void {
    const before = this.trouble;
    this.#state = state;
    this.#options.parts.holdBulk(holdsBulk(state));
    if (this.trouble !== before) this.#options.onChange();
  }

  async #do(action: MemoryAction): Promise<void> {
    const { parts } = this.#options;
    if (action === 'rest-others') await parts.restOthers();
    else if (action === 'end-extractors') parts.endExtractors();
    else await parts.restAnswering();
  }
}
