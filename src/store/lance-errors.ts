/** LanceDB's errors are texts from Rust; here they become codes. Pure. */

import { EngineError } from '../contract/errors.ts';

export function vectorStoreError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/no space left|os error 28|disk quota|os error 122/i.test(text)) return new EngineError('disk-full', undefined, { cause: error });
  if (/permission denied|os error 13/i.test(text)) return new EngineError('data-directory-denied', undefined, { cause: error });
  return new EngineError('index-corrupt', `The vector table failed: ${text}`, { cause: error });
}

/** Trouble of the machine, not of the table: the table must not be given up for it. */
export function isPassing(error: unknown): boolean {
  const text = error instanceof Error ? error.message : String(error);
  return /permission denied|os error 13|too many open files|os error 24|cannot allocate|os error 12|no space left|os error 28/i.test(text);
}

/** There is no table of that name: the library's own words, the same for folders, buckets and its service. */
export function isMissingTable(error: unknown): boolean {
  return /Table '.*' was not found/.test(String(error));
}
