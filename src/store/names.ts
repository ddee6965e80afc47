/**
 * Names found by any part of them, from memory: all folded names in one string that is scanned on each keystroke (1 to 3 ms for 100,000),
 * kept in step with the catalog by changes. Changes gather in a short tail and are folded into the string now and then.
 *
 * A trigram index was the alternative: as large on disk as the names are ten times over, and no help for one or two letters.
 */

import { fold } from '../text/fold.ts';
import type { NameChanges, NameEntry } from './name-changes.ts';

/** What a match is worth: the whole name, the name without extension, its beginning, a word's beginning, inside a word, only in the folder. */
const EXACT = 1;
const STEM = 0.9;
const PREFIX = 0.8;
const WORD_START = 0.7;
const INSIDE = 0.55;
const FOLDER = 0.3;
/** Several words are worth less than one text in a row of the same kind. */
const SEVERAL = 0.95;
/** The tail is folded into the string when it is longer than this, or than a share of the string. */
const LONGEST_TAIL = 2_000;
const TAIL_SHARE = 0.1;

export interface NameMatch {
  readonly fileId: number;
  readonly value: number;
  readonly modifiedMs: number;
}

/** Names that stand one after another in one string, each ended by a line feed. */
interface Segment {
  readonly text: string;
  /** Where each name starts in `text`; one more at the end. */
  readonly starts: Uint32Array;
  readonly fileIds: Float64Array;
  readonly directories: Float64Array;
  readonly modified: Float64Array;
}

const EMPTY: Segment = { text: '', starts: new Uint32Array(1), fileIds: new Float64Array(0), directories: new Float64Array(0), modified: new Float64Array(0) };

export class NameIndex {
  #main: Segment = EMPTY;
  #tail: Segment = EMPTY;
  /** Names in the tail by file. They hide the same file's entry in the main segment. */
  #changed = new Map<number, NameEntry>();
  /** Files whose entry in the main segment no longer holds. */
  #hidden = new Set<number>();
  #tailStale = false;
  readonly #labels = new Map<number, string>();

  get size(): number {
    return this.#main.fileIds.length - this.#hidden.size + this.#changed.size;
  }

  /** Applies a commit's changes, in commit order. */
  apply(changes: NameChanges): void {
    for (const { id, label } of changes.directories) this.#labels.set(id, label);
    for (const entry of changes.entries) {
      this.#hide(entry.fileId);
      this.#changed.set(entry.fileId, entry);
    }
    for (const fileId of changes.removed) {
      this.#hide(fileId);
      this.#changed.delete(fileId);
    }
    this.#tailStale = true;
    if (this.#changed.size + this.#hidden.size > Math.max(LONGEST_TAIL, this.#main.fileIds.length * TAIL_SHARE)) this.#merge();
  }

  #hide(fileId: number): void {
    if (this.#hidden.has(fileId) || !hasSorted(this.#main.fileIds, fileId)) return;
    this.#hidden.add(fileId);
  }

  #merge(): void {
    const entries: FoldedEntry[] = [];
    const { text, starts, fileIds, directories, modified } = this.#main;
    for (let index = 0; index < fileIds.length; index++) {
      const fileId = fileIds[index] ?? 0;
      if (this.#hidden.has(fileId)) continue;
      entries.push({ fileId, name: text.slice(starts[index], (starts[index + 1] ?? 1) - 1), directoryId: directories[index] ?? 0, modifiedMs: modified[index] ?? 0 });
    }
    for (const entry of this.#changed.values()) entries.push(folded(entry));
    this.#main = segmentOf(entries);
    this.#changed = new Map();
    this.#hidden = new Set();
    this.#tail = EMPTY;
    this.#tailStale = false;
  }

  /** The best `limit` matches, best first; all words of the text must occur in the name or its folder, at least one in the name. */
  search(text: string, limit: number): { readonly matches: NameMatch[]; readonly total: number } {
    const query = fold(text).trim().replace(/\s+/g, ' ');
    if (query === '') return { matches: [], total: 0 };
    if (this.#tailStale) {
      this.#tail = segmentOf([...this.#changed.values()].map(folded));
      this.#tailStale = false;
    }
    const best = new BestMatches(limit);
    // A path typed as one (`reports/2024`) is its parts.
    const parts = [...new Set(query.split(/[\s/\\]+/).filter((part) => part !== ''))];
    const folders = parts.map((part) => this.#directoriesWith(part));
    scan(this.#main, query, parts, folders, this.#hidden, best);
    scan(this.#tail, query, parts, folders, NONE_HIDDEN, best);
    return { matches: best.sorted(), total: best.total };
  }

  #directoriesWith(part: string): ReadonlySet<number> {
    const found = new Set<number>();
    for (const [id, label] of this.#labels) if (label.includes(part)) found.add(id);
    return found;
  }
}

const NONE_HIDDEN: ReadonlySet<number> = new Set();

interface FoldedEntry {
  readonly fileId: number;
  readonly name: string;
  readonly directoryId: number;
  readonly modifiedMs: number;
}

/** A line feed in a name (Unix allows it) would end it early. */
function folded(entry: NameEntry): FoldedEntry {
  return { ...entry, name: fold(entry.name).replaceAll('\n', ' ') };
}

/** Sorted by file id, so that an entry is found by its file. */
function segmentOf(entries: FoldedEntry[]): Segment {
  entries.sort((left, right) => left.fileId - right.fileId);
  const count = entries.length;
  const starts = new Uint32Array(count + 1);
  const fileIds = new Float64Array(count);
  const directories = new Float64Array(count);
  const modified = new Float64Array(count);
  let at = 0;
  for (const [index, entry] of entries.entries()) {
    starts[index] = at;
    fileIds[index] = entry.fileId;
    directories[index] = entry.directoryId;
    modified[index] = entry.modifiedMs;
    at += entry.name.length + 1;
  }
  starts[count] = at;
  return { text: entries.map((entry) => `${entry.name}\n`).join(''), starts, fileIds, directories, modified };
}

function hasSorted(ids: Float64Array, wanted: number): boolean {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return ids[low] === wanted;
}

function scan(
  segment: Segment, query: string, parts: readonly string[], folders: readonly ReadonlySet<number>[], hidden: ReadonlySet<number>, best: BestMatches,
): void {
  const count = segment.fileIds.length;
  if (count === 0) return;
  const worth = parts.map((part) => occurrences(segment, part));
  for (let index = 0; index < count; index++) {
    let sum = 0;
    let inName = false;
    let all = true;
    for (let part = 0; part < parts.length; part++) {
      const value = worth[part]?.[index] ?? 0;
      if (value > 0) {
        sum += value / 100;
        inName = true;
      } else if (folders[part]?.has(segment.directories[index] ?? 0) === true) sum += FOLDER;
      else {
        all = false;
        break;
      }
    }
    if (!all || !inName || (hidden.size > 0 && hidden.has(segment.fileIds[index] ?? 0))) continue;
    const mean = parts.length === 1 ? sum : (sum / parts.length) * SEVERAL;
    const value = Math.max(mean, wholeQuery(segment, index, query));
    best.offer(segment.fileIds[index] ?? 0, value, segment.modified[index] ?? 0);
  }
}

/** For each name, in hundredths, what the best place of `part` in it is worth; 0 when it does not occur. */
function occurrences(segment: Segment, part: string): Uint8Array {
  const { text, starts } = segment;
  const worth = new Uint8Array(starts.length - 1);
  let index = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at)) {
    while ((starts[index + 1] ?? 0) <= at) index++;
    const start = starts[index] ?? 0;
    const found = at === start ? PREFIX : isWordStart(text, at) ? WORD_START : INSIDE;
    worth[index] = Math.max(worth[index] ?? 0, Math.round(found * 100));
    // A beginning cannot be bettered; a place inside may be followed by a better one in the same name.
    at = found === INSIDE ? at + 1 : (starts[index + 1] ?? text.length);
  }
  return worth;
}

function wholeQuery(segment: Segment, index: number, query: string): number {
  const { text, starts } = segment;
  const start = starts[index] ?? 0;
  if (!text.startsWith(query, start)) return 0;
  const end = (starts[index + 1] ?? 1) - 1;
  const after = start + query.length;
  if (after === end) return EXACT;
  return text.charCodeAt(after) === DOT && text.lastIndexOf('.', end - 1) === after ? STEM : PREFIX;
}

const DOT = 0x2e;

const LETTER = /^\p{L}$/u;
const DIGIT = /^\p{N}$/u;

/** After a separator, or between letters and digits: `2024` in `report2024`. One letter occurs in nearly all names, so ASCII takes no pattern. */
function isWordStart(text: string, at: number): boolean {
  const unit = text.charCodeAt(at - 1);
  const next = text.charCodeAt(at);
  if (unit < 0x80 && next < 0x80) {
    if (unit >= 0x61 && unit <= 0x7a) return next >= 0x30 && next <= 0x39;
    if (unit >= 0x30 && unit <= 0x39) return next >= 0x61 && next <= 0x7a;
    return true;
  }
  const before = text.charAt(at - 1);
  const here = text.charAt(at);
  if (LETTER.test(before)) return DIGIT.test(here);
  if (DIGIT.test(before)) return LETTER.test(here);
  return true;
}

/** The best few of many: a heap whose root is the worst that is kept. */
class BestMatches {
  readonly #limit: number;
  readonly #heap: NameMatch[] = [];
  total = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(fileId: number, value: number, modifiedMs: number): void {
    this.total++;
    const worst = this.#heap[0];
    if (this.#heap.length === this.#limit) {
      if (worst === undefined || value < worst.value || (value === worst.value && modifiedMs <= worst.modifiedMs)) return;
      this.#heap[0] = { fileId, value, modifiedMs };
      this.#sink();
      return;
    }
    this.#heap.push({ fileId, value, modifiedMs });
    this.#rise();
  }

  sorted(): NameMatch[] {
    return [...this.#heap].sort((left, right) => -compare(left, right));
  }

  #rise(): void {
    const heap = this.#heap;
    for (let at = heap.length - 1; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfWorse(at, parent)) return;
      at = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let at = 0; ;) {
      const left = at * 2 + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const child = right < heap.length && compare(heap[right] as NameMatch, heap[left] as NameMatch) < 0 ? right : left; // both are inside
      if (!this.#swapIfWorse(child, at)) return;
      at = child;
    }
  }

  /** Swaps a child with its parent when the child is the worse of the two. */
  #swapIfWorse(child: number, parent: number): boolean {
    const heap = this.#heap;
    const lower = heap[child];
    const upper = heap[parent];
    if (lower === undefined || upper === undefined || compare(lower, upper) >= 0) return false;
    heap[child] = upper;
    heap[parent] = lower;
    return true;
  }
}

/** Worse first: less worth, then older. */
function compare(left: NameMatch, right: NameMatch): number {
  return left.value - right.value || left.modifiedMs - right.modifiedMs;
}
