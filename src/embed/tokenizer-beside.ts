/** A tokenizer that works beside the calling thread, which a graph run blocks: our own on a thread, the native package on those it has. */

import { Worker } from 'node:worker_threads';
import { siblingModule } from '../process/module-path.ts';
import { INTERNAL_PROTOCOL_VERSION } from '../process/supervised.ts';
import { Client } from '../rpc/client.ts';
import { workerTransport } from '../rpc/node/process-transport.ts';
import type { ModelInput } from './model-description.ts';
import { openTokenizer, type TextTokenizer, type TokenRow } from './tokenizer.ts';
import type { TokenizerProtocol } from './tokenizer-protocol.ts';

/** Of short-lived strings and rows: more made no difference. */
const YOUNG_GENERATION_MB = 8;

/** A thread that dies ends the process, as any exception that nobody catches. Error: `model-invalid` when the file is no tokenizer. */
export async function openTokenizerBeside(path: string, maxTokens: number, input: ModelInput): Promise<TextTokenizer<TokenRow>> {
  const worker = new Worker(siblingModule(import.meta.url, './tokenizer-thread'), {
    execArgv: ['--disable-warning=ExperimentalWarning'], resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const client = new Client<TokenizerProtocol>(workerTransport(worker), { protocolVersion: INTERNAL_PROTOCOL_VERSION, software: 'embedder' });
  let needed = true;
  client.onClose((reason) => {
    if (needed) throw new Error(`The tokenizer's thread ended: ${reason}`);
  });
  if (!await client.call('open', { path, maxTokens, input })) {
    needed = false;
    await worker.terminate();
    return openTokenizer(path, maxTokens, input);
  }
  return {
    async encode(texts, lane = 'bulk') {
      const { ids, ends } = await client.call('encode', { texts, lane });
      return texts.map((_, index) => ids.subarray(index === 0 ? 0 : ends[index - 1], ends[index]));
    },
  };
}
