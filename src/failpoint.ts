/**
 * Named places where a test may have the process killed, to prove that a kill there loses nothing. Set by environment only:
 * `FINDLING_FAILPOINT=embed:vectors-added:2` kills the process with SIGKILL the second time it passes. Unset, it costs one comparison.
 */

const [point, count] = parse(process.env['FINDLING_FAILPOINT']);
let passed = 0;

/** Every place that indexing passes; a test goes through all of them. */
export const FAILPOINTS = [
  'catalog:listings-applied', 'catalog:crawl-finished', 'extract:before-commit', 'extract:committed',
  'embed:before-add', 'embed:vectors-added', 'embed:marked', 'vectors:deleted',
] as const;

/** Places that only a change of model passes. */
export const MODEL_FAILPOINTS = ['derive:vectors-added', 'generation:before-switch', 'generation:switched'] as const;

export type Failpoint = (typeof FAILPOINTS)[number] | (typeof MODEL_FAILPOINTS)[number];

export function failpoint(name: Failpoint): void {
  if (point !== name) return;
  passed += 1;
  if (passed === count) process.kill(process.pid, 'SIGKILL');
}

function parse(text: string | undefined): [string | undefined, number] {
  if (text === undefined || text === '') return [undefined, 0];
  const parts = text.split(':');
  return [parts.slice(0, 2).join(':'), Number(parts[2] ?? 1)];
}
