/**
 * The servers there are, what each takes, and how to tell them apart. The table and the judgement are pure; `detectKind` asks.
 * A kind only sets where to begin: limits are learned from answers too (failures.ts), so an unknown server works as `openai`.
 */

import type { ServerKind } from '../../contract/settings.ts';
import { isRecord } from './embeddings-wire.ts';
import type { ServerConnection } from './http.ts';

export type KnownKind = Exclude<ServerKind, 'auto'>;

export interface KindLimits {
  /** Texts in one request. */
  readonly maxTexts: number;
  /** Bytes of text in one request. */
  readonly maxBytes: number;
}

const MEBIBYTE = 1024 * 1024;

/** Batching servers profit from many texts; those that work through a list one by one only answer later. */
export const KIND_LIMITS: Readonly<Record<KnownKind, KindLimits>> = {
  'openai': { maxTexts: 64, maxBytes: MEBIBYTE },
  'sglang': { maxTexts: 64, maxBytes: MEBIBYTE },
  'vllm': { maxTexts: 64, maxBytes: MEBIBYTE },
  // Its defaults: --max-client-batch-size 32, --payload-limit 2000000. JSON escapes can double a text.
  'tei': { maxTexts: 32, maxBytes: 900_000 },
  'llama.cpp': { maxTexts: 16, maxBytes: MEBIBYTE },
  'ollama': { maxTexts: 16, maxBytes: MEBIBYTE },
  'lm-studio': { maxTexts: 16, maxBytes: MEBIBYTE },
};

/** For people. */
export const KIND_NAMES: Readonly<Record<KnownKind, string>> = {
  'openai': 'OpenAI-compatible server', 'sglang': 'SGLang', 'vllm': 'vLLM', 'tei': 'Text Embeddings Inference',
  'llama.cpp': 'llama.cpp', 'ollama': 'Ollama', 'lm-studio': 'LM Studio',
};

export interface KindFacts {
  readonly kind: KnownKind;
  /** Model names the server lists; empty when it lists none. */
  readonly models: readonly string[];
  /** From the server itself; null where it does not say. */
  readonly maxTexts: number | null;
  /** What it cuts a text to, or refuses beyond; null where it does not say. TEI cuts without a word. */
  readonly maxTokens: number | null;
}

/** Short: these answer from memory, and an unknown path is an answer too. */
const DETECT_DEADLINE_MS = 4_000;

const OWNERS: Readonly<Record<string, KnownKind>> = { vllm: 'vllm', sglang: 'sglang', llamacpp: 'llama.cpp', library: 'ollama', organization_owner: 'lm-studio' };

/** Asks the server for its models and, where their owner does not give it away, for paths that only one kind has. Errors: `server-unreachable`, `cancelled`. */
export async function detectKind(connection: ServerConnection, signal?: AbortSignal): Promise<KindFacts> {
  const { root, apiPaths } = connection.address;
  const get = async (path: string): Promise<unknown> => {
    const { status, body } = await connection.request({ path, lane: 'query', deadlineMs: DETECT_DEADLINE_MS, signal });
    return status === 200 ? body : null;
  };
  const listed = listedModels(await get(`${apiPaths[0] ?? ''}/models`));
  // TEI lists its model under other owners, and alone tells its limits.
  const info = await get(`${root}/info`);
  const tei = teiFacts(info);
  if (tei !== null) return { kind: 'tei', models: listed.models.length > 0 ? listed.models : tei.models, maxTexts: tei.maxTexts, maxTokens: tei.maxTokens };
  const owner = OWNERS[listed.owner ?? ''];
  if (owner !== undefined) return { kind: owner, models: listed.models, maxTexts: null, maxTokens: listed.maxTokens };
  for (const { path, kind, fits } of OWN_PATHS) {
    if (fits(await get(root + path))) return { kind, models: listed.models, maxTexts: null, maxTokens: listed.maxTokens };
  }
  return { kind: 'openai', models: listed.models, maxTexts: null, maxTokens: listed.maxTokens };
}

const has = (...keys: readonly string[]) => (body: unknown): boolean => isRecord(body) && keys.every((key) => body[key] !== undefined);

/** Most telling first: LM Studio answers 200 to paths it does not know, so every answer's shape is looked at. */
const OWN_PATHS: readonly { readonly path: string; readonly kind: KnownKind; readonly fits: (body: unknown) => boolean }[] = [
  { path: '/api/v0/models', kind: 'lm-studio', fits: has('data') },
  { path: '/props', kind: 'llama.cpp', fits: has('default_generation_settings') },
  { path: '/get_model_info', kind: 'sglang', fits: has('model_path', 'is_generation') },
  { path: '/api/version', kind: 'ollama', fits: has('version') },
];

function listedModels(body: unknown): { readonly models: readonly string[]; readonly owner: string | null; readonly maxTokens: number | null } {
  const data: readonly unknown[] = isRecord(body) && Array.isArray(body['data']) ? body['data'] : [];
  const entries = data.filter(isRecord);
  const owner = entries[0]?.['owned_by'];
  return {
    models: entries.map((entry) => entry['id']).filter((id) => typeof id === 'string'),
    owner: typeof owner === 'string' ? owner : null,
    // vLLM; of several models it is not known whose it is.
    maxTokens: entries.length === 1 ? countOf(entries[0]?.['max_model_len']) : null,
  };
}

function teiFacts(body: unknown): { readonly models: readonly string[]; readonly maxTexts: number | null; readonly maxTokens: number | null } | null {
  if (!isRecord(body) || typeof body['model_id'] !== 'string' || body['max_client_batch_size'] === undefined) return null;
  return { models: [body['model_id']], maxTexts: countOf(body['max_client_batch_size']), maxTokens: countOf(body['max_input_length']) };
}

function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}
