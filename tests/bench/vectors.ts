/**
 * Recall and latency of the vector table, the numbers behind src/store/lance-upkeep.ts:
 * `node tests/bench/vectors.ts [--rows 100000] [--dimension 192] [--texts FILE] [--flat-bytes 1] [--plans 10:4,20:6]`.
 * With `--texts` (a text per line) the vectors are the built-in model's, else seeded clusters. `--plans` are partitions probed in per cent and refine factor.
 */

import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createOnnxEmbedder } from '../../src/embed/onnx-embedder.ts';
import type { EmbeddedWindow } from '../../src/pipeline.ts';
import { filterPredicate } from '../../src/store/lance-predicate.ts';
import { openVectorStore } from '../../src/store/lance-store.ts';
import { partitionCount, planSearch } from '../../src/store/lance-upkeep.ts';
import type { VectorFilter } from '../../src/store/vector-store.ts';
import { VectorMaker } from '../fixtures/vectors.ts';
import { percentiles } from './measure.ts';

const RESULTS = 100;
const QUERIES = 60;
const ROWS_PER_ADD = 1_000;

const { values } = parseArgs({ options: { rows: { type: 'string' }, dimension: { type: 'string' }, texts: { type: 'string' }, plans: { type: 'string' }, 'flat-bytes': { type: 'string' } } });

async function realVectors(path: string, rows: number): Promise<{ readonly dimension: number; readonly vectors: Float32Array }> {
  const texts: string[] = [];
  for await (const line of createInterface({ input: createReadStream(path, 'utf8') })) {
    if (line.trim().length > 0) texts.push(line);
    if (texts.length === rows) break;
  }
  const folder = fileURLToPath(new URL('../../resources/models/findling-static-multilingual', import.meta.url));
  const embedder = await createOnnxEmbedder({ folder, threads: 2 });
  const vectors = await embedder.embedDocuments(texts);
  await embedder.close();
  return { dimension: embedder.model.dimension, vectors };
}

/** All windows, and as many again as queries that are in the table themselves no more than chance has it. */
async function material(rows: number): Promise<{ readonly dimension: number; readonly windows: EmbeddedWindow[]; readonly queries: Float32Array[] }> {
  const maker = new VectorMaker(Number(values.dimension ?? 192), 1);
  if (values.texts === undefined) {
    return { dimension: Number(values.dimension ?? 192), windows: maker.windows(1, rows), queries: Array.from({ length: QUERIES }, () => maker.next()) };
  }
  const { dimension, vectors } = await realVectors(values.texts, rows + QUERIES);
  const all = Array.from({ length: vectors.length / dimension }, (_, row) => vectors.subarray(row * dimension, (row + 1) * dimension));
  const step = Math.floor(all.length / QUERIES);
  const queries = all.filter((_, row) => row % step === 0).slice(0, QUERIES);
  const shape = new VectorMaker(1, 1).windows(1, all.length - queries.length);
  const rest = all.filter((_, row) => row % step !== 0 || row / step >= QUERIES);
  return { dimension, queries, windows: shape.map((window, row) => ({ ...window, vector: rest[row] ?? new Float32Array(dimension) })) };
}

async function measure(queries: readonly Float32Array[], search: (query: Float32Array) => Promise<readonly { readonly windowId: number }[]>, truth: readonly ReadonlySet<number>[]): Promise<unknown> {
  const times: number[] = [];
  let hits = 0;
  let wanted = 0;
  for (const [index, query] of queries.entries()) {
    const start = performance.now();
    const found = await search(query);
    times.push(performance.now() - start);
    const exact = truth[index] ?? new Set<number>();
    hits += found.filter(({ windowId }) => exact.has(windowId)).length;
    wanted += Math.min(exact.size, RESULTS);
  }
  return { recall: Math.round((hits / wanted) * 1000) / 1000, ms: percentiles(times) };
}

const rssMegabytes = async (): Promise<number> => Math.round(Number(/VmRSS:\s+(\d+)/.exec(await readFile('/proc/self/status', 'utf8').catch(() => ''))?.[1] ?? 0) / 1024);

/** Prints one line of JSON per measurement. */
export async function benchVectors(): Promise<void> {
  const say = (what: string, figures: unknown): void => { process.stdout.write(`${JSON.stringify({ what, figures })}\n`); };
  const rows = Number(values.rows ?? 100_000);
  const { dimension, windows, queries } = await material(rows);
  const folder = await mkdtemp(join(tmpdir(), 'findling-bench-'));
  const before = await rssMegabytes();
  const store = await openVectorStore(folder, values['flat-bytes'] === undefined ? {} : { flatBytes: Number(values['flat-bytes']) });
  const table = await store.open(1, dimension);
  say('open', { rssMegabytes: await rssMegabytes() - before });

  let start = performance.now();
  for (let from = 0; from < windows.length; from += ROWS_PER_ADD) await table.add(windows.slice(from, from + ROWS_PER_ADD));
  say('add', { rows: windows.length, dimension, ms: Math.round(performance.now() - start), rssMegabytes: await rssMegabytes() - before, bytes: await store.bytes() });

  const filters: Readonly<Record<string, VectorFilter | null>> = {
    everything: null,
    'a tenth': { rootIds: [4] },
    'a quarter': { kinds: ['pdf'] },
    'one in fifty': { modifiedDayFrom: 19_000, modifiedDayTo: 19_019 },
    '1,000 files': { fileIds: Array.from({ length: 1_000 }, (_, index) => index * 7 + 1) },
    '6,600 files (20,000 windows)': { fileIds: Array.from({ length: 6_600 }, (_, index) => index * 3 + 1) },
  };
  const truth: Record<string, ReadonlySet<number>[]> = {};
  for (const [name, filter] of Object.entries(filters)) {
    const exact: ReadonlySet<number>[] = [];
    say(`flat, fragmented: ${name}`, await measure(queries, async (query) => {
      const found = await table.search(query, RESULTS, filter, { exact: true });
      exact.push(new Set(found.map(({ windowId }) => windowId)));
      return found;
    }, exact));
    truth[name] = exact;
  }

  start = performance.now();
  const done = await table.optimize();
  say('optimize', { done, ms: Math.round(performance.now() - start), rssMegabytes: await rssMegabytes() - before, bytes: await store.bytes() });
  for (const [name, filter] of Object.entries(filters)) {
    say(`flat: ${name}`, await measure(queries, (query) => table.search(query, RESULTS, filter, { exact: true }), truth[name] ?? []));
    say(`planned: ${name}`, await measure(queries, (query) => table.search(query, RESULTS, filter), truth[name] ?? []));
  }
  await store.close();

  // Other plans than the one in use, straight on the table.
  if (values.plans !== undefined) {
    const lance = await import('@lancedb/lancedb');
    const raw = await (await lance.connect(join(folder, 'vectors'))).openTable('generation_1');
    say('plan in use', planSearch({ rows, indexed: true, filtered: false, exact: false }, RESULTS));
    for (const plan of values.plans.split(',')) {
      const [percent, refine] = plan.split(':').map(Number);
      const probes = Math.max(1, Math.round((partitionCount(rows) * (percent ?? 10)) / 100));
      for (const name of ['everything', 'a tenth', 'one in fifty']) {
        say(`plan ${probes} probes, refine ${refine}: ${name}`, await measure(queries, async (query) => {
          let search = raw.query().nearestTo(query).distanceType('cosine').select(['window_id', '_distance']).limit(RESULTS).nprobes(probes).refineFactor(refine ?? 1);
          const predicate = filterPredicate(filters[name] ?? null);
          if (predicate !== null) search = search.where(predicate);
          return (await search.toArray()).map((row: { window_id: bigint }) => ({ windowId: Number(row.window_id) }));
        }, truth[name] ?? []).catch((error: unknown) => String(error)));
      }
    }
  }
  await rm(folder, { recursive: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await benchVectors();
