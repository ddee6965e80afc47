/** What all processes that run a graph are started with, and how their deaths are told. */

import { EngineError } from '../contract/errors.ts';
import type { SupervisedOptions } from '../process/supervised.ts';

/** Bounds JavaScript's own heap; the model is native memory beside it. */
const HEAP_MEGABYTES = 192;

/**
 * glibc keeps what loading a model freed, 30 MB for the built-in one, unless told to give back what lies at its heap's end. Setting
 * either freezes the other at 128 KB, and then every table in a graph run is mapped and unmapped, at half the speed: so both. And each
 * thread would have a heap that keeps what it freed: with two for all, the tokenizer's thread costs 20 MB less.
 */
const MALLOC = { MALLOC_TRIM_THRESHOLD_: '1048576', MALLOC_MMAP_THRESHOLD_: '33554432', MALLOC_ARENA_MAX: '2' } as const;

/**
 * Official builds of onnxruntime since 1.29 send what they are used for to their maker unless told not to before they are loaded
 * (microsoft/onnxruntime#27379). On Windows, where it writes to the system's event trace instead, there is no such switch.
 */
const NO_TELEMETRY = { ORT_DISABLE_TELEMETRY: '1' } as const;

/** `threads`: cores that the graph and, beside it, the tokenizer may use. */
export function modelProcessOptions(threads: number): Pick<SupervisedOptions, 'nodeOptions' | 'env'> {
  return {
    nodeOptions: [`--max-old-space-size=${HEAP_MEGABYTES}`, '--max-semi-space-size=4', '--expose-gc'],
    env: { RAYON_NUM_THREADS: String(threads), ...MALLOC, ...NO_TELEMETRY },
  };
}

/** The process went away under a request, or before it. */
export function isDeath(error: unknown): boolean {
  return error instanceof EngineError && (error.code === 'connection-closed' || error.code === 'process-died');
}
