/**
 * Smaller vectors out of larger ones, for models trained so that a vector's first values are a vector too (Matryoshka): cut, then
 * unit length again. Cutting twice gives the same as cutting once. Pure.
 */

import { createHash } from 'node:crypto';
import { normalize } from './pool.ts';

/** `vectors` row after row, each cut from `dimension` values to `to`. */
export function cutVectors(vectors: Float32Array, dimension: number, to: number): Float32Array {
  const rows = vectors.length / dimension;
  const cut = new Float32Array(rows * to);
  for (let row = 0; row < rows; row++) {
    const target = cut.subarray(row * to, (row + 1) * to);
    target.set(vectors.subarray(row * dimension, row * dimension + to));
    normalize(target);
  }
  return cut;
}

/** Fingerprint of vectors that were cut: hex, 32 digits. */
export function cutFingerprint(family: string, dimension: number): string {
  return createHash('sha256').update(JSON.stringify(['cut', family, dimension])).digest('hex').slice(0, 32);
}
