/**
 * `npm test`: build, checks, then every suite under Node's own runner. `--long` adds tests/long; `--only=unit` runs one suite
 * and nothing else (also: integration, e2e, desktop, long, check). Ends non-zero when anything failed, after running what still can run.
 */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, repository } from './build.mjs';
import { check } from './check.mjs';
import { run } from './run-step.mjs';

/** Files that run at once: the target machine has two cores. */
const CONCURRENCY = 2;
/** A test that hangs is a failure, not a wait. Node counts a whole file as a test too, so this is about files. */
const TEST_TIMEOUT_MS = 600_000;
const LONG_TEST_TIMEOUT_MS = 3_600_000;

const SUITES = [
  { name: 'unit', timeoutMs: TEST_TIMEOUT_MS },
  { name: 'integration', timeoutMs: TEST_TIMEOUT_MS },
  { name: 'e2e', timeoutMs: TEST_TIMEOUT_MS },
  { name: 'desktop', timeoutMs: TEST_TIMEOUT_MS },
  { name: 'long', timeoutMs: LONG_TEST_TIMEOUT_MS },
];

const args = process.argv.slice(2);
const only = args.find((arg) => arg.startsWith('--only='))?.slice('--only='.length);
const started = Date.now();
const failed = [];

if (only === undefined || only === 'e2e' || only === 'desktop') {
  try {
    await build();
  } catch (error) {
    process.stdout.write(`FAILED  build: ${error.message}\n`);
    failed.push('build');
  }
}
if ((only === undefined || only === 'check') && !(await check())) failed.push('check');
for (const suite of SUITES) {
  const wanted = only === undefined ? suite.name !== 'long' || args.includes('--long') : suite.name === only;
  if (wanted && !(await runSuite(suite))) failed.push(suite.name);
}

const seconds = Math.round((Date.now() - started) / 1000);
process.stdout.write(failed.length === 0 ? `\nAll passed in ${seconds} s.\n` : `\nFAILED: ${failed.join(', ')} (after ${seconds} s)\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Every *.test.ts below tests/<name>. The list is made here: a pattern that matches nothing would pass unseen. */
async function runSuite(suite) {
  const folder = join(repository, 'tests', suite.name);
  const files = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.test\.tsx?$/.test(file)).sort().map((file) => join(folder, file))
    : [];
  if (files.length === 0) {
    process.stdout.write(`none    ${suite.name} tests: tests/${suite.name} has no *.test.ts\n`);
    return true;
  }
  return run(`${suite.name} tests, ${files.length} files`, [
    '--test', `--test-concurrency=${CONCURRENCY}`, `--test-timeout=${suite.timeoutMs}`, `--test-reporter=${join(repository, 'scripts', 'test-reporter.mjs')}`, '--test-reporter-destination=stdout', ...files,
  ]);
}
