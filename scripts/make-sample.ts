/**
 * Writes the generated files of `resources/sample` (PDF, Word, old encodings). Run it after changing a text in `scripts/sample`:
 * `node scripts/make-sample.ts`. A unit test fails while the committed files are not what this writes.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedSampleFiles } from './sample/generated.ts';

const sample = fileURLToPath(new URL('../resources/sample/', import.meta.url));

for (const { path, bytes } of generatedSampleFiles()) {
  const target = join(sample, ...path.split('/'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, bytes);
  process.stdout.write(`${bytes.length} bytes  ${path}\n`);
}
