/**
 * What an ONNX file says about its weights, without loading it: their precision (how close two devices can come to each other) and the
 * node that looks tokens up (hundreds of megabytes that a GPU need not hold). ONNX is protobuf; weights are skipped, not read.
 */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** What most weights are kept as. `quantized`: integers of 8 bits or fewer with scales. */
export type Precision = 'fp32' | 'fp16' | 'quantized';

export interface GraphFacts {
  readonly precision: Precision;
  /** Of all weights, beside the graph or in it. */
  readonly weightBytes: number;
  /** The node that looks the ids up in a table of weights; null when there is none, or it has no name. */
  readonly lookUp: { readonly node: string; readonly bytes: number } | null;
}

/** Integer weights above this share make a graph `quantized`: its table of tokens often stays in halves, and its norms in floats. */
const QUANTIZED_SHARE = 0.2;

/** ONNX element types: bytes of one. */
const ELEMENT_BYTES: Readonly<Record<number, number>> = { 1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 16: 2, 21: 0.5, 22: 0.5 };
const HALVES = new Set([10, 16]);
const SMALL_INTEGERS = new Set([2, 3, 21, 22]);

/** Field numbers of ModelProto, GraphProto, NodeProto and TensorProto. */
const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_INITIALIZER = 5;
const NODE_INPUT = 1;
const NODE_NAME = 3;
const NODE_TYPE = 4;
const TENSOR_DIMS = 1;
const TENSOR_TYPE = 2;
const TENSOR_NAME = 8;

interface Weight {
  readonly type: number;
  readonly bytes: number;
}

/** `ids`: name of the graph's input of token ids. A file that is no ONNX graph gives facts without weights: loading it will say so. */
export function readGraphFacts(path: string, ids: string): GraphFacts {
  const file = new ProtoFile(path);
  try {
    const weights = new Map<string, Weight>();
    const lookUps: { readonly name: string; readonly table: string }[] = [];
    for (const model of file.fields(0, file.size)) {
      if (model.number !== MODEL_GRAPH) continue;
      for (const field of file.fields(model.start, model.end)) {
        if (field.number === GRAPH_INITIALIZER) readWeight(file, field, weights);
        else if (field.number === GRAPH_NODE) readLookUp(file, field, ids, lookUps);
      }
    }
    return factsOf(weights, lookUps);
  } finally {
    file.close();
  }
}

function factsOf(weights: ReadonlyMap<string, Weight>, lookUps: readonly { readonly name: string; readonly table: string }[]): GraphFacts {
  const bytesOf = (wanted: (type: number) => boolean): number => [...weights.values()].reduce((sum, { type, bytes }) => sum + (wanted(type) ? bytes : 0), 0);
  const weightBytes = bytesOf(() => true);
  const quantized = bytesOf((type) => SMALL_INTEGERS.has(type)) > weightBytes * QUANTIZED_SHARE;
  const halves = bytesOf((type) => HALVES.has(type)) > weightBytes / 2;
  const found = lookUps.find(({ name, table }) => name !== '' && weights.has(table));
  return {
    precision: quantized ? 'quantized' : halves ? 'fp16' : 'fp32',
    weightBytes,
    lookUp: found === undefined ? null : { node: found.name, bytes: weights.get(found.table)?.bytes ?? 0 },
  };
}

function readWeight(file: ProtoFile, field: Field, weights: Map<string, Weight>): void {
  let [name, type, elements] = ['', 0, 1];
  for (const part of file.fields(field.start, field.end)) {
    if (part.number === TENSOR_NAME) name = file.text(part);
    else if (part.number === TENSOR_TYPE) type = part.value;
    // Sizes may be packed into one field or repeated.
    else if (part.number === TENSOR_DIMS) elements *= part.wire === 0 ? part.value : file.varints(part).reduce((product, size) => product * size, 1);
  }
  weights.set(name, { type, bytes: elements * (ELEMENT_BYTES[type] ?? 0) });
}

function readLookUp(file: ProtoFile, field: Field, ids: string, lookUps: { readonly name: string; readonly table: string }[]): void {
  const inputs: string[] = [];
  let [name, type] = ['', ''];
  for (const part of file.fields(field.start, field.end)) {
    if (part.number === NODE_INPUT) inputs.push(file.text(part));
    else if (part.number === NODE_NAME) name = file.text(part);
    else if (part.number === NODE_TYPE) type = file.text(part);
  }
  if (type === 'Gather' && inputs[1] === ids) lookUps.push({ name, table: inputs[0] ?? '' });
}

interface Field {
  readonly number: number;
  /** 0: `value` holds it. 2: bytes from `start` to `end` of the file. */
  readonly wire: number;
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

/** Names are short; a file may come from a stranger. */
const LONGEST_NAME = 4_096;
/** Bytes read ahead; nodes are small and many. */
const WINDOW_BYTES = 65_536;

class ProtoFile {
  readonly #descriptor: number;
  readonly #window = Buffer.alloc(WINDOW_BYTES);
  #windowStart = 0;
  #windowBytes = 0;
  readonly size: number;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
    this.size = fstatSync(this.#descriptor).size;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** The fields of a message that lies there; ends quietly where the bytes make no sense. */
  *fields(start: number, end: number): Generator<Field> {
    let at = start;
    while (at < end) {
      const key = this.#varint(at);
      if (key === null) return;
      const [number, wire] = [Math.floor(key.value / 8), key.value % 8];
      if (wire === 0 || wire === 2) {
        const value = this.#varint(key.end);
        if (value === null) return;
        at = wire === 0 ? value.end : value.end + value.value;
        yield { number, wire, value: value.value, start: value.end, end: at };
      } else if (wire === 1 || wire === 5) {
        at = key.end + (wire === 1 ? 8 : 4);
      } else return;
    }
  }

  text({ start, end }: Field): string {
    const bytes: number[] = [];
    for (let at = start; at < Math.min(end, start + LONGEST_NAME); at++) bytes.push(this.#byte(at) ?? 0);
    return Buffer.from(bytes).toString('utf8');
  }

  varints({ start, end }: Field): number[] {
    const values: number[] = [];
    for (let at = start; at < end;) {
      const next = this.#varint(at);
      if (next === null) break;
      values.push(next.value);
      at = next.end;
    }
    return values;
  }

  #varint(start: number): { readonly value: number; readonly end: number } | null {
    let [value, scale, at] = [0, 1, start];
    for (; at < start + 10; at++) {
      const byte = this.#byte(at);
      if (byte === null) return null;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return { value, end: at + 1 };
      scale *= 0x80;
    }
    return null;
  }

  #byte(at: number): number | null {
    if (at < this.#windowStart || at >= this.#windowStart + this.#windowBytes) {
      this.#windowStart = at;
      this.#windowBytes = readSync(this.#descriptor, this.#window, 0, WINDOW_BYTES, at);
      if (this.#windowBytes === 0) return null;
    }
    return this.#window[at - this.#windowStart] ?? null;
  }
}
