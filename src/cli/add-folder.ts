/** Choosing a folder from the command line: as `index` and `serve` do it. */

import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { EngineProtocol } from '../contract/calls.ts';
import { EngineError } from '../contract/errors.ts';
import type { Root } from '../contract/model.ts';
import type { Client } from '../rpc/client.ts';
import type { Terminal } from './terminal.ts';
import { withoutControls } from './text-width.ts';

/** What may be wrong with one folder while others are fine. */
const FOLDER_ERRORS: ReadonlySet<string> = new Set(['folder-not-found', 'not-a-folder', 'folder-denied', 'folder-overlaps', 'folder-settings-invalid', 'folder-is-data-directory', 'bad-input']);

export interface AddFolders {
  readonly client: Client<EngineProtocol>;
  readonly terminal: Terminal;
  /** Compare a folder that is watched already with the index, and wait for that. */
  readonly rescanKnown: boolean;
}

/** Adds each folder that is not covered already. Says what is wrong with the others and answers how many those were. */
export async function addFolders(folders: readonly string[], options: AddFolders): Promise<number> {
  let refused = 0;
  for (const folder of folders) {
    try {
      await addFolder(folder, options);
    } catch (error) {
      // One wrong folder does not keep the others out; the exit code tells.
      if (!(error instanceof EngineError) || !FOLDER_ERRORS.has(error.code)) throw error;
      options.terminal.note(`findling: ${withoutControls(folder)}: ${error.message}`);
      refused += 1;
    }
  }
  return refused;
}

async function addFolder(folder: string, { client, terminal, rescanKnown }: AddFolders): Promise<void> {
  // Links and `..` are followed here: the engine has another working directory. What does not exist is the engine's to refuse.
  const absolute = await realpath(path.resolve(folder)).catch(() => path.resolve(folder));
  const roots = await client.call('roots.list', undefined);
  const covering = roots.find((root) => isBelow(absolute, root));
  if (covering !== undefined) {
    // What is not there cannot be covered: said here as the engine says it of a new folder.
    const stats = await stat(absolute).catch(() => null);
    if (stats === null) throw new EngineError('folder-not-found');
    if (!stats.isDirectory()) throw new EngineError('not-a-folder');
    if (rescanKnown) await client.call('index.rescan', { rootId: covering.id });
    return;
  }
  const root = await client.call('roots.add', { path: absolute });
  terminal.note(`Watching ${withoutControls(root.path)}`);
}

function isBelow(folder: string, root: Root): boolean {
  const relative = path.relative(root.path, folder);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}
