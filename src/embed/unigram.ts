/**
 * A Unigram vocabulary: the most likely cut of a word into known pieces (Viterbi over a trie). All of it lies in a few
 * typed arrays: 128,000 pieces take 10 MB here and 150 MB in the native package, which gives every trie node a hash map.
 */

/** A character in no piece costs this much more than the least likely piece, as in sentencepiece. */
const UNKNOWN_PENALTY = 10;
/** `<`: only pieces that begin so may stand for a byte. */
const LESS_THAN = 0x3c;
/** The table of edges doubles when this full: a look-up then seldom probes twice. */
const FULLEST = 0.6;
/** Of many languages' vocabularies: 1.9 and 2.4. A guess that is too low costs a rehash. */
const NODES_PER_PIECE = 2;

/** Fills a vocabulary piece by piece, so that the file's 128,000 strings are never in memory at once. */
export class UnigramBuilder {
  readonly #edges: EdgeTable;
  #scores: Float64Array;
  #ends: Int32Array;
  readonly #byteIds = new Int32Array(256).fill(-1);
  #count = 0;

  /** `pieces`: how many are expected; more may come. */
  constructor(pieces = 0) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(1024, (pieces * NODES_PER_PIECE) / FULLEST)));
    this.#edges = new EdgeTable(slots);
    this.#scores = new Float64Array(Math.max(1024, pieces));
    this.#ends = new Int32Array(Math.max(1024, pieces * NODES_PER_PIECE));
  }

  /** Pieces come in the order of their ids. */
  add(piece: string, score: number): void {
    const id = this.#count++;
    if (id >= this.#scores.length) this.#scores = doubled(this.#scores, new Float64Array(this.#scores.length * 2));
    this.#scores[id] = score;
    let node = 0;
    for (let index = 0; index < piece.length; index++) node = this.#edges.add(node, piece.charCodeAt(index));
    while (node >= this.#ends.length) this.#ends = doubled(this.#ends, new Int32Array(this.#ends.length * 2));
    // Of equal pieces the last wins, as where a map is filled in order.
    if (piece.length > 0) this.#ends[node] = id + 1;
    const byte = piece.charCodeAt(0) === LESS_THAN ? /^<0x([0-9A-F]{2})>$/.exec(piece)?.[1] : undefined;
    if (byte !== undefined) this.#byteIds[Number.parseInt(byte, 16)] = id;
  }

  /** `byteFallback`: characters in no piece become the pieces of their bytes, where the vocabulary has all of those. */
  build(unknownId: number, byteFallback: boolean): Unigram {
    const ends = new Int32Array(this.#edges.nodes);
    ends.set(this.#ends.subarray(0, ends.length));
    return new Unigram({
      edges: this.#edges,
      ends,
      scores: this.#scores.slice(0, this.#count),
      unknownId,
      byteIds: byteFallback && !this.#byteIds.includes(-1) ? this.#byteIds : null,
    });
  }
}

function doubled<T extends Int32Array | Float64Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

interface UnigramParts {
  readonly edges: EdgeTable;
  /** Piece id + 1 that ends at a node; 0: none. */
  readonly ends: Int32Array;
  readonly scores: Float64Array;
  readonly unknownId: number;
  readonly byteIds: Int32Array | null;
}

export class Unigram {
  readonly #scores: Float64Array;
  readonly #ends: Int32Array;
  readonly #edges: EdgeTable;
  readonly #unknownScore: number;
  readonly #unknownId: number;
  readonly #byteIds: Int32Array | null;
  readonly #encoder = new TextEncoder();
  // Work space of `cut`, grown as needed: best score, start and piece of the path that ends at each position.
  #best = new Float64Array(64);
  #starts = new Int32Array(64);
  #pieces = new Int32Array(64);

  /** From UnigramBuilder. */
  constructor({ edges, ends, scores, unknownId, byteIds }: UnigramParts) {
    this.#edges = edges;
    this.#ends = ends;
    this.#scores = scores;
    this.#unknownScore = scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY) - UNKNOWN_PENALTY;
    this.#unknownId = unknownId;
    this.#byteIds = byteIds;
  }

  /** Ids of the best cut, appended to `into`. Of equally likely cuts the one found first, from left to right. */
  cut(word: string, into: number[]): void {
    const length = word.length;
    if (this.#best.length <= length) {
      this.#best = new Float64Array(length * 2);
      this.#starts = new Int32Array(length * 2);
      this.#pieces = new Int32Array(length * 2);
    }
    const best = this.#best;
    const starts = this.#starts;
    const pieces = this.#pieces;
    const ends = this.#ends;
    starts.fill(-1, 0, length + 1);
    best[0] = 0;
    for (let start = 0; start < length;) {
      const scoreHere = best[start] ?? 0;
      const width = characterWidth(word, start);
      let single = false;
      let node = 0;
      for (let end = start; end < length;) {
        node = this.#edges.find(node, word.charCodeAt(end));
        if (node < 0) break;
        end++;
        const piece = (ends[node] ?? 0) - 1;
        if (piece < 0) continue;
        const score = scoreHere + (this.#scores[piece] ?? 0);
        if ((starts[end] ?? -1) < 0 || score > (best[end] ?? 0)) {
          best[end] = score;
          starts[end] = start;
          pieces[end] = piece;
        }
        single ||= end - start === width;
      }
      if (!single) {
        const end = start + width;
        const score = scoreHere + this.#unknownScore;
        if ((starts[end] ?? -1) < 0 || score > (best[end] ?? 0)) {
          best[end] = score;
          starts[end] = start;
          pieces[end] = -1;
        }
      }
      start += width;
    }
    this.#walkBack(word, into);
  }

  /** From the end to the start, then turned round. Unknown characters that stand together count as one. */
  #walkBack(word: string, into: number[]): void {
    const first = into.length;
    let unknownEnd = -1;
    let end = word.length;
    const flush = (start: number): void => {
      if (unknownEnd >= 0) this.#pushUnknown(word.slice(start, unknownEnd), into);
      unknownEnd = -1;
    };
    while (end > 0) {
      const piece = this.#pieces[end] ?? -1;
      if (piece < 0 || piece === this.#unknownId) {
        if (unknownEnd < 0) unknownEnd = end;
      } else {
        flush(end);
        into.push(piece);
      }
      end = this.#starts[end] ?? 0;
    }
    flush(0);
    for (let left = first, right = into.length - 1; left < right; left++, right--) {
      const id = into[left] ?? 0;
      into[left] = into[right] ?? 0;
      into[right] = id;
    }
  }

  /** In reverse, since the caller turns everything round. */
  #pushUnknown(text: string, into: number[]): void {
    if (this.#byteIds === null) {
      into.push(this.#unknownId);
      return;
    }
    const bytes = this.#encoder.encode(text);
    for (let index = bytes.length - 1; index >= 0; index--) into.push(this.#byteIds[bytes[index] ?? 0] ?? this.#unknownId);
  }
}

function characterWidth(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  if (unit < 0xd800 || unit > 0xdbff || index + 1 >= text.length) return 1;
  const next = text.charCodeAt(index + 1);
  return next >= 0xdc00 && next <= 0xdfff ? 2 : 1;
}

/** Edges of a trie, (node, code unit) → node, in one open-addressed table that doubles as it fills. */
class EdgeTable {
  #mask: number;
  #parents: Int32Array;
  #units: Uint16Array;
  /** 0: free, since the root is nobody's child. */
  #children: Int32Array;
  nodes = 1;

  constructor(slots: number) {
    this.#mask = slots - 1;
    this.#parents = new Int32Array(slots);
    this.#units = new Uint16Array(slots);
    this.#children = new Int32Array(slots);
  }

  find(parent: number, unit: number): number {
    for (let slot = hash(parent, unit) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const child = this.#children[slot] ?? 0;
      if (child === 0) return -1;
      if (this.#parents[slot] === parent && this.#units[slot] === unit) return child;
    }
  }

  add(parent: number, unit: number): number {
    const known = this.find(parent, unit);
    if (known >= 0) return known;
    const child = this.nodes++;
    if (child > (this.#mask + 1) * FULLEST) this.#grow();
    this.#put(parent, unit, child);
    return child;
  }

  #grow(): void {
    const parents = this.#parents;
    const units = this.#units;
    const children = this.#children;
    const slots = (this.#mask + 1) * 2;
    this.#mask = slots - 1;
    this.#parents = new Int32Array(slots);
    this.#units = new Uint16Array(slots);
    this.#children = new Int32Array(slots);
    children.forEach((child, slot) => { if (child !== 0) this.#put(parents[slot] ?? 0, units[slot] ?? 0, child); });
  }

  #put(parent: number, unit: number, child: number): void {
    let slot = hash(parent, unit) & this.#mask;
    while (this.#children[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#parents[slot] = parent;
    this.#units[slot] = unit;
    this.#children[slot] = child;
  }
}

function hash(parent: number, unit: number): number {
  let mixed = Math.imul(parent, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
