/** Finds entry modules of other processes and threads, in the source tree (.ts, types stripped by Node) and in `dist` (.js). */

import { fileURLToPath } from 'node:url';

/** `siblingModule(import.meta.url, './watch-process')`: the absolute path, with the extension the caller itself has. */
export function siblingModule(importMetaUrl: string, specifier: string): string {
  const extension = importMetaUrl.endsWith('.ts') ? '.ts' : '.js';
  return fileURLToPath(new URL(specifier + extension, importMetaUrl));
}
