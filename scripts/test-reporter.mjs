/** How the suites are reported: a failure at once and whole, and at the end the counts and the slowest files. For Node's `--test-reporter`. */

import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { inspect } from 'node:util';
import { repository } from './build.mjs';

/** Environment variable: a file to write the paths of failed test files to, one per line. */
export const FAILED_LIST = 'FINDLING_FAILED_TEST_FILES';

/** Suites and files that fail only because something in them did are not told again. */
const ONLY_BY_CHILDREN = 'subtestsFailed';

/** @param {AsyncIterable<import('node:test/reporters').TestEvent>} events */
export default async function* report(events) {
  /** Files to their counts and seconds. */
  const files = new Map();
  let [passed, failed, skipped] = [0, 0, 0];
  for await (const { type, data } of events) {
    if (type === 'test:stderr' || type === 'test:stdout') {
      yield data.message;
      continue;
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const isSuite = data.details.type === 'suite';
    if (!isSuite && data.skip === undefined && type === 'test:pass') passed += 1;
    if (data.skip !== undefined) skipped += 1;
    const file = data.file === undefined ? '' : relative(repository, data.file);
    const known = files.get(file) ?? { ms: 0, failed: 0 };
    if (data.nesting === 0) known.ms += data.details.duration_ms;
    files.set(file, known);
    if (type === 'test:fail' && data.details.error?.failureType !== ONLY_BY_CHILDREN) {
      failed += 1;
      known.failed += 1;
      const cause = data.details.error?.cause ?? data.details.error;
      yield `FAILED  ${file}:${data.line ?? 0}  ${data.name}\n${indent(inspect(cause))}\n`;
    }
  }
  const list = process.env[FAILED_LIST];
  const failing = [...files].filter(([, known]) => known.failed > 0).map(([file]) => resolve(repository, file));
  if (list !== undefined) writeFileSync(list, failing.join('\n'));
  const slow = [...files].filter(([, { ms }]) => ms >= SLOW_MS).sort(([, a], [, b]) => b.ms - a.ms);
  for (const [file, { ms }] of slow.slice(0, SHOWN_SLOW)) yield `        ${(ms / 1000).toFixed(1)} s  ${file}\n`;
  yield `        ${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}

/** Files worth a look when the whole suite gets slow. */
const SLOW_MS = 10_000;
const SHOWN_SLOW = 10;

function indent(text) {
  return text.split('\n').map((line) => `        ${line}`).join('\n');
}
