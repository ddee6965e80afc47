/** Figures for the benchmarks: percentiles of timings, and memory and processor time of a process tree, read from outside. Linux only. */

import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** Nearest-rank percentiles of milliseconds, to two decimals. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => Math.round((sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0) * 100) / 100;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}

export interface ProcessFigures {
  readonly pid: number;
  readonly name: string;
  readonly rssMb: number;
  /** Proportional: shared pages (the runtime's own code) divided among those who share them. */
  readonly pssMb: number;
  /** User and system time since its start. */
  readonly cpuSeconds: number;
}

/** The process and everything below it. */
export function processTree(rootPid: number): readonly ProcessFigures[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = readProc(Number(entry), 'stat');
    if (stat !== null) parents.set(Number(entry), Number(fieldsOf(stat)[1]));
  }
  const tree = [rootPid];
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree.map(figuresOf).filter((figures) => figures !== null);
}

export function sum(figures: readonly ProcessFigures[]): { readonly rssMb: number; readonly pssMb: number; readonly cpuSeconds: number } {
  const total = (pick: (figures: ProcessFigures) => number): number => Math.round(figures.reduce((all, one) => all + pick(one), 0) * 100) / 100;
  return { rssMb: total((one) => one.rssMb), pssMb: total((one) => one.pssMb), cpuSeconds: total((one) => one.cpuSeconds) };
}

function figuresOf(pid: number): ProcessFigures | null {
  const stat = readProc(pid, 'stat');
  const status = readProc(pid, 'status');
  const command = readProc(pid, 'cmdline');
  if (stat === null || status === null || command === null) return null;
  const fields = fieldsOf(stat);
  const kilobytes = (text: string, key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
  const rollup = readProc(pid, 'smaps_rollup') ?? '';
  const clockTicks = 100;
  const module = command.split('\0').filter((part) => /\.(js|ts|mjs)$/.test(part)).at(0);
  return {
    pid,
    name: module === undefined ? command.split('\0')[0] ?? '' : module.split('/').slice(-2).join('/'),
    rssMb: kilobytes(status, 'VmRSS') / 1024,
    pssMb: kilobytes(rollup, 'Pss') / 1024,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / clockTicks,
  };
}

/** Fields of /proc/PID/stat after the command, which may hold spaces: state is 0, ppid 1, utime 11, stime 12. */
function fieldsOf(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** null when the process ended meanwhile. */
function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH' || error.code === 'EACCES')) return null;
    throw error;
  }
}

/** What a kept run must say about where it ran. */
export function machine(): Readonly<Record<string, string | number>> {
  return {
    processor: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()}`,
    node: process.versions.node,
  };
}
