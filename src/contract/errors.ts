/**
 * Every error that may cross a process boundary, by code. A code is stable: hosts translate it, tests name it.
 * The text says what to do about it, in English, for the command line and the log.
 */

export const ERROR_CODES = {
  'bad-input': 'The request is not valid.',
  'unknown-call': 'This engine does not know that call. Update the older of the two programs.',
  'protocol-mismatch': 'The engine and this program are of different versions. Restart Findling.',
  'unauthorized': 'The address lacks its token. Open the address that Findling printed.',
  'not-found': 'There is no such item.',
  'folder-not-found': 'This folder does not exist. Check the path.',
  'not-a-folder': 'This path is a file. Choose a folder.',
  'folder-denied': 'Findling may not read this folder. Change its permissions, or choose another.',
  'folder-overlaps': 'This folder lies in one that is already watched.',
  'folder-settings-invalid': 'config.json has settings for this folder that are not valid. Correct them there, or take them out.',
  'folder-is-data-directory': 'This folder holds the index itself and cannot be watched.',
  'open-failed': 'The system has no program that opens this file.',
  'file-gone': 'The file is no longer there.',
  'data-directory-locked': 'Another Findling uses this data directory.',
  'data-directory-denied': 'Findling may not write to its data directory.',
  'index-newer': 'The index was written by a newer Findling. Update this program, or use another data directory.',
  'index-corrupt': 'The index is damaged.',
  'disk-full': 'Too little disk space is free. Indexing waits until there is more; searching goes on.',
  'model-missing': 'The model folder lacks a file.',
  'model-invalid': 'The model folder is not usable.',
  'model-in-use': 'This model answers searches now. Choose another one first.',
  'download-failed': 'The download did not end well. Start it again: it goes on from where it stopped.',
  'download-corrupt': 'What was downloaded is not what the registry names; it was deleted. Try another mirror.',
  'generation-incomplete': 'The vectors of this model are not complete yet.',
  'generation-answering': 'These vectors answer searches now. Switch to others first.',
  'server-unreachable': 'The embedding server does not answer. Names and words go on being found.',
  'server-refused': 'The embedding server refused the request.',
  'server-mismatch': 'The embedding server answers with other vectors than those in the index.',
  'remote-not-allowed': 'Text of your files would leave this machine for this address. Allow it first.',
  'vectors-owned': 'Another engine owns these vectors. Only one may write to them; ask that engine, or choose another place.',
  'vectors-unreachable': 'The place where the vectors live does not answer. Names and words go on being found; new vectors wait.',
  'vectors-refused': 'The place where the vectors live refuses. Check its address and its options.',
  'device-untrusted': 'This device failed its self-test and was put aside.',
  'device-failed': 'The graphics card reported an error.',
  'device-memory': 'Too little memory is free on the graphics card.',
  'embedder-unavailable': 'Searching by meaning is starting or out of order. Names and words go on being found.',
  'extractor-died': 'Reading this file ended the extractor.',
  'extractor-timeout': 'Reading this file took too long.',
  'extractor-memory': 'Reading this file took too much memory.',
  'process-died': 'A part of Findling ended unexpectedly and was started again.',
  'engine-unavailable': 'The engine did not start.',
  'connection-closed': 'The connection to the engine was closed.',
  'cancelled': 'The request was cancelled.',
  'timeout': 'There was no answer in time.',
  'internal': 'Something went wrong inside Findling.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An error as it crosses a boundary: never a stack, never a file's contents. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  /** What the error is about: a path, a field, a limit. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** The one error class of the project. `message` is for people; code and details are for programs. */
export class EngineError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, string | number | boolean>> | undefined;

  constructor(code: ErrorCode, message?: string, options: { cause?: unknown; details?: Readonly<Record<string, string | number | boolean>> } = {}) {
    super(message ?? ERROR_CODES[code], options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EngineError';
    this.code = code;
    this.details = options.details;
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CODES, value);
}

/** Any thrown value as a wire error. What is not an EngineError becomes `internal` and keeps its message. */
export function toWireError(error: unknown): WireError {
  if (error instanceof EngineError) {
    return error.details === undefined
      ? { code: error.code, message: error.message }
      : { code: error.code, message: error.message, details: error.details };
  }
  if (error instanceof Error && error.name === 'AbortError') return { code: 'cancelled', message: ERROR_CODES.cancelled };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

/** The error that `toWireError` described. An unknown code (a newer peer) becomes `internal`. */
export function fromWireError(wire: WireError): EngineError {
  const code = isErrorCode(wire.code) ? wire.code : 'internal';
  return new EngineError(code, wire.message, wire.details === undefined ? {} : { details: wire.details });
}
