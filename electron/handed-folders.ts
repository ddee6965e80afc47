/**
 * Folders that a start of the app named, the first or a second one: they wait for the engine, are added, and what could not be added is shown to the
 * person, who sees no log. What is watched already needs no word.
 */

import path from 'node:path';
import type { EngineProtocol } from '../src/contract/calls.ts';
import { EngineError } from '../src/contract/errors.ts';
import type { Client } from '../src/rpc/client.ts';
import { oneLine } from './menus.ts';
import type { AppWords } from './words.ts';

export interface FolderNotice {
  readonly message: string;
  /** A line for each folder. */
  readonly detail: string;
}

export interface HandedFoldersOptions {
  readonly words: () => AppWords;
  readonly show: (notice: FolderNotice) => void;
}

export class HandedFolders {
  readonly #options: HandedFoldersOptions;
  #waiting: readonly string[] = [];
  #client: Client<EngineProtocol> | null = null;
  #adding = false;

  constructor(options: HandedFoldersOptions) {
    this.#options = options;
  }

  /** Absolute paths. */
  hand(folders: readonly string[]): void {
    this.#waiting = [...this.#waiting, ...folders];
    void this.#add();
  }

  /** Anew after every restart of the engine: what was not answered is asked again. */
  follow(client: Client<EngineProtocol>): void {
    this.#client = client;
    void this.#add();
  }

  /** Never rejects. What is refused at once is shown at once, in one notice. */
  async #add(): Promise<void> {
    if (this.#adding) return;
    this.#adding = true;
    const refused: string[] = [];
    for (;;) {
      const [client, folder] = [this.#client, this.#waiting[0]];
      if (client === null || folder === undefined) break;
      try {
        await client.call('roots.add', { path: folder });
      } catch (error) {
        if (error instanceof EngineError && error.code === 'connection-closed') {
          if (this.#client === client) this.#client = null;
          continue;
        }
        if (!isCovered(error)) refused.push(`${oneLine(folder)}\n${whyText(this.#options.words(), error)}`);
      }
      this.#waiting = this.#waiting.slice(1);
    }
    this.#adding = false;
    if (refused.length > 0) this.#options.show({ message: this.#options.words().foldersRefused(refused.length), detail: refused.join('\n\n') });
  }
}

/** The folder, or one it lies in, is watched already: then all is as the person wants it. */
function isCovered(error: unknown): boolean {
  if (!(error instanceof EngineError) || error.code !== 'folder-overlaps') return false;
  const { path: folder, root } = error.details ?? {};
  if (typeof folder !== 'string' || typeof root !== 'string') return false;
  const relative = path.relative(root, folder);
  return relative === '' || (relative !== '..' && !relative.startsWith('..' + path.sep) && !path.isAbsolute(relative));
}

function whyText(words: AppWords, error: unknown): string {
  const own = error instanceof EngineError ? words.folderProblems[error.code] : undefined;
  return own ?? oneLine(error instanceof Error ? error.message : String(error));
}
