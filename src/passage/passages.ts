/**
 * Document → passages: the unit of text, of words and of hits. Pure. Passages are about 200 estimated tokens, follow one another without gap
 * or overlap, and end at the best break point near that size: structure the extractor knows (headings, functions), then paragraphs, lines
 * and sentences found here. The same text always gives the same passages, whatever the model.
 *
 * What a reader would get wrong: white space belongs to the passage before it, so a passage starts where something starts. Only the
 * first may begin with blank lines, and only a run of white space longer than a whole passage makes a passage of nothing else.
 */

import { hash } from 'node:crypto';
import type { Place } from '../contract/model.ts';
import type { BreakPoint, Document, Passage, PlaceMark } from '../pipeline.ts';
import { hardCut, isBoundary } from './boundary.ts';
import { scanTables, CLAUSE_END, FULL_STOP, IDEOGRAPHIC_STOP, WHITE_SPACE } from './characters.ts';
import { TOKEN_UNIT } from './tokens.ts';

/** Passage sizes in estimated tokens. 200 is one thought (a paragraph); above 320 a static embedding blurs, below 100 a hit lacks context. */
const TARGET_TOKENS = 200;
const LEAST_TOKENS = 100;
export const MOST_TOKENS = 320;
/** A heading or function may end a passage this small: a short section is better alone than half of the next. */
const LEAST_BEFORE_STRUCTURE_TOKENS = 50;
/** The end of a text is cut once more only when it is at least this long. */
const LAST_TOKENS = 260;
/** From this score on a break is structure. */
const STRUCTURE_SCORE = 80;

/** Scores of the breaks found here, on the scale of `BreakPoint`. */
const PARAGRAPH_SCORE = 60;
const LINE_SCORE = 30;
const SENTENCE_SCORE = 20;
/** A line end amid a sentence of hard-wrapped prose: hardly better than a space. */
const WRAPPED_LINE_SCORE = 12;
const SPACE_SCORE = 5;
const CLAUSE_SCORE = 4;
/** A line longer than this that ends without a full stop is taken for wrapped prose. */
const WRAPPED_LINE_CHARACTERS = 45;

/** Share of its score that a break loses at the edge of the allowed sizes (0 at the target). Structure loses less: it beats a paragraph anywhere. */
const EDGE_LOSS = 0.6;
const STRUCTURE_EDGE_LOSS = 0.35;

const HASH_CHARACTERS = 32;

/** Cuts a document into passages. Concatenated they are the document's text; an empty text has none. */
export function splitPassages(document: Document): Passage[] {
  const { text, breaks, marks } = document;
  const linesAreUnits = document.kind === 'code' || document.kind === 'data' || document.kind === 'sheet';
  const passages: Passage[] = [];
  const places = new PlaceCursor(text, marks);
  let nextBreak = 0;
  for (let start = 0; start < text.length;) {
    while ((breaks[nextBreak]?.offset ?? Infinity) <= start) nextBreak++;
    const end = findEnd(text, start, breaks, nextBreak, linesAreUnits);
    const part = text.slice(start, end);
    passages.push({
      ordinal: passages.length,
      span: { start, end },
      text: part,
      place: places.at(start),
      hash: passageHash(part),
    });
    start = end;
  }
  return passages;
}

/** Hex of the first 16 bytes of the text's SHA-256: what decides whether a passage has changed. */
export function passageHash(text: string): string {
  return hash('sha256', text, 'hex').slice(0, HASH_CHARACTERS);
}

/** Where the passage that starts here ends: after the best break among those at an allowed size, else cut hard. */
function findEnd(text: string, start: number, breaks: readonly BreakPoint[], firstBreak: number, linesAreUnits: boolean): number {
  const { classes, costs } = scanTables;
  const length = text.length;
  const most = MOST_TOKENS * TOKEN_UNIT;
  let cost = 0;
  let lineStart = start;
  let breakIndex = firstBreak;
  let breakOffset = breaks[breakIndex]?.offset ?? Infinity;
  let bestOffset = 0;
  let bestValue = 0;
  let bestScore = 0;
  let bestCost = 0;

  const consider = (offset: number, score: number): void => {
    const value = valueOf(score, cost);
    if (value <= bestValue || offset <= start || offset >= length || !isBoundary(text, offset, start)) return;
    bestOffset = offset;
    bestValue = value;
    bestScore = score;
    bestCost = cost;
  };

  let index = start;
  for (; index < length; index++) {
    while (index >= breakOffset) {
      const found = breaks[breakIndex];
      if (found !== undefined) consider(found.offset, found.score);
      breakOffset = breaks[++breakIndex]?.offset ?? Infinity;
    }
    const code = text.charCodeAt(index);
    const characterClass = classes[code];
    if (characterClass === WHITE_SPACE) {
      const runStart = index;
      let newlines = 0;
      let contentLine = lineStart;
      for (; index < length && cost <= most; index++) {
        const unit = text.charCodeAt(index);
        if (classes[unit] !== WHITE_SPACE) break;
        cost += costs[unit] ?? 0;
        if (unit === 0x0a) { newlines++; contentLine = index + 1; }
      }
      if (index < length && cost <= most) {
        if (newlines >= 2) consider(contentLine, PARAGRAPH_SCORE);
        else if (newlines === 1) consider(contentLine, lineScore(text, lineStart, runStart, linesAreUnits));
        else consider(index, endsSentence(text, runStart) ? SENTENCE_SCORE : SPACE_SCORE);
      }
      lineStart = contentLine;
      if (cost > most) break;
      index--;
      continue;
    }
    cost += costs[code] ?? 0;
    if (cost > most) break;
    if (characterClass === IDEOGRAPHIC_STOP || characterClass === CLAUSE_END) {
      const next = text.charCodeAt(index + 1);
      const nextClass = classes[next];
      // A run of stops and closing quotes ends once, after its last.
      if (nextClass !== WHITE_SPACE && nextClass !== IDEOGRAPHIC_STOP && !isCloser(next)) {
        consider(index + 1, characterClass === IDEOGRAPHIC_STOP ? SENTENCE_SCORE : CLAUSE_SCORE);
      }
    } else if (code > 0x7f && isCloser(code) && index > start && classes[text.charCodeAt(index - 1)] === IDEOGRAPHIC_STOP && !isCloser(text.charCodeAt(index + 1))) {
      consider(index + 1, SENTENCE_SCORE);
    }
  }

  if (index >= length && cost <= most) return endOfText(length, cost, bestOffset, bestScore, bestCost);
  if (bestOffset > start) return bestOffset;
  return hardCut(text, start, Math.max(start + 1, Math.min(index, length)));
}

/** The rest fits into one passage: take it whole, unless structure or its length asks for one more cut that leaves enough behind it. */
function endOfText(length: number, cost: number, bestOffset: number, bestScore: number, bestCost: number): number {
  if (bestOffset === 0) return length;
  const structure = bestScore >= STRUCTURE_SCORE;
  const least = (structure ? LEAST_BEFORE_STRUCTURE_TOKENS : LEAST_TOKENS) * TOKEN_UNIT;
  if (cost - bestCost < least) return length;
  return structure || cost > LAST_TOKENS * TOKEN_UNIT ? bestOffset : length;
}

/** What a break is worth at this size: its score, less the further it is from the target; 0 when a passage may not be that small. */
function valueOf(score: number, cost: number): number {
  const structure = score >= STRUCTURE_SCORE;
  const tokens = cost / TOKEN_UNIT;
  if (tokens < (structure ? LEAST_BEFORE_STRUCTURE_TOKENS : LEAST_TOKENS)) return 0;
  const room = tokens < TARGET_TOKENS ? TARGET_TOKENS - LEAST_TOKENS : MOST_TOKENS - TARGET_TOKENS;
  const distance = Math.min(1, Math.abs(tokens - TARGET_TOKENS) / room);
  return score * (1 - (structure ? STRUCTURE_EDGE_LOSS : EDGE_LOSS) * distance * distance);
}

function lineScore(text: string, lineStart: number, lineEnd: number, linesAreUnits: boolean): number {
  if (linesAreUnits || lineEnd - lineStart < WRAPPED_LINE_CHARACTERS || endsSentence(text, lineEnd)) return LINE_SCORE;
  return WRAPPED_LINE_SCORE;
}

/** Does a sentence end right before this offset? The fast rule: a full stop, with or without a closing quote or bracket. */
function endsSentence(text: string, offset: number): boolean {
  const last = text.charCodeAt(offset - 1);
  const lastClass = scanTables.classes[last];
  if (lastClass === FULL_STOP || lastClass === IDEOGRAPHIC_STOP) return true;
  if (!isCloser(last)) return false;
  const before = scanTables.classes[text.charCodeAt(offset - 2)];
  return before === FULL_STOP || before === IDEOGRAPHIC_STOP;
}

/** Closing quotes and brackets that belong to the sentence before them. */
function isCloser(code: number): boolean {
  return code === 0x22 || code === 0x27 || code === 0x29 || code === 0x5d || code === 0xbb || code === 0x2019 || code === 0x201d || code === 0x300b
    || code === 0x300d || code === 0x300f || code === 0x3011 || code === 0xff09;
}

/** Answers places in order of offset. Lines are counted on from a mark that has one (see `PlaceMark`). */
class PlaceCursor {
  readonly #text: string;
  readonly #marks: readonly PlaceMark[];
  #mark = -1;
  /** Kept from one passage to the next: looking for it anew would read a text without line feeds once for every passage. */
  #nextFeed = 0;
  #line = 0;

  constructor(text: string, marks: readonly PlaceMark[]) {
    this.#text = text;
    this.#marks = marks;
  }

  /** The place of a passage that starts here: that of its first visible character. */
  at(start: number): Place {
    const { classes } = scanTables;
    let offset = start;
    while (offset < this.#text.length && classes[this.#text.charCodeAt(offset)] === WHITE_SPACE) offset++;
    while ((this.#marks[this.#mark + 1]?.start ?? Infinity) <= offset) {
      this.#mark++;
      const mark = this.#marks[this.#mark];
      this.#nextFeed = this.#feedFrom(mark?.start ?? 0);
      this.#line = mark?.place.line ?? 0;
    }
    const place = this.#marks[this.#mark]?.place;
    if (place === undefined) return {};
    if (place.line === undefined) return place;
    for (; this.#nextFeed < offset; this.#nextFeed = this.#feedFrom(this.#nextFeed + 1)) this.#line++;
    return { ...place, line: this.#line };
  }

  #feedFrom(offset: number): number {
    if (this.#nextFeed === Infinity) return Infinity;
    const found = this.#text.indexOf('\n', offset);
    return found === -1 ? Infinity : found;
  }
}
