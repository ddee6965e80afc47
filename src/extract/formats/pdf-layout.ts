/**
 * Glyph runs as pdf.js gives them, in the order of the page's content → paragraphs. Pure geometry: it does not sort (columns come in order
 * from most programs, and sorting by position would interleave them) and does not look at what words mean.
 */

/** The part of pdf.js's TextItem that counts here. `transform[4]`, `[5]`: position; y grows upwards. */
export interface Glyphs {
  readonly str: string;
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly hasEOL: boolean;
}

export interface Block {
  readonly text: string;
  readonly heading: boolean;
}

interface Line {
  text: string;
  x: number;
  endX: number;
  y: number;
  height: number;
}

/** A line lower by more than this many usual line distances starts a paragraph. */
const PARAGRAPH_GAP = 1.35;
/** A line that is moved less than this share of its height is the same line: superscripts, runs of another font. */
const SAME_LINE = 0.4;
/** Letters taller than the usual by this factor are a heading. */
const HEADING_HEIGHT = 1.25;
const MAX_HEADING_CHARACTERS = 160;
/** A line that reaches this share of the widest is full: the next goes on with it. */
const FULL_LINE = 0.82;

export function layOut(items: readonly Glyphs[]): Block[] {
  const lines = linesOf(items);
  if (lines.length === 0) return [];
  const height = weightedMedian(lines.map((line) => [line.height, line.text.length]));
  const distance = usualDistance(lines, height);
  const rightEdge = Math.max(...lines.slice(0, 5_000).map((line) => line.endX));
  const blocks: { text: string; heading: boolean; last: Line }[] = [];
  for (const line of lines) {
    const open = blocks.at(-1);
    const heading = isHeading(line, height);
    if (open === undefined || open.heading !== heading || startsParagraph(open.last, line, distance)) {
      blocks.push({ text: line.text, heading, last: line });
      continue;
    }
    open.text = joinLines(open.text, open.last, line, rightEdge);
    open.last = line;
  }
  const headings = blocks.filter((block) => block.heading);
  // A page that shouts everywhere has no headings: a cover, a slide.
  const believable = headings.length * 2 <= blocks.length;
  return blocks.map(({ text, heading }) => ({ text, heading: heading && believable && text.length <= MAX_HEADING_CHARACTERS }));
}

function linesOf(items: readonly Glyphs[]): Line[] {
  const lines: Line[] = [];
  let line: Line | null = null;
  const close = (): void => {
    if (line !== null && line.text.trim() !== '') lines.push({ ...line, text: line.text.trim() });
    line = null;
  };
  for (const item of items) {
    const x = item.transform[4] ?? 0;
    const y = item.transform[5] ?? 0;
    if (item.str !== '') {
      if (line !== null && Math.abs(line.y - y) > Math.max(line.height, item.height, 1) * SAME_LINE && item.str.trim() !== '') close();
      if (line === null) {
        if (item.str.trim() !== '') line = { text: item.str, x, endX: x + item.width, y, height: item.height };
      } else {
        line.text += item.str;
        line.endX = Math.max(line.endX, x + item.width);
        if (item.str.trim() !== '') line.height = Math.max(line.height, item.height);
      }
    }
    if (item.hasEOL) close();
  }
  close();
  return lines;
}

/** The commonest distance from one line down to the next. */
function usualDistance(lines: readonly Line[], height: number): number {
  const distances: [number, number][] = [];
  for (let index = 1; index < lines.length; index++) {
    const down = (lines[index - 1]?.y ?? 0) - (lines[index]?.y ?? 0);
    if (down > height * 0.5 && down < height * 4) distances.push([down, 1]);
  }
  return distances.length === 0 ? height * 1.3 : Math.min(weightedMedian(distances), height * 2.5);
}

function startsParagraph(last: Line, next: Line, distance: number): boolean {
  const down = last.y - next.y;
  // Upwards: a new column, a new table cell, a header after a footer.
  return down < -last.height * SAME_LINE || down > distance * PARAGRAPH_GAP;
}

function isHeading(line: Line, height: number): boolean {
  return height > 0 && line.height >= height * HEADING_HEIGHT && line.text.length <= MAX_HEADING_CHARACTERS && /\p{L}/u.test(line.text);
}

/** Scripts that put no space between words, so none where a line ends either. */
const UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u30ff]/;

function joinLines(text: string, last: Line, next: Line, rightEdge: number): string {
  const end = text.at(-1) ?? '';
  const start = next.text[0] ?? '';
  if ((end === '-' || end === '\u2010' || end === '\u00ad') && /\p{Ll}[-\u2010\u00ad]$/u.test(text) && /^\p{Ll}/u.test(next.text)) return text.slice(0, -1) + next.text;
  if (Math.abs(last.y - next.y) < last.height * SAME_LINE) return `${text} ${next.text}`;
  const full = last.endX >= rightEdge * FULL_LINE;
  if (!full) return `${text}\n${next.text}`;
  return UNSPACED.test(end) && UNSPACED.test(start) ? text + next.text : `${text} ${next.text}`;
}

/** The value in whose middle half the weight lies below; 0 of nothing. */
function weightedMedian(values: readonly (readonly [value: number, weight: number])[]): number {
  const sorted = [...values].sort(([left], [right]) => left - right);
  const total = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  let below = 0;
  for (const [value, weight] of sorted) {
    below += weight;
    if (below * 2 >= total) return value;
  }
  return 0;
}
