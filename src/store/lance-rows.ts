/**
 * The columns of a vector table, and rows to and from Arrow. Nothing is imported from the libraries here at run time: they
 * take half a second to load, so the store loads them when the first table is opened and hands them in.
 */

import type * as Arrow from 'apache-arrow';
import type * as Lance from '@lancedb/lancedb';
import { EngineError } from '../contract/errors.ts';
import type { EmbeddedWindow } from '../pipeline.ts';
import { fromHalf, writeHalves } from './half-float.ts';
import { kindNumber } from './lance-predicate.ts';

export interface LanceLibrary {
  readonly arrow: typeof Arrow;
  readonly lance: typeof Lance;
}

export const VECTOR_COLUMN = 'vector';

export function tableSchema({ arrow }: LanceLibrary, dimension: number): Arrow.Schema {
  const item = new arrow.Field('item', new arrow.Float16(), true);
  return new arrow.Schema([
    new arrow.Field('window_id', new arrow.Int64(), false),
    new arrow.Field('file_id', new arrow.Int64(), false),
    new arrow.Field('root_id', new arrow.Int32(), false),
    new arrow.Field('kind', new arrow.Int32(), false),
    new arrow.Field('modified_day', new arrow.Int32(), false),
    new arrow.Field(VECTOR_COLUMN, new arrow.FixedSizeList(dimension, item), false),
  ]);
}

/** Columns are filled as typed arrays: no object per row. Each has a buffer of its own (two columns on one buffer write a broken file). */
export function toArrow({ arrow }: LanceLibrary, schema: Arrow.Schema, dimension: number, windows: readonly EmbeddedWindow[]): Arrow.Table {
  const length = windows.length;
  const windowIds = new BigInt64Array(length);
  const fileIds = new BigInt64Array(length);
  const rootIds = new Int32Array(length);
  const kinds = new Int32Array(length);
  const days = new Int32Array(length);
  const halves = new Uint16Array(length * dimension);
  windows.forEach((window, row) => {
    if (window.vector.length !== dimension) {
      throw new EngineError('internal', `A vector of ${window.vector.length} values cannot stand in a table of ${dimension}.`);
    }
    windowIds[row] = BigInt(window.windowId);
    fileIds[row] = BigInt(window.fileId);
    rootIds[row] = window.rootId;
    kinds[row] = kindNumber(window.kind);
    days[row] = window.modifiedDay;
    writeHalves(window.vector, halves, row * dimension);
  });
  const vectorType = new arrow.FixedSizeList(dimension, new arrow.Field('item', new arrow.Float16(), true));
  const children = [
    arrow.makeData({ type: new arrow.Int64(), data: windowIds, length, nullCount: 0 }),
    arrow.makeData({ type: new arrow.Int64(), data: fileIds, length, nullCount: 0 }),
    arrow.makeData({ type: new arrow.Int32(), data: rootIds, length, nullCount: 0 }),
    arrow.makeData({ type: new arrow.Int32(), data: kinds, length, nullCount: 0 }),
    arrow.makeData({ type: new arrow.Int32(), data: days, length, nullCount: 0 }),
    arrow.makeData({
      type: vectorType, length, nullCount: 0,
      child: arrow.makeData({ type: new arrow.Float16(), data: halves, length: halves.length, nullCount: 0 }),
    }),
  ];
  const struct = arrow.makeData({ type: new arrow.Struct(schema.fields), length, nullCount: 0, children });
  return new arrow.Table([new arrow.RecordBatch(schema, struct)]);
}

/** A column of whole numbers of one batch. */
export function wholeColumn(batch: Arrow.RecordBatch, name: string): Float64Array {
  const values: unknown = batch.getChild(name)?.toArray();
  if (values instanceof BigInt64Array) return Float64Array.from(values, Number);
  if (values instanceof Int32Array) return Float64Array.from(values);
  throw new EngineError('index-corrupt', `The vector table lacks the column "${name}".`);
}

/** A column of 32-bit floats of one batch, such as `_distance`. */
export function floatColumn(batch: Arrow.RecordBatch, name: string): Float32Array {
  const values: unknown = batch.getChild(name)?.toArray();
  if (values instanceof Float32Array) return values;
  throw new EngineError('index-corrupt', `The vector table lacks the column "${name}".`);
}

/** The vectors of one batch, row after row, written to `into` at `offset`. */
export function readVectors(batch: Arrow.RecordBatch, dimension: number, into: Float32Array, offset: number): void {
  const halves = vectorHalves(batch);
  const count = batch.numRows * dimension;
  for (let index = 0; index < count; index++) into[offset + index] = fromHalf(halves[index] ?? 0);
}

/** The vectors of one batch as they are stored: row after row, 16 bits a value. */
export function vectorHalves(batch: Arrow.RecordBatch): Uint16Array {
  const halves: unknown = batch.getChild(VECTOR_COLUMN)?.data[0]?.children[0]?.values;
  if (!(halves instanceof Uint16Array)) throw new EngineError('index-corrupt', 'The vector table holds no 16-bit vectors.');
  return halves;
}
