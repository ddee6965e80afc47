/**
 * Fits confidence on the user's own index for whatever model is installed (confidence.ts says what the numbers mean).
 *   positives: a title or heading against a passage that stands under it, the heading itself cut out of the passage
 *   negatives: nonsense, made of the same titles' letters, against the best of the background
 *   pieces: how long the model's tokens are in real text and in nonsense, by script
 * Deterministic for a seed and an index. What it embeds are copies; nothing is written.
 */

import type { Embedder } from '../embed/embedder.ts';
import type { IndexStore } from '../store/index-store.ts';
import type { VectorTable } from '../store/vector-store.ts';
import { fold } from '../text/fold.ts';
import { words } from '../text/words.ts';
import { BACKGROUND_SAMPLE, LEAST_OWN_SAMPLE } from './background.ts';
import { CALIBRATION_VERSION, marginOf, queryBackground, type Calibration } from './confidence.ts';
import { fitConfidence, quantile } from './fit-curve.ts';
import { PROBES } from './probe-texts.ts';
import { shuffled } from './shuffle.ts';
import { lettersOf, scriptOf, spellsSounds, type Script } from './wordlikeness.ts';


export interface CalibrateSources {
  readonly store: Pick<IndexStore, 'samplePassages'>;
  readonly vectors: VectorTable;
  readonly embedder: Embedder;
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** Passages drawn; about half have a title that can be a query. With a large model on a CPU this is under two minutes of idle time. */
const SAMPLED_PASSAGES = 400;
const MOST_PAIRS = 160;
/** A language gets a curve of its own from this many pairs on. */
const LEAST_PAIRS_PER_LANGUAGE = 24;
/** Below this many pairs of the index the probes are added. */
const LEAST_OWN_PAIRS = 24;
const DEFAULT_SEED = 7;

interface Pair {
  readonly language: string | null;
  readonly query: string;
  readonly body: string;
}

/** A title or heading that a person could ask for, with what stands under it. */
export interface TitlePair extends Pair {
  readonly fileId: number;
}

/** Null when the table is empty or nothing could be embedded. Errors: those of its sources. */
export async function calibrate(sources: CalibrateSources): Promise<Calibration | null> {
  const { store, vectors, embedder, signal } = sources;
  const seed = sources.seed ?? DEFAULT_SEED;
  const windows = await vectors.count();
  if (windows === 0) return null;

  // 1. Known pairs from the index; from the probes where it has too few.
  const own: readonly Pair[] = titlePairs(await store.samplePassages(SAMPLED_PASSAGES, seed), seed);
  const pairs = own.length >= LEAST_OWN_PAIRS ? own : [...own, ...PROBES.map(({ language, title, body }) => ({ language, query: title, body }))];
  const from = own.length >= LEAST_OWN_PAIRS ? 'index' : 'prior';

  const nonsense = nonsenseOf(pairs.map((pair) => pair.query), seed);

  // 2. Vectors and pieces. Queries go through the query prompt, like a person's.
  const bodies = await embedder.embedDocuments(pairs.map((pair) => pair.body), signal);
  const queries = await embedQueries(embedder, pairs.map((pair) => pair.query), signal);
  const noise = await embedQueries(embedder, nonsense, signal);
  const pieces = await pieceLengths(embedder, pairs.map((pair) => pair.query), seed, signal);
  const sample = (await vectors.sample(BACKGROUND_SAMPLE, seed)).vectors;
  const { dimension } = vectors;
  const background = sample.length / dimension >= LEAST_OWN_SAMPLE ? sample : joined(sample, bodies);

  // 3. Margins.
  const positives = pairs.flatMap((pair, index) => {
    const query = queries[index];
    if (query === undefined || isZero(query)) return [];
    const similarity = dotAt(query, bodies, index * dimension);
    return [{ language: pair.language, margin: marginOf(similarity, queryBackground(query, background), windows) }];
  });
  // Nonsense against the whole table, not the sample: how good the best of so many looks by chance is measured, not assumed.
  const negatives: number[] = [];
  for (const vector of noise.filter((each) => !isZero(each))) {
    const [best] = await vectors.search(vector, 1, null);
    if (best !== undefined) negatives.push(marginOf(best.similarity, queryBackground(vector, background), windows));
  }
  if (positives.length === 0 || negatives.length === 0) return null;

  // 4. One curve for all, and one for each language with enough pairs.
  const overall = fitConfidence(positives.map(({ margin }) => margin), negatives);
  const languages = Object.fromEntries([...new Set(positives.map(({ language }) => language))].flatMap((language) => {
    const mine = positives.filter((pair) => pair.language === language);
    if (language === null || mine.length < LEAST_PAIRS_PER_LANGUAGE) return [];
    return [[language, fitConfidence(mine.map(({ margin }) => margin), negatives).curve]];
  }));
  return {
    version: CALIBRATION_VERSION, generationId: vectors.generationId, windows, from, positives: positives.length, negatives: negatives.length,
    strength: positives.filter(({ margin }) => margin > 0).length / positives.length, overall: overall.curve, penalty: overall.penalty, pieces, languages,
  };
}

async function embedQueries(embedder: Embedder, texts: readonly string[], signal: AbortSignal | undefined): Promise<readonly Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (const text of texts) vectors.push(await embedder.embedQuery(text, signal === undefined ? {} : { signal }));
  return vectors;
}

/** Texts in a script from which on its pieces are known. */
const LEAST_TEXTS_PER_SCRIPT = 2;
/**
 * Of the pieces of real text, this quantile stands for it: short queries hold rarer words than titles and bodies do, and fall into shorter
 * pieces (tests/eval, real queries answered by meaning: 97.9 % at the median, 98.3 % from here down to 0.25, where nonsense begins to pass).
 */
const REAL_SHARE = 0.35;

/** Letters per token by script: the index's own titles and the probes, against the same letters in random order. */
async function pieceLengths(embedder: Embedder, queries: readonly string[], seed: number, signal: AbortSignal | undefined): Promise<Calibration['pieces']> {
  if (embedder.countTokens === undefined) return {};
  const texts = [...queries, ...PROBES.flatMap(({ title, body }) => [title, body])].filter((text) => lettersOf(text).length > 0);
  const mixed = texts.map((text, index) => randomLetters(text, lettersOf(text), seed + index));
  const counts = await embedder.countTokens([...texts, ...mixed], signal);
  const perScript = new Map<Script, { real: number[]; nonsense: number[] }>();
  texts.forEach((text, index) => {
    const letters = lettersOf(text).length;
    const script = scriptOf(text);
    const lengths = perScript.get(script) ?? { real: [], nonsense: [] };
    perScript.set(script, lengths);
    lengths.real.push(letters / Math.max(1, counts[index] ?? 1));
    lengths.nonsense.push(letters / Math.max(1, counts[index + texts.length] ?? 1));
  });
  return Object.fromEntries([...perScript].filter(([, { real }]) => real.length >= LEAST_TEXTS_PER_SCRIPT)
    .map(([script, { real, nonsense }]) => [script, { real: quantile(real, REAL_SHARE), nonsense: quantile(nonsense, 0.5) }]));
}

/**
 * Nonsense of the lengths and scripts of these texts: letters drawn from all texts of the script. Only of scripts that spell sounds,
 * since random Han characters are words; from the probes when there are none.
 */
function nonsenseOf(texts: readonly string[], seed: number): readonly string[] {
  const spelt = texts.filter((text) => spellsSounds(scriptOf(text)));
  const chosen = spelt.length >= LEAST_OWN_PAIRS ? spelt : [...spelt, ...PROBES.map((probe) => probe.title).filter((title) => spellsSounds(scriptOf(title)))];
  const pools = new Map<Script, string[]>();
  for (const text of chosen) pools.set(scriptOf(text), [...pools.get(scriptOf(text)) ?? [], ...lettersOf(text)]);
  return chosen.map((text, index) => randomLetters(text, pools.get(scriptOf(text)) ?? [], seed + index));
}

/** The text with each letter replaced by a random one of `pool`; spaces and signs stay. */
function randomLetters(text: string, pool: readonly string[], seed: number): string {
  const letters = shuffled(pool, seed);
  let next = 0;
  return text.toLowerCase().replace(/[\p{L}\p{M}\p{N}]/gu, () => (letters[next++ % letters.length] ?? '').toLowerCase());
}

/** At most MOST_PAIRS pairs, one per title: a book's 300 passages under one title are one pair. */
export function titlePairs(passages: readonly { readonly fileId: number; readonly title: string | null; readonly text: string; readonly language: string | null; readonly place: { readonly heading?: string } }[], seed: number): readonly TitlePair[] {
  const pairs = new Map<string, TitlePair>();
  for (const passage of shuffled(passages, seed)) {
    const query = [passage.place.heading, passage.title].map((title) => title?.trim() ?? '').find(isTelling);
    if (query === undefined || pairs.has(query)) continue;
    const body = withoutTitle(passage.text, query);
    if (words(body).length >= LEAST_BODY_WORDS) pairs.set(query, { fileId: passage.fileId, language: passage.language, query: query.slice(0, LONGEST_QUERY), body });
    if (pairs.size === MOST_PAIRS) break;
  }
  return [...pairs.values()];
}

/** A body of fewer words is a heading or a table cell. */
const LEAST_BODY_WORDS = 12;
/** Nobody types more than this; some titles are whole first paragraphs. UTF-16 units. */
const LONGEST_QUERY = 120;

/** Titles such as `Untitled`, `1.2` or `IMG_0001` say nothing of a body. */
function isTelling(title: string): boolean {
  const found = words(title).filter((word) => word.kind !== 'whole' && /\p{L}/u.test(word.term));
  const letters = found.reduce((sum, word) => sum + [...word.term].length * (word.kind === 'word' ? 1 : 2), 0);
  return found.length >= 2 && letters >= 8 && !/[/\\]/u.test(title);
}

function withoutTitle(text: string, title: string): string {
  const at = fold(text).indexOf(fold(title));
  // Folding may change lengths; then the text is left as it is unless the title stands at its very start.
  if (at < 0) return text;
  return text.startsWith(title, at) ? text.slice(0, at) + text.slice(at + title.length) : text.replace(title, '');
}

function dotAt(vector: Float32Array, rows: Float32Array, start: number): number {
  let dot = 0;
  for (let index = 0; index < vector.length; index++) dot += (vector[index] ?? 0) * (rows[start + index] ?? 0);
  return dot;
}

function isZero(vector: Float32Array): boolean {
  return vector.every((value) => value === 0);
}

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const all = new Float32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
