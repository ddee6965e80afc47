/**
 * `npm run eval`: measures search quality on the committed set with the built-in model (or `--model <folder>`), prints a table, writes
 * JSON (`--out <file>`), and compares with `baseline.json`: it fails when a measure dropped by more than the tolerance, or when the
 * hybrid is below its better half. `--write-baseline` takes the measured values as the new baseline.
 */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildIndex } from './build-index.ts';
import { compareWithBaseline, hybridLosses, type Baseline } from './compare.ts';
import { fileText, readCorpus } from './corpus.ts';
import { evaluate } from './evaluate.ts';
import { gibberish } from './gibberish.ts';
import { printReport } from './print-report.ts';
import { makeQueries } from './queries.ts';

const BASELINE = path.join(import.meta.dirname, 'baseline.json');

const { values } = parseArgs({ options: { out: { type: 'string' }, model: { type: 'string' }, 'write-baseline': { type: 'boolean', default: false } } });

const documents = readCorpus();
const index = await buildIndex(
  documents.map((document) => ({ path: `${document.language}/${document.name}`, title: document.title, text: fileText(document), language: document.language })),
  values.model === undefined ? {} : { modelFolder: path.resolve(values.model) },
);
try {
  const idOf = new Map(documents.map((document) => [path.join(index.root.path, document.language, document.name), document.id]));
  const report = await evaluate(index, makeQueries(documents), gibberish(), (file) => idOf.get(file) ?? file);
  printReport(report, index.state.calibration);
  if (values.out !== undefined) await writeFile(values.out, JSON.stringify(report, null, 2) + '\n');
  if (values['write-baseline']) {
    await writeFile(BASELINE, JSON.stringify(report, null, 2) + '\n');
    process.stdout.write('\nbaseline written\n');
  } else {
    const problems = [...hybridLosses(report)];
    // A baseline holds for one model; another one is only held against its own halves.
    const baseline = JSON.parse(await readFile(BASELINE, 'utf8')) as Baseline;
    if (baseline.model === report.model) problems.push(...compareWithBaseline(report, baseline));
    else process.stdout.write(`\nno baseline for ${report.model}\n`);
    for (const problem of problems) process.stdout.write(`FAIL ${problem}\n`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  }
} finally {
  await index.close();
}
