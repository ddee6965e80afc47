/**
 * Highlights of a preview passage, from what the hit knows: the engine marks ranges of snippets, the preview shows whole passages.
 * A snippet found again in its passage hands its marks over exactly; besides, the marked words are marked wherever they occur. Pure.
 */

import type { PassageHit, PreviewPassage, Span } from '../../src/contract/model.ts';

/** A query of very many words must not turn every key press into seconds of marking. */
const MOST_TERMS = 24;

/** The distinct texts the engine marked in the snippets of a hit. */
export function markedTerms(passages: readonly PassageHit[]): readonly string[] {
  const terms = new Set<string>();
  for (const passage of passages) {
    for (const span of passage.highlights) {
      const term = passage.snippet.slice(span.start, span.end).trim();
      if (term !== '' && terms.size < MOST_TERMS) terms.add(term);
    }
  }
  return [...terms];
}

export function markPassage(passage: Pick<PreviewPassage, 'ordinal' | 'text'>, hits: readonly PassageHit[], terms: readonly string[]): readonly Span[] {
  const own = hits.filter((hit) => hit.ordinal === passage.ordinal).flatMap((hit) => shifted(passage.text, hit));
  return [...own, ...terms.flatMap((term) => occurrences(passage.text, term))];
}

/** The snippet's marks as ranges of the whole text; none when the snippet was not cut out of it literally. */
function shifted(text: string, hit: PassageHit): readonly Span[] {
  const lead = /^[\s…]*/u.exec(hit.snippet)?.[0].length ?? 0;
  const core = hit.snippet.slice(lead).replace(/[\s…]+$/u, '');
  const at = core === '' ? -1 : text.indexOf(core);
  if (at < 0) return [];
  return hit.highlights.map((span) => ({ start: span.start - lead + at, end: span.end - lead + at }));
}

function occurrences(text: string, term: string): readonly Span[] {
  const escaped = term.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  // Scripts that write without spaces have no word boundary to ask for.
  const spaced = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}_]/u.test(term);
  const pattern = spaced ? `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])` : escaped;
  return [...text.matchAll(new RegExp(pattern, 'giu'))].map((match) => ({ start: match.index, end: match.index + match[0].length }));
}
