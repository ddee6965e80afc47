/**
 * To which shapes runs are padded. Pure. A processor takes any number of rows and closely fitting lengths; a GPU compiles shaders
 * and keeps buffers per shape, so it sees few: lengths from a short list, rows doubling.
 */

import { paddedLength } from './inputs.ts';

export interface RunShapes {
  /** The length a row of so many tokens is padded to. */
  length(tokens: number): number;
  /** The number of rows a run of so many is padded to. */
  rows(rows: number): number;
  /** The largest number of rows that needs no padding and is not above this one. */
  fullRows(rows: number): number;
  /** The first run of a shape takes longer than the next ones (shaders are compiled), and says nothing about them. */
  readonly warmsUpPerShape: boolean;
  /** By how much a run may miss its target time. */
  readonly overshoot: number;
}

export const CPU_SHAPES: RunShapes = { length: paddedLength, rows: (rows) => rows, fullRows: (rows) => Math.max(1, rows), warmsUpPerShape: false, overshoot: 1 };

/**
 * Queries with an instruction have 20 to 60 tokens, windows of documents up to a few hundred: five or six lengths in daily use. Each is at
 * most twice the one before, below 1,024 mostly one and a half times: a third of a run may be padding, 15 % on average.
 */
const GPU_LENGTHS = [32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048] as const;

export const GPU_SHAPES: RunShapes = {
  length(tokens) {
    const known = GPU_LENGTHS.find((length) => tokens <= length);
    if (known !== undefined) return known;
    // Longer texts are rare: powers of two are enough.
    return 2 ** Math.ceil(Math.log2(tokens));
  },
  rows: (rows) => 2 ** Math.ceil(Math.log2(Math.max(1, rows))),
  fullRows: (rows) => 2 ** Math.floor(Math.log2(Math.max(1, rows))),
  warmsUpPerShape: true,
  // Rows come in powers of two: a quarter above the target beats half below it.
  overshoot: 1.25,
};
