/**
 * In how many passages a term occurs, remembered. Exact for single words (the vocabulary counts them), counted up to a bound for
 * phrases, summed for words that begin with something.
 */

import type { Term } from './lexical-query.ts';
import { numberOf, type Sql, textOf } from './sql.ts';

/** Terms remembered: some 100 bytes each. */
const REMEMBERED = 4_096;
/** Remembered frequencies hold while the index is within this factor of the size it had: ranks hardly feel it. */
const DRIFT = 1.1;
/** Completions of a prefix that are looked through: 2.5 µs each. */
const COMPLETIONS = 256;
/** FTS5 merges all lists of a prefix before it answers: 0.4 µs for each of these rows. */
const MERGED_ROWS = 20_000;
/** Completions searched when the prefix has too many: the most frequent of those looked through. */
const CHOSEN_COMPLETIONS = 48;

export interface Completion {
  readonly expression: string;
  readonly frequency: number;
}

export class TermFrequencies {
  readonly #sql: Sql;
  readonly #known = new Map<string, number>();
  readonly #completions = new Map<string, Completion | null>();
  #knownAt = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Passages in the index. */
  passages(): number {
    const total = numberOf(this.#sql.get("SELECT value FROM counters WHERE name = 'passages'")?.['value']);
    if (total > this.#knownAt * DRIFT || total * DRIFT < this.#knownAt || this.#knownAt < REMEMBERED) {
      this.#known.clear();
      this.#completions.clear();
      this.#knownAt = total;
    }
    return total;
  }

  /** Passages with the term; phrases are counted to just above `bound`. */
  of(term: Term, bound: number): number {
    const key = term.expression;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const frequency = term.single === null ? this.#count(term.expression, bound) : this.#single(term.single);
    remember(this.#known, key, frequency);
    return frequency;
  }

  #single(term: string): number {
    return numberOf(this.#sql.get('SELECT doc FROM vocabulary WHERE term = ?', term)?.['doc']);
  }

  #count(expression: string, bound: number): number {
    return numberOf(this.#sql.get('SELECT count(*) AS rows FROM (SELECT 1 FROM lexicon WHERE lexicon MATCH ? LIMIT ?)', expression, Math.floor(bound) + 1)?.['rows']);
  }

  /** What stands for "begins with"; null when nothing does. */
  completion(prefix: string): Completion | null {
    const known = this.#completions.get(prefix);
    if (known !== undefined) return known;
    const completion = this.#complete(prefix);
    remember(this.#completions, prefix, completion);
    return completion;
  }

  #complete(prefix: string): Completion | null {
    const rows = this.#sql.all(
      `SELECT term, doc FROM vocabulary WHERE term >= ?1 AND term < ?2 AND term <> ?1 LIMIT ${COMPLETIONS + 1}`, prefix, successor(prefix),
    ).map((row) => ({ term: textOf(row['term']), frequency: numberOf(row['doc']) }));
    if (rows.length === 0) return null;
    const total = rows.reduce((sum, row) => sum + row.frequency, 0);
    if (rows.length <= COMPLETIONS && total <= MERGED_ROWS) return { expression: `"${prefix}" *`, frequency: total };
    const chosen = rows.sort((left, right) => right.frequency - left.frequency).slice(0, CHOSEN_COMPLETIONS);
    return { expression: `(${chosen.map((row) => `"${row.term}"`).join(' OR ')})`, frequency: chosen.reduce((sum, row) => sum + row.frequency, 0) };
  }
}

/** The first text after all that begin with this, in the order of UTF-8 bytes. */
function successor(prefix: string): string {
  return prefix + '\u{10FFFF}';
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const oldest = map.keys().next().value;
  if (map.size > REMEMBERED && oldest !== undefined) map.delete(oldest);
}
