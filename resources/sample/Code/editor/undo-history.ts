/**
 * Undo and redo for a text editor. Typing letter by letter becomes one step, so that one undo takes back a word
 * and not a character; a pause, a paste or a moved cursor begins a new step.
 */

export interface Edit {
  readonly offset: number;
  readonly removed: string;
  readonly inserted: string;
  readonly timeMs: number;
}

/** Two keystrokes further apart than this are separate steps. */
const PAUSE_MS = 700;

export class UndoHistory {
  #done: Edit[] = [];
  #undone: Edit[] = [];

  record(edit: Edit): void {
    this.#undone = [];
    const last = this.#done.at(-1);
    if (last !== undefined && continuesTyping(last, edit)) {
      this.#done[this.#done.length - 1] = { ...last, inserted: last.inserted + edit.inserted, timeMs: edit.timeMs };
    } else {
      this.#done.push(edit);
    }
  }

  /** The edit that takes back the last step, or null when there is nothing left to undo. */
  undo(): Edit | null {
    const edit = this.#done.pop();
    if (edit === undefined) return null;
    this.#undone.push(edit);
    return { ...edit, removed: edit.inserted, inserted: edit.removed };
  }

  redo(): Edit | null {
    const edit = this.#undone.pop();
    if (edit === undefined) return null;
    this.#done.push(edit);
    return edit;
  }
}

function continuesTyping(last: Edit, next: Edit): boolean {
  return last.removed === '' && next.removed === '' && next.inserted.length === 1 && next.inserted !== '\n'
    && next.offset === last.offset + last.inserted.length && next.timeMs - last.timeMs < PAUSE_MS;
}
