/**
 * File names are hostile input: they may hold line breaks, control characters and bidi overrides that show `exe.gnp` as `png.exe`.
 * Here each such character becomes one visible sign, so that the text keeps its length and highlights keep their offsets.
 * Only for names and paths: running text of documents is isolated by markup instead. Markup itself is inert already: React escapes it.
 */

/** C0 and C1 controls; the bidi embeddings, overrides, isolates and marks; line separators; what has no width. */
const UNSEEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;
/** Unicode's pictures of the C0 controls start here, in the same order. */
const CONTROL_PICTURES = 0x2400;

export function visibleText(name: string): string {
  return name.replace(UNSEEN, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}
