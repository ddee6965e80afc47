/**
 * Bytes → text when nobody says which encoding. In order of trust: a byte order mark; what the format itself declares (HTML's meta, XML);
 * valid UTF-8; UTF-16 without a mark, by its zero bytes; then statistics. Also the judge of "is this text at all?".
 *
 * What a reader would get wrong: short legacy texts are ambiguous, so statistics alone are not believed. A guess must decode without
 * a single error, and among guesses of similar strength the more common encoding wins.
 */

import { isUtf8 } from 'node:buffer';
import { wellFormed } from './well-formed.ts';

export interface Decoded {
  readonly text: string;
  /** Lower-case WHATWG-like name, for diagnosis. */
  readonly encoding: string;
}

/** Bytes that statistics look at: more does not change the answer, and costs 1 ms per 10 KB. */
const STATISTICS_BYTES = 32 * 1024;
/** Of text, at most this share of bytes is control characters other than tab, line ends, form feed and escape. */
const MAX_CONTROL_SHARE = 0.005;
/** Of UTF-16 text in a script with few code pages, at least this share of one side's bytes is zero (spaces and line ends at least). */
const UTF16_ZERO_SHARE = 0.05;
/** A guess weaker than this (of 100) is not believed: 10 is what the statistics give a multi-byte encoding of which they know nothing. */
const LEAST_CONFIDENCE = 11;

/** Of the wrong guesses for a few words none was stronger than 33, of the right ones none weaker than 54. */
const SURE_CONFIDENCE = 45;
/** For a few words in pairs of high bytes: Japanese has kana, the rest is taken for Chinese. */
const PAIRED: readonly (readonly [name: string, proof: RegExp])[] = [['euc-jp', /[\u3041-\u3096]/], ['gb18030', /[\u4e00-\u9fff]/]];

/** Families of names that are one in practice: decode with the superset. */
const SUPERSETS: Readonly<Record<string, string>> = {
  'ascii': 'utf8', 'utf-8': 'utf8', 'gb2312': 'gb18030', 'gbk': 'gb18030', 'iso-8859-1': 'windows-1252', 'us-ascii': 'windows-1252', 'latin1': 'windows-1252',
  'iso-8859-9': 'windows-1254', 'euc-kr': 'cp949', 'ks_c_5601-1987': 'cp949', 'shift_jis': 'shift_jis', 'x-sjis': 'shift_jis', 'big5': 'big5-hkscs', 'iso-8859-8-i': 'windows-1255',
};

/** Does this look like text in some encoding? Judged on a file's first bytes. */
export function looksLikeText(head: Uint8Array): boolean {
  if (head.length === 0) return true;
  if (markOf(head) !== null || utf16WithoutMark(head) !== null) return true;
  let controls = 0;
  for (const byte of head) {
    if (byte === 0) return false;
    // 0x1b: ISO-2022 encodings and terminal colours in logs. 0x7f and the C1 range are left out: legacy encodings use them for letters.
    if (byte < 0x20 && !(byte >= 0x08 && byte <= 0x0d) && byte !== 0x1b && byte !== 0x1a) controls++;
  }
  return controls <= head.length * MAX_CONTROL_SHARE + 1 || (controls <= head.length * 0.02 + 1 && isUtf8Prefix(head));
}

/**
 * Decodes with the encoding found. `declared` is what the format says about itself, if it does; it is not believed against valid UTF-8.
 * Line ends become line feeds, a byte order mark is taken off. null: no encoding gives sensible text, so the bytes are not text.
 */
export async function decodeText(bytes: Uint8Array, declared: string | null = null): Promise<Decoded | null> {
  const mark = markOf(bytes);
  if (mark !== null) return decodeAs(bytes.subarray(mark.skip), mark.encoding);
  // Before UTF-8: sixteen-bit text in a small alphabet is valid UTF-8 with zero bytes in it.
  const wide = bytes.subarray(0, STATISTICS_BYTES).includes(0) ? utf16WithoutMark(bytes.subarray(0, STATISTICS_BYTES)) : null;
  if (wide !== null) return decodeAs(bytes, wide);
  if (isUtf8Prefix(bytes)) {
    if (hasIso2022Escapes(bytes)) {
      const found = await guess(bytes);
      if (found !== null && found.startsWith('iso-2022')) return decodeAs(bytes, found);
    }
    return decodeAs(bytes, 'utf8');
  }
  const iconv = (await import('iconv-lite')).default;
  if (declared !== null && declared !== '') {
    const name = superset(declared);
    if (name !== 'utf8' && iconv.encodingExists(name)) return decodeAs(bytes, name);
  }
  // Mostly valid UTF-8 with a few broken bytes is damaged UTF-8, not something else.
  if (isMostlyUtf8(bytes)) return decodeAs(bytes, 'utf8');
  const found = await guess(bytes);
  return found === null ? null : decodeAs(bytes, found);
}

function superset(name: string): string {
  const lower = name.trim().toLowerCase();
  return SUPERSETS[lower] ?? lower;
}

function markOf(bytes: Uint8Array): { encoding: string; skip: number } | null {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf8', skip: 3 };
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return { encoding: 'utf-32le', skip: 4 };
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return { encoding: 'utf-32be', skip: 4 };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', skip: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', skip: 2 };
  if (a === 0x84 && b === 0x31 && c === 0x95 && d === 0x33) return { encoding: 'gb18030', skip: 4 };
  return null;
}

/** Valid UTF-8, not counting a character that the end of the bytes cuts. */
function isUtf8Prefix(bytes: Uint8Array): boolean {
  if (isUtf8(bytes)) return true;
  for (let cut = 1; cut <= 3 && cut < bytes.length; cut++) {
    const byte = bytes[bytes.length - cut] ?? 0;
    if (byte >= 0xc0) return isUtf8(bytes.subarray(0, bytes.length - cut));
    if (byte < 0x80) return false;
  }
  return false;
}

/** At least 98 of 100 sequences of high bytes are valid UTF-8, and there are enough of them to say so. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  let good = 0;
  let bad = 0;
  for (let index = 0; index < bytes.length;) {
    const byte = bytes[index] ?? 0;
    if (byte < 0x80) { index++; continue; }
    const length = byte >= 0xf0 && byte < 0xf5 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 0;
    let valid = length > 0 && byte < 0xf5;
    for (let next = 1; valid && next < length; next++) valid = ((bytes[index + next] ?? 0) & 0xc0) === 0x80;
    if (valid) { good++; index += length; } else { bad++; index++; }
  }
  return good >= 20 && bad * 50 <= good;
}

/** UTF-16 without a mark: one side of the byte pairs is often zero or of few values, the other is not. */
function utf16WithoutMark(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const pairs = Math.min(bytes.length, STATISTICS_BYTES) >> 1;
  if (pairs < 4) return null;
  let evenZeros = 0;
  let oddZeros = 0;
  for (let pair = 0; pair < pairs; pair++) {
    if (bytes[pair * 2] === 0) evenZeros++;
    if (bytes[pair * 2 + 1] === 0) oddZeros++;
  }
  const little = oddZeros >= pairs * UTF16_ZERO_SHARE && evenZeros === 0;
  const big = evenZeros >= pairs * UTF16_ZERO_SHARE && oddZeros === 0;
  if (!little && !big) return null;
  // Proof: nearly all units are assigned letters, signs or white space; machine code and pictures are not.
  let odd = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const first = bytes[pair * 2] ?? 0;
    const second = bytes[pair * 2 + 1] ?? 0;
    const unit = little ? first | (second << 8) : second | (first << 8);
    if ((unit < 0x20 && unit !== 9 && unit !== 10 && unit !== 13 && unit !== 12) || unit >= 0xfff0 || (unit >= 0xe000 && unit < 0xf900) || (unit >= 0xd800 && unit < 0xe000 && pairs < 64)) odd++;
  }
  return odd <= pairs * 0.01 ? (little ? 'utf-16le' : 'utf-16be') : null;
}

function hasIso2022Escapes(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0x1b); at !== -1 && at < STATISTICS_BYTES; at = bytes.indexOf(0x1b, at + 1)) {
    if (bytes[at + 1] === 0x24 || (bytes[at + 1] === 0x28 && (bytes[at + 2] === 0x4a || bytes[at + 2] === 0x49))) return true;
  }
  return false;
}

/** By statistics: the best guess that decodes without an error. */
async function guess(bytes: Uint8Array): Promise<string | null> {
  const [{ analyse }, { default: iconv }] = await Promise.all([import('chardet'), import('iconv-lite')]);
  const sample = sampleOf(bytes);
  const matches = analyse(sample);
  // Too short for statistics: pairs of high bytes are East Asian, single ones among ASCII letters are Western.
  if ((matches[0]?.confidence ?? 0) < SURE_CONFIDENCE && isAllPairs(sample)) {
    for (const [name, proof] of PAIRED) {
      const text = iconv.decode(Buffer.from(sample.buffer, sample.byteOffset, sample.length), name);
      if (!text.slice(0, -2).includes('\ufffd') && !hasControls(text) && proof.test(text)) return name;
    }
  }
  for (const match of matches) {
    const name = superset(match.name);
    if (match.confidence < LEAST_CONFIDENCE || name === 'utf8' || name.startsWith('utf-') || !iconv.encodingExists(name)) continue;
    const text = iconv.decode(Buffer.from(sample.buffer, sample.byteOffset, sample.length), name);
    // The sample may end amid a character: its last two may be broken. Some decoders drop what they cannot read, so the way back counts too.
    const broken = text.slice(0, -2).includes('\ufffd') || Math.abs(iconv.encode(text, name).length - sample.length) > 3;
    if (!broken && !hasControls(text)) return name;
  }
  const western = iconv.decode(Buffer.from(sample.buffer, sample.byteOffset, sample.length), 'windows-1252');
  return hasControls(western) ? null : 'windows-1252';
}

/** Do high bytes stand in runs of even length only, one of them at least four long? */
function isAllPairs(bytes: Uint8Array): boolean {
  let run = 0;
  let longest = 0;
  for (let index = 0; index <= bytes.length; index++) {
    if ((bytes[index] ?? 0) >= 0x80) { run++; continue; }
    if (run % 2 !== 0) return false;
    longest = Math.max(longest, run);
    run = 0;
  }
  return longest >= 4;
}

/** The part of the bytes with most to tell: from a little before the first high byte on. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= STATISTICS_BYTES) return bytes;
  const first = bytes.findIndex((byte) => byte >= 0x80 || byte === 0x1b);
  let start = Math.max(0, first - 512);
  // Begin after a line end, so that no character is cut.
  const feed = bytes.indexOf(0x0a, start);
  if (start > 0 && feed !== -1 && feed < first) start = feed + 1;
  return bytes.subarray(start, start + STATISTICS_BYTES);
}

/** C1 controls and U+FFFD in decoded text: the mark of a wrong guess. */
function hasControls(text: string): boolean {
  const found = text.match(/[\u0000-\u0007\u000e-\u0019\u001c-\u001f\u0080-\u0084\u0086-\u009f]/g)?.length ?? 0;
  return found > 1 + text.length * MAX_CONTROL_SHARE;
}

async function decodeAs(bytes: Uint8Array, encoding: string): Promise<Decoded> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let text: string;
  if (encoding === 'utf8') text = buffer.toString('utf8');
  else if (encoding === 'utf-16le') text = wellFormed(buffer.toString('utf16le'));
  else text = wellFormed((await import('iconv-lite')).default.decode(buffer, encoding, { stripBOM: true }));
  if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
  if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
  return { text, encoding };
}
