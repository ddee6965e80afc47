/**
 * The normalization table of a sentencepiece model (`Precompiled` in a tokenizer.json): a double-array trie from UTF-8 bytes to
 * replacement texts. What it does to combining marks looks odd (an accent after a capital is lost) but is what the model was
 * trained with and what every other implementation does: the ids must be the same.
 */

import { EngineError } from '../contract/errors.ts';

/** Extended grapheme clusters of fewer bytes are looked up whole, before their characters are. */
const WHOLE_GRAPHEME_BYTES = 6;

/**
 * Where a cluster of several characters may be below that size: a mark after a character of one or two bytes, a two-byte mark after
 * anything, or a prefix sign. Elsewhere each character stands alone and need not be segmented, which is slow.
 */
const SHORT_CLUSTER =
  /[\u0000-\u07ff][\p{M}\u200c\u200d\uff9e\uff9f\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}]|(?=[\u0080-\u07ff])\p{M}|[\u0600-\u0605\u06dd\u070f]/u;

export class Charsmap {
  readonly #trie: Uint32Array;
  readonly #texts: Uint8Array;
  readonly #decoder = new TextDecoder();
  readonly #encoder = new TextEncoder();
  readonly #scratch = new Uint8Array(8);
  readonly #segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
  /** Replacement by code unit; undefined: not looked up yet; null: stays as it is. */
  readonly #units: (string | null | undefined)[] = new Array<string | null | undefined>(0x10000);

  constructor(base64: string) {
    const bytes = Buffer.from(base64, 'base64');
    const trieBytes = bytes.length >= 4 ? bytes.readUInt32LE(0) : 0;
    if (trieBytes === 0 || trieBytes % 4 !== 0 || 4 + trieBytes > bytes.length) throw new EngineError('model-invalid', "The tokenizer's normalization table is damaged.");
    this.#trie = new Uint32Array(trieBytes / 4);
    // Copied to where 32-bit numbers may lie. All systems we run on put the low byte first, as the table does.
    new Uint8Array(this.#trie.buffer).set(bytes.subarray(4, 4 + trieBytes));
    this.#texts = Uint8Array.from(bytes.subarray(4 + trieBytes));
  }

  normalize(text: string): string {
    return SHORT_CLUSTER.test(text) ? this.#bySegments(text) : this.#byCharacters(text);
  }

  #bySegments(text: string): string {
    let out = '';
    for (const { segment } of this.#segmenter.segment(text)) {
      const whole = Buffer.byteLength(segment) < WHOLE_GRAPHEME_BYTES ? this.#lookUp(segment) : null;
      out += whole ?? this.#byCharacters(segment);
    }
    return out;
  }

  #byCharacters(text: string): string {
    let out = '';
    let kept = 0;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      const astral = unit >= 0xd800 && unit <= 0xdbff;
      const length = astral && index + 1 < text.length ? 2 : 1;
      const replacement = length === 2 ? this.#lookUp(text.slice(index, index + 2)) : this.#unit(unit);
      if (replacement !== null) {
        out += text.slice(kept, index) + replacement;
        kept = index + length;
      }
      index += length - 1;
    }
    return kept === 0 ? text : out + text.slice(kept);
  }

  #unit(unit: number): string | null {
    let known = this.#units[unit];
    if (known === undefined) {
      known = this.#lookUp(String.fromCharCode(unit));
      this.#units[unit] = known;
    }
    return known;
  }

  /** The replacement of the shortest prefix that has one; null when none has. */
  #lookUp(text: string): string | null {
    const { written } = this.#encoder.encodeInto(text, this.#scratch);
    let node = 0;
    let unit = this.#trie[0] ?? 0;
    node ^= offsetOf(unit);
    for (let index = 0; index < written; index++) {
      const byte = this.#scratch[index] ?? 0;
      if (byte === 0) return null;
      node ^= byte;
      unit = this.#trie[node] ?? 0;
      if (((unit & 0x800000ff) >>> 0) !== byte) return null;
      node ^= offsetOf(unit);
      if (((unit >>> 8) & 1) === 1) return this.#textAt((this.#trie[node] ?? 0) & 0x7fffffff);
    }
    return null;
  }

  #textAt(start: number): string {
    const end = this.#texts.indexOf(0, start);
    return this.#decoder.decode(this.#texts.subarray(start, end < 0 ? this.#texts.length : end));
  }
}

/** Units are those of darts-clone: label in the low byte, leaf flag in bit 8, offset (shifted by 8 when bit 9 is set) above. */
function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
