/**
 * Searching words: BM25 over FTS5, kept fast for common words. Steps of `search`:
 *
 *   1. plan the query (lexical-query.ts) and learn how often its terms occur
 *   2. rare terms generate candidates, as many as may be scored; the rest only add to the score of what is found
 *   3. passages with all terms are looked for besides, and score higher
 *   4. with no rare term at all, the newest passages with all (then any) of the terms are the answer
 *
 * Why not simply `ORDER BY rank`: bm25() walks every passage of every term twice. At 100,000 passages that is 4 ms for a word in 6 % of
 * them and 240 ms for a sentence with `the`.
 */

import type { Filters } from '../contract/model.ts';
import type { Candidate } from '../pipeline.ts';
import { filterSql, type FilterSql } from './filters.ts';
import type { LexicalQuery, LexicalResult } from './index-store.ts';
import { allOf, anyOf, namesOnly, planLexical, type LexicalPlan, type Term } from './lexical-query.ts';
import { TermFrequencies } from './term-frequencies.ts';
import { numberOf, type Sql, type Value } from './sql.ts';

/** A term in more than this share of passages is common, if it also occurs in more than can be scored. */
const COMMON_SHARE = 0.05;
/** Passages that are given to bm25(): 1.5 µs each, so 6 ms. */
const SCORED_ROWS = 4_000;
/** Least candidates kept after scoring: what common terms add may lift one from below the limit. */
const LEAST_CANDIDATES = 200;
/** Passages with all terms that are looked for, newest first. */
const COMPLETE_ROWS = 100;
/** Terms in more than half of all passages say nothing about any of them. */
const SILENT_SHARE = 0.5;
/** What having all terms is worth, as a share of what the terms are worth. */
const COMPLETE_BONUS = 0.5;
/** Of bm25(): a word that occurs in the text counts in full, one found only by bigram or as an identifier somewhat less. */
const COLUMN_WEIGHTS = '1.0, 0.7';
/** With fewer files than this left by filters, common words are looked up file by file. */
const FEW_FILES = 2_000;

interface WeighedTerm extends Term {
  readonly frequency: number;
  /** Inverse document frequency, as in BM25: ln(1 + (N - n + 0.5) / (n + 0.5)). */
  readonly weight: number;
}

interface Scored {
  readonly passageId: number;
  value: number;
}

const NOTHING: LexicalResult = { candidates: [], capped: false, commonOnly: false };

export class LexicalSearch {
  readonly #sql: Sql;
  readonly #frequencies: TermFrequencies;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#frequencies = new TermFrequencies(sql);
  }

  search(query: LexicalQuery, filters: Filters, limit: number): LexicalResult {
    // 1. What is asked, and how common it is.
    if (namesOnly(query)) return NOTHING;
    const plan = planLexical(query);
    const total = this.#frequencies.passages();
    if (total === 0) return NOTHING;
    const common = Math.max(SCORED_ROWS, total * COMMON_SHARE);
    const terms = this.#weigh(plan, total, common);
    const required = plan.required.map((term) => this.#weighTerm(term, total, common));
    if (required.some((term) => term.frequency === 0)) return NOTHING;
    const present = terms.filter((term) => term.frequency > 0);
    if (present.length === 0 && required.length === 0) return NOTHING;
    const scope = this.#scope(filters, plan);

    // 2. Candidates from what is rare.
    const { generators, capped, commonOnly } = choose(present, required, common);
    if (commonOnly) return this.#newest(present, required, scope, limit);
    const candidates = new Map<number, Scored>();
    for (const row of this.#generate(generators, required, scope, Math.max(limit, LEAST_CANDIDATES), capped)) candidates.set(row.passageId, row);

    // 3. Passages with all terms; what the other terms add.
    const telling = present.filter((term) => term.frequency <= total * SILENT_SHARE || present.length === 1);
    this.#refine(candidates, telling, generators, required, scope);
    return { candidates: this.#ranked([...candidates.values()], limit), capped, commonOnly: false };
  }

  #weigh(plan: LexicalPlan, total: number, common: number): WeighedTerm[] {
    const terms = plan.terms.map((term) => this.#weighTerm(term, total, common));
    if (plan.prefix === null) return terms;
    const completion = this.#frequencies.completion(plan.prefix);
    const exact = terms.findIndex((term) => term.single === plan.prefix);
    const before = terms[exact];
    if (completion === null) return terms;
    const frequency = Math.min(total, completion.frequency + (before?.frequency ?? 0));
    const expression = before === undefined ? completion.expression : `(${before.expression} OR ${completion.expression})`;
    const typed: WeighedTerm = { expression, single: null, parts: 1, frequency, weight: weightOf(frequency, total) };
    return before === undefined ? [...terms, typed] : terms.with(exact, typed);
  }

  #weighTerm(term: Term, total: number, common: number): WeighedTerm {
    const frequency = this.#frequencies.of(term, common);
    return { ...term, frequency, weight: weightOf(frequency, total) };
  }

  #scope(filters: Filters, plan: LexicalPlan): Scope {
    const filter = filterSql(filters);
    const hidden = this.#sql.get('SELECT 1 FROM files WHERE tombstone = 1 LIMIT 1') !== undefined;
    const excluded = plan.excluded.length === 0 ? null : anyOf(plan.excluded);
    return { filter, joined: hidden || !filter.everything, excluded };
  }

  #generate(generators: readonly WeighedTerm[], required: readonly WeighedTerm[], scope: Scope, limit: number, capped: boolean): Scored[] {
    const expression = required.length > 0 ? allOf(required) : anyOf(generators);
    const rows = `SELECT lexicon.rowid AS id, -bm25(lexicon, ${COLUMN_WEIGHTS}) AS score ${from(scope)} WHERE lexicon MATCH ? ${conditions(scope)}`;
    const text = capped
      ? `SELECT id, score FROM (${rows} ORDER BY lexicon.rowid DESC LIMIT ${SCORED_ROWS}) ORDER BY score DESC LIMIT ?`
      : `${rows} ORDER BY score DESC LIMIT ?`;
    return this.#sql.all(text, without(expression, scope), ...values(scope), limit)
      .map((row) => ({ passageId: numberOf(row['id']), value: numberOf(row['score']) }));
  }

  #refine(candidates: Map<number, Scored>, terms: readonly WeighedTerm[], generators: readonly WeighedTerm[], required: readonly WeighedTerm[], scope: Scope): void {
    const everything = [...terms, ...required];
    if (everything.length < 2) return;
    const worth = everything.reduce((sum, term) => sum + term.weight, 0);
    const complete = new Set(this.#ids(allOf(everything), scope, COMPLETE_ROWS));
    for (const passageId of complete) {
      if (!candidates.has(passageId)) candidates.set(passageId, { passageId, value: generators.reduce((sum, term) => sum + term.weight, 0) });
    }
    for (const row of candidates.values()) if (complete.has(row.passageId)) row.value += worth * COMPLETE_BONUS;
    // One intersection with what generated the candidates takes 1 ms; asking for a hundred single rowids took 30.
    const base = required.length > 0 ? allOf(required) : anyOf(generators);
    for (const term of terms) {
      if (generators.includes(term)) continue;
      for (const passageId of this.#ids(`(${base} AND ${term.expression})`, UNFILTERED, SCORED_ROWS)) {
        const scored = candidates.get(passageId);
        if (scored !== undefined) scored.value += term.weight;
      }
    }
  }

  /** Only common words: the newest passages that have all of them, then those that have any. */
  #newest(terms: readonly WeighedTerm[], required: readonly WeighedTerm[], scope: Scope, limit: number): LexicalResult {
    const everything = [...required, ...terms];
    const ids = this.#idsAnyPlan(allOf(everything), scope, limit);
    if (ids.length < limit && required.length === 0 && terms.length > 1) {
      const known = new Set(ids);
      for (const id of this.#idsAnyPlan(anyOf(terms), scope, limit)) if (!known.has(id) && ids.length < limit) ids.push(id);
    }
    const worth = everything.reduce((sum, term) => sum + term.weight, 0);
    // Equal worth; the order is age. A falling value keeps the order for whoever sorts by it.
    const scored = ids.map((passageId, index) => ({ passageId, value: worth * (1 - index / (ids.length * 2)) }));
    return { candidates: this.#ranked(scored, limit), capped: ids.length >= limit, commonOnly: true };
  }

  #ids(expression: string, scope: Scope, limit: number): number[] {
    return this.#sql.all(
      `SELECT lexicon.rowid AS id ${from(scope)} WHERE lexicon MATCH ? ${conditions(scope)} ORDER BY lexicon.rowid DESC LIMIT ?`,
      without(expression, scope), ...values(scope), limit,
    ).map((row) => numberOf(row['id']));
  }

  /** As #ids, but when filters leave few files it asks file by file instead of walking a common word's whole list. */
  #idsAnyPlan(expression: string, scope: Scope, limit: number): number[] {
    if (scope.filter.everything) return this.#ids(expression, scope, limit);
    const files = this.#sql.all(
      `SELECT f.first_passage AS first, f.passage_count AS count FROM files f WHERE f.tombstone = 0 AND f.first_passage IS NOT NULL ${scope.filter.text} LIMIT ${FEW_FILES + 1}`,
      ...scope.filter.values,
    );
    if (files.length > FEW_FILES) return this.#ids(expression, scope, limit);
    const ids: number[] = [];
    for (const file of files.sort((left, right) => numberOf(right['first']) - numberOf(left['first']))) {
      if (ids.length >= limit) break;
      const first = numberOf(file['first']);
      const rows = this.#sql.all(
        'SELECT rowid AS id FROM lexicon WHERE lexicon MATCH ? AND rowid BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER) ORDER BY rowid DESC LIMIT ?',
        without(expression, scope), first, first + numberOf(file['count']) - 1, limit - ids.length,
      );
      for (const row of rows) ids.push(numberOf(row['id']));
    }
    return ids;
  }

  #ranked(scored: Scored[], limit: number): Candidate[] {
    const best = scored.sort(byValue).slice(0, limit);
    const fileIds = this.#sql.all(
      `SELECT j.key AS place, f.id AS file FROM json_each(?) j CROSS JOIN files f
       ON f.id = (SELECT files.id FROM files WHERE files.first_passage <= j.value ORDER BY files.first_passage DESC LIMIT 1)
       WHERE f.tombstone = 0 AND j.value < f.first_passage + f.passage_count ORDER BY j.key`, JSON.stringify(best.map((row) => row.passageId)),
    );
    return fileIds.map((row, index) => {
      const { passageId, value } = best[numberOf(row['place'])] ?? { passageId: -1, value: 0 };
      return { fileId: numberOf(row['file']), passageId, rank: index + 1, value };
    });
  }
}

interface Scope {
  readonly filter: FilterSql;
  /** Files must be joined: there are filters, or tombstones to leave out. */
  readonly joined: boolean;
  readonly excluded: string | null;
}

const UNFILTERED: Scope = { filter: { text: '', values: [], everything: true }, joined: false, excluded: null };

function from(scope: Scope): string {
  return scope.joined
    ? 'FROM lexicon CROSS JOIN files f ON f.id = (SELECT files.id FROM files WHERE files.first_passage <= lexicon.rowid ORDER BY files.first_passage DESC LIMIT 1)'
    : 'FROM lexicon';
}

function conditions(scope: Scope): string {
  return scope.joined ? `AND f.tombstone = 0 ${scope.filter.text}` : '';
}

function values(scope: Scope): readonly Value[] {
  return scope.joined ? scope.filter.values : [];
}

function without(expression: string, scope: Scope): string {
  return scope.excluded === null ? expression : `(${expression}) NOT ${scope.excluded}`;
}

/** Which terms generate candidates: the rarest, as many as can be scored. */
function choose(terms: readonly WeighedTerm[], required: readonly WeighedTerm[], common: number): {
  readonly generators: readonly WeighedTerm[]; readonly capped: boolean; readonly commonOnly: boolean;
} {
  if (required.length > 0) {
    const rarest = Math.min(...required.map((term) => term.frequency));
    // bm25() counts each part of a phrase by itself, so one common phrase among them is enough to leave it.
    const commonest = Math.max(...required.map((term) => term.frequency));
    return { generators: [], capped: rarest > SCORED_ROWS, commonOnly: commonest > common };
  }
  const byFrequency = [...terms].sort((left, right) => left.frequency - right.frequency);
  const generators: WeighedTerm[] = [];
  let rows = 0;
  for (const term of byFrequency) {
    if (term.frequency > common || (generators.length > 0 && rows + term.frequency > SCORED_ROWS)) break;
    generators.push(term);
    rows += term.frequency;
  }
  const left = byFrequency.slice(generators.length).some((term) => term.frequency <= common);
  return { generators, capped: rows > SCORED_ROWS || left, commonOnly: generators.length === 0 };
}

function weightOf(frequency: number, total: number): number {
  const n = Math.min(frequency, total);
  return Math.log(1 + (total - n + 0.5) / (n + 0.5));
}

function byValue(left: Scored, right: Scored): number {
  return right.value - left.value || right.passageId - left.passageId;
}
