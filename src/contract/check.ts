/**
 * Small combinators for run-time checks. A check takes an unknown value and gives it back typed, or throws `bad-input` that
 * names the field and says what it must be. Not a schema library: only what the calls of this contract need.
 */

import { EngineError } from './errors.ts';

/** `field` is where the value stands, for people: `filters.minBytes`. */
export type Check<T> = (value: unknown, field: string) => T;

/** Never shown longer than this in a message: a hostile key must not fill the log. */
const SHOWN_KEY_CHARACTERS = 60;

export function refuse(field: string, must: string): never {
  throw new EngineError('bad-input', `${field} ${must}.`, { details: { field } });
}

/** Calls without input. JSON has no undefined, so null is taken for it. */
export const nothing: Check<void> = (value, field) => {
  if (value !== undefined && value !== null) refuse(field, 'must be left out');
};

export const boolean: Check<boolean> = (value, field) => {
  return typeof value === 'boolean' ? value : refuse(field, 'must be true or false');
};

export function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): Check<number> {
  return (value, field) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    return refuse(field, most === Number.MAX_SAFE_INTEGER ? `must be a whole number of at least ${least}` : `must be a whole number from ${least} to ${most}`);
  };
}

export function number(least: number, most: number): Check<number> {
  return (value, field) => {
    if (typeof value === 'number' && value >= least && value <= most) return value;
    return refuse(field, `must be a number from ${least} to ${most}`);
  };
}

/** Length in UTF-16 code units. NUL is refused everywhere: SQLite and the system's calls would cut the text there. */
export function text(most: number, least = 0): Check<string> {
  return (value, field) => {
    if (typeof value !== 'string') return refuse(field, 'must be text');
    if (value.length > most) refuse(field, `must not be longer than ${most} characters`);
    if (value.length < least) refuse(field, 'must not be empty');
    if (value.includes('\0')) refuse(field, 'must not contain NUL');
    return value;
  };
}

export function matching(pattern: RegExp, must: string): Check<string> {
  return (value, field) => {
    return typeof value === 'string' && pattern.test(value) ? value : refuse(field, must);
  };
}

export function oneOf<const T extends string>(values: readonly T[]): Check<T> {
  return (value, field) => {
    return values.find((known) => known === value) ?? refuse(field, `must be one of: ${values.join(', ')}`);
  };
}

export function list<T>(item: Check<T>, most: number): Check<readonly T[]> {
  return (value, field) => {
    if (!Array.isArray(value)) return refuse(field, 'must be a list');
    if (value.length > most) refuse(field, `must not have more than ${most} items`);
    return Array.from(value, (entry: unknown, index) => item(entry, `${field}[${index}]`));
  };
}

export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value, field) => (value === null ? null : check(value, field));
}

export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value, field) => (value === undefined ? undefined : check(value, field));
}

/** One check for each key of T, optional ones too: a field added to the type without a check does not compile. */
export type Fields<T> = { readonly [K in keyof Required<T>]: Check<T[K]> };

/** A plain object with these fields and no others. The result is a new object without a prototype's surprises. */
export function object<T extends object>(fields: Fields<T>): Check<T> {
  return (value, field) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(field, 'must be an object');
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(fields, key)) {
        const shown = JSON.stringify(key.slice(0, SHOWN_KEY_CHARACTERS));
        throw new EngineError('bad-input', `${field} has an unknown field ${shown}.`, { details: { field: key.slice(0, SHOWN_KEY_CHARACTERS) } });
      }
    }
    const given = value as Readonly<Record<string, unknown>>;
    const result: Record<string, unknown> = {};
    for (const [key, check] of Object.entries(fields) as [string, Check<unknown>][]) {
      const checked = check(Object.hasOwn(given, key) ? given[key] : undefined, field === 'input' ? key : `${field}.${key}`);
      if (checked !== undefined) result[key] = checked;
    }
    // Every key of T was checked by the check of that key: the mapped type above says so, but not through Object.entries.
    return result as T;
  };
}

/** As `object`, and every field may be left out. */
export function partial<T extends object>(fields: Fields<T>): Check<Partial<T>> {
  const entries = Object.entries(fields) as [string, Check<unknown>][];
  const loose = Object.fromEntries(entries.map(([key, check]) => [key, optional(check)]));
  // The same keys with the same checks, made optional one by one.
  return object<Partial<T>>(loose as unknown as Fields<Partial<T>>);
}
