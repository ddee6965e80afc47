/**
 * Starts the engine as a process of its own, detached: it outlives the host that started it. What the host learns about the
 * start (ready, refused and why, somebody else is faster) comes over a short-lived ipc channel; everything else goes over the socket.
 */

import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fromWireError, type WireError } from '../contract/errors.ts';
import { siblingModule } from '../process/module-path.ts';

/** What the engine process says to the host that started it, once. */
export type StartReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'already-running' }
  | { readonly kind: 'refused'; readonly error: WireError };

export interface StartOptions {
  readonly dataDirectory: string;
  /** Ends itself after this long without a connection and without work; 0: stays. */
  readonly idleExitMinutes: number;
  /** Node to run it on; default this one. Electron passes its bundled Node: the engine never runs on Electron's binary. */
  readonly node?: string;
  readonly resourcesDirectory?: string;
  /** Entry of the engine's process, where it does not lie beside this file: an installed app's host is in an archive that only Electron reads. */
  readonly engineModule?: string;
  readonly deadlineMs: number;
}

/** Whatever the engine and its parts print that is not a log line: crashes of native code, above all. */
export const OUTPUT_FILE = 'engine.output';
export const LOG_FILE = 'engine.log';
/**
 * glibc keeps what a vector search freed: after 200 searches over 38 MB of vectors the engine held 387 MB, with these 193 MB (store/lance.md).
 * Only the environment can say so, before the process starts; other C libraries ignore it.
 */
const ALLOCATOR = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '1048576', MALLOC_MMAP_THRESHOLD_: '33554432' } as const;
/**
 * Small young generations and an old one that is collected early, in the engine and its threads: 250 MB instead of 310 at 94,000 passages,
 * for a twentieth of the speed of a search.
 */
const HEAP = ['--max-semi-space-size=2', '--heap-growing-percent=50'] as const;
/** The output is only for the last crash. */
const MAX_OUTPUT_BYTES = 1024 * 1024;
const TAIL_LINES = 8;
const TAIL_BYTES = 4096;

/** Resolves when an engine listens for the directory; true when it is the one started here, false when another was faster. Errors: the engine's own, or engine-unavailable with the end of its log. */
export async function startEngine(options: StartOptions): Promise<boolean> {
  const output = openSync(path.join(options.dataDirectory, OUTPUT_FILE), outputIsLarge(options.dataDirectory) ? 'w' : 'a', 0o600);
  const args = ['--disable-warning=ExperimentalWarning', ...HEAP, options.engineModule ?? siblingModule(import.meta.url, '../engine-process'), '--data-dir', options.dataDirectory];
  if (options.idleExitMinutes > 0) args.push('--idle-exit', String(options.idleExitMinutes));
  if (options.resourcesDirectory !== undefined) args.push('--resources', options.resourcesDirectory);
  const child = spawn(options.node ?? process.execPath, args, {
    detached: true,
    // Its working directory must not keep a disk from being unmounted.
    cwd: options.dataDirectory,
    env: { ...process.env, ...ALLOCATOR },
    stdio: ['ignore', output, output, 'ipc'],
    windowsHide: true,
  });
  closeSync(output);
  const report = await new Promise<StartReport>((resolve) => {
    const settle = (result: StartReport): void => {
      clearTimeout(timer);
      resolve(result);
    };
    const unavailable = (why: string): void => settle({ kind: 'refused', error: { code: 'engine-unavailable', message: withTail(`The engine did not start: ${why}.`, options.dataDirectory) } });
    const timer = setTimeout(() => {
      // Left alone it might come up after all, and nobody would know of it.
      child.kill('SIGKILL');
      unavailable(`no answer in ${options.deadlineMs / 1000} s`);
    }, options.deadlineMs);
    child.once('error', (error) => unavailable(error.message));
    child.once('exit', (code, signal) => unavailable(signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`));
    // Our own module on our own channel, of the same build.
    child.once('message', (message) => settle(message as StartReport));
  });
  child.removeAllListeners();
  if (child.connected) child.disconnect();
  child.unref();
  if (report.kind === 'refused') throw fromWireError(report.error);
  return report.kind === 'ready';
}

function outputIsLarge(dataDirectory: string): boolean {
  return (statSync(path.join(dataDirectory, OUTPUT_FILE), { throwIfNoEntry: false })?.size ?? 0) > MAX_OUTPUT_BYTES;
}

/** A message with the last lines of log and output below it, since the reason usually stands there. */
export function withTail(message: string, dataDirectory: string): string {
  const tails = [LOG_FILE, OUTPUT_FILE].map((name) => {
    const lines = tailOf(path.join(dataDirectory, name));
    return lines === '' ? '' : `\nThe end of ${path.join(dataDirectory, name)}:\n${lines}`;
  });
  return message + tails.join('');
}

function tailOf(file: string): string {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return '';
  return readFileSync(file, 'utf8').slice(-TAIL_BYTES).trimEnd().split('\n').slice(-TAIL_LINES).map((line) => `  ${line}`).join('\n');
}
