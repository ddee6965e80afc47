/**
 * What a folder that a person points at holds: a model folder with its `model.json`, or the raw files of a model that the registry
 * knows. Only looks; nothing is copied or hashed. What is missing or does not fit is said by name.
 */

import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EngineError } from '../contract/errors.ts';
import { parseModelDescription } from '../embed/model-description.ts';
import { isModelName } from './installed.ts';
import type { JournalFile } from './journal.ts';
import { filesOf, localName, type RegistryFile, type RegistryModel, type RegistryVariant } from './registry-model.ts';

export interface FoundFile {
  /** Absolute. */
  readonly from: string;
  readonly name: string;
  readonly role: JournalFile['role'];
  readonly bytes: number;
  /** What it must be; null: nobody knows. */
  readonly sha256: string | null;
}

export interface Found {
  readonly id: string;
  /** Absolute. */
  readonly folder: string;
  readonly files: readonly FoundFile[];
  /** Text of its `model.json`; null: raw files of the registry's model. */
  readonly description: string | null;
  readonly known: { readonly model: RegistryModel; readonly variant: RegistryVariant } | null;
}

/** A figure for people may be this far off. */
const ROUGH_SHARE = 0.1;

/** `path`: a folder, or the graph in it. Errors: `model-missing`, `model-invalid`. */
export async function recognise(path: string, registry: readonly RegistryModel[]): Promise<Found> {
  const target = await realpath(path).catch((cause: unknown) => { throw new EngineError('model-missing', `There is nothing at ${path}.`, { cause, details: { path } }); });
  const isFolder = (await stat(target)).isDirectory();
  if (!isFolder && !/\.onnx$|^model\.json$/.test(basename(target))) {
    throw new EngineError('model-invalid', 'Choose the folder of a model, or its .onnx file. An archive must be unpacked first.', { details: { path } });
  }
  const folder = isFolder ? target : dirname(target);
  const text = await readFile(join(folder, 'model.json'), 'utf8').catch(() => null);
  if (text !== null) return described(folder, text);
  return raw(folder, isFolder ? null : basename(target), registry);
}

async function described(folder: string, text: string): Promise<Found> {
  const { id, files: { model, tokenizer, data } } = parseModelDescription(text);
  const name = id.replace(/[^\w.@+-]+/g, '-').replace(/^[.-]+/, '').slice(0, 128);
  if (!isModelName(name)) throw new EngineError('model-invalid', `model.json: "id" cannot be a folder's name.`, { details: { field: 'id' } });
  const entries = [{ ...model, role: 'model' as const }, { ...tokenizer, role: 'tokenizer' as const }, ...data.map((file) => ({ ...file, role: 'data' as const }))];
  const files = await Promise.all(entries.map(async ({ path, bytes, sha256, role }) => {
    const from = join(folder, path);
    const size = await sizeOf(from);
    if (size === null) throw new EngineError('model-missing', `The model folder lacks ${path}.`, { details: { path: from } });
    if (size !== bytes) throw new EngineError('model-invalid', `${path} has ${size} bytes instead of ${bytes}. Copy it again.`, { details: { path: from } });
    return { from, name: path, role, bytes, sha256 };
  }));
  return { id: name, folder, files, description: text, known: null };
}

interface Candidate {
  readonly model: RegistryModel;
  readonly variant: RegistryVariant;
  readonly files: readonly FoundFile[];
  /** Why it is not this one after all. */
  readonly misfit: EngineError | null;
}

async function raw(folder: string, graph: string | null, registry: readonly RegistryModel[]): Promise<Found> {
  // Repositories of the hub keep graphs in `onnx` and the tokenizer beside it.
  const places = basename(folder) === 'onnx' ? [folder, dirname(folder)] : [folder, join(folder, 'onnx')];
  const config = await readConfig(places);
  const wanted = registry.flatMap((model) => model.variants.map((variant) => ({ model, variant })))
    .filter(({ variant }) => graph === null || localName(variant.files.model.path) === graph);
  const candidates = (await Promise.all(wanted.map(({ model, variant }) => candidate(model, variant, places, config)))).filter((each) => each !== null);
  const fitting = candidates.filter(({ misfit }) => misfit === null);
  const best = named(fitting, folder);
  if (best.length === 1 && best[0] !== undefined) {
    const { model, variant, files } = best[0];
    return { id: model.id, folder, files, description: null, known: { model, variant } };
  }
  if (best.length > 1) {
    const names = [...new Set(best.map(({ model, variant }) => `${model.title} (${variant.id})`))].join(', ');
    throw new EngineError('model-invalid', `The files could be those of ${names}. Choose the .onnx file itself, in a folder named after the model.`, { details: { path: folder } });
  }
  const [nearest] = named(candidates, folder);
  if (nearest?.misfit) throw nearest.misfit;
  throw new EngineError('model-missing', 'There is no model.json here, nor the files of a model that Findling knows.', { details: { path: folder } });
}

/** null: not even its graph is here. */
async function candidate(model: RegistryModel, variant: RegistryVariant, places: readonly string[], config: Readonly<Record<string, unknown>> | null): Promise<Candidate | null> {
  const files: FoundFile[] = [];
  const misfit = (code: 'model-missing' | 'model-invalid', message: string): Candidate => ({ model, variant, files, misfit: new EngineError(code, message) });
  for (const file of filesOf(variant)) {
    const name = localName(file.path);
    const found = await firstOf(places.map((place) => join(place, name)));
    if (found === null && file === variant.files.model) return null;
    if (found === null) return misfit('model-missing', `${model.title} (${variant.id}) lacks ${name}.`);
    files.push({ ...found, name, role: roleOf(file, variant), sha256: file.sha256 });
    const limit = file.rough === true ? file.bytes * ROUGH_SHARE : 0;
    // A graph beside its weights is small, and its rough size says little.
    const tiny = file.rough === true && variant.files.data.length > 0 && file === variant.files.model;
    if (!tiny && variant.files.moreData !== true && Math.abs(found.bytes - file.bytes) > limit) return misfit('model-invalid', `${name} has ${found.bytes} bytes, that of ${model.title} (${variant.id}) has ${file.bytes}.`);
  }
  if (variant.files.moreData === true) {
    files.push(...await moreData(files, places));
    const [sum, expected] = [files.reduce((all, { bytes }) => all + bytes, 0), filesOf(variant).reduce((all, { bytes }) => all + bytes, 0)];
    if (Math.abs(sum - expected) > expected * ROUGH_SHARE) return misfit('model-invalid', `The files have ${sum} bytes together, those of ${model.title} (${variant.id}) about ${expected}: one is missing, or they are another model's.`);
  }
  const other = config === null ? undefined : Object.entries(model.config).find(([key, value]) => config[key] !== undefined && config[key] !== value);
  if (other !== undefined) return misfit('model-invalid', `config.json says ${other[0]} = ${String(config?.[other[0]])}; ${model.title} has ${other[1]}.`);
  return { model, variant, files, misfit: null };
}

async function moreData(files: readonly FoundFile[], places: readonly string[]): Promise<readonly FoundFile[]> {
  const graph = files.find(({ role }) => role === 'model')?.name ?? '';
  const names = (await Promise.all(places.map((place) => readdir(place).catch(() => [])))).flat();
  const more = [...new Set(names)].filter((name) => name.startsWith(`${graph}_data`) && !files.some((file) => file.name === name));
  const found = await Promise.all(more.map(async (name) => ({ name, file: await firstOf(places.map((place) => join(place, name))) })));
  return found.flatMap(({ name, file }) => (file === null ? [] : [{ ...file, name, role: 'data' as const, sha256: null }]));
}

/** Embedding and reranking model of one family have files of one size: then only the folder's name tells. */
function named(candidates: readonly Candidate[], folder: string): readonly Candidate[] {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const path = plain(folder);
  const matching = candidates.filter(({ model }) => path.includes(plain(model.id)));
  return matching.length > 0 ? matching : candidates;
}

function roleOf(file: RegistryFile, { files }: RegistryVariant): JournalFile['role'] {
  return file === files.model ? 'model' : file === files.tokenizer ? 'tokenizer' : 'data';
}

async function readConfig(places: readonly string[]): Promise<Readonly<Record<string, unknown>> | null> {
  for (const place of places) {
    const text = await readFile(join(place, 'config.json'), 'utf8').catch(() => null);
    if (text === null) continue;
    try {
      const parsed: unknown = JSON.parse(text);
      if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>; // An object: its fields are unknown.
    } catch {
      return null;
    }
  }
  return null;
}

async function firstOf(paths: readonly string[]): Promise<{ readonly from: string; readonly bytes: number } | null> {
  for (const from of paths) {
    const bytes = await sizeOf(from);
    if (bytes !== null) return { from, bytes };
  }
  return null;
}

async function sizeOf(path: string): Promise<number | null> {
  return stat(path).then((found) => (found.isFile() ? found.size : null), () => null);
}
