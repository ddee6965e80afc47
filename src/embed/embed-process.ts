/**
 * Entry of the embedder's process: loads one model, answers over the parent's pipe, ends when the parent does. Its death
 * is normal (graph faults abort it, memory runs out): onnx-embedder.ts starts it again.
 */

import { setPriority } from 'node:os';
import { EngineError } from '../contract/errors.ts';
import { INTERNAL_PROTOCOL_VERSION } from '../process/supervised.ts';
import { parentProcessTransport } from '../rpc/node/process-transport.ts';
import { serve } from '../rpc/server.ts';
import type { EmbedProcessArguments, EmbedProtocol } from './embed-protocol.ts';
import { openGraphSession, type GraphSession } from './graph-session.ts';
import { LocalModel } from './local-model.ts';
import { readModelFolder } from './model-folder.ts';
import { openTokenizerBeside } from './tokenizer-beside.ts';

/** Bulk work must not make the person's own programs stutter; a query is short enough not to suffer from it. */
const NICENESS = 5;

const startedWith = JSON.parse(process.argv[2] ?? '{}') as EmbedProcessArguments; // Written by onnx-embedder.ts of this same build.

try {
  setPriority(NICENESS);
} catch (error) {
  // Not allowed everywhere; the work is the same at normal priority.
  console.error(`embedder: the priority stays as it is: ${error instanceof Error ? error.message : String(error)}`);
}

const loading = load();
// Callers hear of a failure from `ready`; without a listener Node would end the process before anyone could ask.
loading.catch((error: unknown) => console.error(`embedder: loading failed: ${error instanceof Error ? error.message : String(error)}`));

async function load(): Promise<{ readonly model: LocalModel; readonly session: GraphSession }> {
  // The engine verified sizes and hashes before it started this process.
  const folder = await readModelFolder(startedWith.folder, { trusted: true });
  const { description } = folder;
  const [tokenizer, session] = await Promise.all([
    openTokenizerBeside(folder.tokenizerPath, description.maxTokens, description.input),
    openGraphSession(folder.modelPath, description, { threads: startedWith.threads, device: startedWith.device }),
  ]);
  // What loading leaves would be collected by nothing for a long time (--expose-gc, model-process.ts).
  globalThis.gc?.();
  return { model: new LocalModel(description, tokenizer, session, startedWith.gpuMemoryBytes), session };
}

const transport = parentProcessTransport();
serve<EmbedProtocol>(transport, {
  calls: {
    async ready() {
      const { device, facts } = (await loading).session;
      return { device, precision: facts.precision };
    },
    alive: () => Promise.resolve(null),
    async selfTest(_, { signal }) {
      return (await loading).model.selfTest(signal);
    },
    async query({ text }, { signal }) {
      return (await loading).model.query(text, signal);
    },
    async tokens({ texts }) {
      return (await loading).model.countTokens(texts);
    },
    async documents({ texts }, { signal }) {
      return (await loading).model.documents(texts, signal);
    },
  },
  subscriptions: {},
}, { protocolVersion: INTERNAL_PROTOCOL_VERSION });

process.on('disconnect', () => process.exit(0));
process.on('uncaughtException', (error) => {
  console.error(`embedder: ${error instanceof EngineError ? `${error.code}: ` : ''}${error.message}`);
  process.exit(1);
});
