/**
 * Folding: one spelling for everything that people would call the same, for names, words and queries alike. Text is folded before it is
 * cut into words (words.ts), so that a query in Traditional Chinese is segmented as the Simplified document was.
 *
 * ASCII takes a fast path. Everything else goes code unit by code unit through a table that fills itself from fold-character.ts;
 * only clusters (a base with combining marks, Hangul jamo, half-width kana with their voicing) are normalised as strings.
 */

import { foldCharacter } from './fold-character.ts';

export interface FoldedText {
  readonly text: string;
  /**
   * Where each UTF-16 unit of the folded text came from: `offsets[i]` is an offset of the original. One longer than `text`;
   * the last is the original's length. Several units from one character (ß → ss) have the same offset: use `originalSpan`.
   */
  readonly offsets: Uint32Array;
}

/** Table values that are not a code unit. Both are noncharacters or never a fold's outcome. */
const UNKNOWN = 0xffff;
const STRING = 0xfffe;
const DROPPED = 0;

const TABLE = new Uint16Array(65536).fill(UNKNOWN);
const STRINGS = new Map<number, string>();
const ASCII = /^[\0-\x7f]*$/;
/** What joins the character before it, so that the two must be normalised together. */
const JOINS_BEFORE = /^[\p{M}\uFF9E\uFF9F\u1161-\u11FF]$/u;
const JOINS = new Uint8Array(65536);
/** Longest cluster that is normalised as one; more marks than this on one letter are a prank. */
const LONGEST_CLUSTER = 32;

/** Is every character ASCII? Such text folds to its lower case, offsets unchanged. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** The folded text. Idempotent: folding it again changes nothing. */
export function fold(text: string): string {
  return isAscii(text) ? text.toLowerCase() : foldSlowly(text, null);
}

/** As `fold`, with the way back to the original. */
export function foldWithOffsets(text: string): FoldedText {
  if (isAscii(text)) {
    const offsets = new Uint32Array(text.length + 1);
    for (let index = 0; index <= text.length; index++) offsets[index] = index;
    return { text: text.toLowerCase(), offsets };
  }
  const sink: OffsetSink = { offsets: new Uint32Array(text.length * 2 + 16) };
  const folded = foldSlowly(text, sink);
  return { text: folded, offsets: sink.offsets.slice(0, folded.length + 1) };
}

/** The original's range of folded units `start` to `end`: whole characters, with the marks that were dropped after them. */
export function originalSpan(folded: FoldedText, start: number, end: number): { readonly start: number; readonly end: number } {
  const { offsets } = folded;
  let last = end;
  while (last > start && last < offsets.length - 1 && offsets[last] === offsets[last - 1]) last++;
  return { start: offsets[start] ?? 0, end: offsets[last] ?? 0 };
}

interface OffsetSink {
  offsets: Uint32Array;
}

let output = new Uint16Array(1 << 16);

function foldSlowly(text: string, sink: OffsetSink | null): string {
  const { length } = text;
  let written = 0;
  const put = (unit: number, from: number): void => {
    if (written === output.length) output = grown16(output);
    output[written] = unit;
    if (sink !== null) {
      if (written + 1 >= sink.offsets.length) sink.offsets = grown32(sink.offsets);
      sink.offsets[written] = from;
    }
    written++;
  };
  const putString = (folded: string, from: number): void => {
    for (let index = 0; index < folded.length; index++) put(folded.charCodeAt(index), from);
  };
  let at = 0;
  while (at < length) {
    const unit = text.charCodeAt(at);
    const next = at + 1 < length ? text.charCodeAt(at + 1) : 0;
    if ((unit & 0xf800) === 0xd800 || (next >= 0x300 && joinsBefore(next))) {
      const end = clusterEnd(text, at);
      putString(foldCluster(text.slice(at, end)), at);
      at = end;
      continue;
    }
    let value = TABLE[unit] ?? UNKNOWN;
    if (value === UNKNOWN) value = learn(unit);
    if (value === STRING) putString(STRINGS.get(unit) ?? '', at);
    else if (value !== DROPPED || unit === 0) put(value, at);
    at++;
  }
  if (sink !== null) {
    if (written >= sink.offsets.length) sink.offsets = grown32(sink.offsets);
    sink.offsets[written] = length;
  }
  return decode(output, written);
}

function joinsBefore(unit: number): boolean {
  const known = JOINS[unit] ?? 0;
  if (known !== 0) return known === 2;
  const joins = JOINS_BEFORE.test(String.fromCharCode(unit));
  JOINS[unit] = joins ? 2 : 1;
  return joins;
}

function clusterEnd(text: string, start: number): number {
  let end = start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
  while (end < text.length && end - start < LONGEST_CLUSTER && joinsBefore(text.charCodeAt(end))) end++;
  return end;
}

function foldCluster(cluster: string): string {
  // Composition first (й from и + breve, か + voicing, Hangul from jamo): what composes is a letter, what is left over is decoration.
  let folded = '';
  for (const character of cluster.normalize('NFC')) folded += foldCharacter(character);
  return folded.normalize('NFC');
}

function learn(unit: number): number {
  const folded = foldCharacter(String.fromCharCode(unit));
  const value = folded.length === 1 ? folded.charCodeAt(0) : folded.length === 0 ? DROPPED : STRING;
  if (value === STRING) STRINGS.set(unit, folded);
  TABLE[unit] = value;
  return value;
}

function grown16(array: Uint16Array): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(array.length * 2);
  larger.set(array);
  return larger;
}

function grown32(array: Uint32Array): Uint32Array {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}

function decode(units: Uint16Array<ArrayBuffer>, length: number): string {
  const bytes = Buffer.from(units.buffer, units.byteOffset, length * 2);
  const text = bytes.toString('utf16le');
  // A buffer grown for one huge text is not kept.
  if (output.length > 1 << 20) output = new Uint16Array(1 << 16);
  return text;
}
