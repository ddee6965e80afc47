/**
 * How much GPU memory a model takes, estimated: nothing in Node tells what a GPU has or what others took of it. Pure. When the
 * estimate is wrong, an allocation fails, and runs become smaller (batches.ts) or the device rests (device-choice.ts).
 */

/** Beside weights and activations: the driver's context, shaders, staging buffers. */
const BASE_BYTES = 128 * 1024 * 1024;
/** Activations may take this much when the person set no budget: 16 windows of 512 tokens at a width of 1,024. */
const DEFAULT_ACTIVATION_BYTES = 1024 * 1024 * 1024;
/**
 * Live at once per token and unit of width, at worst: residual, its norm, queries, keys and values, the two halves of the gated layer (three
 * widths each) and its product, in floats, doubled because buffers are kept in steps of size.
 */
const BYTES_PER_TOKEN_AND_WIDTH = 96;
/** Width of one attention head in the models we know. */
const HEAD_WIDTH = 64;
/** Scores and their softmax, in floats, where attention is not fused. */
const BYTES_PER_SCORE = 8;
/** A query has this length: with less, the device is of no use. */
const SHORTEST_LENGTH = 64;

/** Bytes of a run of this shape, weights not counted. `width`: of the graph's vectors. */
export function activationBytes(rows: number, length: number, width: number): number {
  const heads = Math.max(1, Math.ceil(width / HEAD_WIDTH));
  return rows * length * width * BYTES_PER_TOKEN_AND_WIDTH + rows * heads * length * length * BYTES_PER_SCORE;
}

/** What is left for activations under a budget (0: none set). */
export function activationBudget(budgetBytes: number, weightBytes: number): number {
  return budgetBytes === 0 ? DEFAULT_ACTIVATION_BYTES : Math.max(0, budgetBytes - weightBytes - BASE_BYTES);
}

/** Rows of this padded length that fit, at least 1: one text cannot be split. */
export function rowsThatFit(length: number, width: number, activationBudgetBytes: number): number {
  return Math.max(1, Math.floor(activationBudgetBytes / activationBytes(1, length, width)));
}

/** Why the model cannot be put on the GPU under this budget; null when it can. */
export function budgetTrouble(budgetBytes: number, weightBytes: number, width: number): string | null {
  const needed = weightBytes + BASE_BYTES + activationBytes(1, SHORTEST_LENGTH, width);
  if (budgetBytes === 0 || needed <= budgetBytes) return null;
  return `The model needs about ${megabytes(needed)} MB of GPU memory, and ${megabytes(budgetBytes)} MB are allowed.`;
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1_000_000);
}

/** Words of the GPU libraries for "no memory left". They have no code in common. */
const NO_MEMORY = /out.?of.?(device.?)?memory|not enough memory|insufficient memory|failed to allocate|allocation (has )?failed|bad.?alloc|bad allocation|CUDA_ERROR_OUT_OF_MEMORY|cudaMalloc|E_OUTOFMEMORY/i;

export function isMemoryFailure(message: string): boolean {
  return NO_MEMORY.test(message);
}
