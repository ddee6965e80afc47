/** Text and highlight ranges → runs to draw. Ranges from outside are sorted, clamped and joined: a bad one must not lose text. */

import type { Span } from '../../src/contract/model.ts';

export interface Run {
  readonly text: string;
  readonly marked: boolean;
}

export function splitHighlights(text: string, spans: readonly Span[]): readonly Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (const span of joined(spans, text.length)) {
    if (span.start > at) runs.push({ text: text.slice(at, span.start), marked: false });
    runs.push({ text: text.slice(span.start, span.end), marked: true });
    at = span.end;
  }
  if (at < text.length) runs.push({ text: text.slice(at), marked: false });
  return runs;
}

function joined(spans: readonly Span[], length: number): readonly Span[] {
  const sorted = spans
    .map((span) => ({ start: Math.max(0, span.start), end: Math.min(length, span.end) }))
    .filter((span) => span.end > span.start)
    .sort((a, b) => a.start - b.start);
  const out: Span[] = [];
  for (const span of sorted) {
    const last = out.at(-1);
    if (last !== undefined && span.start <= last.end) out[out.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else out.push(span);
  }
  return out;
}
