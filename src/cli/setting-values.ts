/** Settings by key and as text, for `findling config`. Pure. What a value may be is checked by the contract; here text becomes a value of the right type. */

import type { RootOptions } from '../contract/model.ts';
import type { DownloadSettings, ServerSettings, Settings, VectorSettings } from '../contract/settings.ts';
import { UsageError } from './command.ts';
import { parseBytes } from './quantities.ts';

/** How the text of a setting is read. */
type Form = 'text' | 'number' | 'bytes' | 'boolean' | 'patterns' | 'text-or-none' | 'number-or-none';
type Forms<T> = Readonly<Record<keyof T, Form>>;

const TOP_FORMS: Forms<Omit<Settings, 'newFolders' | 'server' | 'downloads' | 'vectors'>> = {
  language: 'text', theme: 'text', model: 'text', dimension: 'number-or-none', device: 'text', gpuMemoryBytes: 'bytes', instruction: 'text-or-none',
  buildModels: 'text', reranker: 'text', cpuThreads: 'number', memoryBytes: 'bytes', minFreeBytes: 'bytes', maxIndexBytes: 'bytes', onBattery: 'text',
  hotkey: 'text-or-none', startAtLogin: 'boolean', startHidden: 'boolean', updates: 'text', keepRecents: 'boolean',
};
const FOLDER_FORMS: Forms<RootOptions> = {
  include: 'patterns', exclude: 'patterns', maxFileBytes: 'bytes', honourGitignore: 'boolean', includeHidden: 'boolean',
  includeSecrets: 'boolean', paused: 'boolean', instruction: 'text-or-none', threshold: 'number-or-none',
};
const SERVER_FORMS: Forms<ServerSettings> = {
  baseUrl: 'text-or-none', model: 'text', key: 'text-or-none', headers: 'patterns', kind: 'text', queryPrompt: 'text-or-none', documentPrompt: 'text-or-none',
  windowTokens: 'number', parallel: 'number', allowRemote: 'boolean', rerankModel: 'text-or-none',
};
const DOWNLOAD_FORMS: Forms<DownloadSettings> = { mirror: 'text-or-none', proxy: 'text-or-none' };
const VECTOR_FORMS: Forms<VectorSettings> = { uri: 'text-or-none', options: 'patterns' };

/** Settings that are groups: their keys are written with the group's name and a point before. */
const GROUPS: Readonly<Record<string, Readonly<Record<string, Form>>>> = { newFolders: FOLDER_FORMS, server: SERVER_FORMS, downloads: DOWNLOAD_FORMS, vectors: VECTOR_FORMS };

const FORMS: Readonly<Record<string, Form>> = {
  ...TOP_FORMS,
  ...Object.fromEntries(Object.entries(GROUPS).flatMap(([group, forms]) => Object.entries(forms).map(([key, form]) => [`${group}.${key}`, form]))),
};

/** Every key that can be set, `newFolders.exclude` among them. */
export const SETTING_KEYS: readonly string[] = Object.keys(FORMS);

function formOf(key: string): Form {
  const form = Object.hasOwn(FORMS, key) ? FORMS[key] : undefined;
  if (form === undefined) throw new UsageError(`There is no setting '${key}'. Known are: ${SETTING_KEYS.join(', ')}.`);
  return form;
}

export function readSetting(settings: Settings, key: string): unknown {
  formOf(key);
  const [first = '', second] = key.split('.');
  const top: Readonly<Record<string, unknown>> = { ...settings };
  // A key with a point is one of a group, by the tables above.
  return second === undefined ? top[first] : (top[first] as Readonly<Record<string, unknown>>)[second];
}

/** The change that sets one key, for `settings.set`; its values are checked there. */
export function settingChange(key: string, text: string): Partial<Settings> {
  const value = valueOf(key, formOf(key), text);
  const [first = '', second] = key.split('.');
  // The key is one of Settings, by the tables above; its value is checked by the engine, with the same words on every host.
  return { [first]: second === undefined ? value : { [second]: value } } as Partial<Settings>;
}

/** Keys of one folder's own settings. */
export const FOLDER_KEYS: readonly (keyof RootOptions)[] = Object.keys(FOLDER_FORMS) as (keyof RootOptions)[]; // The record's own keys.

/** The change that sets one key of a folder, for `roots.update`. */
export function folderChange(key: string, text: string): Partial<RootOptions> {
  const known = FOLDER_KEYS.find((each) => each === key);
  if (known === undefined) throw new UsageError(`A folder has no setting '${key}'. Known are: ${FOLDER_KEYS.join(', ')}.`);
  return { [known]: valueOf(key, FOLDER_FORMS[known], text) };
}

function valueOf(key: string, form: Form, text: string): unknown {
  switch (form) {
    case 'text':
      return text;
    case 'text-or-none':
      return text === 'none' ? null : text;
    case 'boolean':
      if (['true', 'yes', 'on'].includes(text)) return true;
      if (['false', 'no', 'off'].includes(text)) return false;
      throw new UsageError(`${key} must be true or false, not '${text}'.`);
    case 'number':
    case 'number-or-none': {
      if (form === 'number-or-none' && text === 'none') return null;
      const number = text.trim() === '' ? Number.NaN : Number(text);
      if (!Number.isFinite(number)) throw new UsageError(`${key} must be a number${form === 'number' ? '' : " or 'none'"}, not '${text}'.`);
      return number;
    }
    case 'bytes': {
      const bytes = parseBytes(text);
      if (bytes === null) throw new UsageError(`${key} must be a size such as 64mb or 1073741824, not '${text}'.`);
      return bytes;
    }
    case 'patterns':
      return parsePatterns(key, text);
  }
}

/** A JSON list, or patterns with commas between; a comma inside braces belongs to its pattern. */
function parsePatterns(key: string, text: string): readonly string[] {
  if (text.trimStart().startsWith('[')) {
    try {
      const parsed: unknown = JSON.parse(text);
      if (Array.isArray(parsed) && parsed.every((item) => typeof item === 'string')) return parsed;
    } catch (error) {
      throw new UsageError(`${key} is not a JSON list: ${error instanceof Error ? error.message : String(error)}`);
    }
    throw new UsageError(`${key} must be a list of patterns.`);
  }
  return text.split(/,(?![^{]*\})/).map((part) => part.trim()).filter((part) => part !== '');
}

export function settingText(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : value.join(', ');
  return String(value);
}
