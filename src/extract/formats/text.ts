/** Plain text and everything whose source is its own best reading (JSON, YAML, TOML, CSV, logs): the text as it is, with line numbers. */

import type { Draft } from '../draft.ts';
import { MAX_TEXT_CHARACTERS } from '../limits.ts';

/** A document of the text itself, cut at the limit; passages count lines from the one mark. */
export function plainText(text: string): Draft {
  const truncated = text.length > MAX_TEXT_CHARACTERS;
  // The zero byte is the one character that stores and pages cannot be trusted with; a space keeps offsets.
  const clean = (truncated ? text.slice(0, MAX_TEXT_CHARACTERS) : text).replaceAll('\u0000', ' ');
  return { title: null, text: clean, marks: [{ start: 0, place: { line: 1 } }], breaks: [], truncated };
}
