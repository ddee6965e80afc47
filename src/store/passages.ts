/**
 * Passages on the writer thread: their ids, text blocks and lexicon rows. Lexicon rows are collected and written at the end of a
 * transaction in order of id, because FTS5 flushes to disk whenever an id is smaller than the one before.
 *
 * Ids tell age: the first crawl indexes newest files first and later changes are newer still, so a file older than the newest one seen takes
 * its ids below all others, a newer one above. `ORDER BY rowid DESC` then means newest first, and no id is ever used twice.
 */

import type { Passage } from '../pipeline.ts';
import { indexText } from '../text/index-text.ts';
import { packBlocks } from './blocks.ts';
import { numberOf, type Sql } from './sql.ts';

/**
 * Where ids begin in both directions. Small, because every list of the word index begins with an id: four bytes up to 2^28. Below it is
 * room for 134 million passages, a hundred gigabytes of text; should they run out, ids go on above and only their order by age suffers.
 */
const FIRST_ID = 2 ** 27;

interface LexiconRow {
  readonly passageId: number;
  readonly text: string;
}

export interface StoredRange {
  readonly firstPassage: number;
  readonly count: number;
  /** UTF-16 units and UTF-8 bytes of the text. */
  readonly characters: number;
  readonly bytes: number;
}

export class PassageWriter {
  readonly #sql: Sql;
  #inserts: LexiconRow[] = [];
  #deletes: { first: number; count: number }[] = [];

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Where this writer stands, to undo what a failed step of a transaction has collected. */
  mark(): { readonly inserts: number; readonly deletes: number } {
    return { inserts: this.#inserts.length, deletes: this.#deletes.length };
  }

  undoTo(mark: { readonly inserts: number; readonly deletes: number }): void {
    this.#inserts.length = mark.inserts;
    this.#deletes.length = mark.deletes;
  }

  /** Text blocks now, lexicon rows with the next `flush`. */
  insert(passages: readonly Passage[], modifiedMs: number): StoredRange {
    const count = passages.length;
    if (count === 0) return { firstPassage: 0, count, characters: 0, bytes: 0 };
    const firstPassage = this.#takeIds(count, modifiedMs);
    let characters = 0;
    let bytes = 0;
    for (const [index, passage] of passages.entries()) {
      characters += passage.text.length;
      bytes += Buffer.byteLength(passage.text);
      this.#inserts.push({ passageId: firstPassage + index, text: passage.text });
    }
    for (const block of packBlocks(passages)) {
      this.#sql.run('INSERT INTO blocks(first_passage, count, data) VALUES (?, ?, ?)', firstPassage + block.first, block.count, block.data);
    }
    this.#addToCounter('text_bytes', bytes);
    return { firstPassage, count, characters, bytes };
  }

  /** `bytes` as `insert` answered them. */
  remove(firstPassage: number, count: number, bytes: number): void {
    if (count === 0) return;
    this.#addToCounter('text_bytes', -bytes);
    this.#sql.run('DELETE FROM blocks WHERE first_passage >= ? AND first_passage < ?', firstPassage, firstPassage + count);
    this.#deletes.push({ first: firstPassage, count });
  }

  /** Writes the collected lexicon rows. Call at the end of every transaction. */
  flush(): void {
    const deletes = this.#deletes;
    const inserts = this.#inserts;
    this.clear();
    for (const { first, count } of deletes) {
      for (let id = first; id < first + count; id++) this.#sql.run('DELETE FROM lexicon WHERE rowid = ?', id);
    }
    inserts.sort((left, right) => left.passageId - right.passageId);
    for (const { passageId, text } of inserts) {
      const { words, extra } = indexText(text);
      this.#sql.run('INSERT INTO lexicon(rowid, words, extra) VALUES (?, ?, ?)', passageId, words, extra);
    }
    const added = inserts.length - deletes.reduce((sum, range) => sum + range.count, 0);
    if (added !== 0) this.#addToCounter('passages', added);
  }

  clear(): void {
    this.#inserts = [];
    this.#deletes = [];
  }

  #takeIds(count: number, modifiedMs: number): number {
    const newest = this.#counter('newest_ms', 0);
    const below = this.#counter('next_passage_below', FIRST_ID) - count;
    if (modifiedMs < newest && below > 0) {
      this.#setCounter('next_passage_below', below);
      return below;
    }
    const above = this.#counter('next_passage_above', FIRST_ID);
    this.#setCounter('newest_ms', Math.max(newest, modifiedMs));
    this.#setCounter('next_passage_above', above + count);
    return above;
  }

  #counter(name: string, otherwise: number): number {
    const row = this.#sql.get('SELECT value FROM counters WHERE name = ?', name);
    return row === undefined ? otherwise : numberOf(row['value']);
  }

  #setCounter(name: string, value: number): void {
    this.#sql.run('INSERT INTO counters(name, value) VALUES (?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2', name, value);
  }

  #addToCounter(name: string, value: number): void {
    this.#sql.run('INSERT INTO counters(name, value) VALUES (?1, ?2) ON CONFLICT(name) DO UPDATE SET value = value + ?2', name, value);
  }
}
