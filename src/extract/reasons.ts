/**
 * Every reason why a file has no text, with the sentence a person reads when the extractor has nothing more exact to say.
 * skipped: by rule, nothing is wrong. failed: something is; it is tried again when the file changes, `changed-while-reading` and the three
 * of the pool also when a person asks.
 */

export const SKIP_REASONS = {
  'empty': 'The file holds no text.',
  'binary': 'The file is not text, and of no format that is known.',
  'unsupported-format': 'Files of this format are found by name only.',
  'encrypted': 'The file is protected by a password.',
  'no-text': 'The file holds pictures of pages, but no text.',
  'too-large': 'The file is too large to be read.',
  'not-a-file': 'This is not an ordinary file.',
} as const;

export const FAIL_REASONS = {
  'no-permission': 'Findling may not read this file.',
  'file-gone': 'The file is no longer there.',
  'corrupt': 'The file is damaged.',
  'read-error': 'The disk did not give the file.',
  'changed-while-reading': 'The file was being written while it was read.',
  'extractor-timeout': 'Reading this file took too long.',
  'extractor-memory': 'Reading this file took too much memory.',
  'extractor-died': 'Reading this file ended the extractor.',
} as const;

export type SkipReason = keyof typeof SKIP_REASONS;
export type FailReason = keyof typeof FAIL_REASONS;

/** Thrown inside extraction where a file turns out to have no text to give; extract-file.ts makes it an outcome. Never crosses a process. */
export class Unreadable extends Error {
  readonly state: 'skipped' | 'failed';
  readonly reason: SkipReason | FailReason;

  private constructor(state: 'skipped' | 'failed', reason: SkipReason | FailReason, detail: string) {
    super(detail);
    this.name = 'Unreadable';
    this.state = state;
    this.reason = reason;
  }

  static skipped(reason: SkipReason, detail?: string): Unreadable {
    return new Unreadable('skipped', reason, detail ?? SKIP_REASONS[reason]);
  }

  static failed(reason: FailReason, detail?: string): Unreadable {
    return new Unreadable('failed', reason, detail ?? FAIL_REASONS[reason]);
  }
}
