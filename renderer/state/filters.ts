/** Filters as the chips see them: joining, emptiness, and the moments behind "past week". Pure. */

import type { Filters } from '../../src/contract/model.ts';

export type FilterField = 'kinds' | 'folders' | 'modified' | 'languages' | 'size';

const FIELD_KEYS: Readonly<Record<FilterField, readonly (keyof Filters)[]>> = {
  kinds: ['kinds', 'extensions'],
  folders: ['folders', 'rootIds'],
  modified: ['modifiedAfterMs', 'modifiedBeforeMs'],
  languages: ['languages'],
  size: ['minBytes', 'maxBytes'],
};

const isSet = (value: unknown): boolean => value !== undefined && (!Array.isArray(value) || value.length > 0);

/** Does any filter hold back anything? */
export function hasFilters(filters: Filters): boolean {
  return Object.values(filters).some(isSet);
}

/** Does this chip's part of the filters hold back anything? */
export function fieldIsSet(filters: Filters, field: FilterField): boolean {
  return FIELD_KEYS[field].some((key) => isSet(filters[key]));
}

/** The same filters without this chip's part. */
export function withoutField(filters: Filters, field: FilterField): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([key]) => !FIELD_KEYS[field].some((each) => each === key)));
}

/** The list with the value put in, or taken out when it was in. */
export function toggled<T>(list: readonly T[] | undefined, value: T): readonly T[] {
  const before = list ?? [];
  return before.includes(value) ? before.filter((each) => each !== value) : [...before, value];
}

export type Age = 'day' | 'week' | 'month' | 'year';
export const AGES: readonly Age[] = ['day', 'week', 'month', 'year'];
const DAY_MS = 86_400_000;
const AGE_DAYS: Readonly<Record<Age, number>> = { day: 1, week: 7, month: 31, year: 366 };

/** Start of the span that ends now. Rounded down to the minute, so that the same choice gives the same request. */
export function modifiedAfter(age: Age, nowMs: number): number {
  return Math.floor((nowMs - AGE_DAYS[age] * DAY_MS) / 60_000) * 60_000;
}

/** Which choice a moment came from, for showing it; null when it came from typed text. */
export function ageOf(afterMs: number | undefined, nowMs: number): Age | null {
  if (afterMs === undefined) return null;
  const days = (nowMs - afterMs) / DAY_MS;
  return AGES.find((age) => Math.abs(days - AGE_DAYS[age]) < AGE_DAYS[age] * 0.25) ?? null;
}

export type SizeBand = 'small' | 'medium' | 'large';
export const SIZE_BANDS: Readonly<Record<SizeBand, { readonly minBytes?: number; readonly maxBytes?: number }>> = {
  small: { maxBytes: 100_000 },
  medium: { minBytes: 100_000, maxBytes: 10_000_000 },
  large: { minBytes: 10_000_000 },
};

export function sizeBandOf(filters: Filters): SizeBand | null {
  const bands: readonly SizeBand[] = ['small', 'medium', 'large'];
  return bands.find((band) => SIZE_BANDS[band].minBytes === filters.minBytes && SIZE_BANDS[band].maxBytes === filters.maxBytes) ?? null;
}
