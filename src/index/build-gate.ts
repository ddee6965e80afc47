/**
 * Whether a generation may be built now. It asks for more than indexing does: the person's files come first, and by default so do
 * their searches and their battery.
 */

import type { Settings } from '../contract/settings.ts';
import type { Gate, Hold, LaneGate } from './gate.ts';
import { orAborted } from './or-aborted.ts';

/** Somebody who searched is likely to search again soon: a large model on the same processor would be felt. */
export const IDLE_AFTER_SEARCH_MS = 2 * 60_000;
/** How often a closed gate is looked at again. */
const LOOK_MS = 500;

export interface BuildFacts {
  readonly mode: Settings['buildModels'];
  readonly hold: Hold | null;
  /** Since the last search. */
  readonly quietMs: number;
  readonly onBattery: boolean;
  /** New or changed files are being read or embedded for the generation that answers. */
  readonly freshWork: boolean;
  /** The disk is too small for the whole of it. */
  readonly diskShort: boolean;
}

/** What a build waits for, in English; null when it may go on. Pure. */
export function buildWaitsFor(facts: BuildFacts): string | null {
  if (facts.hold === 'paused') return 'indexing to be resumed';
  if (facts.hold === 'disk-full' || facts.diskShort) return 'more free disk space';
  if (facts.hold === 'index-full') return 'a higher limit for the size of the index';
  if (facts.hold === 'memory') return 'memory within the budget';
  if (facts.hold === 'battery' || facts.mode === 'idle' && facts.onBattery) return 'mains power';
  if (facts.freshWork) return 'new and changed files, which go first';
  if (facts.mode === 'idle' && facts.quietMs < IDLE_AFTER_SEARCH_MS) return 'the computer to be idle';
  return null;
}

export class BuildGate implements LaneGate {
  readonly #gate: Gate;
  readonly #facts: () => BuildFacts;
  readonly #onChange: () => void;
  #waitsFor: string | null = null;
  readonly #closing = new AbortController();

  constructor(options: { gate: Gate; facts: () => BuildFacts; onChange: () => void }) {
    this.#gate = options.gate;
    this.#facts = options.facts;
    this.#onChange = options.onChange;
  }

  get waitsFor(): string | null {
    return this.#waitsFor;
  }

  diskFilled(): void {
    this.#gate.diskFilled();
  }

  /** Resolves when the next piece may be embedded; false when the build is over. */
  async open(): Promise<boolean> {
    for (;;) {
      this.#look();
      // Power and disk are looked at in there; it answers only when indexing itself may work.
      if (!await orAborted(this.#gate.open('bulk'), this.#closing.signal) || this.#closing.signal.aborted) return false;
      this.#look();
      if (this.#waitsFor === null) return true;
      await orAborted(new Promise((resolve) => { setTimeout(resolve, LOOK_MS).unref(); }), this.#closing.signal);
      if (this.#closing.signal.aborted) return false;
    }
  }

  close(): void {
    this.#closing.abort();
  }

  #look(): void {
    const waitsFor = buildWaitsFor(this.#facts());
    if (waitsFor === this.#waitsFor) return;
    this.#waitsFor = waitsFor;
    this.#onChange();
  }
}
