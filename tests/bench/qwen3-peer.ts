/**
 * What Findling's embedder is held against, in a process of its own: the graph run directly by onnxruntime on token rows, and
 * transformers.js on texts. Started by qwen3.ts; takes one job at a time and answers with its time.
 */

import { rmSync } from 'node:fs';
import { link, mkdir, mkdtemp, readdir, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export interface PeerStart {
  readonly kind: 'raw' | 'transformers-js';
  readonly folder: string;
  readonly threads: number;
  /** A folder whose node_modules has @huggingface/transformers. */
  readonly transformers?: string;
}

/** `rows` for `raw`: batches of token rows. `texts` for `transformers-js`. */
export type PeerJob = { readonly batches: readonly (readonly (readonly number[])[])[] } | { readonly texts: readonly (readonly string[])[] };

export interface PeerAnswer {
  readonly ms: number;
  /** Processor time of this process, all threads. */
  readonly cpuMs: number;
  /** Of the first text, to see that both computed the same. */
  readonly vector: readonly number[];
}

/** Answers the first text's vector. */
type Run = (job: PeerJob) => Promise<readonly number[]>;

const dist = (module: string): string => fileURLToPath(new URL(`../../dist/src/${module}`, import.meta.url));

async function openRaw(start: PeerStart): Promise<Run> {
  const { InferenceSession } = await import('onnxruntime-node');
  const { planFeeds } = await import(dist('embed/graph-feeds.js')) as typeof import('../../src/embed/graph-feeds.ts');
  const { readModelFolder } = await import(dist('embed/model-folder.js')) as typeof import('../../src/embed/model-folder.ts');
  const { poolRows } = await import(dist('embed/pool.js')) as typeof import('../../src/embed/pool.ts');
  const { description, modelPath } = await readModelFolder(start.folder, { trusted: true });
  const session = await InferenceSession.create(modelPath, {
    executionProviders: ['cpu'], intraOpNumThreads: start.threads, logSeverityLevel: 3,
    // As in the embedder: threads that spin while they wait would only burn the processor time that is compared.
    extra: { session: { 'intra_op.allow_spinning': '0' } },
  });
  const feeds = planFeeds(session, description);
  return async (job) => {
    if (!('batches' in job)) throw new Error('token rows are needed');
    const vector = new Float32Array(description.dimension);
    for (const [number, rows] of job.batches.entries()) {
      const length = Math.max(...rows.map((row) => row.length));
      const ids = BigInt64Array.from(rows.flatMap((row) => [...row, ...Array.from({ length: length - row.length }, () => description.padTokenId)]), BigInt);
      const mask = BigInt64Array.from(rows.flatMap((row) => Array.from({ length }, (_, place) => (place < row.length ? 1n : 0n))));
      const inputs = { rows: rows.length, length, ids, mask };
      const results = await session.run(feeds.feeds(inputs), [feeds.output]);
      if (number > 0) continue;
      const output = feeds.read(results[feeds.output], inputs);
      poolRows({ ...output, rows: 1 }, description.pooling, [rows[0]?.length ?? 1], description.dimension, vector, [0]);
    }
    return [...vector];
  };
}

/** The part of transformers.js that is used here. */
interface TransformersJs {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  pipeline(task: string, model: string, options: Record<string, unknown>): Promise<(texts: readonly string[], options: Record<string, unknown>) => Promise<{ readonly data: Float32Array; readonly dims: readonly number[] }>>;
}

async function openTransformers(start: PeerStart): Promise<Run> {
  const resolved = createRequire(path.join(start.transformers ?? '', 'x.js')).resolve('@huggingface/transformers');
  const { pipeline, env } = await import(pathToFileURL(resolved).href) as TransformersJs;
  env.allowRemoteModels = false;
  env.localModelPath = await transformersFolder(start.folder);
  const extract = await pipeline('feature-extraction', 'model', { dtype: 'fp32', device: 'cpu', session_options: { intraOpNumThreads: start.threads } });
  return async (job) => {
    if (!('texts' in job)) throw new Error('texts are needed');
    let vector: readonly number[] = [];
    for (const texts of job.texts) {
      const { data, dims } = await extract(texts, { pooling: 'last_token', normalize: true });
      if (vector.length === 0) vector = [...data.subarray(0, dims.at(-1) ?? 0)];
    }
    return vector;
  };
}

/** The same files where transformers.js looks for them, linked: the graph finds its weights beside itself. */
async function transformersFolder(folder: string): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'findling-transformers-'));
  process.on('exit', () => rmSync(root, { recursive: true }));
  await mkdir(path.join(root, 'model', 'onnx'), { recursive: true });
  for (const name of await readdir(folder)) {
    const place = path.join(root, 'model', name.startsWith('model.onnx') ? 'onnx' : '', name);
    await link(path.join(folder, name), place).catch(() => symlink(path.join(folder, name), place));
  }
  return root;
}

/** The embedder's own: on a busy machine a process with a better one would win by that alone. */
const NICENESS = 5;
setPriority(NICENESS);

const start = JSON.parse(process.argv[2] ?? '{}') as PeerStart; // Written by qwen3.ts.
const run = await (start.kind === 'raw' ? openRaw(start) : openTransformers(start));

async function measured(job: PeerJob): Promise<PeerAnswer> {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  const vector = await run(job);
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - startedMs, cpuMs: (user + system) / 1000, vector };
}

process.on('message', (job: PeerJob) => {
  measured(job).then((answer) => process.send?.(answer), (error: unknown) => { console.error(error); process.exit(1); });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ms: 0, cpuMs: 0, vector: [] });
