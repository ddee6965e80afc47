/**
 * `npm run bench -- [names] [freshness] [queries] [bulk] [stages] [model] [budgets] --corpus FOLDER [--keep NAME]`: runs the benchmarks one after the other and prints
 * their figures; `qwen3 --model FOLDER [--transformers FOLDER] [--tokens N] [--rounds N]` and `desktop` only when named; `--keep` writes them to tests/bench/runs/<date>-<NAME>/ with machine, commit and command. A benchmark asserts nothing.
 */

import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchBudgets } from './budgets.ts';
import { benchBulk } from './bulk.ts';
import { benchDesktop } from './desktop.ts';
import { benchFreshness } from './freshness.ts';
import { benchStages } from './stages.ts';
import { machine } from './measure.ts';
import { benchModel } from './model.ts';
import { benchNames } from './names.ts';
import { benchQueries } from './queries.ts';
import { benchQwen3 } from './qwen3.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const { values, positionals } = parseArgs({ allowPositionals: true, options: {
  corpus: { type: 'string' }, keep: { type: 'string' }, model: { type: 'string' }, transformers: { type: 'string' }, tokens: { type: 'string', default: '20000' }, rounds: { type: 'string', default: '3' },
} });
const wanted = positionals.length === 0 ? ['names', 'freshness', 'queries', 'bulk', 'stages', 'model'] : positionals;

const benches: Readonly<Record<string, () => Promise<Record<string, unknown>>>> = {
  desktop: benchDesktop,
  names: benchNames,
  freshness: benchFreshness,
  queries: () => benchQueries(corpus()),
  bulk: () => benchBulk(corpus()),
  stages: () => benchStages(corpus()),
  model: () => benchModel(corpus()),
  budgets: benchBudgets,
  qwen3: () => benchQwen3({ model: modelFolder(), tokens: Number(values.tokens), rounds: Number(values.rounds), ...(values.transformers === undefined ? {} : { transformers: path.resolve(values.transformers) }) }),
};

function modelFolder(): string {
  if (values.model === undefined) throw new Error('This benchmark needs --model: a model folder, such as tests/fixtures/qwen3/write-model.ts makes.');
  return path.resolve(values.model);
}

function corpus(): string {
  if (values.corpus === undefined) throw new Error('This benchmark needs --corpus: a folder of about 200 MB of text and code.');
  return path.resolve(values.corpus);
}

execFileSync(process.execPath, [path.join(repository, 'scripts', 'build.mjs')], { stdio: 'inherit' });
const git = (...args: string[]): string => execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).trim();
const provenance = { date: new Date().toISOString(), commit: git('rev-parse', '--short', 'HEAD'), changed: git('status', '--porcelain') !== '', command: `npm run bench -- ${wanted.join(' ')}`, machine: machine() };

for (const name of wanted) {
  const bench = benches[name];
  if (bench === undefined) throw new Error(`There is no benchmark "${name}". There are: ${Object.keys(benches).join(', ')}.`);
  process.stderr.write(`${name} …\n`);
  const results = await bench();
  const text = JSON.stringify({ ...provenance, bench: name, results }, null, 2) + '\n';
  process.stdout.write(text);
  if (values.keep === undefined) continue;
  const folder = path.join(repository, 'tests', 'bench', 'runs', `${provenance.date.slice(0, 10)}-${values.keep}`);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${name}.json`), text);
}
