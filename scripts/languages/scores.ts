/** Reads a scores file that `training/evaluation` wrote, and keeps what the table of languages needs. Pure. */

export interface LanguageScore {
  /** As in the pair files: `de`, `zh-Hant`, `sr-Latn`. */
  readonly code: string;
  /** Share of first hits among 1,000, of sentences; null when too few were held out. Mean of both directions. */
  readonly sentences: number | null;
  readonly words: number | null;
}

export interface Scores {
  readonly model: string;
  readonly languages: readonly LanguageScore[];
  readonly means: Readonly<Record<'sentences' | 'words', Mean>>;
}

/** First hits into English, 0 to 1: over all languages that were measured, and over the largest of them. */
export interface Mean {
  readonly languages: number;
  readonly first: number;
  readonly largest: number;
  readonly largestFirst: number;
}

/** Error: a plain Error that names what is missing. */
export function readScores(json: string): Scores {
  const top = record(JSON.parse(json), 'scores');
  const sets = record(top['sets'], 'sets');
  const sentences = firstHits(record(sets['sentences'], 'sets.sentences'));
  const words = firstHits(record(sets['words'], 'sets.words'));
  const means = record(top['means'], 'means');
  const codes = [...new Set([...sentences.keys(), ...words.keys()])].sort();
  if (typeof top['model'] !== 'string') throw new Error('scores: "model" is missing');
  return {
    model: top['model'],
    languages: codes.map((code) => ({ code, sentences: sentences.get(code) ?? null, words: words.get(code) ?? null })),
    means: { sentences: meanOf(means, 'sentences'), words: meanOf(means, 'words') },
  };
}

function meanOf(means: Record<string, unknown>, set: string): Mean {
  const intoEnglish = record(record(means[set], `means.${set}`)['toEnglish'], `means.${set}.toEnglish`);
  const field = (name: string): number => number(intoEnglish[name], `means.${set}.toEnglish.${name}`);
  return { languages: field('languages'), first: field('first'), largest: field('largest'), largestFirst: field('largestFirst') };
}

function firstHits(languages: Record<string, unknown>): ReadonlyMap<string, number> {
  return new Map(Object.entries(languages).map(([code, kinds]) => {
    const directions = ['toEnglish', 'fromEnglish'].map((kind) => number(record(record(kinds, code)[kind], `${code}.${kind}`)['first'], `${code}.${kind}.first`));
    return [code, directions.reduce((sum, share) => sum + share, 0) / directions.length];
  }));
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`scores: "${name}" is missing`);
  return value as Record<string, unknown>; // An object that is no array; every field is checked when read.
}

function number(value: unknown, name: string): number {
  if (typeof value !== 'number') throw new Error(`scores: "${name}" is missing`);
  return value;
}
