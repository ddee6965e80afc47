/**
 * From a graph's output to unit vectors. Pure. Rows are padded at the end, so the last real token of a row stands at its
 * token count minus one; for a causal model that equals left padding.
 */

import type { Pooling } from './model-description.ts';

export interface GraphOutput {
  /** Row-major. `in-graph`: rows × width. Else rows × length × width. */
  readonly values: Float32Array;
  readonly rows: number;
  /** Tokens per row, padding included. */
  readonly length: number;
  readonly width: number;
}

/**
 * One unit vector of `dimension` values per row, written to `into` at the row's place (`places[row]` × dimension).
 * `tokenCounts` are real tokens per row, each at least 1. `dimension` below the width cuts the vector before it is made unit length.
 */
export function poolRows(
  output: GraphOutput, pooling: Pooling, tokenCounts: readonly number[], dimension: number, into: Float32Array, places: readonly number[],
): void {
  for (let row = 0; row < output.rows; row++) {
    const target = into.subarray((places[row] ?? 0) * dimension, ((places[row] ?? 0) + 1) * dimension);
    poolRow(output, pooling, row, tokenCounts[row] ?? 1, target);
    normalize(target);
  }
}

function poolRow(output: GraphOutput, pooling: Pooling, row: number, tokens: number, target: Float32Array): void {
  const { values, length, width } = output;
  const at = (position: number): number => (row * length + position) * width;
  switch (pooling) {
    case 'in-graph':
      return copy(values, row * width, target);
    case 'cls':
      return copy(values, at(0), target);
    case 'last-token':
      return copy(values, at(tokens - 1), target);
    case 'mean':
      // The length of the sum is lost in normalizing, so it need not be divided.
      target.fill(0);
      for (let position = 0; position < tokens; position++) {
        const start = at(position);
        for (let index = 0; index < target.length; index++) target[index] = (target[index] ?? 0) + (values[start + index] ?? 0);
      }
  }
}

function copy(values: Float32Array, start: number, target: Float32Array): void {
  target.set(values.subarray(start, start + target.length));
}

/** Makes a vector unit length in place. A zero vector stays zero; one with a NaN or infinity becomes zero, and so is found by nothing. */
export function normalize(vector: Float32Array): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (!(squares > 0) || !Number.isFinite(squares)) {
    vector.fill(0);
    return;
  }
  const scale = 1 / Math.sqrt(squares);
  for (let index = 0; index < vector.length; index++) vector[index] = (vector[index] ?? 0) * scale;
}
