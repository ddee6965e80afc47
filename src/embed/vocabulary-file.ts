/**
 * Reads a `tokenizer.json` whose vocabulary is a list of `[piece, score]`, without parsing the list: as objects it would take
 * 80 MB that the process never gives back. The rest of the file is small and parsed as usual.
 */

export interface VocabularyFile {
  /** The parsed file, its vocabulary empty. */
  readonly rest: unknown;
  readonly pieces: number;
  /** Calls for each piece in the order of their ids. */
  forEachPiece(take: (piece: string, score: number) => void): void;
}

/** Where the pieces stand in the text, quotes included, and their scores. */
interface PieceList {
  readonly ends: Int32Array;
  readonly starts: Int32Array;
  readonly scores: Float64Array;
  readonly count: number;
  /** Offset of the bracket that closes the list. */
  readonly close: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN = 0x5b;
const CLOSE = 0x5d;
/** No entry of the list is shorter than `["a",0],`. */
const SHORTEST_ENTRY = 8;

/** null when the file has no such vocabulary. Error: SyntaxError when it is no JSON. */
export function readVocabularyFile(bytes: Buffer): VocabularyFile | null {
  // One decoding of all is ten times faster than one per piece.
  const text = bytes.toString('utf8');
  const start = vocabularyStart(text);
  const list = start < 0 ? null : readList(text, start);
  if (list === null) return null;
  // Its opening and closing brackets stay.
  const rest: unknown = JSON.parse(text.slice(0, start) + text.slice(list.close));
  return {
    rest,
    pieces: list.count,
    forEachPiece(take) {
      for (let index = 0; index < list.count; index++) take(pieceAt(text, list.starts[index] ?? 0, list.ends[index] ?? 0), list.scores[index] ?? 0);
    },
  };
}

/** Offset after the bracket that opens the list; -1 when there is none. A quote inside a text is escaped, so this can be no text. */
function vocabularyStart(text: string): number {
  const key = text.indexOf('"vocab"');
  if (key < 0) return -1;
  const match = /^"vocab"\s*:\s*\[/.exec(text.slice(key, key + 64));
  return match === null ? -1 : key + match[0].length;
}

/** From after the opening bracket; null when the list holds anything but pieces with their scores. */
function readList(text: string, start: number): PieceList | null {
  const most = Math.ceil((text.length - start) / SHORTEST_ENTRY);
  const starts = new Int32Array(most);
  const ends = new Int32Array(most);
  const scores = new Float64Array(most);
  let count = 0;
  for (let at = skipSpace(text, start); at < text.length; at = skipSpace(text, at)) {
    const unit = text.charCodeAt(at);
    if (unit === CLOSE) return { starts, ends, scores, count, close: at };
    if (unit === COMMA) {
      at++;
      continue;
    }
    if (unit !== OPEN) return null;
    const from = skipSpace(text, at + 1);
    const to = textEnd(text, from);
    const comma = to < 0 ? -1 : skipSpace(text, to);
    const close = comma < 0 ? -1 : text.indexOf(']', comma);
    if (close < 0 || text.charCodeAt(comma) !== COMMA) return null;
    const score = Number(text.slice(comma + 1, close));
    if (!Number.isFinite(score)) return null;
    starts[count] = from;
    ends[count] = to;
    scores[count] = score;
    count++;
    at = close + 1;
  }
  return null;
}

function pieceAt(text: string, from: number, to: number): string {
  const inner = text.slice(from + 1, to - 1);
  return inner.includes('\\') ? String(JSON.parse(text.slice(from, to))) : inner;
}

/** Offset after the closing quote of the text that opens at `start`; -1 when none does. */
function textEnd(text: string, start: number): number {
  if (text.charCodeAt(start) !== QUOTE) return -1;
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === BACKSLASH) at++;
    else if (unit === QUOTE) return at + 1;
  }
  return -1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return at;
}
