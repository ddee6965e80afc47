/** Where the table of languages comes from and goes to. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadmeLanguage } from './render.ts';
import { readScores, type Scores } from './scores.ts';

export const READMES: readonly { readonly file: string; readonly language: ReadmeLanguage }[] = [
  { file: 'README.md', language: 'en' },
  { file: 'README.zh-CN.md', language: 'zh-CN' },
];

const MODEL = 'resources/models/findling-static-multilingual/model.json';
const SCORES = 'training/evaluation/scores';

/** The scores of the model that is shipped. Error: a plain Error when they are those of another. */
export function shippedScores(repository: string): Scores {
  const { id } = JSON.parse(readFileSync(join(repository, MODEL), 'utf8')) as { readonly id: string }; // The engine checks the file; here only its name is read.
  const scores = readScores(readFileSync(join(repository, SCORES, `${id}.json`), 'utf8'));
  if (scores.model !== id) throw new Error(`${SCORES}/${id}.json holds the scores of ${scores.model}`);
  return scores;
}
