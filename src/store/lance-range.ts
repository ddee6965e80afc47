/**
 * Exhaustive search over a large set of files. Thousands of ids in a predicate take longer to plan than all vectors take to read: so
 * a range of ids is read and compared here.
 */

import type { Table } from '@lancedb/lancedb';
import { halfValues } from './half-float.ts';
import { filterPredicate } from './lance-predicate.ts';
import { VECTOR_COLUMN, vectorHalves, wholeColumn } from './lance-rows.ts';
import type { VectorCandidate, VectorFilter } from './vector-store.ts';

/** The `k` nearest rows of these files, nearest first. `vector` has unit length. */
export async function searchRange(table: Table, vector: Float32Array, k: number, filter: VectorFilter, fileIds: readonly number[]): Promise<VectorCandidate[]> {
  const wanted = new Set(fileIds);
  const { fileIds: _listed, ...rest } = filter;
  const predicate = filterPredicate({ ...rest, fileIdFrom: fileIds.reduce((least, id) => Math.min(least, id)), fileIdTo: fileIds.reduce((most, id) => Math.max(most, id)) });
  if (predicate === 'nothing') return [];
  const numbers = halfValues();
  const found: VectorCandidate[] = [];
  for await (const batch of table.query().select(['window_id', 'file_id', VECTOR_COLUMN]).where(predicate ?? 'true')) {
    const halves = vectorHalves(batch);
    const windowIds = wholeColumn(batch, 'window_id');
    wholeColumn(batch, 'file_id').forEach((fileId, row) => {
      if (!wanted.has(fileId)) return;
      const similarity = cosine(vector, halves, row * vector.length, numbers);
      if (similarity !== null) found.push({ windowId: windowIds[row] ?? 0, fileId, similarity });
    });
  }
  return found.sort((left, right) => right.similarity - left.similarity).slice(0, k);
}

/** null for a zero vector. Stored vectors were rounded to 16 bits, so their length is taken out again. */
function cosine(query: Float32Array, halves: Uint16Array, offset: number, numbers: Float32Array): number | null {
  let dot = 0;
  let squares = 0;
  for (let axis = 0; axis < query.length; axis++) {
    const value = numbers[halves[offset + axis] ?? 0] ?? 0;
    dot += value * (query[axis] ?? 0);
    squares += value * value;
  }
  return squares > 0 ? dot / Math.sqrt(squares) : null;
}
