/** What programs ask of our OpenAI-compatible endpoint, checked field by field. Pure. Unknown fields are left alone, as that API does. */

/** An answer in that API's form of an error. */
export class OpenAiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;

  constructor(status: number, message: string, details: { readonly type?: string; readonly param?: string; readonly code?: string } = {}) {
    super(message);
    this.name = 'OpenAiError';
    this.status = status;
    this.type = details.type ?? 'invalid_request_error';
    this.param = details.param ?? null;
    this.code = details.code ?? null;
  }
}

export interface EmbeddingsRequest {
  readonly model: string;
  readonly texts: readonly string[];
  readonly encoding: 'float' | 'base64';
  /** null: the model's own. */
  readonly dimensions: number | null;
  /** `query` puts the model's query prompt around the text. That API has no such field; others do, by this name. */
  readonly as: 'document' | 'query';
  readonly instruction: string | null;
}

export interface RerankingRequest {
  readonly query: string;
  readonly texts: readonly string[];
  readonly top: number | null;
  readonly withTexts: boolean;
  /** Of the answer: as Cohere, Jina and vLLM have it, or as Text Embeddings Inference does. */
  readonly shape: 'results' | 'tei';
  readonly rawScores: boolean;
  readonly instruction: string | null;
}

/** That API's own limit. */
const MOST_INPUTS = 2_048;
/** A text is cut by the model long before this; it must only not be without end. */
export const MOST_CHARACTERS = 200_000;
const MOST_DOCUMENTS = 1_000;

export function readEmbeddingsRequest(body: unknown): EmbeddingsRequest {
  const given = record(body);
  const dimensions = given['dimensions'] ?? null;
  if (dimensions !== null && (typeof dimensions !== 'number' || !Number.isInteger(dimensions) || dimensions < 1)) throw bad('dimensions', 'must be a positive whole number');
  const encoding = given['encoding_format'] ?? 'float';
  if (encoding !== 'float' && encoding !== 'base64') throw bad('encoding_format', 'must be "float" or "base64"');
  const as = given['input_type'] ?? 'document';
  if (as !== 'query' && as !== 'document' && as !== 'passage') throw bad('input_type', 'must be "query", "document" or "passage"');
  return { model: string(given['model'], 'model'), texts: inputs(given['input']), encoding, dimensions, as: as === 'query' ? 'query' : 'document', instruction: instruction(given) };
}

function inputs(input: unknown): readonly string[] {
  if (input === undefined || input === null) throw bad('input', 'is missing');
  const list: readonly unknown[] = Array.isArray(input) ? input : [input];
  if (list.length === 0) throw bad('input', 'must not be empty');
  if (list.length > MOST_INPUTS) throw bad('input', `must not have more than ${MOST_INPUTS} texts`);
  return list.map((each) => {
    if (typeof each === 'number' || Array.isArray(each)) throw bad('input', 'must be text: token ids of another tokenizer mean nothing to this model');
    return text(each, 'input');
  });
}

/** Both shapes that rerankers are asked in. */
export function readRerankingRequest(body: unknown): RerankingRequest {
  const given = record(body);
  const tei = given['texts'] !== undefined;
  const field = tei ? 'texts' : 'documents';
  const list = given[field];
  if (!Array.isArray(list) || list.length === 0) throw bad(field, 'must be a list of texts');
  if (list.length > MOST_DOCUMENTS) throw bad(field, `must not have more than ${MOST_DOCUMENTS} texts`);
  const documents: readonly unknown[] = list;
  const top = given['top_n'] ?? null;
  if (top !== null && (typeof top !== 'number' || !Number.isInteger(top) || top < 1)) throw bad('top_n', 'must be a positive whole number');
  return {
    query: text(given['query'], 'query'),
    texts: documents.map((each) => text(typeof each === 'object' && each !== null && 'text' in each ? each.text : each, field)),
    top,
    withTexts: flag(given[tei ? 'return_text' : 'return_documents']),
    shape: tei ? 'tei' : 'results',
    rawScores: tei && flag(given['raw_scores']),
    instruction: instruction(given),
  };
}

function record(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new OpenAiError(400, 'The body must be a JSON object.');
  return body as Readonly<Record<string, unknown>>; // An object that is no list: every field is checked when read.
}

function instruction(given: Readonly<Record<string, unknown>>): string | null {
  const value = given['instruction'] ?? null;
  return value === null ? null : text(value, 'instruction');
}

function string(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') throw bad(field, 'must be a text that is not empty');
  return value;
}

/** NUL means nothing to a model, and the engine refuses it. */
function text(value: unknown, field: string): string {
  const given = string(value, field);
  if (given.length > MOST_CHARACTERS) throw new OpenAiError(400, `'${field}' must not hold a text of more than ${MOST_CHARACTERS} characters.`, { param: field, code: 'context_length_exceeded' });
  return given.replaceAll('\0', ' ');
}

function flag(value: unknown): boolean {
  return value === true;
}

function bad(field: string, must: string): OpenAiError {
  return new OpenAiError(400, `'${field}' ${must}.`, { param: field, code: 'invalid_value' });
}
