/**
 * How much memory another process really occupies, measured from outside: a process that spins or thrashes cannot be asked.
 * Linux: /proc. macOS: `ps`. Windows: `tasklist`, which is slow, so it is asked less often. Where all fail the answer is null,
 * and only `--max-old-space-size` bounds the process: JavaScript's own heap, not buffers or WebAssembly.
 */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** In kB, unlike `statm`, which counts pages: their size differs between systems and Node does not tell it. */
const VM_RSS = /^VmRSS:\s+(\d+) kB$/m;

/** Milliseconds between two measurements: what one costs on this system decides. */
export const MEASURE_EVERY_MS = process.platform === 'linux' ? 100 : process.platform === 'darwin' ? 300 : 1_000;

/** Resident bytes of a process; null when it is gone or this system does not tell. */
export async function residentBytes(pid: number): Promise<number | null> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const kilobytes = VM_RSS.exec(status)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  }
  if (process.platform === 'win32') {
    // "name","pid","session","session#","12,345 K": the thousands separator is that of the user's language.
    const line = await run('tasklist', ['/fi', `PID eq ${pid}`, '/fo', 'csv', '/nh']);
    const digits = /"([^"]*)"\s*$/.exec(line.trim())?.[1]?.replace(/\D/g, '') ?? '';
    return digits === '' ? null : Number(digits) * 1024;
  }
  const kilobytes = Number.parseInt(await run('ps', ['-o', 'rss=', '-p', String(pid)]), 10);
  return Number.isNaN(kilobytes) ? null : kilobytes * 1024;
}

/** Standard output of a system program; empty when it fails, as it does for a process that has ended. */
function run(program: string, parameters: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, parameters, { timeout: 2_000, windowsHide: true }, (error, output) => resolve(error === null ? output : ''));
  });
}
