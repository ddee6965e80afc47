/**
 * `model.json`: what a model folder says about itself, checked field by field. Pure: nothing is read from disk here.
 * The folder may come from a stranger, so paths that leave it, absurd sizes and unknown values are refused by name.
 */

import { EngineError } from '../contract/errors.ts';
import type { ModelTask } from '../contract/models.ts';
import { readRerankingRules, type RerankingRules } from './reranking-rules.ts';

/** The only version of the format there is. */
export const MODEL_FORMAT = 1;
const FILE_NAME = 'model.json';

/** How token vectors become one. `in-graph`: the graph's output is already one vector per text. */
export const POOLINGS = ['in-graph', 'last-token', 'mean', 'cls'] as const;
export type Pooling = (typeof POOLINGS)[number];

/** What of a text the model is given. `words`: letters and their marks alone, identifiers split at their humps; everything else counts as space. */
export const INPUTS = ['raw', 'words'] as const;
export type ModelInput = (typeof INPUTS)[number];

export interface ModelFile {
  /** Name inside the folder. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface ModelPrompts {
  /** Contains `{text}`, and `{instruction}` when the model takes one. */
  readonly query: string;
  readonly document: string;
  /** Fills `{instruction}` when the caller gives none. */
  readonly instruction: string | null;
}

/** Names of the graph's inputs and output, where they are not the usual ones. */
export interface GraphNames {
  readonly ids: string;
  readonly mask: string;
  /** null: the graph has no such input. */
  readonly types: string | null;
  /** Fed only when the graph has such an input. */
  readonly positions: string;
  /** Sizes of the empty `past_key_values.*` inputs, where the graph does not say them itself. */
  readonly past: { readonly heads: number; readonly headDimension: number } | null;
  readonly output: string;
}

export interface ModelDescription {
  readonly id: string;
  readonly task: ModelTask;
  /** Of a reranking model; its dimensions, pooling and prompts mean nothing then, but for `prompts.instruction`. */
  readonly reranking: RerankingRules | null;
  readonly files: {
    readonly model: ModelFile;
    readonly tokenizer: ModelFile;
    /** External weights beside the graph. */
    readonly data: readonly ModelFile[];
  };
  /** Of the vectors we store. Smaller than `outputDimension`: cut off, then made unit length again (Matryoshka). */
  readonly dimension: number;
  /** Of the vectors the graph gives. */
  readonly outputDimension: number;
  readonly pooling: Pooling;
  /** The graph's output has unit length already. */
  readonly normalized: boolean;
  readonly graph: GraphNames;
  readonly padTokenId: number;
  /**
   * A bag-of-words model gives every token the same weight: punctuation, digits and table pipes would drown the words, so the built-in
   * one asks for `words` (first hits by meaning on the sample's questions: 34 → 52 of 66).
   */
  readonly input: ModelInput;
  readonly prompts: ModelPrompts;
  /** Texts are cut to this many tokens, the end token included. */
  readonly maxTokens: number;
  /** Windows are planned up to this many estimated tokens. */
  readonly windowTokens: number;
  /** SPDX expression or a sentence. */
  readonly licence: string;
}

const LARGEST_DIMENSION = 8192;
const LARGEST_CONTEXT = 131_072;

/** Reads the text of a `model.json`. Error: `model-invalid`, which names the field. */
export function parseModelDescription(json: string): ModelDescription {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch (cause) {
    throw new EngineError('model-invalid', `${FILE_NAME} is not JSON.`, { cause });
  }
  const top = record(raw, FILE_NAME);
  if (top['format'] !== MODEL_FORMAT) refuse('format', `must be ${MODEL_FORMAT}`);
  const files = record(top['files'], 'files');
  const prompts = record(top['prompts'] ?? {}, 'prompts');
  const graph = record(top['graph'] ?? {}, 'graph');
  const pooling = POOLINGS.find((known) => known === top['pooling']);
  if (pooling === undefined) refuse('pooling', `must be one of ${POOLINGS.join(', ')}`);
  const input = INPUTS.find((known) => known === (top['input'] ?? 'raw'));
  if (input === undefined) refuse('input', `must be one of ${INPUTS.join(', ')}`);
  const dimension = integer(top['dimension'], 'dimension', 1, LARGEST_DIMENSION);
  const outputDimension = integer(top['outputDimension'] ?? dimension, 'outputDimension', dimension, LARGEST_DIMENSION);
  const maxTokens = integer(top['maxTokens'], 'maxTokens', 2, LARGEST_CONTEXT);
  const task = top['task'] ?? 'embedding';
  if (task !== 'embedding' && task !== 'reranking') refuse('task', 'must be embedding or reranking');
  const instruction = prompts['instruction'] === undefined || prompts['instruction'] === null ? null : text(prompts['instruction'], 'prompts.instruction');
  return {
    id: text(top['id'], 'id'),
    task,
    reranking: task === 'reranking' ? readRerankingRules(top['reranking'], instruction) : null,
    files: {
      model: modelFile(files['model'], 'files.model'),
      tokenizer: modelFile(files['tokenizer'], 'files.tokenizer'),
      data: list(files['data'] ?? [], 'files.data').map((file, index) => modelFile(file, `files.data[${index}]`)),
    },
    dimension,
    outputDimension,
    pooling,
    normalized: flag(top['normalized'], 'normalized'),
    graph: {
      ids: text(graph['ids'] ?? 'input_ids', 'graph.ids'),
      mask: text(graph['mask'] ?? 'attention_mask', 'graph.mask'),
      types: graph['types'] === undefined || graph['types'] === null ? null : text(graph['types'], 'graph.types'),
      positions: text(graph['positions'] ?? 'position_ids', 'graph.positions'),
      past: graph['past'] === undefined || graph['past'] === null ? null : pastSizes(record(graph['past'], 'graph.past')),
      output: text(graph['output'] ?? (pooling === 'in-graph' ? 'sentence_embedding' : 'last_hidden_state'), 'graph.output'),
    },
    padTokenId: integer(top['padTokenId'], 'padTokenId', 0, 2 ** 31),
    input,
    prompts: {
      query: prompt(prompts['query'] ?? '{text}', 'prompts.query'),
      document: prompt(prompts['document'] ?? '{text}', 'prompts.document'),
      instruction,
    },
    maxTokens,
    windowTokens: integer(top['windowTokens'], 'windowTokens', 1, maxTokens),
    licence: text(top['licence'], 'licence'),
  };
}

/** The text as the model wants to see a query. `instruction` null: the model's own. */
export function queryText(prompts: ModelPrompts, query: string, instruction: string | null): string {
  return fill(prompts.query, query, instruction ?? prompts.instruction ?? '');
}

export function documentText(prompts: ModelPrompts, document: string): string {
  return fill(prompts.document, document, '');
}

const LETTER = /[\p{L}\p{M}]/u;
const NOT_WORDS = /[^\p{L}\p{M}\s]+/gu;
const HUMP = /[a-z][A-Z]/;
const LATIN_RUN = /[A-Za-z]{3,}/g;
const BETWEEN_HUMPS = /(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/;

/** What the tokenizer is given of a prompted text. The built-in model is trained on exactly this (training/findling_training/words.py). */
export function inputText(input: ModelInput, text: string): string {
  if (input !== 'words') return text;
  const split = HUMP.test(text) ? text.replace(LATIN_RUN, splitIdentifier) : text;
  return split.replace(NOT_WORDS, ' ');
}

/** Of such a text the tokenizer is given white space alone. */
export function isBlankInput(input: ModelInput, text: string): boolean {
  return input === 'words' ? !LETTER.test(text) : text.trim() === '';
}

/** `getUserName` shares its words with "get user name". Names of brands stay whole, since people write them in any case: YouTube, iPhone. */
function splitIdentifier(word: string): string {
  if (!HUMP.test(word)) return word;
  const parts = word.split(BETWEEN_HUMPS);
  return parts.length > 2 || /^[a-z]{2,}$/.test(parts[0] ?? '') ? parts.join(' ') : word;
}

/** One pass over the template, so that a placeholder inside a user's text stays text. */
function fill(template: string, value: string, instruction: string): string {
  if (template === '{text}') return value;
  return template.replace(/\{(text|instruction)\}/g, (_, name: string) => (name === 'text' ? value : instruction));
}

function modelFile(value: unknown, field: string): ModelFile {
  const file = record(value, field);
  const path = text(file['path'], `${field}.path`);
  // A plain name: no folders, no drive letters, nothing that leaves the model's folder.
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(path)) refuse(`${field}.path`, 'must be a plain file name');
  const sha256 = text(file['sha256'], `${field}.sha256`);
  if (!/^[0-9a-f]{64}$/.test(sha256)) refuse(`${field}.sha256`, 'must be 64 lower-case hex digits');
  return { path, bytes: integer(file['bytes'], `${field}.bytes`, 1, Number.MAX_SAFE_INTEGER), sha256 };
}

function pastSizes(past: Record<string, unknown>): { readonly heads: number; readonly headDimension: number } {
  return {
    heads: integer(past['heads'], 'graph.past.heads', 1, LARGEST_DIMENSION),
    headDimension: integer(past['headDimension'], 'graph.past.headDimension', 1, LARGEST_DIMENSION),
  };
}

function prompt(value: unknown, field: string): string {
  const template = text(value, field);
  if (!template.includes('{text}')) refuse(field, 'must contain {text}');
  return template;
}

function record(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(field, 'must be an object');
  return value as Record<string, unknown>; // An object that is no array: every field is checked when read.
}

function list(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) refuse(field, 'must be a list');
  return value;
}

function text(value: unknown, field: string): string {
  if (typeof value !== 'string' || value.length === 0) refuse(field, 'must be a text that is not empty');
  return value;
}

function flag(value: unknown, field: string): boolean {
  if (typeof value !== 'boolean') refuse(field, 'must be true or false');
  return value;
}

function integer(value: unknown, field: string, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) refuse(field, `must be a whole number from ${least} to ${most}`);
  return value;
}

function refuse(field: string, why: string): never {
  throw new EngineError('model-invalid', `${FILE_NAME}: "${field}" ${why}.`, { details: { field } });
}
