/**
 * Writes the table of languages into README.md and README.zh-CN.md from the scores of the model that is shipped:
 * `node scripts/make-language-table.ts`. Run it after the model or its scores change; a unit test fails while the table is not current.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { READMES, shippedScores } from './languages/files.ts';
import { renderLanguages, withLanguages } from './languages/render.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
const scores = shippedScores(repository);
for (const { file, language } of READMES) {
  const path = join(repository, file);
  writeFileSync(path, withLanguages(readFileSync(path, 'utf8'), renderLanguages(scores, language)));
}
process.stdout.write(`${scores.languages.length} languages of ${scores.model}\n`);
