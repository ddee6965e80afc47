/** Bodies of our OpenAI-compatible endpoint's answers. Pure. */

import { EngineError } from '../contract/errors.ts';
import { OpenAiError, type EmbeddingsRequest, type RerankingRequest } from './openai-requests.ts';

/** Scores of exactly 0 or 1 have no logit. */
const LEAST_CHANCE = 1e-9;

export function modelsBody(ids: readonly string[]): unknown {
  return { object: 'list', data: ids.map(modelBody) };
}

export function modelBody(id: string): unknown {
  return { id, object: 'model', created: 0, owned_by: 'findling' };
}

/** `rows`: unit vectors of the model's own dimension. Smaller ones are cut off and made unit length again. */
export function embeddingsBody(request: EmbeddingsRequest, model: string, rows: readonly Float32Array[], tokens: number): unknown {
  return {
    object: 'list',
    data: rows.map((row, index) => {
      const vector = request.dimensions === null || request.dimensions === row.length ? row : shortened(row, request.dimensions);
      return { object: 'embedding', index, embedding: request.encoding === 'base64' ? base64(vector) : [...vector] };
    }),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

function shortened(row: Float32Array, dimensions: number): Float32Array {
  const cut = row.slice(0, dimensions);
  const length = Math.hypot(...cut);
  return length === 0 ? cut : cut.map((value) => value / length);
}

/** Little-endian, as that API has it; so are all systems we run on. */
function base64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

/** Best first. */
export function rerankingBody(request: RerankingRequest, model: string, scores: readonly number[]): unknown {
  const order = scores.map((score, index) => ({ index, score })).sort((left, right) => right.score - left.score || left.index - right.index);
  const wanted = request.top === null ? order : order.slice(0, request.top);
  if (request.shape === 'tei') {
    return wanted.map(({ index, score }) => ({ index, score: request.rawScores ? logit(score) : score, ...(request.withTexts ? { text: request.texts[index] } : {}) }));
  }
  return {
    model,
    results: wanted.map(({ index, score }) => ({ index, relevance_score: score, ...(request.withTexts ? { document: { text: request.texts[index] } } : {}) })),
  };
}

function logit(chance: number): number {
  const bounded = Math.min(1 - LEAST_CHANCE, Math.max(LEAST_CHANCE, chance));
  return Math.log(bounded / (1 - bounded));
}

/** Anything thrown as that API's error. */
export function toOpenAiError(error: unknown): OpenAiError {
  if (error instanceof OpenAiError) return error;
  if (!(error instanceof EngineError)) return new OpenAiError(500, 'Something went wrong inside Findling.', { type: 'server_error' });
  switch (error.code) {
    case 'bad-input': return new OpenAiError(400, error.message);
    case 'model-missing': return new OpenAiError(404, error.message, { code: 'model_not_found' });
    case 'embedder-unavailable': case 'connection-closed': case 'server-mismatch': return new OpenAiError(503, error.message, { type: 'server_error', code: 'model_unavailable' });
    default: return new OpenAiError(500, error.message, { type: 'server_error' });
  }
}

export function errorBody(error: OpenAiError): unknown {
  return { error: { message: error.message, type: error.type, param: error.param, code: error.code } };
}
