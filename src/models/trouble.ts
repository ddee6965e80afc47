/** Why a download stopped, in a sentence for people, and whether trying again can help. Inside this folder only: at its edge it becomes an EngineError or a `trouble`. */

/** `again`: may go away by itself. `restart`: only from the file's first byte. `corrupt`: not what was named. `final`: a person must act. */
export type Remedy = 'again' | 'restart' | 'corrupt' | 'final';

export class Trouble extends Error {
  readonly remedy: Remedy;
  /** The server asked to wait this long; null: it did not say. */
  readonly waitMs: number | null;

  constructor(message: string, remedy: Remedy, cause?: unknown, waitMs: number | null = null) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Trouble';
    this.remedy = remedy;
    this.waitMs = waitMs;
  }
}
