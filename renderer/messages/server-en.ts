/** Sentences of the embedding server's settings in English. */

import type { ServerFindingCode } from '../../src/contract/models.ts';
import type { ServerKind } from '../../src/contract/settings.ts';
import type { Formats } from './formats.ts';

export const serverEn = (f: Formats) => ({
  title: 'Embedding server',
  intro: 'Instead of this machine, a server can read the meaning of your files: SGLang, vLLM, Text Embeddings Inference, llama.cpp, Ollama, LM Studio or another with /v1/embeddings. It is the only way text of your files can leave this machine, and never without your leave.',
  address: 'Address', addressHint: 'For example http://127.0.0.1:8080/v1',
  model: 'Model', modelHint: 'The name the server knows it by, such as Qwen/Qwen3-Embedding-4B. May stay empty when it has only one.',
  key: 'Key', keyHint: 'Only if the server asks for one. It is kept in the data directory and sent to this address alone.',
  more: 'More settings',
  kind: 'Kind of server',
  kinds: {
    auto: 'Ask the server', openai: 'Another with the OpenAI API', sglang: 'SGLang', vllm: 'vLLM', tei: 'Text Embeddings Inference',
    'llama.cpp': 'llama.cpp', ollama: 'Ollama', 'lm-studio': 'LM Studio',
  } satisfies Record<ServerKind, string>,
  windowTokens: 'Window (tokens)', windowTokensHint: 'How much text becomes one vector.',
  parallel: 'Requests at once',
  queryPrompt: 'Query prompt', queryPromptHint: 'With {text}, and {instruction} if the model takes one. Empty: what the model’s name asks for.',
  documentPrompt: 'Document prompt', documentPromptHint: 'With {text}. Empty: what the model’s name asks for.',
  headers: 'More headers', headersHint: 'One a line, such as X-Team: search',
  badPrompt: 'It must contain {text}.',
  check: 'Check the server', checking: 'Asking the server…', use: 'Use this server', saved: 'The server is used from now on. Its vectors are made in the background.',
  inUse: 'In use',
  warning: (host: string) => `Text of your files and your searches would leave this machine for ${host}.`,
  warningMore: 'Who runs that server can read them. Allow it only for a server you trust.',
  allow: (host: string) => `Send text of my files to ${host}`,
  failed: 'The check did not work.',
  found: (kind: string, dimension: number) => `${kind} answers with ${f.number(dimension)} dimensions.`,
  passed: 'It embeds as it should: texts that belong together are near each other.',
  notPassed: 'It does not embed as it should. Searching by meaning would find little.',
  findings: 'What is odd about it',
  clean: 'Nothing is odd about it.',
  figures: 'Figures',
  /** The engine's own sentence has the numbers. */
  finding: (_code: ServerFindingCode, detail: string) => detail,
  instruction: {
    title: 'Task instruction', label: 'What your searches are for',
    hint: 'One sentence in English, for models that take one. Folders and single searches may have their own. No file is read anew for it.',
    ofFolder: 'What searches in this folder are for', ofFolderHint: 'One sentence in English, such as: Given a question about tenancy law, retrieve the clause that answers it. Empty: as for all folders.',
    menu: 'Task', ofSearch: 'What this search is for', apply: 'Search so', remove: 'Leave out',
  },
});

export type ServerMessages = ReturnType<typeof serverEn>;
