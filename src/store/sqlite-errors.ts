/** SQLite's result codes as the project's coded errors. Anything unforeseen stays what it is and becomes `internal` at the boundary. */

import { EngineError } from '../contract/errors.ts';

/** Primary result codes (the low byte of the extended ones), from sqlite3.h. */
const FULL = 13;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;
const READ_ONLY = 8;
const CANNOT_OPEN = 14;

/** A thrown SQLite error as an EngineError where a code exists; every other value unchanged. */
export function storeError(error: unknown): unknown {
  if (error instanceof EngineError || !(error instanceof Error)) return error;
  if ('code' in error && error.code === 'ENOSPC') return new EngineError('disk-full', undefined, { cause: error });
  if (!('errcode' in error) || typeof error.errcode !== 'number') return error;
  switch (error.errcode & 0xff) {
    case FULL: return new EngineError('disk-full', undefined, { cause: error });
    case CORRUPT:
    case NOT_A_DATABASE: return new EngineError('index-corrupt', undefined, { cause: error });
    case READ_ONLY:
    case CANNOT_OPEN: return new EngineError('data-directory-denied', undefined, { cause: error });
    default: return error;
  }
}
