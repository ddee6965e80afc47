/** A real store in a directory of its own, and the shortest way to put files into it. */

import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { FileKind, Filters, RootOptions } from '../../src/contract/model.ts';
import { planWindows } from '../../src/embed/windows.ts';
import type { Extraction, FileEntry, Listing, Passage } from '../../src/pipeline.ts';
import type { GenerationRow, IndexStore, LexicalQuery, PendingFile, RootRow } from '../../src/store/index-store.ts';
import { openIndexStore, type StoreOptions } from '../../src/store/sqlite-store.ts';

export const ROOT = '/home/u/docs';
export const WINDOW_RULE = { maxTokens: 40 };
export const ROOT_OPTIONS: RootOptions = {
  include: [], exclude: [], maxFileBytes: 1e9, honourGitignore: true, includeHidden: false, includeSecrets: false, paused: false, instruction: null, threshold: null,
};

export async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'findling-store-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export interface Fixture {
  readonly directory: string;
  readonly store: IndexStore;
  readonly root: RootRow;
  readonly generation: GenerationRow;
}

/** A store with one root and one generation. */
export async function fixture(t: TestContext, options: StoreOptions = {}): Promise<Fixture> {
  const directory = await temporaryDirectory(t);
  const store = await openIndexStore(directory, options);
  t.after(() => store.close());
  const root = await store.addRoot(ROOT, ROOT_OPTIONS);
  const generation = await store.ensureGeneration({ fingerprint: 'first', modelId: 'm', dimension: 4, windowRule: JSON.stringify(WINDOW_RULE) });
  return { directory, store, root, generation };
}

/** Version and inode follow from the name unless they are given, so that the same name is the same file. */
export function entry(filePath: string, version: Partial<FileEntry> & { readonly id?: number } = {}): FileEntry {
  const { id, ...rest } = version;
  const inode = BigInt(id ?? Number.parseInt(createHash('sha256').update(filePath).digest('hex').slice(0, 8), 16));
  return { path: filePath, size: 100, mtimeNs: 1_700_000_000_123_456_789n, device: 1n, inode, unread: null, ...rest };
}

export function listing(root: RootRow, directory: string, files: readonly FileEntry[], directories: readonly string[] = []): Listing {
  return { rootId: root.id, directory, files, directories };
}

export function documentOf(text: string, more: { readonly kind?: FileKind; readonly language?: string; readonly title?: string } = {}): Extract<Extraction, { state: 'document' }> {
  return {
    state: 'document',
    document: { kind: more.kind ?? 'text', title: more.title ?? null, text, marks: [], breaks: [], language: more.language ?? null, truncated: false },
    passages: passagesOf(text),
    contentHash: createHash('sha256').update(text).digest('hex'),
  };
}

/** One passage for each paragraph. */
export function passagesOf(text: string): Passage[] {
  let start = 0;
  return text.split(/(?<=\n\n)/).map((part, ordinal) => {
    const span = { start, end: start + part.length };
    start = span.end;
    return { ordinal, span, text: part, place: { line: ordinal + 1 }, hash: '' };
  });
}

/** Stores an extraction as the indexer does, with windows for the fixture's generation. */
export function commit(made: Fixture, file: PendingFile, extraction: Extraction): Promise<'stored' | 'stale' | 'moved'> {
  const plan = extraction.state === 'document' ? new Map([[made.generation.id, planWindows(extraction.passages, WINDOW_RULE)]]) : new Map();
  return made.store.commitExtraction(file, extraction, plan);
}

/** Lists the files in the root and stores their texts; answers ids by name. */
export async function addTexts(made: Fixture, texts: Readonly<Record<string, string>>, version: Partial<FileEntry> = {}): Promise<Map<string, number>> {
  const { store, root } = made;
  await store.applyListings([listing(root, ROOT, Object.keys(texts).map((name) => entry(`${ROOT}/${name}`, version)))], 1);
  const ids = new Map<string, number>();
  await Promise.all((await store.nextPending(1000, [], [])).map((file) => {
    const name = path.posix.basename(file.path);
    ids.set(name, file.fileId);
    return commit(made, file, documentOf(texts[name] ?? ''));
  }));
  return ids;
}

/** Embeds everything that waits, as if vectors had been stored; answers the window ids. */
export async function embedAll(made: Fixture): Promise<number[]> {
  const { store, generation } = made;
  const done: number[] = [];
  for (;;) {
    const windows = await store.nextUnembedded(generation.id, 10_000, []);
    if (windows.length === 0) return done;
    const ids = windows.map((window) => window.windowId);
    await store.markEmbedded(generation.id, ids);
    done.push(...ids);
  }
}

export async function findWords(store: IndexStore, text: string, more: Partial<LexicalQuery> & { readonly filters?: Filters; readonly limit?: number } = {}): Promise<number[]> {
  const { filters, limit, ...query } = more;
  const { candidates } = await store.searchWords({ text, phrases: [], excluded: [], lastIsPrefix: false, ...query }, filters ?? {}, limit ?? 100);
  return candidates.map((candidate) => candidate.fileId);
}

export async function findNames(store: IndexStore, text: string, filters: Filters = {}): Promise<number[]> {
  return (await store.searchNames(text, filters, 100)).candidates.map((candidate) => candidate.fileId);
}
