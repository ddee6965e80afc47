/**
 * What an answer other than 200 means. Pure. Servers agree on little: a text that is too long is 400 from Ollama and vLLM, 413 or 422
 * from TEI, 500 from llama.cpp, so the words decide beside the number.
 */

import { errorText } from './embeddings-wire.ts';

/**
 * too-many: fewer texts per request would pass · too-long: a shorter text would · busy: the same request later · away: as if not
 * running · denied: the key · missing: no such path or model · refused: this request will never pass.
 */
export type Failure = 'too-many' | 'too-long' | 'busy' | 'away' | 'denied' | 'missing' | 'refused';

/** TEI: "batch size 64 > maximum allowed batch size 32". llama.cpp's "physical batch size" is about one text's tokens. */
const TOO_MANY = /batch size \d+ >|maximum allowed batch|too many (?:inputs|texts|items)|at most \d+ (?:inputs|texts|items)|array too long|payload too large|length limit exceeded|request entity too large/i;
const TOO_LONG = /too (?:long|large)|longer than|exceed|maximum (?:context|input|sequence|length)|context (?:length|size|window)|max[_ ]?(?:seq|input|tokens|model)|must have less than \d+ tokens|less than \d+ tokens/i;

export function failureOf(status: number, body: unknown): Failure | null {
  if (status >= 200 && status < 300) return null;
  const text = errorText(body);
  if (status === 401 || status === 403) return 'denied';
  if (status === 429) return 'busy';
  if (status === 502 || status === 503 || status === 504 || status === 408) return 'away';
  if (status === 400 || status === 413 || status === 422 || status >= 500) {
    if (TOO_MANY.test(text)) return 'too-many';
    if (TOO_LONG.test(text)) return 'too-long';
  }
  if (status === 413) return 'too-many';
  if (status === 404 || status === 405 || status === 501) return 'missing';
  return status >= 500 || status === 424 ? 'away' : 'refused';
}

/** One sentence for a person. `shown` is the server's address, `said` its own words without secrets. */
export function failureSentence(failure: Failure, shown: string, status: number, said: string): string {
  const quoted = said.trim() === '' ? '' : ` It says: ${said.trim()}`;
  switch (failure) {
    case 'denied': return `The embedding server at ${shown} refuses the key (${status}).${quoted}`;
    case 'missing': return `The embedding server at ${shown} has no embeddings there, or not this model (${status}).${quoted}`;
    case 'busy': return `The embedding server at ${shown} is busy (${status}).${quoted}`;
    case 'away': return `The embedding server at ${shown} is not ready (${status}).${quoted}`;
    case 'too-many': return `The embedding server at ${shown} takes fewer texts at once (${status}).${quoted}`;
    case 'too-long': return `The embedding server at ${shown} takes shorter texts only (${status}).${quoted}`;
    case 'refused': return `The embedding server at ${shown} refused the request (${status}).${quoted}`;
  }
}
