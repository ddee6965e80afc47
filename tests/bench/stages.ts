/** Each stage of bulk indexing alone on the same files, so that the whole pipeline can be held against its slowest: extraction, and embedding of what it gives. */

import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '../../src/log.ts';

const dist = (module: string): string => fileURLToPath(new URL(`../../dist/src/${module}`, import.meta.url));
const MODEL = fileURLToPath(new URL('../../resources/models/findling-static-multilingual', import.meta.url));
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
/** Text given to the embedder at once, as the embed lane does. */
const EMBED_CHARACTERS = 400_000;

export async function benchStages(corpus: string): Promise<Record<string, unknown>> {
  const { createExtractorPool } = await import(dist('extract/extract-pool.js')) as typeof import('../../src/extract/extract-pool.ts');
  const { createOnnxEmbedder } = await import(dist('embed/onnx-embedder.js')) as typeof import('../../src/embed/onnx-embedder.ts');
  const { planWindows } = await import(dist('embed/windows.js')) as typeof import('../../src/embed/windows.ts');
  const embedder = await createOnnxEmbedder({ folder: MODEL, threads: 1 });
  const files = (await readdir(corpus, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));

  // 1. Extraction with nothing beside it.
  const pool = createExtractorPool({ log: SILENT });
  const texts: string[] = [];
  let bytes = 0;
  let startedMs = performance.now();
  const queue = files.values();
  await Promise.all(Array.from({ length: pool.width }, async () => {
    for (const file of queue) {
      const { size } = await stat(file);
      bytes += size;
      const extraction = await pool.extract({ path: file, size });
      if (extraction.state === 'document') texts.push(...planWindows(extraction.passages, embedder.model.windowRule).map((window) => window.text));
    }
  }));
  const extractSeconds = (performance.now() - startedMs) / 1000;
  await pool.close();

  // 2. Embedding with nothing beside it.
  const characters = texts.reduce((all, text) => all + text.length, 0);
  await embedder.embedDocuments(['warm']);
  startedMs = performance.now();
  for (let from = 0; from < texts.length;) {
    let to = from;
    for (let held = 0; to < texts.length && held < EMBED_CHARACTERS; to += 1) held += texts[to]?.length ?? 0;
    await embedder.embedDocuments(texts.slice(from, to));
    from = to;
  }
  const embedSeconds = (performance.now() - startedMs) / 1000;
  await embedder.close();
  const round = (value: number): number => Math.round(value * 100) / 100;
  return {
    megabytes: round(bytes / 1e6), windows: texts.length, megacharacters: round(characters / 1e6),
    extract: { seconds: round(extractSeconds), megabytesPerSecond: round(bytes / 1e6 / extractSeconds) },
    embed: { seconds: round(embedSeconds), megacharactersPerSecond: round(characters / 1e6 / embedSeconds) },
  };
}
