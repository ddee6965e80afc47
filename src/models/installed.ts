/**
 * Model folders on this machine, as they are now: a person may drop one in or delete one at any time, so nothing is remembered here.
 * A folder whose description cannot be used is listed with the reason, not hidden.
 */

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../contract/errors.ts';
import type { ModelTask } from '../contract/models.ts';
import { modelFingerprint } from '../embed/fingerprint.ts';
import { parseModelDescription, type ModelDescription } from '../embed/model-description.ts';

export interface ModelPlaces {
  readonly dataDirectory: string;
  readonly resourcesDirectory: string;
}

export interface InstalledFolder {
  readonly id: string;
  /** Absolute. */
  readonly folder: string;
  /** Came with the program: it cannot be removed. */
  readonly builtIn: boolean;
  readonly task: ModelTask;
  readonly variant: string | null;
  readonly description: ModelDescription | null;
  /** Equal as long as the files and how they are used are the same; empty without a description. */
  readonly fingerprint: string;
  readonly bytes: number;
  /** Why it cannot be used; null: as far as is seen without hashing, it can. */
  readonly trouble: string | null;
}

/** As the contract has it: never a path. */
const MODEL_NAME = /^(?!\.)[\w.@+-]{1,128}$/;
/** Settings give these names a meaning of their own. */
const RESERVED: ReadonlySet<string> = new Set(['server', 'auto', 'off']);

export function isModelName(name: string): boolean {
  return MODEL_NAME.test(name) && !RESERVED.has(name);
}

export function modelsFolder(directory: string): string {
  return join(directory, 'models');
}

/** Absolute path of a model's folder; the data directory comes before the resources. Error: `model-missing`. */
export async function findModelFolder(places: ModelPlaces, id: string): Promise<string> {
  if (isModelName(id)) {
    for (const parent of [places.dataDirectory, places.resourcesDirectory]) {
      const folder = join(modelsFolder(parent), id);
      if (await exists(join(folder, 'model.json'))) return folder;
    }
  }
  throw new EngineError('model-missing', `There is no model "${id}" in the models folder.`, { details: { model: id } });
}

/** Built-in ones first. A folder in the data directory hides a built-in one of its name. */
export async function listInstalled(places: ModelPlaces): Promise<readonly InstalledFolder[]> {
  const [own, builtIn] = await Promise.all([
    readFolders(modelsFolder(places.dataDirectory), false),
    readFolders(modelsFolder(places.resourcesDirectory), true),
  ]);
  return [...builtIn.filter(({ id }) => !own.some((folder) => folder.id === id)), ...own];
}

async function readFolders(parent: string, builtIn: boolean): Promise<readonly InstalledFolder[]> {
  const names = await readdir(parent).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const folders = await Promise.all(names.filter(isModelName).sort().map((id) => readInstalled(join(parent, id), id, builtIn)));
  return folders.filter((folder) => folder !== null);
}

/** null: there is no `model.json` in it, so it is no model folder. */
export async function readInstalled(folder: string, id: string, builtIn: boolean): Promise<InstalledFolder | null> {
  const text = await readFile(join(folder, 'model.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  const nothing = { id, folder, builtIn, task: 'embedding', variant: null, description: null, fingerprint: '', bytes: 0 } as const;
  try {
    const description = parseModelDescription(text);
    const files = [description.files.model, description.files.tokenizer, ...description.files.data];
    const sizes = await Promise.all(files.map(({ path }) => stat(join(folder, path)).then(({ size }) => size, () => null)));
    const lacking = files.findIndex(({ bytes }, index) => sizes[index] !== bytes);
    return {
      ...nothing, task: description.task, variant: variantIn(text), description, fingerprint: modelFingerprint(description),
      bytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
      trouble: lacking === -1 ? null : `${files[lacking]?.path ?? ''} is missing or has another size than model.json says.`,
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { ...nothing, trouble: error.message };
  }
}

/** Only for display, so that the description need not know it. */
function variantIn(text: string): string | null {
  const { variant } = JSON.parse(text) as Record<string, unknown>; // Parsed before as an object.
  return typeof variant === 'string' ? variant : null;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
