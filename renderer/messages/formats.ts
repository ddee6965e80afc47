/** Numbers, dates, sizes and lists in the page's language, all through Intl. One instance per locale. */

export interface PluralForms {
  readonly one?: string;
  readonly other: string;
}

export interface Formats {
  readonly locale: string;
  number(value: number): string;
  /** A share as whole per cent; never 100 % before it is all, never 0 % when it is something. */
  percent(share: number): string;
  bytes(value: number): string;
  date(ms: number): string;
  moment(ms: number): string;
  /** "3 min", "2 hr": rounded to what a person plans by. */
  duration(ms: number): string;
  language(code: string): string;
  /** The form for the count, with `#` replaced by the formatted number. */
  plural(count: number, forms: PluralForms): string;
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export function createFormats(locale: string): Formats {
  const numbers = new Intl.NumberFormat(locale);
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const moments = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });
  const plurals = new Intl.PluralRules(locale);
  const languages = new Intl.DisplayNames(locale, { type: 'language', fallback: 'code' });
  const unit = (value: number, name: string, digits: number): string =>
    // The short form of "byte" has no plural in English.
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: name === 'byte' ? 'long' : 'short', maximumFractionDigits: digits }).format(value);
  return {
    locale,
    number: (value) => numbers.format(value),
    percent(share) {
      if (share > 0 && share < 0.01) return percents.format(0.01);
      if (share < 1 && share > 0.99) return percents.format(0.99);
      return percents.format(share);
    },
    bytes(value) {
      const step = value < 1000 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(value) / 3));
      const scaled = value / 1000 ** step;
      return unit(scaled, BYTE_UNITS[step] ?? 'byte', step === 0 || scaled >= 10 ? 0 : 1);
    },
    date: (ms) => dates.format(ms),
    moment: (ms) => moments.format(ms),
    duration(ms) {
      if (ms < MINUTE_MS) return unit(Math.max(1, Math.round(ms / 1000)), 'second', 0);
      if (ms < 2 * HOUR_MS) return unit(Math.round(ms / MINUTE_MS), 'minute', 0);
      return unit(Math.round(ms / HOUR_MS), 'hour', 0);
    },
    language(code) {
      try {
        return languages.of(code) ?? code;
      } catch (error) {
        // A detector may give a code that BCP 47 does not allow: it is shown as it is.
        if (error instanceof RangeError) return code;
        throw error;
      }
    },
    plural(count, forms) {
      const form = plurals.select(count) === 'one' ? forms.one ?? forms.other : forms.other;
      return form.replace('#', numbers.format(count));
    },
  };
}
