/**
 * Columns that text takes on a terminal, and cutting by them. Pure. Wide: the East Asian wide and full-width ranges and emoji;
 * zero: combining marks and joiners. Terminals disagree about some emoji; a column more or less there only moves a line's end.
 */

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Unicode's East Asian Width W and F, in the blocks that occur in text, and pictographs with emoji presentation. */
const WIDE = /^[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{17000}-\u{18CFF}\u{1B000}-\u{1B2FF}\u{20000}-\u{3FFFD}]|^\p{Emoji_Presentation}|\uFE0F/u;
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

function graphemeColumns(grapheme: string): number {
  if (ZERO.test(grapheme)) return 0;
  if (WIDE.test(grapheme)) return 2;
  // Terminals count code points: a conjunct of Indic scripts is one grapheme and as many columns as it has letters.
  let columns = 0;
  for (const character of grapheme) if (!ZERO.test(character)) columns += 1;
  return Math.max(1, columns);
}

export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of segmenter.segment(text)) columns += graphemeColumns(segment);
  return columns;
}

/** At most `columns` wide; what is cut off is marked by `mark` at the end, or in the middle for paths. Never cuts inside a grapheme. */
export function cutToColumns(text: string, columns: number, mark: string, where: 'end' | 'middle' = 'end'): string {
  if (columnsOf(text) <= columns) return text;
  const room = Math.max(0, columns - columnsOf(mark));
  const graphemes = Array.from(segmenter.segment(text), ({ segment }) => segment);
  const headRoom = where === 'end' ? room : Math.ceil(room / 2);
  const head = takeColumns(graphemes, headRoom);
  const tail = where === 'end' ? [] : takeColumns(graphemes.slice(head.length).toReversed(), room - headRoom).toReversed();
  return head.join('') + mark + tail.join('');
}

function takeColumns(graphemes: readonly string[], columns: number): readonly string[] {
  let used = 0;
  const count = graphemes.findIndex((grapheme) => {
    used += graphemeColumns(grapheme);
    return used > columns;
  });
  return count === -1 ? graphemes : graphemes.slice(0, count);
}

export function padToColumns(text: string, columns: number, side: 'left' | 'right' = 'right'): string {
  const fill = ' '.repeat(Math.max(0, columns - columnsOf(text)));
  return side === 'right' ? text + fill : fill + text;
}

/**
 * Names and texts come from files: an escape sequence in one must not reach the terminal, nor a mark that turns the direction of all that follows on
 * the line (`exe.gnp` shown as `png.exe`). Tabs and line breaks become spaces. The mild marks of right-to-left text stay.
 */
export function withoutControls(text: string): string {
  return text.replace(/[\t\n\r\v\f]+/g, ' ').replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD');
}
