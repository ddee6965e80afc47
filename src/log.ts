/**
 * The engine's log: one JSON line per event, levelled, rotated once at a size. It never holds file contents or queries;
 * paths appear only at `debug` and in warnings about that path.
 */

import { appendFileSync, renameSync, statSync } from 'node:fs';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const ORDER: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
/** The log is for the last days, not for ever; one older file is kept beside it. */
const MAX_LOG_BYTES = 4 * 1024 * 1024;

export interface LogOptions {
  /** Absolute path; null: standard error. */
  readonly file: string | null;
  readonly level?: LogLevel;
}

export function createLog(options: LogOptions): Log {
  const least = ORDER[options.level ?? 'info'];
  let bytes = options.file === null ? 0 : sizeOf(options.file);

  const write = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    if (ORDER[level] < least) return;
    const line = JSON.stringify({ at: new Date().toISOString(), level, message, ...fields }) + '\n';
    if (options.file === null) {
      process.stderr.write(line);
      return;
    }
    try {
      if (bytes > MAX_LOG_BYTES) {
        renameSync(options.file, options.file + '.1');
        bytes = 0;
      }
      appendFileSync(options.file, line, { mode: 0o600 });
      bytes += line.length;
    } catch (error) {
      // A full or read-only disk must not end the engine; standard error is the last place left to say so.
      process.stderr.write(`log: ${error instanceof Error ? error.message : String(error)}\n${line}`);
    }
  };

  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** An unknown thrown value as one line for a log field. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  return code + error.message;
}
