/**
 * The end of the app, once: what must be done first, and a start that is asked for meanwhile. A second start hands its wishes to the first
 * and ends; if the first were just quitting, the person would be left with neither. So the first starts the app anew when it is gone itself.
 */

import type { StartRequest } from './command-line.ts';

export interface EndingParts {
  /** Never rejects, and ends within seconds (engine-host.ts). */
  readonly stopEngine: () => Promise<void>;
  readonly installUpdate: () => void;
  /** Starts the app again when this process has ended. */
  readonly startAfterEnd: (request: StartRequest) => void;
  readonly exit: () => void;
}

export class Ending {
  readonly #parts: EndingParts;
  #begun = false;
  #again: StartRequest | null = null;

  constructor(parts: EndingParts) {
    this.#parts = parts;
  }

  get begun(): boolean {
    return this.#begun;
  }

  /** Resolves after `exit` was called; only the first call does anything. */
  async begin(): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    const { stopEngine, installUpdate, startAfterEnd, exit } = this.#parts;
    try {
      await stopEngine();
      // Somebody who wants the app now does not wait for an update: it is installed at the next end.
      if (this.#again === null) installUpdate();
      else startAfterEnd(this.#again);
    } finally {
      exit();
    }
  }

  /** A second start while this one ends; the last one counts. */
  startAgain(request: StartRequest): void {
    this.#again = request;
  }
}
