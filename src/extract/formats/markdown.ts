/** Markdown: the source as it is (it reads well, and offsets stay those of the file), with headings as marks and breaks, and a title. */

import type { BreakPoint, PlaceMark } from '../../pipeline.ts';
import { cleanTitle, type Draft } from '../draft.ts';
import { plainText } from './text.ts';

const HEADING_SCORE = 100;
const CODE_BLOCK_SCORE = 80;

const ATX_HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const SETEXT_UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** Front matter longer than this is none. */
const MAX_FRONT_MATTER_LINES = 200;

interface Line {
  readonly start: number;
  readonly number: number;
  readonly text: string;
}

export function readMarkdown(text: string): Draft {
  const plain = plainText(text);
  const marks: PlaceMark[] = [{ start: 0, place: { line: 1 } }];
  const breaks: BreakPoint[] = [];
  const front = frontMatter(plain.text);
  let title = front.title;
  let fence: string | null = null;
  let before: Line | null = null;

  const heading = (line: Line, source: string): void => {
    const name = cleanTitle(plainHeading(source));
    if (name === null) return;
    title ??= name;
    if (marks.at(-1)?.start === line.start) marks.pop();
    marks.push({ start: line.start, place: { line: line.number, heading: name } });
    if (line.start > 0) breaks.push({ offset: line.start, score: HEADING_SCORE });
  };

  for (const line of linesFrom(plain.text, front.end)) {
    const opening = FENCE.exec(line.text)?.[1];
    if (fence !== null) {
      if (opening !== undefined && opening[0] === fence[0] && opening.length >= fence.length && line.text.trim() === opening) {
        fence = null;
        const after = line.start + line.text.length + 1;
        if (after < plain.text.length) breaks.push({ offset: after, score: CODE_BLOCK_SCORE });
      }
      before = null;
      continue;
    }
    if (opening !== undefined) {
      fence = opening;
      if (line.start > 0) breaks.push({ offset: line.start, score: CODE_BLOCK_SCORE });
      before = null;
      continue;
    }
    const atx = ATX_HEADING.exec(line.text);
    if (atx !== null) heading(line, atx[2] ?? '');
    else if (before !== null && SETEXT_UNDERLINE.test(line.text)) heading(before, before.text);
    before = atx === null && line.text.trim() !== '' && !/^\s*(?:[-*+>|]|\d+[.)])\s/.test(line.text) ? line : null;
  }
  return { ...plain, title, marks, breaks };
}

/** YAML between `---` lines, or TOML between `+++`, at the very start. */
function frontMatter(text: string): { title: string | null; end: number } {
  const fence = text.startsWith('---\n') ? '---' : text.startsWith('+++\n') ? '+++' : null;
  if (fence === null) return { title: null, end: 0 };
  let title: string | null = null;
  for (const line of linesFrom(text, 4)) {
    if (line.number > MAX_FRONT_MATTER_LINES) break;
    const content = line.text.trimEnd();
    if (content === fence || (fence === '---' && content === '...')) return { title, end: Math.min(text.length, line.start + line.text.length + 1) };
    const found = /^title\s*[:=]\s*(.+)$/i.exec(content)?.[1];
    if (found !== undefined) title = cleanTitle(found.trim().replace(/^(["'])(.*)\1$/, '$2'));
  }
  return { title: null, end: 0 };
}

function* linesFrom(text: string, offset: number): Generator<Line> {
  let number = 1;
  for (let feed = text.indexOf('\n'); feed !== -1 && feed < offset; feed = text.indexOf('\n', feed + 1)) number++;
  for (let start = offset; start < text.length; number++) {
    const feed = text.indexOf('\n', start);
    const end = feed === -1 ? text.length : feed;
    yield { start, number, text: text.slice(start, end) };
    start = end + 1;
  }
}

/** A heading without its links, emphasis and code marks. */
function plainHeading(source: string): string {
  return source.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/!?\[([^\]]*)\]\[[^\]]*\]/g, '$1').replace(/[`*]+|(?<!\w)_+|_+(?!\w)/g, '').replace(/\\([!-/:-@[-`{-~])/g, '$1');
}
