/** What other folder options would do to the files that are known, without changing anything: for a box to try patterns in. */

import os from 'node:os';
import path from 'node:path';
import type { RootOptions, RootTrial } from '../contract/model.ts';
import type { IndexStore, RootRow } from '../store/index-store.ts';
import { rulesOfRoot, splitPath, wantsDirectory, wantsFile, type DirectoryRules } from '../watch/ignore.ts';

/** Looked at, by path: enough to see what a pattern does, and done before the person has lifted the hand. */
const MOST_FILES = 20_000;
const PAGE = 1_000;
const MOST_EXAMPLES = 12;

/** Ignore files of the tree are not read anew: what is known has passed them, and options cannot save what they drop. */
export async function tryOptions(store: Pick<IndexStore, 'listFiles'>, root: RootRow, options: RootOptions): Promise<RootTrial> {
  const rules = rulesOfRoot(root.path, options, { platform: process.platform, home: os.homedir(), offLimits: [], readsEverything: false });
  let kept = 0;
  let dropped = 0;
  const examples: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<IndexStore['listFiles']>> = await store.listFiles({ rootId: root.id, limit: PAGE, ...(after === null ? {} : { after }) });
    for (const file of page.files) {
      const relative = path.relative(root.path, file.path);
      if (isWanted(rules, root.path, relative)) kept += 1;
      else {
        dropped += 1;
        if (examples.length < MOST_EXAMPLES) examples.push(relative);
      }
    }
    after = page.next;
  } while (after !== null && kept + dropped < MOST_FILES);
  return { kept, dropped, examples, partial: after !== null };
}

/** As the crawl asks: each folder on the way, then the file. */
function isWanted(rules: DirectoryRules, root: string, relative: string): boolean {
  const segments = splitPath(relative, process.platform);
  const name = segments.pop() ?? '';
  for (let depth = 1; depth <= segments.length; depth += 1) {
    const down = segments.slice(0, depth);
    if (!wantsDirectory(rules, down, path.join(root, ...down))) return false;
  }
  return wantsFile(rules, segments, name);
}
