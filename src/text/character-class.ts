/**
 * To which sort of script a folded character belongs, for cutting words. A table of UTF-16 units that fills itself;
 * characters beyond the first plane are looked up by code point.
 */

/** Between words. */
export const NONE = 1;
/** Letters and digits of scripts that put spaces between words. */
export const SPACED = 2;
/** Han, Hiragana, Katakana: no spaces; searched by segments and by bigrams. */
export const CJK = 3;
/** Hangul: spaces, but particles stick to nouns; searched by words and by bigrams. */
export const HANGUL = 4;
/** Thai, Lao, Khmer, Burmese: no spaces, cut by dictionary. */
export const COMPLEX = 5;
/** A mark: belongs to the character before it. */
export const MARK = 6;

const TABLE = new Uint8Array(65536);

const CJK_SCRIPT = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u30FC\p{Script=Bopomofo}]$/u;
const HANGUL_SCRIPT = /^\p{Script=Hangul}$/u;
const COMPLEX_SCRIPT = /^[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;
const WORD_CHARACTER = /^[\p{L}\p{N}]$/u;
const MARK_CHARACTER = /^\p{M}$/u;

/** The class of the character at a UTF-16 offset. */
export function characterClass(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if ((unit & 0xf800) === 0xd800) return classify(String.fromCodePoint(text.codePointAt(at) ?? 0));
  const known = TABLE[unit] ?? 0;
  if (known !== 0) return known;
  const found = classify(String.fromCharCode(unit));
  TABLE[unit] = found;
  return found;
}

function classify(character: string): number {
  if (CJK_SCRIPT.test(character)) return WORD_CHARACTER.test(character) ? CJK : NONE;
  if (HANGUL_SCRIPT.test(character)) return WORD_CHARACTER.test(character) ? HANGUL : NONE;
  if (COMPLEX_SCRIPT.test(character)) return WORD_CHARACTER.test(character) || MARK_CHARACTER.test(character) ? COMPLEX : NONE;
  if (MARK_CHARACTER.test(character)) return MARK;
  return WORD_CHARACTER.test(character) ? SPACED : NONE;
}
