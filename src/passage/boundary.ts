/**
 * Where a text may be cut without breaking what a reader sees as one character: a surrogate pair, CR LF, a letter with its marks,
 * a family of emoji joined by ZWJ, a flag. Most offsets are decided by the two code units alone; only the rest ask the segmenter.
 */

/** How far before its limit a hard cut may fall; a longer cluster or word is abuse, and is cut. */
const LOOK_BACK = 256;
/** Thai is the first script by code that is written without spaces. */
const FIRST_UNSPACED = 0x0e00;

let graphemes: Intl.Segmenter | undefined;
let words: Intl.Segmenter | undefined;

/** Letters, digits and signs that never join with the unit before them. */
function startsAlone(code: number): boolean {
  if (code < 0x300) return code !== 0x0a && code !== 0xad;
  // Cyrillic, Hebrew and Arabic letters, kana without their two marks, Han, Hangul syllables, full-width signs.
  return (code >= 0x400 && code <= 0x482) || (code >= 0x5d0 && code <= 0x5ea) || (code >= 0x620 && code <= 0x64a)
    || (code >= 0x2010 && code <= 0x2027) || (code >= 0x3000 && code <= 0x3029) || (code >= 0x3041 && code <= 0x3096) || (code >= 0x30a0 && code <= 0xa000)
    || (code >= 0xff01 && code <= 0xff9d);
}

/** Units after which a unit that starts alone never joins. CR may belong to LF; signs that join what follows are left to the segmenter. */
function endsAlone(code: number): boolean {
  return (code < 0x600 && code !== 0x0d) || (code >= 0x620 && code <= 0x64a) || (code >= 0x2010 && code <= 0x2027) || (code >= 0x3000 && code < 0xa960)
    || (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xff01 && code <= 0xff9f);
}

/**
 * Does the offset lie between two graphemes? Start and end of the text always do. `known` is a boundary before it, where the search may start:
 * in a row of flags only the distance from such a one tells.
 */
export function isBoundary(text: string, offset: number, known = 0): boolean {
  if (offset <= 0 || offset >= text.length) return true;
  const next = text.charCodeAt(offset);
  const before = text.charCodeAt(offset - 1);
  if (next === 0x0a) return before !== 0x0d;
  if (startsAlone(next) && endsAlone(before)) return true;
  if (next >= 0xdc00 && next <= 0xdfff && before >= 0xd800 && before <= 0xdbff) return false;
  let from = offset - 1;
  const limit = Math.max(0, known);
  while (from > limit && !(startsAlone(text.charCodeAt(from)) && endsAlone(text.charCodeAt(from - 1)))) from--;
  graphemes ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  const slice = text.slice(from, offset + 16);
  return graphemes.segment(slice).containing(offset - from)?.index === offset - from;
}

/**
 * The best place to cut a run that offers none: the last word boundary (by the segmenter, for scripts without spaces) or else the last
 * grapheme boundary in `(from, to]`, `from` being one; `to` moved off a surrogate pair when one grapheme fills the whole range.
 */
export function hardCut(text: string, from: number, to: number): number {
  const start = Math.max(from, to - LOOK_BACK);
  if (text.charCodeAt(to) >= FIRST_UNSPACED) {
    const cut = wordStart(text, start, to);
    if (cut > from && isBoundary(text, cut, from)) return cut;
  }
  for (let cut = to; cut > start && cut > from + 1; cut--) if (isBoundary(text, cut, from)) return cut;
  const splitsPair = (text.charCodeAt(to) & 0xfc00) === 0xdc00 && (text.charCodeAt(to - 1) & 0xfc00) === 0xd800;
  return splitsPair ? (to - 1 > from ? to - 1 : to + 1) : to;
}

/** Start of the word that lies across `to`, by the segmenter's dictionaries; `start` when it fills all of it. */
function wordStart(text: string, start: number, to: number): number {
  words ??= new Intl.Segmenter('und', { granularity: 'word' });
  // Twice the reach, so that the word lying across `to` is seen whole.
  const slice = text.slice(start, to + 32);
  return start + (words.segment(slice).containing(to - start)?.index ?? 0);
}
