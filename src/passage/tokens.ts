/**
 * How many tokens a text is worth, without any model: so that passages, and with them hits, stay the same when the model changes.
 * An estimate for cutting, good to about a third; where a model's exact count matters (windows), its own tokenizer counts.
 */

/** Costs are whole numbers of this part of a token, so that adding them up a character at a time stays exact and fast. */
export const TOKEN_UNIT = 48;

/** Latin, Cyrillic and other letters: about four characters a token in multilingual vocabularies. */
const LETTER = TOKEN_UNIT / 4;
/** Digits and punctuation: vocabularies join few of them. */
const SIGN = TOKEN_UNIT / 2;
/** Spaces belong to the word after them; runs of them (indentation, tables) are joined. */
const SPACE = TOKEN_UNIT / 16;
/** Greek, Cyrillic, Hebrew, Arabic, Devanagari …: their words are cut into more pieces than Latin ones. */
const OTHER_LETTER = TOKEN_UNIT / 3;
/** Han, Kana, Hangul: 1.4 characters a token (measured range of common tokenizers: 1.1 to 1.8). */
const CJK = Math.round(TOKEN_UNIT / 1.4);
/** Thai, Lao, Khmer, Myanmar, Tibetan: two characters a token. */
const SOUTH_EAST = TOKEN_UNIT / 2;

const COSTS = buildCosts();

function buildCosts(): Uint8Array {
  const costs = new Uint8Array(0x10000).fill(OTHER_LETTER);
  const range = (from: number, to: number, cost: number): void => { costs.fill(cost, from, to + 1); };
  range(0x00, 0x20, SPACE);
  range(0x21, 0x7f, SIGN);
  range(0x41, 0x5a, LETTER);
  range(0x61, 0x7a, LETTER);
  range(0x80, 0xa0, SPACE);
  range(0xa1, 0xbf, SIGN);
  range(0xc0, 0x24f, LETTER);
  range(0x0e00, 0x0eff, SOUTH_EAST);
  range(0x0f00, 0x109f, SOUTH_EAST);
  range(0x1100, 0x11ff, SOUTH_EAST);
  range(0x1780, 0x17ff, SOUTH_EAST);
  range(0x2000, 0x200a, SPACE);
  range(0x2010, 0x2bff, SIGN);
  range(0x2e80, 0x9fff, CJK);
  range(0xa000, 0xa4cf, CJK);
  range(0xac00, 0xd7af, CJK);
  // Surrogates: each half pays half of a sign outside the basic plane, which is seldom one token.
  range(0xd800, 0xdfff, SIGN);
  range(0xf900, 0xfaff, CJK);
  range(0xfe00, 0xfe0f, 1);
  range(0xff00, 0xffef, CJK);
  costs[0x200b] = 1;
  costs[0x200c] = 1;
  costs[0x200d] = 1;
  costs[0x3000] = SPACE;
  return costs;
}

/** Cost of each UTF-16 code unit, in parts of a token (`TOKEN_UNIT` of them are one). For the passage scan; others ask `estimateTokens`. */
export const unitCosts: Uint8Array = COSTS;

/** About how many tokens this text is, at least 1 unless it is empty. One pass, no allocation. */
export function estimateTokens(text: string): number {
  let sum = 0;
  for (let index = 0; index < text.length; index++) sum += COSTS[text.charCodeAt(index)] ?? 0;
  return Math.ceil(sum / TOKEN_UNIT);
}
