/** Hits as text. On a terminal: a block per file with highlighted snippets. Elsewhere: `path:line: snippet`, one line each, for other programs. Pure. */

import type { Hit, PassageHit, Place, Span } from '../contract/model.ts';
import { shortPath } from './quantities.ts';
import type { Terminal } from './terminal.ts';
import { columnsOf, cutToColumns, withoutControls } from './text-width.ts';

/** Snippets shown below a file: the second best often tells more than the name, the fourth never. */
const PASSAGES_PER_HIT = 2;

export interface HitView {
  readonly explain: boolean;
  readonly home: string;
}

/** `p. 3`, `sheet Costs`, `line 12`: the most telling that is known. */
export function placeText(place: Place): string {
  if (place.page !== undefined) return `p. ${place.page}`;
  if (place.slide !== undefined) return `slide ${place.slide}`;
  if (place.sheet !== undefined) return `sheet ${withoutControls(place.sheet)}`;
  if (place.line !== undefined) return `line ${place.line}`;
  return place.heading === undefined ? '' : withoutControls(place.heading);
}

export function hitBlock(hit: Hit, terminal: Terminal, view: HitView): readonly string[] {
  const { style, signs } = terminal;
  const folder = withoutControls(shortPath(hit.path.slice(0, Math.max(0, hit.path.length - hit.name.length - 1)), view.home));
  const name = highlight(hit.name, hit.nameHighlights, (text) => style.bold(style.match(text)), style.bold);
  const facts = [hit.confidence, ...hit.tiers].filter((fact) => fact !== null).join(` ${signs.dot} `);
  const room = terminal.columns - columnsOf(withoutControls(hit.name)) - columnsOf(facts) - 4;
  const lines = [`${name}  ${style.path(cutToColumns(folder, Math.max(10, room), signs.ellipsis, 'middle'))}  ${style.dim(facts)}`];
  for (const passage of hit.passages.slice(0, PASSAGES_PER_HIT)) lines.push(`    ${passageLine(passage, terminal)}`);
  if (view.explain) lines.push(...explainLines(hit).map((line) => style.dim(line)));
  return lines;
}

function passageLine(passage: PassageHit, terminal: Terminal): string {
  const place = placeText(passage.place);
  const start = place === '' ? '' : `${terminal.style.dim(place)}  `;
  const room = terminal.columns - 4 - (place === '' ? 0 : columnsOf(place) + 2);
  const window = aroundHighlight(passage, Math.max(20, room), terminal.signs.ellipsis);
  return start + highlight(window.text, window.highlights, terminal.style.match, (text) => text);
}

/** The part of a snippet that fits, with the first highlight in it. */
function aroundHighlight(passage: PassageHit, columns: number, mark: string): { readonly text: string; readonly highlights: readonly Span[] } {
  const first = passage.highlights[0]?.start ?? 0;
  const before = passage.snippet.slice(0, first);
  // A third of the line is enough to see what comes before.
  const skip = columnsOf(before) <= columns / 3 ? 0 : startOfWordBefore(passage.snippet, first - Math.floor(columns / 4));
  const head = skip === 0 ? '' : mark;
  const text = cutToColumns(head + passage.snippet.slice(skip), columns, mark);
  const kept = text.length - (text === head + passage.snippet.slice(skip) ? 0 : mark.length);
  const shift = head.length - skip;
  const highlights = passage.highlights
    .map((span) => ({ start: span.start + shift, end: Math.min(span.end + shift, kept) }))
    .filter((span) => span.start >= head.length && span.start < span.end);
  return { text, highlights };
}

function startOfWordBefore(text: string, near: number): number {
  const from = Math.max(0, near);
  const space = text.slice(from, from + 24).search(/\s/);
  const at = space === -1 ? from : from + space + 1;
  // Not between the halves of one character.
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at + 1 : at;
}

/** Text with ranges styled. Controls are replaced piece by piece, so that offsets stay true until here. */
export function highlight(text: string, spans: readonly Span[], mark: (text: string) => string, rest: (text: string) => string): string {
  let at = 0;
  let result = '';
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.start < at || span.end <= span.start || span.end > text.length) continue;
    result += rest(withoutControls(text.slice(at, span.start))) + mark(withoutControls(text.slice(span.start, span.end)));
    at = span.end;
  }
  return result + rest(withoutControls(text.slice(at)));
}

/** The path stays exact unless it would break the line format. */
export function hitLine(hit: Hit): string {
  const passage = hit.passages[0];
  const path = withoutControls(hit.path);
  if (passage === undefined) return path;
  const place = passage.place.line === undefined ? placeText(passage.place) : String(passage.place.line);
  return `${path}:${place === '' ? '' : `${place}:`} ${withoutControls(passage.snippet).trim()}`;
}

export function explainLines(hit: Hit): readonly string[] {
  const rows = hit.explain.parts.map((part) => `      ${part.value >= 0 ? '+' : ''}${part.value.toFixed(4)}  ${part.name}  ${part.note}`);
  return [...rows, `      =${hit.explain.score.toFixed(4)}  score`].map(withoutControls);
}
