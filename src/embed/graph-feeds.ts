/**
 * What a graph is fed and what is read from it: ids and mask always; token types, positions and empty past keys where the graph
 * has such inputs. Exports of decoder models for text generation want a key-value cache: zero-length tensors say "nothing before".
 * Not the session itself (graph-session.ts), nor how rows are padded (inputs.ts).
 */

import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { EngineError } from '../contract/errors.ts';
import type { GraphInputs } from './inputs.ts';
import type { ModelDescription } from './model-description.ts';
import type { GraphOutput } from './pool.ts';

/** The part of a session that is read here. */
export type GraphSignature = Pick<InferenceSession, 'inputNames' | 'outputNames' | 'inputMetadata'>;

export interface GraphFeeds {
  /** The only output that is asked for: `present.*` of a cache nobody reads would be copied for nothing. */
  readonly output: string;
  feeds(inputs: GraphInputs): Record<string, Tensor>;
  /** Error: `model-invalid` when type or shape is not what `model.json` says. */
  read(result: Tensor | undefined, inputs: GraphInputs): GraphOutput;
}

/** One input of an empty cache. */
interface Past {
  readonly name: string;
  readonly type: 'float16' | 'float32';
  readonly heads: number;
  readonly headDimension: number;
}

const PAST_NAME = /^past_key_values\.\d+\.(key|value)$/;

/** Error: `model-invalid` when the graph's inputs or output are not what `model.json` says. */
export function planFeeds(session: GraphSignature, model: ModelDescription): GraphFeeds {
  const { graph } = model;
  const past = session.inputNames.filter((name) => PAST_NAME.test(name)).map((name) => pastOf(name, session, model));
  const known = [graph.ids, graph.mask, graph.positions, ...(graph.types === null ? [] : [graph.types]), ...past.map(({ name }) => name)];
  const foreign = session.inputNames.filter((name) => !known.includes(name));
  if (foreign.length > 0) throw new EngineError('model-invalid', `The graph wants inputs that Findling does not know: ${foreign.join(', ')}.`);
  if (!session.inputNames.includes(graph.ids)) throw new EngineError('model-invalid', `The graph has no input "${graph.ids}".`);
  if (!session.outputNames.includes(graph.output)) throw new EngineError('model-invalid', `The graph has no output "${graph.output}"; it has ${session.outputNames.join(', ')}.`);
  const takes = (name: string): boolean => session.inputNames.includes(name);

  return {
    output: graph.output,
    feeds(inputs) {
      const shape = [inputs.rows, inputs.length];
      const feeds: Record<string, Tensor> = { [graph.ids]: new Tensor('int64', inputs.ids, shape) };
      if (takes(graph.mask)) feeds[graph.mask] = new Tensor('int64', inputs.mask, shape);
      if (takes(graph.positions)) feeds[graph.positions] = new Tensor('int64', positionsOf(inputs), shape);
      if (graph.types !== null && takes(graph.types)) feeds[graph.types] = new Tensor('int64', new BigInt64Array(inputs.ids.length), shape);
      for (const { name, type, heads, headDimension } of past) {
        const shape = [inputs.rows, heads, 0, headDimension];
        feeds[name] = type === 'float16' ? new Tensor('float16', new Uint16Array(0), shape) : new Tensor('float32', new Float32Array(0), shape);
      }
      return feeds;
    },
    read(result, inputs) {
      if (result === undefined) throw new EngineError('model-invalid', `The graph gave no output "${graph.output}".`);
      const expected = model.pooling === 'in-graph' ? [inputs.rows, model.outputDimension] : [inputs.rows, inputs.length, model.outputDimension];
      if (result.dims.length !== expected.length || result.dims.some((size, axis) => size !== expected[axis])) {
        throw new EngineError('model-invalid', `The graph's output has the shape ${result.dims.join(' × ')} instead of ${expected.join(' × ')}.`);
      }
      return { values: floatsOf(result, graph.output), rows: inputs.rows, length: inputs.length, width: model.outputDimension };
    },
  };
}

/** Each real token's place in its text, counted by the mask; padding repeats the last one, so that no position lies outside the graph's tables. */
export function positionsOf(inputs: GraphInputs): BigInt64Array {
  const positions = new BigInt64Array(inputs.ids.length);
  // The low halves of the 64-bit values, as in inputs.ts.
  const halves = new Int32Array(positions.buffer);
  const mask = new Int32Array(inputs.mask.buffer, inputs.mask.byteOffset, inputs.mask.length * 2);
  for (let row = 0; row < inputs.rows; row++) {
    let tokens = 0;
    for (let place = row * inputs.length; place < (row + 1) * inputs.length; place++) {
      tokens += mask[place * 2] ?? 0;
      halves[place * 2] = Math.max(0, tokens - 1);
    }
  }
  return positions;
}

/** Sizes from model.json, else from the graph itself, which names them in most exports. */
function pastOf(name: string, session: GraphSignature, model: ModelDescription): Past {
  const value = session.inputMetadata.find((input) => input.name === name);
  if (value === undefined || !value.isTensor || (value.type !== 'float32' && value.type !== 'float16')) {
    throw new EngineError('model-invalid', `The graph's input "${name}" is neither float32 nor float16.`);
  }
  const heads = model.graph.past?.heads ?? value.shape[1];
  const headDimension = model.graph.past?.headDimension ?? value.shape[3];
  if (typeof heads !== 'number' || typeof headDimension !== 'number') {
    throw new EngineError('model-invalid', `The graph does not say how large "${name}" is: model.json must, as "graph.past".`);
  }
  return { name, type: value.type, heads, headDimension };
}

function floatsOf(tensor: Tensor, name: string): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data;
  if (tensor.type === 'float16') return decodeHalves(tensor.data);
  throw new EngineError('model-invalid', `The graph's output "${name}" is neither float32 nor float16.`);
}

/** Runtimes with a Float16Array give one, older ones the bits as Uint16Array. */
function decodeHalves(data: Tensor['data']): Float32Array {
  if (!(data instanceof Uint16Array)) return Float32Array.from(data as ArrayLike<number>); // Float16Array: not yet in TypeScript's library for Node 22.
  const floats = new Float32Array(data.length);
  for (let index = 0; index < data.length; index++) floats[index] = halfToNumber(data[index] ?? 0);
  return floats;
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
