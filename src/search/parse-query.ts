/**
 * What a person typed → what is searched: text to embed, phrases, exclusions, filters, and notices on what was not understood.
 * Pure; `nowMs` is an argument. Nothing typed is ever lost: what is no valid operator stays a word of the text.
 */

import type { FileKind, Filters, SearchNotice, Understood } from '../contract/model.ts';
import { joinFilters } from './join-filters.ts';
import { operatorNamed, parseOperator, typeFilters } from './query-operators.ts';
import { tokenizeQuery } from './query-tokens.ts';

export interface ParsedQuery {
  readonly understood: Understood;
  /** The words outside of quotes: names and words search these as free text. */
  readonly freeText: string;
  /** The last word is still being typed: it may be the start of a longer one. */
  readonly lastIsPrefix: boolean;
  readonly notices: readonly SearchNotice[];
}

/** Words before a colon that are prose, not a mistyped operator: no notice for them. */
const PLAIN_PREFIXES = new Set(['http', 'https', 'file', 'mailto', 'ftp', 'note', 're', 'fwd', 'fw', 'aw', 'wg', 'std']);

export function parseQuery(text: string, nowMs: number): ParsedQuery {
  const words: string[] = [];
  const free: string[] = [];
  const phrases: string[] = [];
  const excluded: string[] = [];
  const kinds: FileKind[] = [];
  const extensions: string[] = [];
  const folders: string[] = [];
  const languages: string[] = [];
  const notices: SearchNotice[] = [];
  let ranges: Filters = {};
  let lastIsPrefix = false;

  for (const token of tokenizeQuery(text)) {
    lastIsPrefix = false;
    switch (token.type) {
      case 'word':
        words.push(token.text);
        free.push(token.text);
        lastIsPrefix = token.end === text.length;
        break;
      case 'phrase':
        if (token.excluded) {
          excluded.push(token.text);
        } else {
          phrases.push(token.text);
          words.push(token.text);
        }
        break;
      case 'excluded':
        excluded.push(token.text);
        break;
      case 'operator': {
        const name = operatorNamed(token.name);
        const filters = name === null ? null : parseOperator(name, token.value, nowMs);
        if (filters === null) {
          if (name !== null || isLikelyOperator(token.name)) notices.push({ code: 'filter-not-understood', detail: token.raw });
          words.push(token.raw);
          free.push(token.raw);
          lastIsPrefix = text.endsWith(token.raw);
          break;
        }
        kinds.push(...(filters.kinds ?? []));
        extensions.push(...(filters.extensions ?? []));
        folders.push(...(filters.folders ?? []));
        languages.push(...(filters.languages ?? []));
        ranges = joinFilters(ranges, rangesOf(filters));
        break;
      }
    }
  }
  const filters: Filters = {
    ...ranges,
    ...typeFilters(kinds, extensions),
    ...(folders.length === 0 ? {} : { folders: [...new Set(folders)] }),
    ...(languages.length === 0 ? {} : { languages: [...new Set(languages)] }),
  };
  return {
    understood: { text: words.join(' '), phrases, excluded, filters },
    freeText: free.join(' '),
    lastIsPrefix,
    notices,
  };
}

function rangesOf(filters: Filters): Filters {
  const { modifiedAfterMs, modifiedBeforeMs, minBytes, maxBytes } = filters;
  return {
    ...(modifiedAfterMs === undefined ? {} : { modifiedAfterMs }),
    ...(modifiedBeforeMs === undefined ? {} : { modifiedBeforeMs }),
    ...(minBytes === undefined ? {} : { minBytes }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
}

/** `author:max` was meant as a filter; `Betreff:Miete` pasted from a mail, or a C++ scope, was not. */
function isLikelyOperator(name: string): boolean {
  return /^[a-z]{2,12}$/u.test(name) && !PLAIN_PREFIXES.has(name);
}
