/**
 * The engine's models in the service of other programs (`findling serve --openai`), so that one model is loaded for all. A person's own
 * searches go first: bulk texts use the embedder's bulk lane, and of foreign queries, which share the query lane, one runs at a time.
 */

import type { EmbeddedTexts, EmbedRequest, RerankedTexts, RerankRequest } from './contract/models.ts';
import { EngineError } from './contract/errors.ts';
import type { Embedder } from './embed/embedder.ts';
import type { Reranker } from './embed/reranker.ts';
import { estimateTokens } from './passage/tokens.ts';

export interface InferenceParts {
  /** The one that answers searches now; null while none does. */
  readonly embedder: () => Embedder | null;
  readonly reranker: () => Reranker | null;
}

export interface Inference {
  /** Errors: `embedder-unavailable`, `cancelled`. */
  embed(request: EmbedRequest, signal: AbortSignal): Promise<EmbeddedTexts>;
  /** Errors: `model-missing`, `embedder-unavailable`, `cancelled`. */
  rerank(request: RerankRequest, signal: AbortSignal): Promise<RerankedTexts>;
}

export function createInference(parts: InferenceParts): Inference {
  /** Foreign queries, and rerankings, stand in line here: each settles whatever became of the one before. */
  let lastQuery: Promise<unknown> = Promise.resolve();
  let lastRerank: Promise<unknown> = Promise.resolve();

  async function embedQueries(embedder: Embedder, request: EmbedRequest, signal: AbortSignal): Promise<Float32Array> {
    const vectors = new Float32Array(request.texts.length * embedder.model.dimension);
    for (const [row, text] of request.texts.entries()) {
      if (signal.aborted) throw new EngineError('cancelled');
      if (text.trim() === '') continue;
      const asked = lastQuery.then(() => embedder.embedQuery(text, { instruction: request.instruction ?? null, signal }));
      lastQuery = asked.catch(() => undefined); // who asked hears of it
      vectors.set(await asked, row * embedder.model.dimension);
    }
    return vectors;
  }

  return {
    async embed(request, signal) {
      const embedder = parts.embedder();
      if (embedder === null) throw new EngineError('embedder-unavailable');
      const vectors = request.as === 'query' ? await embedQueries(embedder, request, signal) : await embedder.embedDocuments(request.texts, signal);
      return {
        model: embedder.model.id, dimension: embedder.model.dimension,
        vectors: Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength).toString('base64'),
        tokens: request.texts.reduce((sum, text) => sum + estimateTokens(text), 0),
      };
    },

    async rerank(request, signal) {
      const reranker = parts.reranker();
      if (reranker === null) throw new EngineError('model-missing', 'No reranking model is in use. Choose one in the settings of Findling.');
      const asked = lastRerank.then(() => {
        if (signal.aborted) throw new EngineError('cancelled');
        return reranker.score(request.query, request.texts, { instruction: request.instruction ?? null, signal });
      });
      lastRerank = asked.catch(() => undefined); // who asked hears of it
      return { model: reranker.id, scores: await asked };
    },
  };
}
