/** Which language the page speaks, and its catalogue. Pure: what the system prefers is given. */

import type { Settings } from '../../src/contract/settings.ts';
import { en, type Messages } from './en.ts';
import { createFormats, type Formats } from './formats.ts';
import { zhCN } from './zh-CN.ts';

export interface Words {
  readonly t: Messages;
  readonly f: Formats;
}

/** The locale to format by and speak: `system` is the browser's list, most wanted first. */
export function chooseLocale(setting: Settings['language'], system: readonly string[]): string {
  // Where the environment names a POSIX locale, browsers pass on tags that Intl refuses (`en-US@posix`).
  const preferred = system.filter(isLanguageTag);
  if (setting !== 'system') {
    // The system may know the regional variant: `en-GB` writes dates in another way than `en`.
    return preferred.find((tag) => primary(tag) === primary(setting)) ?? setting;
  }
  return preferred.find((tag) => primary(tag) === 'en' || primary(tag) === 'zh') ?? 'en';
}

export function wordsFor(locale: string): Words {
  // Chinese sentences are simplified ones; a Traditional region would only mix scripts through its dates.
  const chinese = primary(locale) === 'zh';
  const f = createFormats(chinese ? 'zh-CN' : locale);
  return { t: chinese ? zhCN(f) : en(f), f };
}

function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const primary = (tag: string): string => tag.toLowerCase().split('-')[0] ?? tag;

/** A rule or error code of the ledger in words; a code this page does not know is shown with the engine's own sentence. */
export function reasonInWords(t: Messages, reason: string, detail: string | null): string {
  const known: Readonly<Record<string, string>> = { ...t.errors, ...t.reasons };
  return Object.hasOwn(known, reason) ? known[reason] ?? reason : detail ?? reason;
}
