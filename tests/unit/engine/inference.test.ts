/** What other programs may do with the engine's models, and in what order. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineError } from '../../../src/contract/errors.ts';
import type { Embedder } from '../../../src/embed/embedder.ts';
import { createInference } from '../../../src/inference.ts';

/** An embedder whose queries wait to be let through, by name. */
function gatedEmbedder() {
  const asked: string[] = [];
  const gates = new Map<string, () => void>();
  const embedder: Pick<Embedder, 'model' | 'embedQuery' | 'embedDocuments'> = {
    model: { id: 'm', dimension: 2, fingerprint: 'f', windowRule: { maxTokens: 8 }, takesInstruction: true },
    async embedQuery(text, options) {
      asked.push(text);
      await new Promise<void>((resolve, reject) => {
        gates.set(text, resolve);
        options?.signal?.addEventListener('abort', () => reject(new EngineError('cancelled')));
      });
      return Float32Array.of(1, text.length);
    },
    embedDocuments: async (texts) => Float32Array.from(texts.flatMap((text) => [2, text.length])),
  };
  return { embedder: embedder as Embedder, asked, pass: (text: string) => gates.get(text)?.() }; // Nothing else of it is used.
}

const turn = () => new Promise((resolve) => { setImmediate(resolve); });
const numbers = (base64: string): readonly number[] => [...new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer)];

describe('inference for other programs', () => {
  it('runs one foreign query at a time, so that a person\'s own waits for one at most', async () => {
    const { embedder, asked, pass } = gatedEmbedder();
    const inference = createInference({ embedder: () => embedder, reranker: () => null });
    const open = new AbortController().signal;
    const first = inference.embed({ texts: ['one', ' ', 'three'], as: 'query' }, open);
    const second = inference.embed({ texts: ['two'], as: 'query' }, open);
    await turn();
    assert.deepEqual(asked, ['one']);
    pass('one');
    await turn();
    assert.deepEqual(asked, ['one', 'two']);
    pass('two');
    await turn();
    pass('three');
    assert.deepEqual(numbers((await first).vectors), [1, 3, 0, 0, 1, 5]);
    assert.deepEqual(numbers((await second).vectors), [1, 3]);
  });

  it('lets the next one through when one fails or is cancelled', async () => {
    const { embedder, asked, pass } = gatedEmbedder();
    const inference = createInference({ embedder: () => embedder, reranker: () => null });
    const stop = new AbortController();
    const first = inference.embed({ texts: ['one'], as: 'query' }, stop.signal);
    const second = inference.embed({ texts: ['two'], as: 'query' }, new AbortController().signal);
    await turn();
    stop.abort();
    await assert.rejects(first, (error: unknown) => error instanceof EngineError && error.code === 'cancelled');
    await turn();
    assert.deepEqual(asked, ['one', 'two']);
    pass('two');
    assert.equal((await second).model, 'm');
  });

  it('embeds documents in bulk, past the queries', async () => {
    const { embedder } = gatedEmbedder();
    const inference = createInference({ embedder: () => embedder, reranker: () => null });
    const open = new AbortController().signal;
    inference.embed({ texts: ['waits'], as: 'query' }, open).catch(() => undefined);
    assert.deepEqual(numbers((await inference.embed({ texts: ['ab', 'c'], as: 'document' }, open)).vectors), [2, 2, 2, 1]);
  });

  it('says what is missing', async () => {
    const inference = createInference({ embedder: () => null, reranker: () => null });
    const open = new AbortController().signal;
    await assert.rejects(inference.embed({ texts: ['a'], as: 'document' }, open), (error: unknown) => error instanceof EngineError && error.code === 'embedder-unavailable');
    await assert.rejects(inference.rerank({ query: 'q', texts: ['a'] }, open), (error: unknown) => error instanceof EngineError && error.code === 'model-missing');
  });
});
