/**
 * From a query's text to FTS5 expressions. Pure. Every word is quoted, and a quoted word holds only what words() leaves: letters, digits
 * and marks. No query a person can type reaches FTS5's syntax.
 */

import { bigrams } from '../text/index-text.ts';
import { words, type Word } from '../text/words.ts';
import type { LexicalQuery } from './index-store.ts';

/** One thing to look for: a word, an identifier, a piece of a language without spaces, or a phrase. */
export interface Term {
  /** FTS5 expression. */
  readonly expression: string;
  /** The single index term it stands for, when there is just one: its frequency is then cheap to know. */
  readonly single: string | null;
  /** Parts of a phrase: rare as a whole though each may be common. */
  readonly parts: number;
}

export interface LexicalPlan {
  /** Any may match. */
  readonly terms: readonly Term[];
  /** A term that also matches words that begin with it: the last one while it is typed, or a single character of a script without spaces. */
  readonly prefix: string | null;
  /** All must match. */
  readonly required: readonly Term[];
  /** None may match. */
  readonly excluded: readonly Term[];
}

/** Shortest prefix that is looked for. Two letters begin a large part of every text. */
const SHORTEST_PREFIX = 3;
/** A run without spaces up to this many pieces is one term; a longer one is a sentence, of which any piece may match. */
const LONGEST_UNSPACED_TERM = 2;

export function planLexical(query: LexicalQuery): LexicalPlan {
  const found = words(query.text);
  const terms = new Map<string, Term>();
  for (const group of groupsOf(found)) for (const term of termsOf(group)) terms.set(term.expression, term);
  const prefix = prefixOf(query, found);
  return {
    terms: [...terms.values()],
    prefix,
    required: query.phrases.flatMap((phrase) => phraseOf(phrase)),
    excluded: query.excluded.flatMap((phrase) => phraseOf(phrase)),
  };
}

/** Bigrams begin at every character (text/index-text.ts), so one character finds all runs that hold it by what begins with it. */
function prefixOf(query: LexicalQuery, found: readonly Word[]): string | null {
  const pieces = found.filter((word) => word.kind !== 'whole');
  const last = pieces.at(-1);
  if (last === undefined) return null;
  const letters = [...last.term].length;
  if (last.kind === 'cjk') return pieces.length === 1 && letters === 1 ? last.term : null;
  const typing = query.lastIsPrefix && last.kind === 'word' && last.end === query.text.length;
  return typing && letters >= SHORTEST_PREFIX ? last.term : null;
}

/**
 * Names only: one or two letters of a script with spaces match too much to mean anything. A single Chinese or Japanese character is
 * a word; a single Hangul syllable is not.
 */
export function namesOnly(query: LexicalQuery): boolean {
  if (query.phrases.length > 0) return false;
  const letters = words(query.text).filter((word) => word.kind !== 'whole');
  if (letters.length === 0) return true;
  if (letters.some((word) => word.kind === 'cjk')) return false;
  const shortest = letters.some((word) => word.kind === 'hangul') ? 2 : SHORTEST_PREFIX;
  return letters.length === 1 && [...(letters[0]?.term ?? '')].length < shortest;
}

function groupsOf(found: readonly Word[]): Word[][] {
  const groups: Word[][] = [];
  for (const word of found) {
    const last = groups.at(-1);
    if (last !== undefined && last[0]?.group === word.group) last.push(word);
    else groups.push([word]);
  }
  return groups;
}

/** The terms of one written unit: one phrase for an identifier, one or several for a run without spaces. */
function termsOf(group: readonly Word[]): Term[] {
  const terms: Term[] = [];
  let spaced: Word[] = [];
  let run: Word[] = [];
  const endSpaced = (): void => {
    if (spaced.length > 0) terms.push(identifier(spaced));
    spaced = [];
  };
  const endRun = (): void => {
    if (run.length > 0) terms.push(...unspaced(run));
    run = [];
  };
  for (const word of group) {
    if (word.kind === 'word' || word.kind === 'whole') {
      endRun();
      spaced.push(word);
    } else {
      endSpaced();
      run.push(word);
    }
  }
  endSpaced();
  endRun();
  return terms;
}

/** `get user name` in a row, or `getusername` as written. */
function identifier(parts: readonly Word[]): Term {
  const wholes = parts.filter((word) => word.kind === 'whole').map((word) => quoted([word.term]));
  const pieces = parts.filter((word) => word.kind === 'word').map((word) => word.term);
  const single = pieces.length === 1 ? (pieces[0] ?? null) : null;
  return { expression: either([quoted(pieces), ...wholes]), single, parts: pieces.length };
}

/** Pieces of a run: by segments in the first column, by bigrams in the second, since segmenters cut the same word differently. */
function unspaced(run: readonly Word[]): Term[] {
  if (run.length > LONGEST_UNSPACED_TERM) return run.flatMap((word) => unspaced([word]));
  const text = run.map((word) => word.term).join('');
  if (run[0]?.kind === 'complex') return [{ expression: quoted(run.map((word) => word.term)), single: run.length === 1 ? text : null, parts: run.length }];
  const characters = [...text];
  if (characters.length === 1) return [{ expression: quoted([text]), single: text, parts: 1 }];
  const grams = bigrams(text).slice(0, -1);
  return [{ expression: either([`words : ${quoted(run.map((word) => word.term))}`, `extra : ${quoted(grams)}`]), single: null, parts: characters.length }];
}

/** A phrase as the person quoted it, all pieces in a row; nothing when it holds no word. */
function phraseOf(phrase: string): Term[] {
  const found = words(phrase);
  const pieces = found.filter((word) => word.kind !== 'whole');
  if (pieces.length === 0) return [];
  const ways = [quoted(pieces.map((word) => word.term))];
  const whole = found.filter((word) => word.kind === 'whole');
  if (whole.length === 1 && pieces.every((word) => word.group === whole[0]?.group)) ways.push(quoted([whole[0]?.term ?? '']));
  if (pieces.every((word) => word.kind === 'cjk' || word.kind === 'hangul')) {
    // Each written unit by its bigrams; units stand in a row in the second column too, each ended by its last character.
    const units = groupsOf(pieces).map((group) => bigrams(group.map((word) => word.term).join('')));
    const grams = units.flatMap((unit, index) => (index === units.length - 1 && unit.length > 1 ? unit.slice(0, -1) : unit));
    ways.push(`extra : ${quoted(grams)}`);
  }
  return [{ expression: either(ways), single: pieces.length === 1 && ways.length === 1 ? (pieces[0]?.term ?? null) : null, parts: pieces.length }];
}

function quoted(terms: readonly string[]): string {
  return `"${terms.map((term) => term.replaceAll('"', '')).join(' ')}"`;
}

function either(expressions: readonly string[]): string {
  const [first] = expressions;
  return expressions.length === 1 && first !== undefined ? first : `(${expressions.join(' OR ')})`;
}

export function anyOf(terms: readonly Term[]): string {
  return either(terms.map((term) => term.expression));
}

export function allOf(terms: readonly Term[]): string {
  return terms.length === 1 ? anyOf(terms) : `(${terms.map((term) => term.expression).join(' AND ')})`;
}
