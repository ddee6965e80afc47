/** What the writing modules share on the writer thread: one connection, and what is collected until its commit. */

import { NameChangeList } from './name-changes.ts';
import { PassageWriter } from './passages.ts';
import type { Sql } from './sql.ts';

export interface WriteContext {
  readonly sql: Sql;
  readonly passages: PassageWriter;
  readonly names: NameChangeList;
}

export function createWriteContext(sql: Sql): WriteContext {
  return { sql, passages: new PassageWriter(sql), names: new NameChangeList() };
}

/** One transaction of the store: lexicon rows are written at its end, and nothing collected outlives a roll-back. */
export function write<T>(context: WriteContext, work: () => T): T {
  try {
    return context.sql.transaction(() => {
      const value = work();
      context.passages.flush();
      return value;
    });
  } catch (error) {
    context.passages.clear();
    context.names.clear();
    throw error;
  }
}
