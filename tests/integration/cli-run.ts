/** Runs the command line as a shell would: another process, its output through pipes. */

import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

const MAIN = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly data: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** The process, for tests that signal it or close its pipes. */
export function startCli(args: readonly string[], options: RunOptions): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C.UTF-8', FINDLING_DATA_DIR: options.data, ...options.env },
    stdio: 'pipe',
  });
}

export function runCli(args: readonly string[], options: RunOptions): Promise<Ran> {
  const child = startCli(args, options);
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text) => { out += String(text); });
  child.stderr?.setEncoding('utf8').on('data', (text) => { err += String(text); });
  child.stdin?.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}
