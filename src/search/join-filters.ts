/**
 * Joins filters: several operators of one query, and the query's with those of the chips. All given ones must hold. Pure.
 */

import type { Filters } from '../contract/model.ts';

/** No root has this id, so a filter on it lets nothing through: how an impossible combination is said. */
const NO_ROOT: readonly number[] = [-1];

/**
 * Both filters at once. Lists intersect; when nothing is left, the result matches no file. Folders cannot be intersected by
 * name: those of `second` win, which is what was typed last.
 */
export function joinFilters(first: Filters, second: Filters): Filters {
  let impossible = false;
  const both = <T>(a: readonly T[] | undefined, b: readonly T[] | undefined): readonly T[] | undefined => {
    if (a === undefined || a.length === 0) return b;
    if (b === undefined || b.length === 0) return a;
    const shared = a.filter((item) => b.includes(item));
    if (shared.length === 0) impossible = true;
    return shared;
  };
  const kinds = both(first.kinds, second.kinds);
  const extensions = both(first.extensions, second.extensions);
  const languages = both(first.languages, second.languages);
  const roots = both(first.rootIds, second.rootIds);
  const rootIds = impossible ? NO_ROOT : roots;
  const folders = second.folders ?? first.folders;
  const after = extreme(first.modifiedAfterMs, second.modifiedAfterMs, Math.max);
  const before = extreme(first.modifiedBeforeMs, second.modifiedBeforeMs, Math.min);
  const min = extreme(first.minBytes, second.minBytes, Math.max);
  const max = extreme(first.maxBytes, second.maxBytes, Math.min);
  return {
    ...(kinds === undefined || kinds.length === 0 ? {} : { kinds }),
    ...(extensions === undefined || extensions.length === 0 ? {} : { extensions }),
    ...(folders === undefined || folders.length === 0 ? {} : { folders }),
    ...(rootIds === undefined || rootIds.length === 0 ? {} : { rootIds }),
    ...(after === undefined ? {} : { modifiedAfterMs: after }),
    ...(before === undefined ? {} : { modifiedBeforeMs: before }),
    ...(min === undefined ? {} : { minBytes: min }),
    ...(max === undefined ? {} : { maxBytes: max }),
    ...(languages === undefined || languages.length === 0 ? {} : { languages }),
  };
}

/** True when any field filters something. */
export function filtersAnything(filters: Filters): boolean {
  return Object.values(filters).some((value) => value !== undefined && !(Array.isArray(value) && value.length === 0));
}

function extreme(a: number | undefined, b: number | undefined, choose: (a: number, b: number) => number): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : choose(a, b);
}
