/**
 * How much memory a process and those below it take, measured from outside: a heap does not know of native memory, and a process that spins cannot be
 * asked. Linux: proportional set size, which counts pages that several processes share (the runtime's own code, some 40 MB each) once. Elsewhere:
 * resident size, which is a little too much.
 */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Between two measurements. Linux: some milliseconds of the kernel's time for a gigabyte. Elsewhere a program is started for each. */
export const MEASURE_MEMORY_MS = process.platform === 'linux' ? 2_000 : process.platform === 'win32' ? 15_000 : 5_000;
const PROGRAM_TIMEOUT_MS = 5_000;

const PSS = /^Pss:\s+(\d+) kB$/m;
const RSS = /^VmRSS:\s+(\d+) kB$/m;

/**
 * Bytes by process id of this process and all below it, those that have ended meanwhile left out. `known`: children that this process knows of, for
 * Windows, where asking for the tree takes seconds.
 */
export async function measureMemory(known: readonly number[], platform: NodeJS.Platform = process.platform): Promise<ReadonlyMap<number, number>> {
  if (platform === 'linux') return measureProc();
  const wanted = new Set([process.pid, ...known]);
  if (platform === 'win32') return readTasks(await run('tasklist', ['/fo', 'csv', '/nh']), wanted);
  return readProcesses(await run('ps', ['-A', '-o', 'pid=,ppid=,rss=']), process.pid);
}

async function measureProc(): Promise<ReadonlyMap<number, number>> {
  const bytes = new Map<number, number>();
  const pids = [process.pid];
  for (const pid of pids) {
    // Children are listed by the thread that started them; all of ours are started by main threads.
    pids.push(...(await readOrEmpty(`/proc/${pid}/task/${pid}/children`)).split(' ').filter((part) => part !== '').map(Number));
    const found = PSS.exec(await readOrEmpty(`/proc/${pid}/smaps_rollup`)) ?? RSS.exec(await readOrEmpty(`/proc/${pid}/status`));
    if (found?.[1] !== undefined) bytes.set(pid, Number(found[1]) * 1024);
  }
  return bytes;
}

/** Lines of `ps -o pid=,ppid=,rss=` (rss in kB): those of the process and all below it. Pure. */
export function readProcesses(text: string, rootPid: number): ReadonlyMap<number, number> {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/).map(Number)).filter((fields) => fields.length === 3);
  const pids = [rootPid];
  const bytes = new Map<number, number>();
  for (const pid of pids) {
    for (const [own, parent, kilobytes] of lines) {
      if (own === undefined || kilobytes === undefined) continue;
      if (own === pid) bytes.set(own, kilobytes * 1024);
      if (parent === pid && own !== rootPid) pids.push(own);
    }
  }
  return bytes;
}

/** Lines of `tasklist /fo csv /nh`: "name","pid","session","session#","12,345 K", the thousands separator that of the user's language. Pure. */
export function readTasks(text: string, wanted: ReadonlySet<number>): ReadonlyMap<number, number> {
  const bytes = new Map<number, number>();
  for (const line of text.split('\n')) {
    const fields = [...line.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '');
    const pid = Number(fields[1]);
    const digits = fields.at(-1)?.replace(/\D/g, '') ?? '';
    if (wanted.has(pid) && digits !== '') bytes.set(pid, Number(digits) * 1024);
  }
  return bytes;
}

/** Empty for a process that has ended, or whose kernel does not tell. */
async function readOrEmpty(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

/** Standard output of a system program; empty when it fails. */
function run(program: string, parameters: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, parameters, { timeout: PROGRAM_TIMEOUT_MS, windowsHide: true, maxBuffer: 16 * 1024 * 1024 }, (error, output) => resolve(error === null ? output : ''));
  });
}
