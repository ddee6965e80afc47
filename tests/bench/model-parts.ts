/**
 * Parts of the built-in model in a process of their own, for the benchmark `model`: `tokenize` cuts each list of texts it is sent and
 * answers with the time it took, `load` says how long the parts take to load. The built code, as users run it.
 */

import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

const dist = (module: string): string => fileURLToPath(new URL(`../../dist/src/${module}`, import.meta.url));
/** The embedder's (embed-process.ts). */
const NICENESS = 5;

const [, , part, folderPath = ''] = process.argv;
setPriority(NICENESS);
const { readModelFolder } = await import(dist('embed/model-folder.js')) as typeof import('../../src/embed/model-folder.ts');
const { inputText } = await import(dist('embed/model-description.js')) as typeof import('../../src/embed/model-description.ts');
const { openTokenizer } = await import(dist('embed/tokenizer.js')) as typeof import('../../src/embed/tokenizer.ts');

if (part === 'tokenize') {
  const { description, tokenizerPath } = await readModelFolder(folderPath);
  const tokenizer = await openTokenizer(tokenizerPath, description.maxTokens);
  process.on('message', (texts) => {
    void (async () => {
      const startMs = performance.now();
      const cpuBefore = process.cpuUsage();
      await tokenizer.encode((texts as readonly string[]).map((text) => inputText(description.input, text))); // Sent by model.ts.
      const cpu = process.cpuUsage(cpuBefore);
      process.send?.({ wallMs: performance.now() - startMs, cpuMs: (cpu.user + cpu.system) / 1000 });
    })();
  });
} else {
  const { InferenceSession } = await import('onnxruntime-node');
  const checkedFrom = performance.now();
  await readModelFolder(folderPath);
  const foldersFrom = performance.now();
  const { description, modelPath, tokenizerPath } = await readModelFolder(folderPath, { trusted: true });
  const graphFrom = performance.now();
  await InferenceSession.create(modelPath, { executionProviders: ['cpu'], intraOpNumThreads: 1 });
  const tokenizerFrom = performance.now();
  await openTokenizer(tokenizerPath, description.maxTokens);
  const end = performance.now();
  process.send?.({ checkMs: foldersFrom - checkedFrom, graphMs: tokenizerFrom - graphFrom, tokenizerMs: end - tokenizerFrom, loadMs: end - foldersFrom });
  process.disconnect();
}
