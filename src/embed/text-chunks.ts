/** Cuts a long list of texts into requests of bounded size, so that messages stay small and a retry is cheap. Pure. */

export interface Chunk {
  /** Index of the first text. */
  readonly from: number;
  /** Index after the last. */
  readonly to: number;
  readonly characters: number;
}

/** The next run of texts, of at most `mostCharacters` together; a longer text stands alone. null when all are taken. */
export function nextChunk(texts: readonly string[], from: number, mostCharacters: number): Chunk | null {
  if (from >= texts.length) return null;
  let to = from + 1;
  let characters = texts[from]?.length ?? 0;
  for (; to < texts.length; to++) {
    const length = texts[to]?.length ?? 0;
    if (characters + length > mostCharacters) break;
    characters += length;
  }
  return { from, to, characters };
}
