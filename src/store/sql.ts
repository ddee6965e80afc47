/**
 * One connection to the index with its prepared statements. Statements are kept by their text, so the text must never contain a value:
 * every value is bound (lists as one JSON array through json_each).
 */

import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { storeError } from './sqlite-errors.ts';

export type Value = SQLInputValue;
export type Row = Record<string, SQLOutputValue>;

export class Sql {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #open = true;

  constructor(path: string, options: { readonly readOnly?: boolean } = {}) {
    this.#database = new DatabaseSync(path, { readOnly: options.readOnly ?? false });
  }

  /** A function of one text for SQL to call. */
  define(name: string, implementation: (text: string) => string): void {
    this.#database.function(name, { deterministic: true }, (value) => implementation(String(value ?? '')));
  }

  /** Statements without values and without rows: pragmas, schema. */
  exec(text: string): void {
    this.#database.exec(text);
  }

  prepare(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.#database.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  all(text: string, ...values: Value[]): Row[] {
    return this.prepare(text).all(...values);
  }

  get(text: string, ...values: Value[]): Row | undefined {
    return this.prepare(text).get(...values);
  }

  /** Answers the last inserted row's id. */
  run(text: string, ...values: Value[]): number {
    return Number(this.prepare(text).run(...values).lastInsertRowid);
  }

  /** Rows that were changed. */
  change(text: string, ...values: Value[]): number {
    return Number(this.prepare(text).run(...values).changes);
  }

  /** Runs `work` in one transaction: all of it is committed, or none. Errors come out as EngineErrors where there is a code. */
  transaction<T>(work: () => T): T {
    try {
      this.exec('BEGIN IMMEDIATE');
      try {
        const value = work();
        this.exec('COMMIT');
        return value;
      } catch (error) {
        this.#rollback();
        throw error;
      }
    } catch (error) {
      throw storeError(error);
    }
  }

  /** Runs `work` inside a transaction so that its failure undoes only itself. */
  savepoint<T>(work: () => T): T {
    this.exec('SAVEPOINT step');
    try {
      const value = work();
      this.exec('RELEASE step');
      return value;
    } catch (error) {
      // A full disk has rolled the whole transaction back already: then there is no savepoint left, and the outer rollback says so.
      if (this.inTransaction) this.exec('ROLLBACK TO step; RELEASE step');
      throw error;
    }
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  #rollback(): void {
    if (this.inTransaction) this.exec('ROLLBACK');
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#statements.clear();
    this.#database.close();
  }
}

export function numberOf(value: SQLOutputValue | undefined): number {
  return typeof value === 'number' ? value : Number(value ?? 0);
}

export function textOf(value: SQLOutputValue | undefined): string {
  return typeof value === 'string' ? value : String(value ?? '');
}

export function textOrNull(value: SQLOutputValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
