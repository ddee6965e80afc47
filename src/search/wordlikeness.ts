/**
 * Does a query look like words at all? Pure. Cosines cannot tell: for a small model the best of a few hundred passages is as close to
 * `asdf qwer` as to a real question (measured: the distributions lie on one another). Two other things can:
 *   - its words stand somewhere in the index, or
 *   - the model's tokenizer cuts it into pieces as long as those of real text in its script. Nonsense falls into short ones.
 * The second is what lets a Russian question find English files of which it shares no word.
 */

export type Script = 'latin' | 'cyrillic' | 'greek' | 'arabic' | 'hebrew' | 'devanagari' | 'thai' | 'han' | 'kana' | 'hangul' | 'jamo' | 'other';

/** Letters per token: of real text and of its letters in random order. */
export interface PieceLength {
  readonly real: number;
  readonly nonsense: number;
}

/** Korean letters typed one by one (ㅋㅋ, ㅁㄴㅇㄹ): never words. */
const JAMO = /[\u3131-\u318e\u1100-\u11ff]/u;

const SCRIPTS: readonly (readonly [Script, RegExp])[] = [
  ['jamo', JAMO],
  ['latin', /\p{Script=Latin}/u], ['cyrillic', /\p{Script=Cyrillic}/u], ['greek', /\p{Script=Greek}/u], ['arabic', /\p{Script=Arabic}/u],
  ['hebrew', /\p{Script=Hebrew}/u], ['devanagari', /\p{Script=Devanagari}/u], ['thai', /\p{Script=Thai}/u], ['han', /\p{Script=Han}/u],
  ['kana', /[\p{Script=Hiragana}\p{Script=Katakana}]/u], ['hangul', /\p{Script=Hangul}/u],
];

/** Scripts whose letters spell sounds: random ones make nonsense. Random Han characters are still words. */
const SPELLING: ReadonlySet<Script> = new Set(['latin', 'cyrillic', 'greek', 'arabic', 'hebrew', 'devanagari', 'thai']);

/** Letters per dictionary piece of words in Kana and of random Kana: medians of 20 everyday phrases (1.9) and 16 random ones (1.16), set apart so that half-way lies at 1.4. */
const KANA_SEGMENTS: PieceLength = { real: 1.8, nonsense: 1 };

/** Below this ratio of real to nonsense the tokenizer knows the script by single characters and cannot tell. */
const LEAST_RATIO = 1.25;
/** Known words from this share of a query on settle it. */
const ENOUGH_KNOWN = 0.5;

/** A query a quarter of the way from nonsense to text is as good as nonsense. */
const STEEPNESS = 4;

export function spellsSounds(script: Script): boolean {
  return SPELLING.has(script);
}

/** The script most letters of a text are in. Kana beside Han is Japanese: it counts as Han, whose pieces are as short. */
export function scriptOf(text: string): Script {
  const counts = new Map<Script, number>();
  for (const letter of lettersOf(text)) {
    const script = SCRIPTS.find(([, pattern]) => pattern.test(letter))?.[0] ?? 'other';
    counts.set(script, (counts.get(script) ?? 0) + 1);
  }
  if (counts.has('han') && counts.has('kana')) return 'han';
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'other';
}

/** Letters and digits of a text, one code point each. */
export function lettersOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{M}\p{N}]/gu) ?? [];
}

/** What a script alone says, whatever the model. */
export function referenceOf(script: Script, pieces: Readonly<Partial<Record<Script, PieceLength>>> | undefined): PieceLength | undefined {
  if (script === 'jamo') return { real: Infinity, nonsense: 0 };
  return script === 'kana' ? KANA_SEGMENTS : pieces?.[script];
}

/**
 * How long the query's pieces are, in letters: as the model's tokenizer cuts it; Kana alone as the dictionary cuts it, since models
 * know Kana mostly by single syllables while the dictionary falls to single syllables only where there is no word.
 */
export function pieceLength(text: string, script: Script, segments: number, lettersPerToken: number | null): number | null {
  return script === 'kana' ? lettersOf(text).length / Math.max(1, segments) : lettersPerToken;
}

/** From 0 (like nonsense) over 0.5 (half-way) to 1 (like text); 0.5 when nothing is known of the script. */
export function wordlikeness(lettersPerToken: number | null, reference: PieceLength | undefined): number {
  if (reference?.real === Infinity) return 0;
  if (lettersPerToken === null || reference === undefined || reference.real < reference.nonsense * LEAST_RATIO) return 0.5;
  return Math.min(1, Math.max(0, (lettersPerToken - reference.nonsense) / (reference.real - reference.nonsense)));
}

/** How unlike a search the query is, 0 to 1. `known`: weighted share of its words that stand in the index. */
export function strangeness(known: number, likeness: number): number {
  const likely = Math.max(Math.min(1, known / ENOUGH_KNOWN), likeness);
  return Math.min(1, Math.max(0, (0.5 - likely) * STEEPNESS));
}
