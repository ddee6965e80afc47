/** A real engine, built and in processes of its own, on a data directory of its own, for the benchmarks. */

import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SearchRequest, SearchUpdate } from '../../src/contract/model.ts';
import type { Client } from '../../src/rpc/client.ts';
import type { EngineProtocol } from '../../src/contract/calls.ts';

export interface BenchEngine {
  readonly client: Client<EngineProtocol>;
  readonly pid: number;
  readonly dataDirectory: string;
  /** Ends the engine; `keep` leaves its data for another start. */
  close(options?: { readonly keep?: boolean }): Promise<void>;
}

const dist = (module: string): string => fileURLToPath(new URL(`../../dist/src/${module}`, import.meta.url));

/** Starts the built engine; milliseconds until it answered are in `startMs`. */
export async function startBenchEngine(dataDirectory?: string): Promise<BenchEngine & { readonly startMs: number }> {
  const { connectEngine } = await import(dist('host/connect-engine.js')) as typeof import('../../src/host/connect-engine.ts');
  const directory = dataDirectory ?? await mkdtemp(path.join(os.tmpdir(), 'findling-bench-'));
  const startedMs = performance.now();
  const { client } = await connectEngine({ dataDirectory: directory, startIfMissing: true, software: 'bench' });
  const startMs = Math.round(performance.now() - startedMs);
  const info = await client.call('engine.info', undefined);
  return {
    client, pid: info.pid, dataDirectory: directory, startMs,
    async close({ keep = false } = {}) {
      const closed = new Promise<void>((resolve) => { client.onClose(() => resolve()); });
      await client.call('engine.stop', undefined);
      await closed;
      await ended(info.pid);
      if (!keep) await rm(directory, { recursive: true, force: true });
    },
  };
}

export interface TimedSearch {
  readonly wordsMs: number;
  readonly doneMs: number;
  readonly last: SearchUpdate;
}

/** One search as a page does it, over the socket: milliseconds to the first painting and to the last. */
export function timedSearch(client: Client<EngineProtocol>, request: SearchRequest): Promise<TimedSearch> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    let wordsMs: number | undefined;
    let last: SearchUpdate | undefined;
    client.subscribe('search', request, {
      next(update) {
        wordsMs ??= performance.now() - startedMs;
        last = update;
      },
      error: reject,
      complete() {
        if (last === undefined || wordsMs === undefined) reject(new Error('The search ended without an answer.'));
        else resolve({ wordsMs, doneMs: performance.now() - startedMs, last });
      },
    });
  });
}

async function ended(pid: number): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return; // no such process: what is waited for
    }
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  throw new Error(`The engine ${pid} did not end in 30 s.`);
}
