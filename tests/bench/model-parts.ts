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
const { openTokenizer } = await import(dist('embed/tokenizer.js')) as typeof import('../../src/embed/tokenizer.ts');

if (part === 'tokenize') {
  const { description, tokenizerPath } = await readModelFolder(folderPath);
  const tokenizer = await openTokenizer(tokenizerPath, description.maxTokens, description.input);
  process.on('message', (texts) => {
    void (async () => {
      const startMs = performance.now();
      const cpuBefore = process.cpuUsage();
      await tokenizer.encode(texts as readonly string[]); // Sent by model.ts.
      const cpu = process.cpuUsage(cpuBefore);
      process.send?.({ wallMs: performance.now() - startMs, cpuMs: (cpu.user + cpu.system) / 1000 });
    })();
  });
} else {
  const { openGraphSession } = await import(dist('embed/graph-session.js')) as typeof import('../../src/embed/graph-session.ts');
  const { openTokenizerBeside } = await import(dist('embed/tokenizer-beside.js')) as typeof import('../../src/embed/tokenizer-beside.ts');
  const checkedFrom = performance.now();
  await readModelFolder(folderPath);
  const from = performance.now();
  const { description, modelPath, tokenizerPath } = await readModelFolder(folderPath, { trusted: true });
  const since = (): number => performance.now() - from;
  // Side by side, as in embed-process.ts.
  const [tokenizerMs, graphMs] = await Promise.all([
    openTokenizerBeside(tokenizerPath, description.maxTokens, description.input).then(since),
    openGraphSession(modelPath, description, { threads: 1 }).then(since),
  ]);
  process.send?.({ checkMs: from - checkedFrom, graphMs, tokenizerMs, loadMs: since() }, () => process.exit());
}
