/** Options of a root for tests: nothing excluded, nothing hidden shown. */

import type { RootOptions } from '../../../src/contract/model.ts';

export function rootOptions(changes: Partial<RootOptions> = {}): RootOptions {
  return {
    include: [], exclude: [], maxFileBytes: 1_000_000, honourGitignore: true, includeHidden: false, includeSecrets: false, paused: false,
    instruction: null, threshold: null, ...changes,
  };
}
