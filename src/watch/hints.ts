/** The hints of one period, gathered: directory → names. Keeps no event twice, whatever a burst brings. */

export interface DirectoryHints {
  /** Names that may be new, gone or replaced. */
  readonly appeared: Set<string>;
  /** An ignore file changed, by any kind of event: editors write in place, too. */
  readonly changed: Set<string>;
  /** Something without a name: look at everything. */
  everything: boolean;
}

/** Beyond this many names in one directory the names are no longer kept: listing the directory once costs less than asking for each. */
export const MOST_NAMES = 64;

export class Hints {
  readonly directories = new Map<string, DirectoryHints>();
  firstMs = 0;
  lastMs = 0;

  add(directory: string, name: string | null, appeared: boolean, nowMs: number): void {
    if (this.directories.size === 0) this.firstMs = nowMs;
    this.lastMs = nowMs;
    let hints = this.directories.get(directory);
    if (hints === undefined) this.directories.set(directory, hints = { appeared: new Set(), changed: new Set(), everything: false });
    if (name === null) hints.everything = true;
    else if (IGNORE_FILES.has(name)) hints.changed.add(name);
    if (name === null || !appeared || hints.everything) return;
    hints.appeared.add(name);
    if (hints.appeared.size <= MOST_NAMES) return;
    hints.appeared.clear();
    hints.everything = true;
  }
}

/** Spelled here as well as in ignore.ts, where they are read: a change of one of these changes what is wanted. */
const IGNORE_FILES: ReadonlySet<string> = new Set(['.findlingignore', '.gitignore']);
