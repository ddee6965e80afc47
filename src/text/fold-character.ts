/**
 * What one character folds to: the table behind fold.ts. Case, width, compatibility forms, diacritics where they are decoration,
 * Arabic and Hebrew marks, digits of every script, and Traditional to Simplified Chinese.
 *
 * Marks that are letters stay: Indic and Thai vowel signs, Japanese voicing, the Cyrillic й. What a reader would get wrong: folding is
 * for matching only; it is never shown, so a fold that would be a bad transliteration (ß → ss, ø → o) is a good fold.
 */

import traditionalToSimplified from 'opencc-js/dict/TSCharacters';

/** Letters that Unicode does not decompose, or that people type without their special form. */
const LETTERS = new Map<string, string>([
  ['ß', 'ss'], ['ẞ', 'ss'], ['æ', 'ae'], ['œ', 'oe'], ['ø', 'o'], ['đ', 'd'], ['ð', 'd'], ['þ', 'th'], ['ł', 'l'], ['ħ', 'h'], ['ŧ', 't'],
  // Turkish: İ, I, ı and i are one letter here, so that neither a Turkish nor another keyboard misses the other's spelling.
  ['ı', 'i'], ['ς', 'σ'], ['ё', 'е'], ['ѐ', 'е'], ['ѝ', 'и'],
  ['أ', 'ا'], ['إ', 'ا'], ['آ', 'ا'], ['ٱ', 'ا'], ['ى', 'ي'], ['ی', 'ي'], ['ک', 'ك'], ['ة', 'ه'],
  ['‘', "'"], ['’', "'"], ['ʼ', "'"], ['‛', "'"], ['“', '"'], ['”', '"'], ['„', '"'], ['‐', '-'], ['‑', '-'], ['‒', '-'], ['–', '-'], ['—', '-'], ['−', '-'],
]);

/** Invisible characters: soft hyphen, zero-width and directional marks, variation selectors, Arabic tatweel. */
const INVISIBLE = /^[\u00AD\u034F\u061C\u0640\u115F\u1160\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF]$/u;
/** Marks that are decoration wherever they stand: general combining marks, Hebrew points, Arabic harakat and Quranic signs. */
const DECORATION = /^[\u0300-\u036F\u0483-\u0487\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F]$/u;
const LATIN_OR_GREEK = /^[\p{Script=Latin}\p{Script=Greek}]$/u;
const DIGIT = /^\p{Nd}$/u;
const MARKS = /\p{Mn}+/gu;
/** Thai and Lao am: NFKC would cut the vowel in two, which no dictionary of their segmenters knows. */
const KEPT_WHOLE = /^[\u0E33\u0EB3]$/u;

const SIMPLIFIED = new Map<string, string>();
for (const entry of traditionalToSimplified.split('|')) {
  const [from, to] = entry.split(' ');
  if (from !== undefined && to !== undefined) SIMPLIFIED.set(from, to);
}

/** The folded form of one code point (or of one composed cluster's code point); the empty string when it vanishes. */
export function foldCharacter(character: string): string {
  if (KEPT_WHOLE.test(character)) return character;
  const plain = character.normalize('NFKC').toLowerCase();
  let folded = '';
  for (const part of plain) folded += foldPart(part);
  return folded;
}

function foldPart(part: string): string {
  if (INVISIBLE.test(part) || DECORATION.test(part)) return '';
  const letter = LETTERS.get(part) ?? SIMPLIFIED.get(part);
  if (letter !== undefined) return letter;
  if (DIGIT.test(part)) return asciiDigit(part);
  if (!LATIN_OR_GREEK.test(part)) return part;
  const bare = part.normalize('NFD').replace(MARKS, '');
  return LETTERS.get(bare) ?? bare;
}

/** Decimal digits stand ten in a row, from zero, in every script. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  if (code < 0x80) return digit;
  let zero = code;
  while (code - zero < 9 && DIGIT.test(String.fromCodePoint(zero - 1))) zero--;
  return String(code - zero);
}
