/** Pages of a preview joined into one run of passages, and what comes before and after it. Pure. */

import type { Preview, PreviewPassage } from '../../src/contract/model.ts';

/** Passages by ordinal, without doubles. A page that does not touch those before starts anew: a preview has no holes. */
export function joinPassages(before: readonly PreviewPassage[], page: readonly PreviewPassage[]): readonly PreviewPassage[] {
  if (before.length === 0 || page.length === 0) return page.length === 0 ? before : page;
  const all = [...before, ...page.filter((passage) => !before.some((each) => each.ordinal === passage.ordinal))].sort((a, b) => a.ordinal - b.ordinal);
  const touches = all.every((passage, index) => index === 0 || passage.ordinal === (all[index - 1]?.ordinal ?? 0) + 1);
  return touches ? all : page;
}

/** Ordinals to ask for to read on in either direction; null at the ends. */
export function neighbours(preview: Pick<Preview, 'passages' | 'passageCount'>): { readonly earlier: number | null; readonly later: number | null } {
  const first = preview.passages[0]?.ordinal;
  const last = preview.passages.at(-1)?.ordinal;
  return {
    earlier: first === undefined || first <= 0 ? null : first - 1,
    later: last === undefined || last + 1 >= preview.passageCount ? null : last + 1,
  };
}
