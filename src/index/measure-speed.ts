/** How fast a model embeds this person's own text on this machine, from a sample of it. Bounded in time; the sample is thrown away. */

import type { Embedder, WindowRule } from '../embed/embedder.ts';
import { planWindows } from '../embed/windows.ts';
import type { IndexStore } from '../store/index-store.ts';

/** Real windows of real files: their length decides the speed of a large model. */
const SAMPLED_WINDOWS = 64;
const SEED = 11;
/** A passage has about 200 tokens: enough of them to fill a window. */
const TOKENS_PER_PASSAGE = 200;
/** A person waits for the answer. */
const MEASURE_MS = 8_000;
/** Loading a model of a gigabyte from a slow disk. */
const LOAD_MS = 60_000;
/** The first run of a graph prepares it: that is not its speed. */
const WARM_UP = 'A first text, so that loading is not measured.';
const MOST_IN_BATCH = 32;

/** Characters per second; null when there is no text, or the model did not answer in time. Errors: those of the embedder. */
export async function measureSpeed(store: Pick<IndexStore, 'samplePassages' | 'passagesOfFile'>, embedder: Embedder, signal?: AbortSignal): Promise<number | null> {
  const texts = await sampleWindows(store, embedder.model.windowRule);
  if (texts.length === 0) return null;
  const loading = AbortSignal.timeout(LOAD_MS);
  await embedder.embedDocuments([WARM_UP], signal === undefined ? loading : AbortSignal.any([signal, loading]));

  const startedMs = performance.now();
  const deadline = AbortSignal.timeout(MEASURE_MS);
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  let characters = 0;
  let doneMs = 0;
  for (let from = 0, size = 1; from < texts.length && doneMs < MEASURE_MS / 2; from += size, size = Math.min(MOST_IN_BATCH, size * 2)) {
    const batch = texts.slice(from, from + size);
    try {
      await embedder.embedDocuments(batch, stop);
    } catch (error) {
      if (signal?.aborted === true || !deadline.aborted || characters === 0) throw error;
      break;
    }
    characters += batch.reduce((sum, text) => sum + text.length, 0);
    doneMs = performance.now() - startedMs;
  }
  return doneMs === 0 ? null : (characters / doneMs) * 1000;
}

async function sampleWindows(store: Pick<IndexStore, 'samplePassages' | 'passagesOfFile'>, rule: WindowRule): Promise<readonly string[]> {
  const reach = Math.max(1, Math.ceil(rule.maxTokens / TOKENS_PER_PASSAGE));
  const texts: string[] = [];
  for (const { fileId, ordinal } of await store.samplePassages(SAMPLED_WINDOWS, SEED)) {
    const passages = await store.passagesOfFile(fileId, ordinal, ordinal + reach);
    const [first] = planWindows(passages.map((passage) => ({ ordinal: passage.ordinal, text: passage.text })), rule);
    if (first !== undefined && first.text.trim() !== '') texts.push(first.text);
  }
  return texts;
}

/** Characters per second that a model was last measured at on this machine; 0: never. */
export async function knownSpeed(store: Pick<IndexStore, 'getMeta'>, family: string): Promise<number> {
  const speed = Number(await store.getMeta(speedKey(family)) ?? 0);
  return Number.isFinite(speed) && speed > 0 ? speed : 0;
}

export async function keepSpeed(store: Pick<IndexStore, 'setMeta'>, family: string, charactersPerSecond: number): Promise<void> {
  if (charactersPerSecond > 0) await store.setMeta(speedKey(family), String(Math.round(charactersPerSecond)));
}

function speedKey(family: string): string {
  return `embedding-speed:${family}`;
}
