/**
 * The evaluation's queries by category, with what they should find. Derived from the documents by rule where a rule can do it, so that
 * a new language needs only its documents.
 */

import { fold } from '../../src/text/fold.ts';
import { words } from '../../src/text/words.ts';
import type { EvalDocument } from './corpus.ts';

export type Category = 'question' | 'short' | 'cross-language' | 'exact-words' | 'rare-word' | 'file-name' | 'typo';

export const CATEGORIES: readonly Category[] = ['question', 'short', 'cross-language', 'exact-words', 'rare-word', 'file-name', 'typo'];

export interface EvalQuery {
  readonly category: Category;
  /** Language the query is written in. */
  readonly language: string;
  readonly text: string;
  /** Ids of the documents that answer it. */
  readonly relevant: ReadonlySet<string>;
  /** Ids that are neither right nor wrong and are taken out of the ranking: documents in the query's own language, when others are asked for. */
  readonly ignored: ReadonlySet<string>;
}

/** Adjacent words quoted from the middle of a body. */
const EXACT_WORDS = 4;
/** A rare word is worth typing from this length on. */
const RARE_LETTERS = 7;

export function makeQueries(documents: readonly EvalDocument[]): readonly EvalQuery[] {
  const frequency = new Map<string, number>();
  for (const document of documents) {
    for (const term of new Set(termsOf(document.body))) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  }
  const subjects = new Map<string, Set<string>>();
  for (const document of documents) subjects.set(document.subject, (subjects.get(document.subject) ?? new Set<string>()).add(document.id));

  // As if the person owned no file in the language they ask in.
  const sameLanguage = (document: EvalDocument): ReadonlySet<string> => new Set(documents.filter(({ language }) => language === document.language).map(({ id }) => id));

  return documents.flatMap((document): EvalQuery[] => {
    const own = new Set([document.id]);
    const query = (category: Category, text: string | null): EvalQuery[] =>
      text === null ? [] : [{ category, language: document.language, text, relevant: own, ignored: new Set() }];
    const others = new Set([...subjects.get(document.subject) ?? []].filter((id) => id !== document.id));
    return [
      ...query('question', document.question),
      ...query('short', document.short),
      { category: 'cross-language', language: document.language, text: document.question, relevant: others, ignored: sameLanguage(document) },
      ...query('exact-words', exactWords(document.body)),
      ...query('rare-word', rareWord(document.body, frequency)),
      ...query('file-name', document.name.replace(/\.[a-z]+$/u, '').replace(/[-_]+/gu, ' ')),
      ...query('typo', mistyped(document.title)),
    ];
  });
}

function termsOf(text: string): readonly string[] {
  return words(text).filter((word) => word.kind !== 'whole').map((word) => word.term);
}

/** A run from the middle, cut at word borders, as someone types a phrase they remember. */
function exactWords(body: string): string | null {
  const all = words(body).filter((word) => word.kind !== 'whole');
  const middle = Math.floor(all.length / 2);
  for (let start = middle; start + EXACT_WORDS <= all.length; start++) {
    const run = body.slice(all[start]?.start, all[start + EXACT_WORDS - 1]?.end);
    if (/^[\p{L}\p{M}\p{N}\s]+$/u.test(run)) return run;
  }
  return null;
}

/** The longest word that stands in no other document. */
function rareWord(body: string, frequency: ReadonlyMap<string, number>): string | null {
  const rare = words(body).filter((word) => word.kind === 'word' && frequency.get(word.term) === 1 && word.term.length >= RARE_LETTERS);
  const longest = rare.sort((a, b) => b.term.length - a.term.length || a.start - b.start)[0];
  return longest === undefined ? null : body.slice(longest.start, longest.end);
}

/** The title with two neighbouring letters of its longest word swapped. Scripts without letters in a row have no such slip. */
function mistyped(title: string): string | null {
  const longest = words(title).filter((word) => word.kind === 'word' && /^[\p{Script=Latin}\p{Script=Cyrillic}]+$/u.test(word.term)).sort((a, b) => b.term.length - a.term.length)[0];
  if (longest === undefined || longest.term.length < 5) return null;
  const middle = longest.start + Math.floor((longest.end - longest.start) / 2);
  const swapped = title.slice(0, middle - 1) + (title[middle] ?? '') + (title[middle - 1] ?? '') + title.slice(middle + 1);
  return fold(swapped) === fold(title) ? null : swapped;
}
