/**
 * The settings in use and the file they are kept in, as one: a change by a host is written to `config.json`, an edit of the file by anybody else is
 * taken in, also right before a change is written, so that neither undoes the other. What the changes mean for the engine's parts is the listener's.
 */

import { unwatchFile, watchFile } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { mergeSettings, SettingsFile, whyText } from './config.ts';
import { EngineError } from './contract/errors.ts';
import type { RootOptions } from './contract/model.ts';
import type { Settings } from './contract/settings.ts';
import { entryOf, folderTroubles, followLinks, NO_FOLDERS, withFolder, writeFolders, type FolderEntries, type FolderEntry } from './folder-settings.ts';
import { describeError, type Log } from './log.ts';
import { Turns } from './turns.ts';

/** One `stat`. A watch on the directory would tell of every write of the index. */
const LOOK_EVERY_MS = 1_000;

export interface KeptSettingsOptions {
  readonly dataDirectory: string;
  readonly log: Log;
  /** After every change, whoever made it. `chosen`: a person chose the model just now. */
  readonly onChange: (before: Settings, now: Settings, chosen: boolean) => Promise<void>;
  /** Somebody else changed the file, or what is wrong with it is another now: folders may have other settings. Not waited for. */
  readonly onEdit: () => void;
}

export class KeptSettings {
  readonly #options: KeptSettingsOptions;
  readonly #file: SettingsFile;
  /** The file was damaged or could not be read at the start: what watched folders had is known to the catalog alone. */
  readonly foldersLost: boolean;
  #settings: Settings;
  #folders: FolderEntries;
  #trouble: string | null;
  /** Changes and edits one after the other. */
  readonly #turns = new Turns();
  readonly #look = (): void => { void this.look(); };

  constructor(options: KeptSettingsOptions) {
    this.#options = options;
    this.#file = new SettingsFile(options.dataDirectory);
    const { settings, folders, trouble } = this.#file.load();
    this.#settings = settings;
    this.#folders = folders ?? NO_FOLDERS;
    this.foldersLost = folders === null;
    this.#trouble = trouble;
    this.#logTroubles();
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** What a person should know of the file, in English. */
  get troubles(): readonly string[] {
    return [...(this.#trouble === null ? [] : [this.#trouble]), ...folderTroubles(this.#folders)];
  }

  /** What the file has of a folder, watched or not. */
  entryOf(folder: string): FolderEntry {
    return entryOf(this.#folders, folder);
  }

  /** Links in the file's paths are followed, and from here on edits of the file count. */
  async watch(): Promise<void> {
    await this.#turns.run(async () => { this.#folders = await followLinks(this.#folders, target); });
    watchFile(this.#file.path, { persistent: false, interval: LOOK_EVERY_MS }, this.#look);
  }

  close(): Promise<unknown> {
    unwatchFile(this.#file.path, this.#look);
    return this.#turns.ended;
  }

  /** Kept, then followed by every part. Errors: the disk's; then it counts all the same until the engine ends. */
  set(change: Partial<Settings>, chosen: boolean): Promise<Settings> {
    return this.#change(() => {
      this.#settings = mergeSettings(this.#settings, change);
      return true;
    }, chosen);
  }

  /** One folder's settings in place of those it has; null: none of its own any more. `choose` sees what the file has of it, and may throw. */
  async setFolder(folder: string, choose: (entry: FolderEntry, settings: Settings) => RootOptions | null): Promise<void> {
    await this.#change(async () => {
      // A link may have come to exist, and lead here.
      const before = await followLinks(this.#folders, target);
      this.#folders = withFolder(before, folder, choose(entryOf(before, folder), this.#settings));
      return JSON.stringify(writeFolders(before)) !== JSON.stringify(writeFolders(this.#folders));
    }, false);
  }

  /**
   * At the start: folders whose settings the file does not have, because it was damaged or is of a version before they stood there. Answers whether they
   * stand there now: a file that cannot be read is left alone. Errors: the disk's; then they count all the same until the engine ends.
   */
  adoptFolders(folders: ReadonlyMap<string, RootOptions>): Promise<boolean> {
    return this.#turns.run(async () => {
      for (const [folder, options] of folders) this.#folders = withFolder(this.#folders, folder, options);
      if (this.#file.strange) return false;
      if (folders.size > 0) await this.#file.save(this.#settings, this.#folders);
      return true;
    });
  }

  /** Takes in what somebody else wrote, if anything. Never rejects. */
  async look(): Promise<void> {
    try {
      const before = await this.#turns.run(async () => {
        const present = this.#settings;
        return (await this.#takeEdit()) ? present : null;
      });
      if (before !== null) await this.#follow(before, false, true);
    } catch (error) {
      this.#options.log.error('an edit of config.json was not followed', { error: describeError(error) });
    }
  }

  /** `make` answers whether there is anything to write. */
  async #change(make: () => Promise<boolean> | boolean, chosen: boolean): Promise<Settings> {
    let [before, edited] = [this.#settings, false];
    try {
      return await this.#turns.run(async () => {
        before = this.#settings;
        const troubles = this.troubles.length;
        edited = await this.#takeEdit();
        const aside = (await make()) ? await this.#file.save(this.#settings, this.#folders) : null;
        if (aside !== null) this.#trouble = `config.json was damaged and was moved to ${aside}; the settings before go on.`;
        edited ||= this.troubles.length !== troubles;
        return this.#settings;
      });
    } finally {
      await this.#follow(before, chosen, edited);
    }
  }

  async #follow(before: Settings, chosen: boolean, edited: boolean): Promise<void> {
    if (before !== this.#settings) await this.#options.onChange(before, this.#settings, chosen);
    if (edited) this.#options.onEdit();
  }

  /** Was there an edit, or another trouble with the file than before? What it has counts then; what cannot be understood changes nothing. */
  async #takeEdit(): Promise<boolean> {
    try {
      const edited = this.#file.edited();
      if (edited === null) return false;
      if (JSON.stringify(edited.settings) !== JSON.stringify(this.#settings)) this.#settings = edited.settings;
      this.#folders = await followLinks(edited.folders, target);
      this.#trouble = null;
    } catch (error) {
      const code = error instanceof EngineError ? error.code : 'bad-input';
      this.#trouble = `config.json is not used as it is now: ${whyText(error)} (${code}) The settings before go on; a change made elsewhere moves the file aside.`;
    }
    this.#logTroubles();
    return true;
  }

  #logTroubles(): void {
    for (const trouble of this.troubles) this.#options.log.warn('config.json', { trouble });
  }
}

function target(folder: string): Promise<string> {
  return realpath(folder).catch(() => folder);
}
