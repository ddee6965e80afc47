/** Seeded choice of rows, the same on every machine. Pure. */

/** Up to `count` distinct row offsets below `rows`, ascending. */
export function chooseOffsets(rows: number, count: number, seed: number): number[] {
  if (count >= rows) return Array.from({ length: rows }, (_, index) => index);
  const random = mulberry32(seed);
  const chosen = new Set<number>();
  // Floyd's sampling: each subset is equally likely, and no draw is thrown away.
  for (let limit = rows - count; limit < rows; limit++) {
    const draw = Math.floor(random() * (limit + 1));
    chosen.add(chosen.has(draw) ? limit : draw);
  }
  return [...chosen].sort((left, right) => left - right);
}

/** A small generator of numbers in [0, 1): good enough to choose samples, not to keep secrets. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
