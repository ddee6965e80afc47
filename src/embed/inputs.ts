/**
 * Token ids as the arrays a graph takes: one row per text, padded at the end to one length. Pure. What else some graphs want
 * (positions, empty past keys) is made of these in graph-feeds.ts.
 */

export interface GraphInputs {
  readonly rows: number;
  /** Tokens per row, padding included. */
  readonly length: number;
  /** Row-major, `rows` × `length`. */
  readonly ids: BigInt64Array;
  readonly mask: BigInt64Array;
}

/**
 * Rows are padded to multiples of these. On the CPU a shape costs nothing, and a padded token as much as a real one, in attention more: steps of 256
 * above 512 tokens made the 586 of one text cost two fifths more. Not one: runs of the same length share what is known of their time (batches.ts).
 */
const LENGTH_STEPS = [
  { upTo: 128, step: 4 },
  { upTo: 512, step: 8 },
  { upTo: Number.POSITIVE_INFINITY, step: 16 },
] as const;

/** The length a row of this many tokens is padded to on the CPU. */
export function paddedLength(tokens: number): number {
  for (const { upTo, step } of LENGTH_STEPS) {
    if (tokens <= upTo) return Math.max(step, Math.ceil(tokens / step) * step);
  }
  return tokens;
}

/**
 * `rows` must not be empty, nor any of them: a text without tokens has no place in a graph. `shape`: what a device wants rows and length padded
 * to (shapes.ts); rows of padding alone have one token that counts, for attention over nothing is not a number.
 */
export function prepareInputs(rows: readonly ArrayLike<number>[], padTokenId: number, shape?: { readonly rows: number; readonly length: number }): GraphInputs {
  const longest = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const length = shape?.length ?? paddedLength(longest);
  const all = shape?.rows ?? rows.length;
  const ids = new BigInt64Array(all * length);
  const mask = new BigInt64Array(all * length);
  // Written as the low halves of the 64-bit values: making a BigInt per token took longer than the built-in model's graph.
  // All systems we run on put the low half first.
  const idHalves = new Int32Array(ids.buffer);
  const maskHalves = new Int32Array(mask.buffer);
  for (let row = 0; row < all; row++) {
    const tokens = rows[row] ?? [padTokenId];
    const start = row * length;
    for (let position = 0; position < length; position++) {
      const real = position < tokens.length;
      idHalves[(start + position) * 2] = real ? tokens[position] ?? padTokenId : padTokenId;
      maskHalves[(start + position) * 2] = real ? 1 : 0;
    }
  }
  return { rows: all, length, ids, mask };
}
