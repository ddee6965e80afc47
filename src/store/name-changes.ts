/**
 * What a write did to names, for the name index in the reader thread (names.ts). Collected on the writer thread during a transaction and
 * handed over after its commit. Applying a change twice, or one that a later load already contains, does no harm.
 */

export interface NameEntry {
  readonly fileId: number;
  readonly name: string;
  readonly directoryId: number;
  readonly modifiedMs: number;
}

export interface NameChanges {
  readonly entries: readonly NameEntry[];
  readonly removed: readonly number[];
  readonly directories: readonly { readonly id: number; readonly label: string }[];
}

export class NameChangeList {
  #entries = new Map<number, NameEntry | null>();
  #directories = new Map<number, string>();

  set(entry: NameEntry): void {
    this.#entries.set(entry.fileId, entry);
  }

  remove(fileId: number): void {
    this.#entries.set(fileId, null);
  }

  directory(id: number, label: string): void {
    this.#directories.set(id, label);
  }

  /** All changes since the last call; null when there are none. */
  take(): NameChanges | null {
    if (this.#entries.size === 0 && this.#directories.size === 0) return null;
    const entries: NameEntry[] = [];
    const removed: number[] = [];
    for (const [fileId, entry] of this.#entries) {
      if (entry === null) removed.push(fileId);
      else entries.push(entry);
    }
    const directories = [...this.#directories].map(([id, label]) => ({ id, label }));
    this.clear();
    return { entries, removed, directories };
  }

  /** Forgets the changes of a transaction that was rolled back. */
  clear(): void {
    this.#entries.clear();
    this.#directories.clear();
  }
}
