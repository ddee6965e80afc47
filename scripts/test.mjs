/**
 * `npm test`: build, checks, then every suite under Node's own runner. `--long` adds tests/long; `--only=unit` runs one suite
 * and nothing else (also: integration, e2e, desktop, long, check). Ends non-zero when anything failed, after running what still can run.
 *
 * A file that fails beside others is run once more alone, and if it passes then it is told as unsteady at the end: on a crowded machine
 * one late answer in two thousand tests should not hide what the others say. An unsteady test is a fault to mend; `--strict` fails at once.
 */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build, repository } from './build.mjs';
import { check } from './check.mjs';
import { run } from './run-step.mjs';
import { FAILED_LIST } from './test-reporter.mjs';

/** Files that run at once: the target machine has two cores. */
const CONCURRENCY = 2;
/** A test that hangs is a failure, not a wait. Node counts a whole file as a test too, so this is about files, on a machine with much else to do. */
const TEST_TIMEOUT_MS = 1_800_000;
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
const unsteady = [];

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
for (const file of unsteady) process.stdout.write(`UNSTEADY  ${file}: failed beside others, passed alone\n`);
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
  const failing = await runFiles(`${suite.name} tests, ${files.length} files`, files, suite.timeoutMs, CONCURRENCY);
  if (failing.length === 0 || args.includes('--strict')) return failing.length === 0;
  const again = await runFiles(`${suite.name} tests once more, ${failing.length} alone`, failing, suite.timeoutMs, 1);
  unsteady.push(...failing.filter((file) => !again.includes(file)).map((file) => relative(repository, file)));
  return again.length === 0;
}

/** Runs the files; answers those that failed, or all when the runner itself did. */
async function runFiles(name, files, timeoutMs, concurrency) {
  const folder = mkdtempSync(join(tmpdir(), 'findling-test-'));
  const list = join(folder, 'failed');
  const passed = await run(name, [
    '--test', `--test-concurrency=${concurrency}`, `--test-timeout=${timeoutMs}`, `--test-reporter=${join(repository, 'scripts', 'test-reporter.mjs')}`, '--test-reporter-destination=stdout', ...files,
  ], { [FAILED_LIST]: list });
  const failing = existsSync(list) ? readFileSync(list, 'utf8').split('\n').filter((file) => files.includes(file)) : [];
  rmSync(folder, { recursive: true });
  if (passed) return [];
  return failing.length > 0 ? failing : files;
}
