/**
 * `/v1/embeddings` on the wire. Pure. We ask for floats and never for `dimensions`: servers ignore, refuse or mishandle both, so
 * either encoding is read, rows are put in order by their index, and everything is checked before a vector is believed.
 */

import { EngineError } from '../../contract/errors.ts';

export interface EmbeddingsAnswer {
  /** One per text, as the server gave it: not normalised, not cut. */
  readonly rows: readonly Float32Array[];
  /** Tokens of all texts together; null when the server does not count (LM Studio says 0). */
  readonly promptTokens: number | null;
}

export function embeddingsBody(model: string, texts: readonly string[]): { readonly model: string; readonly input: readonly string[]; readonly encoding_format: 'float' } {
  return { model, input: texts, encoding_format: 'float' };
}

/** Errors: `server-refused` with what is wrong with the answer. */
export function readEmbeddings(body: unknown, texts: number): EmbeddingsAnswer {
  if (!isRecord(body) || !Array.isArray(body['data'])) refuse('does not answer as /v1/embeddings should: there is no "data" in it');
  const data: readonly unknown[] = body['data'];
  if (data.length !== texts) refuse(`answers with ${data.length} vectors for ${texts} texts`);
  const entries = data.map((entry) => (isRecord(entry) ? entry : refuse('answers with something that is no embedding')));
  const rows: (Float32Array | undefined)[] = Array.from({ length: texts });
  for (const [place, entry] of entries.entries()) {
    // Servers that answer one text may leave the index out.
    const index = entry['index'] === undefined ? place : entry['index'];
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= texts || rows[index] !== undefined) refuse('numbers its vectors wrongly');
    rows[index] = readVector(entry['embedding']);
  }
  const whole = rows.filter((row) => row !== undefined);
  const width = whole[0]?.length ?? 0;
  if (whole.some((row) => row.length !== width)) refuse('answers with vectors of different lengths');
  return { rows: whole, promptTokens: readPromptTokens(body['usage']) };
}

function readVector(value: unknown): Float32Array {
  // Older llama.cpp: one row inside a list.
  const inner: unknown = Array.isArray(value) && value.length === 1 && Array.isArray(value[0]) ? value[0] : value;
  const vector = typeof inner === 'string' ? fromBase64(inner) : Array.isArray(inner) ? Float32Array.from(inner, (each: unknown) => (typeof each === 'number' ? each : Number.NaN)) : null;
  if (vector === null || vector.length === 0) refuse('answers with an empty vector');
  if (!vector.every(Number.isFinite)) refuse('answers with vectors that are not numbers (NaN or infinite)');
  return vector;
}

/** Little-endian floats of 32 bits, as OpenAI encodes them. */
function fromBase64(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.byteLength === 0 || bytes.byteLength % Float32Array.BYTES_PER_ELEMENT !== 0) refuse('answers with a vector that is cut off');
  const vector = new Float32Array(bytes.byteLength / Float32Array.BYTES_PER_ELEMENT);
  for (let index = 0; index < vector.length; index++) vector[index] = bytes.readFloatLE(index * Float32Array.BYTES_PER_ELEMENT);
  return vector;
}

function readPromptTokens(usage: unknown): number | null {
  const tokens = isRecord(usage) ? usage['prompt_tokens'] : undefined;
  return typeof tokens === 'number' && tokens > 0 ? tokens : null;
}

/** The server's own words about an error, in any of the shapes they come in. */
export function errorText(body: unknown): string {
  if (typeof body === 'string') return body;
  if (!isRecord(body)) return '';
  for (const key of ['error', 'message', 'detail', 'error_type']) {
    const value = body[key];
    if (typeof value === 'string') return value;
    if (isRecord(value) && typeof value['message'] === 'string') return value['message'];
    if (Array.isArray(value)) return JSON.stringify(value);
  }
  return '';
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(what: string): never {
  throw new EngineError('server-refused', `The embedding server ${what}.`);
}
