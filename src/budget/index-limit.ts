/**
 * The limit on the size of the index (`Settings.maxIndexBytes`): when its size is worth measuring, and what is said at the limit. Pure. The size counts
 * what lies on the disk for words and for vectors; models, settings and the log are not the index.
 */

import { bytesText } from './bytes-text.ts';

/** No index grows faster: 4 MB a second were measured on two cores of a server, and the quickest desktops have some eight times that. Bytes per second. */
const FASTEST_GROWTH = 40 * 1024 * 1024;
/** Measuring looks at every file of the vectors: some milliseconds. */
const LEAST_MS = 250;
/** Also far from the limit it is looked at now and then: not everything that grows asks. */
const MOST_MS = 60_000;
/** At the limit it only shrinks: what a person forgets and what settings change is told, files that were deleted are found by this. */
const AT_LIMIT_MS = 15_000;

/** Milliseconds until the size can have reached the limit, so that no measurement is in vain and none comes late. */
export function measureAgainAfterMs(bytes: number, limitBytes: number): number {
  if (bytes >= limitBytes) return AT_LIMIT_MS;
  return Math.min(MOST_MS, Math.max(LEAST_MS, ((limitBytes - bytes) / FASTEST_GROWTH) * 1000));
}

export function atLimitText(limitBytes: number): string {
  return `The index has reached its limit of ${bytesText(limitBytes)}, so new and changed files wait. What is indexed is found as before. Raise the limit in the settings, or forget files.`;
}
