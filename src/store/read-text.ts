/** Passages from disk, on any thread: by range of ids. A few unpacked blocks are kept, because hits of one file are neighbours. */

import { unpackBlock, type StoredPassage } from './blocks.ts';
import { numberOf, type Sql } from './sql.ts';

/** Unpacked blocks kept, some 192 × 12 KB in each reader: the next letter of a query finds mostly the same passages. */
const KEPT_BLOCKS = 192;

export interface ReadPassage extends StoredPassage {
  readonly passageId: number;
}

export class TextReader {
  readonly #sql: Sql;
  readonly #blocks = new Map<number, readonly StoredPassage[]>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** One passage; null when the id is unknown. Ids are never used twice and blocks never change, so a kept block is right for ever. */
  passage(passageId: number): ReadPassage | null {
    return this.range(passageId, passageId)[0] ?? null;
  }

  /** Passages with ids `first` to `last`, in order. */
  range(first: number, last: number): ReadPassage[] {
    const found: ReadPassage[] = [];
    const blocks = this.#sql.all(
      `SELECT first_passage, count FROM blocks WHERE first_passage <= ?2
       AND first_passage >= coalesce((SELECT max(first_passage) FROM blocks WHERE first_passage <= ?1), ?1) ORDER BY first_passage`, first, last,
    );
    for (const block of blocks) {
      const start = numberOf(block['first_passage']);
      if (start + numberOf(block['count']) <= first) continue;
      for (const [index, passage] of this.#block(start).entries()) {
        const passageId = start + index;
        if (passageId >= first && passageId <= last) found.push({ ...passage, passageId });
      }
    }
    return found;
  }

  #block(firstPassage: number): readonly StoredPassage[] {
    const kept = this.#blocks.get(firstPassage);
    if (kept !== undefined) {
      this.#blocks.delete(firstPassage);
      this.#blocks.set(firstPassage, kept);
      return kept;
    }
    const data = this.#sql.get('SELECT data FROM blocks WHERE first_passage = ?', firstPassage)?.['data'];
    if (!(data instanceof Uint8Array)) return [];
    const block = unpackBlock(data);
    this.#blocks.set(firstPassage, block);
    const oldest = this.#blocks.keys().next().value;
    if (this.#blocks.size > KEPT_BLOCKS && oldest !== undefined) this.#blocks.delete(oldest);
    return block;
  }

  /** Forgets unpacked text: it must not outlive what was forgotten on disk. */
  clear(): void {
    this.#blocks.clear();
  }
}
