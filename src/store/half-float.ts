/** 16-bit floats, which Node 22 has no array for: how vectors are stored (half the disk, the same ranks). Pure. */

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

/** Rounds to nearest, ties to even. What is too large becomes infinity, what is too small becomes zero. */
export function toHalf(value: number): number {
  FLOAT[0] = value;
  const bits = BITS[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const mantissa = bits & 0x7fffff;
  if (exponent === 0xff) return sign | (mantissa === 0 ? 0x7c00 : 0x7e00);
  const power = exponent - 127 + 15;
  if (power >= 0x1f) return sign | 0x7c00;
  if (power <= 0) {
    if (power < -10) return sign;
    const full = mantissa | 0x800000;
    const shift = 14 - power;
    return sign | roundEven(full, shift);
  }
  // A carry out of the mantissa goes into the exponent, which is just what rounding up means.
  return sign | ((power << 10) + roundEven(mantissa, 13));
}

function roundEven(value: number, shift: number): number {
  const kept = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}

export function fromHalf(half: number): number {
  const sign = (half & 0x8000) === 0 ? 1 : -1;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/** Writes `from` as halves into `into` at `offset`. */
export function writeHalves(from: Float32Array, into: Uint16Array, offset: number): void {
  for (let index = 0; index < from.length; index++) into[offset + index] = toHalf(from[index] ?? 0);
}

let values: Float32Array | undefined;

/** All 65,536 halves as numbers, for loops over many of them. */
export function halfValues(): Float32Array {
  values ??= Float32Array.from({ length: 0x10000 }, (_, half) => fromHalf(half));
  return values;
}
