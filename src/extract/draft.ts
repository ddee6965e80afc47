/** A document while its extractor writes it: text with marks and breaks at the right offsets, cut at the limit. Not for formats that keep the source text as it is. */

import type { Place } from '../contract/model.ts';
import type { BreakPoint, PlaceMark } from '../pipeline.ts';
import { MAX_TEXT_CHARACTERS } from './limits.ts';
import { wellFormed } from './well-formed.ts';

/** What a format gives: all of a `Document` but kind and language, which extract-file.ts adds. */
export interface Draft {
  readonly title: string | null;
  readonly text: string;
  readonly marks: readonly PlaceMark[];
  readonly breaks: readonly BreakPoint[];
  readonly truncated: boolean;
}

export class DraftWriter {
  readonly #parts: string[] = [];
  readonly #marks: PlaceMark[] = [];
  readonly #breaks: BreakPoint[] = [];
  #length = 0;
  #truncated = false;
  #place: Place = {};

  /** Characters written so far: the offset of what is written next. */
  get length(): number {
    return this.#length;
  }

  /** True once the limit is reached: nothing more is taken, so the extractor may stop reading. */
  get full(): boolean {
    return this.#truncated;
  }

  write(text: string): void {
    if (this.#truncated || text === '') return;
    const room = MAX_TEXT_CHARACTERS - this.#length;
    if (text.length > room) this.#truncated = true;
    // The zero byte is the one character that stores and pages cannot be trusted with.
    const part = (text.length > room ? text.slice(0, room) : text).replaceAll('\u0000', ' ');
    this.#parts.push(part);
    this.#length += part.length;
  }

  /** From here on the text stands at this place; fields that are not given stay as they were, `undefined` takes one away. */
  mark(change: { readonly [K in keyof Place]: Place[K] | undefined }): void {
    const entries = Object.entries({ ...this.#place, ...change }).filter(([, value]) => value !== undefined);
    this.#place = Object.fromEntries(entries);
    const last = this.#marks.at(-1);
    if (last?.start === this.#length) this.#marks.pop();
    this.#marks.push({ start: this.#length, place: this.#place });
  }

  /** Changes the place of the last mark, which stays where it is: a heading whose text comes in pieces. */
  amendMark(change: Place): void {
    const last = this.#marks.pop();
    if (last === undefined) return;
    this.#place = { ...last.place, ...change };
    this.#marks.push({ start: last.start, place: this.#place });
  }

  /** A passage may end here. The strongest of several breaks at one offset stays. */
  break(score: number): void {
    if (this.#length === 0) return;
    const last = this.#breaks.at(-1);
    if (last?.offset === this.#length) {
      if (last.score >= score) return;
      this.#breaks.pop();
    }
    this.#breaks.push({ offset: this.#length, score });
  }

  finish(title: string | null): Draft {
    return { title: cleanTitle(title), text: wellFormed(this.#parts.join('')), marks: this.#marks, breaks: this.#breaks, truncated: this.#truncated };
  }
}

/** Longest title kept; longer ones are abuse of the field. */
const MAX_TITLE_CHARACTERS = 300;

/** A title on one line, without white space around; null when nothing is left. */
export function cleanTitle(title: string | null | undefined): string | null {
  const clean = wellFormed((title ?? '').slice(0, MAX_TITLE_CHARACTERS * 4).replace(/[\s\u0000]+/g, ' ').trim().slice(0, MAX_TITLE_CHARACTERS));
  return clean === '' ? null : clean;
}
