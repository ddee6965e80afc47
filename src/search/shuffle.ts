/** Random order that a seed decides, so that calibration gives the same result for the same index. Pure. */

import { mulberry32 } from '../store/random-rows.ts';

/** A copy in random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = mulberry32(seed);
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const moved = copy[last] as T; // both indices lie inside of the array
    copy[last] = copy[other] as T;
    copy[other] = moved;
  }
  return copy;
}
