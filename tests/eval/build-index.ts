/**
 * A real index of given texts in a new temporary folder: real files, SQLite store, LanceDB table, embedder process and searcher. Only
 * the watcher and the extractors are left out: texts are cut into passages directly, so that a measurement is not theirs.
 */

import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import type { FileKind, RootOptions } from '../../src/contract/model.ts';
import type { Embedder } from '../../src/embed/embedder.ts';
import { createOnnxEmbedder } from '../../src/embed/onnx-embedder.ts';
import { planWindows } from '../../src/embed/windows.ts';
import { kindOfName } from '../../src/extract/kinds.ts';
import { createLog } from '../../src/log.ts';
import { splitPassages } from '../../src/passage/passages.ts';
import type { Document, FileEntry } from '../../src/pipeline.ts';
import { calibrate } from '../../src/search/calibrate.ts';
import type { Calibration } from '../../src/search/confidence.ts';
import { createSearcher, type Searcher } from '../../src/searcher.ts';
import { openVectorStore } from '../../src/store/lance-store.ts';
import { openIndexStore } from '../../src/store/sqlite-store.ts';
import type { IndexStore, RootRow } from '../../src/store/index-store.ts';
import type { VectorTable } from '../../src/store/vector-store.ts';

export interface SourceFile {
  /** Relative path with `/`. */
  readonly path: string;
  readonly title: string | null;
  readonly text: string;
  readonly language: string | null;
  readonly kind?: FileKind;
  readonly modifiedMs?: number;
}

export interface BuiltIndex {
  readonly folder: string;
  readonly store: IndexStore;
  readonly table: VectorTable;
  readonly embedder: Embedder;
  readonly searcher: Searcher;
  readonly root: RootRow;
  readonly generationId: number;
  /** Changeable: searches read it anew each time. */
  readonly state: { calibration: Calibration | null; embedder: Embedder | null; table: VectorTable | null; roots: readonly RootRow[] };
  close(): Promise<void>;
}

export const ROOT_OPTIONS: RootOptions = {
  include: [], exclude: [], maxFileBytes: 100_000_000, honourGitignore: false, includeHidden: false, includeSecrets: false, paused: false, instruction: null, threshold: null,
};

const MODEL = path.resolve(import.meta.dirname, '../../resources/models/findling-static-multilingual');
const FILES_AT_ONCE = 500;

export async function buildIndex(sources: readonly SourceFile[], options: { readonly calibrated?: boolean; readonly modelFolder?: string } = {}): Promise<BuiltIndex> {
  const folder = await mkdtemp(path.join(tmpdir(), 'findling-eval-'));
  const data = path.join(folder, 'data');
  await mkdir(data);
  const log = createLog({ file: path.join(folder, 'log'), level: 'info' });
  const store = await openIndexStore(data, { log });
  const embedder = await createOnnxEmbedder({ folder: options.modelFolder ?? MODEL, threads: 2, log });
  const vectors = await openVectorStore(data, { log });
  const { model } = embedder;
  const generation = await store.ensureGeneration({ fingerprint: model.fingerprint, modelId: model.id, dimension: model.dimension, windowRule: JSON.stringify(model.windowRule) });
  const table = await vectors.open(generation.id, model.dimension);

  // 1. Real files, known by name.
  const root = await store.addRoot(path.join(folder, 'files'), ROOT_OPTIONS);
  const byPath = new Map<string, SourceFile>();
  const listings = new Map<string, FileEntry[]>();
  for (const source of sources) {
    const full = path.join(root.path, source.path);
    byPath.set(full, source);
    await mkdir(path.dirname(full), { recursive: true });
    await writeFile(full, source.text);
    const { size, mtimeNs, dev, ino } = await stat(full, { bigint: true });
    const mtime = source.modifiedMs === undefined ? mtimeNs : BigInt(source.modifiedMs) * 1_000_000n;
    const entry: FileEntry = { path: full, size: Number(size), mtimeNs: mtime, device: dev, inode: ino, unread: null };
    const folderFiles = listings.get(path.dirname(full));
    if (folderFiles === undefined) listings.set(path.dirname(full), [entry]);
    else folderFiles.push(entry);
  }
  const directories = [...listings.keys()];
  if (!listings.has(root.path)) listings.set(root.path, []);
  await store.applyListings([...listings].map(([directory, files]) => ({
    rootId: root.id, directory, files, directories: directories.filter((other) => path.dirname(other) === directory),
  })), 1);

  // 2. Passages and words.
  for (;;) {
    const pending = await store.nextPending(FILES_AT_ONCE, [], []);
    if (pending.length === 0) break;
    for (const file of pending) {
      const source = byPath.get(file.path);
      if (source === undefined) throw new Error(`the store asks for an unknown file: ${file.path}`);
      const document: Document = {
        kind: source.kind ?? kindOfName(source.path), title: source.title, text: source.text, marks: [], breaks: [], language: source.language, truncated: false,
      };
      const passages = splitPassages(document);
      const contentHash = createHash('sha256').update(source.text).digest('hex');
      await store.commitExtraction(file, { state: 'document', document, passages, contentHash }, new Map([[generation.id, planWindows(passages, model.windowRule)]]));
    }
  }

  // 3. Meaning.
  for (;;) {
    const windows = await store.nextUnembedded(generation.id, 400_000, []);
    if (windows.length === 0) break;
    const embedded = await embedder.embedDocuments(windows.map((window) => window.text));
    await table.add(windows.map((window, index) => ({
      windowId: window.windowId, fileId: window.fileId, rootId: window.rootId, kind: window.kind, modifiedDay: window.modifiedDay,
      vector: embedded.subarray(index * model.dimension, (index + 1) * model.dimension),
    })));
    await store.markEmbedded(generation.id, windows.map((window) => window.windowId));
  }
  await table.optimize();

  const state: BuiltIndex['state'] = { calibration: null, embedder, table, roots: [root] };
  if (options.calibrated !== false) state.calibration = await calibrate({ store, vectors: table, embedder });
  const searcher = createSearcher({
    store, log, roots: () => state.roots,
    answering: () => (state.table === null || state.embedder === null ? null
      : { generation: { table: state.table }, embedder: state.embedder, kept: state.calibration === null ? null : { calibration: state.calibration } }),
  });
  return {
    folder, store, table, embedder, searcher, root, generationId: generation.id, state,
    async close() {
      await embedder.close();
      await vectors.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
