/** Tab in the quick-search panel: the filter that is being typed, completed. Pure. */

import type { FileKind } from '../../src/contract/model.ts';

const KINDS: readonly FileKind[] = ['text', 'markdown', 'code', 'web', 'pdf', 'document', 'sheet', 'slides', 'mail', 'book', 'image', 'audio', 'video', 'archive', 'data', 'program'];

const FILTERS = ['type:', 'in:', 'modified:', 'size:', 'lang:'] as const;

/** Values offered for each filter, the likeliest first. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  'type:': KINDS, 'modified:': ['<1d', '<7d', '<31d', '<365d'], 'size:': ['>10mb', '>1mb', '<100kb'],
  'lang:': ['en', 'zh', 'es', 'fr', 'de', 'ja', 'ko', 'pt', 'ru', 'ar', 'hi', 'it'],
};

/** The text with its last word completed, or null when that is no filter to complete. Folder names with spaces are quoted. */
export function completeFilter(text: string, folders: readonly string[]): string | null {
  const word = /(?:^|\s)(\S+)$/.exec(text)?.[1] ?? '';
  const before = text.slice(0, text.length - word.length);
  const filter = FILTERS.find((name) => word.startsWith(name));
  if (filter === undefined) {
    // One letter is the start of any word.
    const begun = word.length < 2 ? undefined : FILTERS.find((name) => name.startsWith(word));
    return begun === undefined ? null : before + begun;
  }
  const begun = word.slice(filter.length);
  const values = filter === 'in:' ? folders.map((name) => (/\s/.test(name) ? `"${name}"` : name)) : VALUES[filter] ?? [];
  const value = values.find((candidate) => candidate.toLowerCase().replace('"', '').startsWith(begun.toLowerCase().replace('"', '')));
  if (value === undefined || value === begun) return null;
  return `${before}${filter}${value} `;
}
