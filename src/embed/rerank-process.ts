/**
 * Entry of the reranker's process: loads one model, answers over the parent's pipe, ends when the parent does. As embed-process.ts, and apart from it: a
 * fault in one model must not cost the other, and either may rest while the other works.
 */

import { setPriority } from 'node:os';
import { EngineError } from '../contract/errors.ts';
import { INTERNAL_PROTOCOL_VERSION } from '../process/supervised.ts';
import { parentProcessTransport } from '../rpc/node/process-transport.ts';
import { serve } from '../rpc/server.ts';
import { readModelFolder } from './model-folder.ts';
import { RerankModel } from './rerank-model.ts';
import type { RerankProcessArguments, RerankProtocol } from './rerank-protocol.ts';

/** Refining a list that is on the screen already must not make the person's own programs stutter. */
const NICENESS = 5;

const startedWith = JSON.parse(process.argv[2] ?? '{}') as RerankProcessArguments; // Written by local-reranker.ts of this same build.

try {
  setPriority(NICENESS);
} catch (error) {
  // Not allowed everywhere; the work is the same at normal priority.
  console.error(`reranker: the priority stays as it is: ${error instanceof Error ? error.message : String(error)}`);
}

const loading = load();
// Callers hear of a failure from `ready`; without a listener Node would end the process before anyone could ask.
loading.catch((error: unknown) => console.error(`reranker: loading failed: ${error instanceof Error ? error.message : String(error)}`));

async function load(): Promise<RerankModel> {
  // The engine verified sizes and hashes before it started this process.
  const model = await RerankModel.open(await readModelFolder(startedWith.folder, { trusted: true }), startedWith.threads, startedWith.device);
  // Reading a vocabulary leaves tens of megabytes of garbage (--expose-gc, local-reranker.ts).
  globalThis.gc?.();
  return model;
}

serve<RerankProtocol>(parentProcessTransport(), {
  calls: {
    async ready() {
      return { device: (await loading).device };
    },
    alive: () => null,
  },
  subscriptions: {
    async score(request, next, { signal }) {
      await (await loading).score(request, (from, scores) => next({ from, scores }), signal);
    },
  },
}, { protocolVersion: INTERNAL_PROTOCOL_VERSION });

process.on('disconnect', () => process.exit(0));
process.on('uncaughtException', (error) => {
  console.error(`reranker: ${error instanceof EngineError ? `${error.code}: ` : ''}${error.message}`);
  process.exit(1);
});
