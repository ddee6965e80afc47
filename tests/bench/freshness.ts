/** How soon a saved file is found, by words and by meaning, on an idle machine with a small index; and after a rename, by its new name. */

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startBenchEngine, timedSearch } from './engine.ts';
import { percentiles } from './measure.ts';

const ROUNDS = 12;
/** Steps of the waiting; the figures are this coarse. */
const STEP_MS = 10;

export async function benchFreshness(): Promise<Record<string, unknown>> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'findling-fresh-'));
  const engine = await startBenchEngine();
  try {
    await writeFile(path.join(root, 'first.txt'), 'The first letter in this folder.\n');
    await engine.client.call('roots.add', { path: root });
    await engine.client.call('index.settled', undefined);
    const words: number[] = [];
    const meaning: number[] = [];
    const renamed: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const word = `quokka${'abcdefghijklmnop'[round]}zeta`;
      const name = `note-${round}.txt`;
      const savedMs = performance.now();
      await writeFile(path.join(root, name), `A note about watering the tomatoes on the balcony, number ${round}. ${word}\n`);
      words.push(await until(savedMs, async () => (await timedSearch(engine.client, { text: word, wordsOnly: true })).last.hits.length > 0));
      meaning.push(await until(savedMs, async () => {
        const { files } = await engine.client.call('files.list', { contains: name, limit: 1 });
        return files[0]?.embedded === true;
      }));
      const renamedMs = performance.now();
      await rename(path.join(root, name), path.join(root, `moved-${word}.txt`));
      renamed.push(await until(renamedMs, async () => (await timedSearch(engine.client, { text: `moved-${word}`, wordsOnly: true })).last.hits[0]?.name === `moved-${word}.txt`));
    }
    return { rounds: ROUNDS, savedToWordsMs: percentiles(words), savedToMeaningMs: percentiles(meaning), renamedToNameMs: percentiles(renamed) };
  } finally {
    await engine.close();
    await rm(root, { recursive: true });
  }
}

async function until(startedMs: number, condition: () => Promise<boolean>): Promise<number> {
  while (!(await condition())) await new Promise((resolve) => { setTimeout(resolve, STEP_MS); });
  return performance.now() - startedMs;
}
