/**
 * Which prompts a model wants, by its name, for servers that tell no more of it. Pure. No server puts a query prompt in front by
 * itself on /v1/embeddings, so we do. A prompt set by the person always wins.
 */

import type { ServerSettings } from '../../contract/settings.ts';
import type { ModelPrompts } from '../model-description.ts';

/** The task of Qwen3's own examples; leaving it out costs 1 to 5 % (its README). */
export const RETRIEVAL_INSTRUCTION = 'Given a web search query, retrieve relevant passages that answer the query';

const RAW: ModelPrompts = { query: '{text}', document: '{text}', instruction: null };
/** No space after `Query:` is how Qwen3 was trained. */
export const QWEN_PROMPTS: ModelPrompts = { query: 'Instruct: {instruction}\nQuery:{text}', document: '{text}', instruction: RETRIEVAL_INSTRUCTION };

/** First match wins. Names differ by server: `Qwen/Qwen3-Embedding-4B`, `qwen3-embedding:4b`, `text-embedding-qwen3-embedding-4b`, `model-q8_0.gguf`. */
const BY_NAME: readonly { readonly name: RegExp; readonly prompts: ModelPrompts }[] = [
  { name: /qwen3[-_. ]?embed|octen[-_. ]?embed/, prompts: QWEN_PROMPTS },
  { name: /e5.*instruct|gte-qwen2|sfr-embedding|linq-embed/, prompts: { ...QWEN_PROMPTS, query: 'Instruct: {instruction}\nQuery: {text}' } },
  { name: /(?:^|[-_/ ])e5[-_ ]/, prompts: { query: 'query: {text}', document: 'passage: {text}', instruction: null } },
  { name: /nomic-embed/, prompts: { query: 'search_query: {text}', document: 'search_document: {text}', instruction: null } },
  { name: /embedding-?gemma/, prompts: { query: 'task: search result | query: {text}', document: 'title: none | text: {text}', instruction: null } },
  { name: /mxbai-embed-large|snowflake-arctic-embed-(?:xs|s|m|l)(?!-v2)|bge-(?:small|base|large)-en/, prompts: { ...RAW, query: 'Represent this sentence for searching relevant passages: {text}' } },
  { name: /snowflake-arctic-embed/, prompts: { ...RAW, query: 'query: {text}' } },
];

export function promptsOf(settings: Pick<ServerSettings, 'model' | 'queryPrompt' | 'documentPrompt'>): ModelPrompts {
  const known = BY_NAME.find(({ name }) => name.test(settings.model.toLowerCase()))?.prompts ?? RAW;
  const query = settings.queryPrompt ?? known.query;
  return {
    query,
    document: settings.documentPrompt ?? known.document,
    instruction: known.instruction ?? (query.includes('{instruction}') ? RETRIEVAL_INSTRUCTION : null),
  };
}

export function isQwenEmbedding(model: string): boolean {
  return /qwen3[-_. ]?embed/.test(model.toLowerCase());
}

/** Of the vectors a Qwen3-Embedding of this size gives; null when the name does not tell the size. */
export function qwenDimension(model: string): number | null {
  const size = /(0\.6|4|8)[-_ ]?b/.exec(model.toLowerCase())?.[1];
  return size === '0.6' ? 1024 : size === '4' ? 2560 : size === '8' ? 4096 : null;
}
