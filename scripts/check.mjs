/**
 * Everything that can be said of the code without running it: types of each environment by its own tsconfig, lint, house rules.
 * The root tsconfig comes last: it sees tests and scripts too, with all libraries.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from './build.mjs';
import { run } from './run-step.mjs';

const tsc = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');
const oxlint = join(repository, 'node_modules', 'oxlint', 'bin', 'oxlint');

/** A folder is an environment; its tsconfig allows only what that environment has. */
const ENVIRONMENTS = ['src/contract', 'src/rpc', 'src', 'renderer', 'electron', '.'];

/** @returns {Promise<boolean>} all well */
export async function check() {
  const results = [];
  for (const folder of ENVIRONMENTS) {
    const config = join(repository, folder, 'tsconfig.json');
    if (existsSync(config)) results.push(await run(`types of ${folder === '.' ? 'everything' : folder}`, [tsc, '-p', config]));
  }
  results.push(await run('lint', [oxlint, '--deny-warnings', '--quiet', '--config', join(repository, '.oxlintrc.json'), repository]));
  results.push(await run('house rules', [join(repository, 'scripts', 'check-rules.ts')]));
  return results.every(Boolean);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = (await check()) ? 0 : 1;
}
