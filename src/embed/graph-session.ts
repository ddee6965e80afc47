/**
 * One ONNX graph loaded by onnxruntime-node on one device. `run` blocks this thread for as long as the graph takes (its promise changes
 * nothing about that), and a fault in it may end the process: so this is loaded in the embedder's process and nowhere else.
 */

import { InferenceSession } from 'onnxruntime-node';
import { EngineError } from '../contract/errors.ts';
import { deviceFault } from './device-fault.ts';
import { isMemoryFailure } from './device-memory.ts';
import { providerOf, type DeviceName } from './devices.ts';
import { planFeeds } from './graph-feeds.ts';
import { readGraphFacts, type GraphFacts } from './graph-facts.ts';
import type { GraphInputs } from './inputs.ts';
import type { ModelDescription } from './model-description.ts';
import type { GraphOutput } from './pool.ts';

/** A table of tokens at least this large stays in main memory beside a GPU: a look-up is no work for it, and Qwen3's takes 311 to 621 MB. */
const LARGE_TABLE_BYTES = 64 * 1024 * 1024;

export interface GraphSession {
  readonly device: DeviceName;
  readonly facts: GraphFacts;
  /** Errors: `device-memory` (smaller runs may do), `device-failed` (other devices than the CPU), `model-invalid`. */
  run(inputs: GraphInputs): Promise<GraphOutput>;
}

export interface GraphSessionOptions {
  /** Of the CPU, for what runs there. */
  readonly threads: number;
  readonly device?: DeviceName;
}

/** Errors: `model-invalid` when the file is no graph, or its inputs and output are not what `model.json` says; `device-memory`, `device-failed`. */
export async function openGraphSession(path: string, model: ModelDescription, options: GraphSessionOptions): Promise<GraphSession> {
  const { device = 'cpu' } = options;
  const { session, facts } = await createSession(path, model.graph.ids, options);
  const feeds = planFeeds(session, model);
  return {
    device,
    facts,
    async run(inputs) {
      const results = await session.run(feeds.feeds(inputs), [feeds.output]).catch((cause: unknown) => {
        throw failure(cause, device, 'internal', 'The graph failed: ');
      });
      return deviceFault(device, feeds.read(results[feeds.output], inputs));
    },
  };
}

/** The bare session, for graphs that are read in another way (rerank-model.ts). `ids`: name of the graph's input of token ids. Errors: `model-invalid`, `device-memory`, `device-failed`. */
export async function createSession(path: string, ids: string, { threads, device = 'cpu' }: GraphSessionOptions): Promise<{ readonly session: InferenceSession; readonly facts: GraphFacts }> {
  const facts = readGraphFacts(path, ids);
  const onCpu = facts.lookUp !== null && facts.lookUp.bytes >= LARGE_TABLE_BYTES ? [facts.lookUp.node] : [];
  const session = await InferenceSession.create(path, {
    executionProviders: [providerOf(device, onCpu)],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // Memory before the last per cent of speed: the arena keeps the largest run's memory for ever, and memory patterns keep one plan per shape.
    enableCpuMemArena: false,
    enableMemPattern: false,
    // Prepacking copies weights into a second layout; the graph's threads must not spin while idle.
    extra: { session: { 'intra_op.allow_spinning': '0', use_device_allocator_for_initializers: '1' } },
    logSeverityLevel: 3,
  }).catch((cause: unknown) => {
    throw failure(cause, device, 'model-invalid', 'The graph cannot be loaded: ', { path });
  });
  return { session, facts };
}

/** A GPU's errors are its own; the CPU's are the graph's. */
function failure(cause: unknown, device: DeviceName, onCpu: 'model-invalid' | 'internal', what: string, details: Readonly<Record<string, string>> = {}): EngineError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = isMemoryFailure(message) ? 'device-memory' : device === 'cpu' ? onCpu : 'device-failed';
  return new EngineError(code, what + message, { cause, details });
}
