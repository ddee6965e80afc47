/** Results of self-tests, kept in the data directory: model folders may be read-only. A result holds as long as the model's fingerprint does. */

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelCheck } from '../contract/models.ts';

interface Kept {
  readonly fingerprint: string;
  readonly check: ModelCheck;
}

export class Checks {
  readonly #file: string;
  #kept: Promise<Map<string, Kept>> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(dataDirectory: string) {
    this.#file = join(dataDirectory, 'model-checks.json');
  }

  /** null: not tested since it was changed. */
  async of(id: string, fingerprint: string): Promise<ModelCheck | null> {
    const kept = (await this.#read()).get(id);
    return kept?.fingerprint === fingerprint ? kept.check : null;
  }

  /** `check` null: forgets. */
  async set(id: string, fingerprint: string, check: ModelCheck | null): Promise<void> {
    const kept = await this.#read();
    if (check === null) kept.delete(id);
    else kept.set(id, { fingerprint, check });
    const text = JSON.stringify(Object.fromEntries(kept));
    const write = async (): Promise<void> => {
      await writeFile(`${this.#file}.new`, text, { mode: 0o600 });
      await rename(`${this.#file}.new`, this.#file);
    };
    // A write that failed was told to its caller and holds up no other.
    this.#writing = this.#writing.then(write, write);
    await this.#writing;
  }

  #read(): Promise<Map<string, Kept>> {
    return this.#kept ??= readFile(this.#file, 'utf8').then(parse, () => new Map());
  }
}

/** A damaged file costs the results, which can be had again. */
function parse(text: string): Map<string, Kept> {
  try {
    const raw: unknown = JSON.parse(text);
    if (typeof raw !== 'object' || raw === null) return new Map();
    return new Map(Object.entries(raw).filter((entry): entry is [string, Kept] => isKept(entry[1])));
  } catch {
    return new Map();
  }
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null || !('fingerprint' in value) || !('check' in value)) return false;
  const { check } = value;
  return typeof check === 'object' && check !== null && 'atMs' in check && 'passed' in check && 'detail' in check && 'cosines' in check && Array.isArray(check.cosines);
}
