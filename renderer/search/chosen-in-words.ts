/** What the filters hold back, in words for the chips: those set by chips and those set in the text, together. Pure. */

import type { Filters, Root } from '../../src/contract/model.ts';
import type { Words } from '../messages/catalogue.ts';
import { ageOf, fieldIsSet, sizeBandOf, type FilterField } from '../state/filters.ts';
import { nameOf } from '../ui/path-parts.ts';
import { visibleText } from '../ui/visible-text.ts';

/** More names than this in a chip become a number. */
const NAMED = 2;

export function chosenInWords(words: Words, chips: Filters, typed: Filters, roots: readonly Root[], nowMs: number): Readonly<Record<FilterField, string | null>> {
  const { t, f } = words;
  const named = (names: readonly string[]): string | null => {
    const all = [...new Set(names)];
    if (all.length === 0) return null;
    return all.length <= NAMED ? all.join(', ') : t.filters.chosen(all.length);
  };
  const of = <T>(pick: (filters: Filters) => readonly T[] | undefined): readonly T[] => [...(pick(chips) ?? []), ...(pick(typed) ?? [])];
  const rootName = (id: number): string => {
    const root = roots.find((each) => each.id === id);
    return root === undefined ? f.number(id) : visibleText(nameOf(root.path));
  };
  return {
    kinds: named([...of((filters) => filters.kinds).map((kind) => t.kinds[kind]), ...of((filters) => filters.extensions).map((extension) => `.${visibleText(extension)}`)]),
    folders: named([...of((filters) => filters.rootIds).map(rootName), ...of((filters) => filters.folders).map(visibleText)]),
    languages: named(of((filters) => filters.languages).map((code) => f.language(code))),
    modified: modifiedInWords(words, fieldIsSet(chips, 'modified') ? chips : typed, nowMs),
    size: sizeInWords(words, fieldIsSet(chips, 'size') ? chips : typed),
  };
}

function modifiedInWords({ t, f }: Words, filters: Filters, nowMs: number): string | null {
  const { modifiedAfterMs, modifiedBeforeMs } = filters;
  const age = modifiedBeforeMs === undefined ? ageOf(modifiedAfterMs, nowMs) : null;
  if (age !== null) return t.filters.ages[age];
  const parts = [
    modifiedAfterMs === undefined ? null : t.filters.after(f.date(modifiedAfterMs)),
    modifiedBeforeMs === undefined ? null : t.filters.before(f.date(modifiedBeforeMs)),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(', ');
}

function sizeInWords({ t, f }: Words, filters: Filters): string | null {
  const { minBytes, maxBytes } = filters;
  if (minBytes === undefined && maxBytes === undefined) return null;
  const band = sizeBandOf(filters);
  if (band !== null) return t.filters.sizes[band];
  const parts = [
    minBytes === undefined ? null : t.filters.over(f.bytes(minBytes)),
    maxBytes === undefined ? null : t.filters.under(f.bytes(maxBytes)),
  ].filter((part) => part !== null);
  return parts.join(', ');
}
