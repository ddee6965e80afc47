/** Source code: the text as it is, with definitions from the syntax tree as marks and breaks. Without a grammar, or when parsing fails, lines alone. */

import type { BreakPoint, PlaceMark } from '../../pipeline.ts';
import { parserFor } from '../code/grammars.ts';
import { languageOf } from '../code/languages.ts';
import { outline, type Outlined } from '../code/outline.ts';
import type { Draft } from '../draft.ts';
import { MAX_PARSED_CODE_CHARACTERS, MINIFIED_LINE_CHARACTERS } from '../limits.ts';
import { plainText } from './text.ts';

const TOP_LEVEL_SCORE = 100;
const NESTED_SCORE = 80;

export async function readCode(text: string, name: string): Promise<Draft> {
  const plain = plainText(text);
  const language = languageOf(name, text);
  if (language === null || language.grammar === null || plain.text.length > MAX_PARSED_CODE_CHARACTERS || isMinified(plain.text)) return plain;
  const parser = await parserFor(language.grammar);
  const found = outline(parser, language, plain.text);
  return found === null || found.length === 0 ? plain : { ...plain, ...placed(plain.text, found) };
}

function isMinified(text: string): boolean {
  const most = text.length / MINIFIED_LINE_CHARACTERS;
  let lines = 1;
  for (let feed = text.indexOf('\n'); feed !== -1; feed = text.indexOf('\n', feed + 1)) if (++lines > most) return false;
  return lines <= most;
}

/** Marks where each definition starts, and where one ends and its owner goes on; breaks at the starts and ends. */
function placed(text: string, found: readonly Outlined[]): { marks: PlaceMark[]; breaks: BreakPoint[] } {
  const scores = new Map<number, number>();
  const headings = new Map<number, string | null>([[0, null]]);
  const open: Outlined[] = [];
  const close = (until: number): void => {
    for (let last = open.at(-1); last !== undefined && last.end <= until; last = open.at(-1)) {
      open.pop();
      const end = nextLine(text, last.end);
      if (end < text.length) {
        headings.set(end, open.at(-1)?.name ?? null);
        scores.set(end, Math.max(scores.get(end) ?? 0, last.depth === 0 ? TOP_LEVEL_SCORE - 1 : NESTED_SCORE - 1));
      }
    }
  };
  for (const definition of found) {
    close(definition.start);
    const start = lineStart(text, definition.start);
    headings.set(start, definition.name);
    if (start > 0) scores.set(start, definition.depth === 0 ? TOP_LEVEL_SCORE : NESTED_SCORE);
    open.push(definition);
  }
  close(Infinity);

  const marks: PlaceMark[] = [];
  let line = 1;
  let counted = 0;
  for (const [start, heading] of [...headings].sort(([left], [right]) => left - right)) {
    for (let feed = text.indexOf('\n', counted); feed !== -1 && feed < start; feed = text.indexOf('\n', counted)) { line++; counted = feed + 1; }
    marks.push({ start, place: heading === null ? { line } : { line, heading } });
  }
  const breaks = [...scores].map(([offset, score]) => ({ offset, score })).sort((left, right) => left.offset - right.offset);
  return { marks, breaks };
}

/** Start of the line, when only indentation stands before the offset on it; else the offset itself. */
function lineStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && (text[start - 1] === ' ' || text[start - 1] === '\t')) start--;
  return start === 0 || text[start - 1] === '\n' ? start : offset;
}

/** The first line with something on it after the offset's line. */
function nextLine(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset);
  if (feed === -1) return text.length;
  let start = feed + 1;
  for (let next = start; next < text.length; next++) {
    const character = text[next];
    if (character === '\n') start = next + 1;
    else if (character !== ' ' && character !== '\t') break;
  }
  return start;
}
