/** What a command is, and what it is given. Commands talk to the engine over the contract and print; main.ts does the rest. */

import type { EngineProtocol } from '../contract/calls.ts';
import type { Client } from '../rpc/client.ts';
import type { Terminal } from './terminal.ts';

export interface Option {
  readonly type: 'boolean' | 'string';
  readonly short?: string;
  /** Shown for the value: `n`, `path`. */
  readonly value?: string;
  readonly help: string;
}

export type Values = Readonly<Record<string, string | boolean | undefined>>;

export interface CommandContext {
  readonly values: Values;
  readonly positionals: readonly string[];
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Connects to the engine of the data directory, started if need be. */
  connect(): Promise<EngineConnection>;
  /** The running engine, or null; never starts one. */
  connectIfRunning(): Promise<EngineConnection | null>;
  /** A yes or no question to the person at the terminal; no when they only press return. */
  ask(question: string): Promise<boolean>;
}

export interface EngineConnection {
  readonly client: Client<EngineProtocol>;
  readonly started: boolean;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Without the program's name: `search <text…>`. */
  readonly usage: readonly string[];
  readonly details: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Answers the exit code. */
  run(context: CommandContext): Promise<number>;
}

/** A wrong use of the command line: message, and what to do. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** An option's value as a whole number within bounds. */
export function wholeNumber(values: Values, name: string, least: number, most: number): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const number = typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most)) throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not '${String(text)}'.`);
  return number;
}

