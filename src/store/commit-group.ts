/** Group commit: extractions that wait share one transaction, each in a savepoint of its own, and each is answered after the commit. */

import { commitExtraction, type CommitOutcome } from './extraction-commit.ts';
import type { CommitInput, Written } from './store-protocol.ts';
import { write, type WriteContext } from './write-context.ts';

/** Text in one transaction, UTF-16 units: about a second of work, after which others have their turn. */
const GROUP_UNITS = 8_000_000;
const GROUP_FILES = 256;

export interface WaitingCommit {
  readonly input: CommitInput;
  resolve(written: Written<CommitOutcome>): void;
  reject(error: unknown): void;
}

export class CommitGroup {
  readonly #context: WriteContext;
  #waiting: WaitingCommit[] = [];

  constructor(context: WriteContext) {
    this.#context = context;
  }

  add(commit: WaitingCommit): void {
    this.#waiting.push(commit);
  }

  /** Commits as many as make one group. Never throws: every error is some waiter's. */
  flush(): void {
    const group = this.#take();
    if (group.length === 0) return;
    const outcomes = new Map<WaitingCommit, CommitOutcome>();
    const errors = new Map<WaitingCommit, unknown>();
    try {
      write(this.#context, () => {
        for (const commit of group) this.#one(commit, outcomes, errors);
      });
    } catch (error) {
      for (const commit of group) commit.reject(error);
      return;
    }
    // The first answer carries the name changes of all: they are applied before any caller hears of its commit.
    let names = this.#context.names.take();
    for (const commit of group) {
      const value = outcomes.get(commit);
      if (value === undefined) commit.reject(errors.get(commit));
      else {
        commit.resolve({ value, names });
        names = null;
      }
    }
  }

  /** A failure that rolled back only this file is this file's; one that ended the transaction is everyone's. */
  #one(commit: WaitingCommit, outcomes: Map<WaitingCommit, CommitOutcome>, errors: Map<WaitingCommit, unknown>): void {
    const { sql, passages } = this.#context;
    const mark = passages.mark();
    try {
      const { file, extraction, windows } = commit.input;
      outcomes.set(commit, sql.savepoint(() => commitExtraction(this.#context, file, extraction, windows)));
    } catch (error) {
      if (!sql.inTransaction || isFull(error)) throw error;
      passages.undoTo(mark);
      errors.set(commit, error);
    }
  }

  #take(): WaitingCommit[] {
    let units = 0;
    let count = 0;
    for (const { input } of this.#waiting) {
      if (count > 0 && (units >= GROUP_UNITS || count >= GROUP_FILES)) break;
      units += input.extraction.state === 'document' ? input.extraction.document.text.length : 0;
      count++;
    }
    return this.#waiting.splice(0, count);
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 13;
}
