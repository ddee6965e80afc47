/** A text area's lines as patterns: blank lines fall away, trailing spaces too; leading ones may be meant. Pure. */

export function patternLines(text: string): readonly string[] {
  return text.split(/\r?\n/).map((line) => line.trimEnd()).filter((line) => line.trim() !== '');
}
