/**
 * What the registry (registry.ts) says of a model that can be downloaded: enough to fetch its files and to write the `model.json`
 * of its folder. Types and pure functions; nothing is looked up on a network here.
 */

import type { ModelTask } from '../contract/models.ts';
import type { GraphNames, ModelInput, ModelPrompts, Pooling } from '../embed/model-description.ts';
import type { SelfTest } from './golden.ts';

export interface RegistryModel {
  /** Name of its folder; a name the contract takes. */
  readonly id: string;
  readonly title: string;
  readonly task: ModelTask;
  /** What it is good for, one sentence in English. */
  readonly about: string;
  /** SPDX expression or a sentence. */
  readonly licence: string;
  /** The model's own page, for people. */
  readonly page: string;
  /** Everything of `model.json` that is the same for all variants. */
  readonly settings: RegistrySettings;
  /** In the order they are recommended in on a machine without a GPU. */
  readonly variants: readonly RegistryVariant[];
  readonly selfTest: SelfTest;
  /** What `config.json` beside raw files says, by which an import tells models apart whose files have the same names. */
  readonly config: Readonly<Record<string, string | number>>;
}

/** Fields of `model.json` (embed/model-description.ts) that do not depend on the variant. */
export interface RegistrySettings {
  readonly dimension: number;
  readonly pooling: Pooling;
  readonly normalized: boolean;
  readonly padTokenId: number;
  readonly maxTokens: number;
  readonly windowTokens: number;
  readonly input?: ModelInput;
  readonly prompts: Partial<ModelPrompts>;
  readonly graph?: Partial<GraphNames>;
}

export interface RegistryVariant {
  /** `fp32`, `fp16`, `q8` … */
  readonly id: string;
  /** Precision and what it asks for, one sentence in English. */
  readonly about: string;
  readonly needsGpu: boolean;
  /** `owner/name` at the hub. */
  readonly repository: string;
  /** Commit; null: the hub is asked which one `main` is, and that one is kept to. */
  readonly revision: string | null;
  readonly files: {
    readonly model: RegistryFile;
    readonly tokenizer: RegistryFile;
    /** Weights beside the graph, under the names the graph knows them by. */
    readonly data: readonly RegistryFile[];
    /** Whether there are more is not known: every file of the hub whose path is the model's and `_data…` belongs to it. */
    readonly moreData?: true;
  };
  /** Overrides the model's own self-test: a coarser precision needs more room. */
  readonly selfTest?: SelfTest;
}

export interface RegistryFile {
  /** In the repository at the hub. */
  readonly path: string;
  /** Exact, unless `rough`: then a figure for people, and the hub says how many. */
  readonly bytes: number;
  readonly rough?: true;
  /**
   * Lower-case hex, or null where it is not known for certain: then the hub's own answer counts (LFS object id), for the commit
   * it was given for. A wrong hash here would make a model impossible to install, so none is guessed.
   */
  readonly sha256: string | null;
}

/** All files of a variant, the graph first. */
export function filesOf({ files }: RegistryVariant): readonly RegistryFile[] {
  return [files.model, ...files.data, files.tokenizer];
}

/** To download, all files together; rough where a file is. */
export function bytesOf(variant: RegistryVariant): number {
  return filesOf(variant).reduce((sum, file) => sum + file.bytes, 0);
}

/** The name a file has in the model's folder: folders of the hub are left out. */
export function localName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Variants as the person sees them: the recommended one for this machine first. */
export function recommended(model: RegistryModel, hasGpu: boolean): readonly RegistryVariant[] {
  if (!hasGpu) return [...model.variants].sort((a, b) => Number(a.needsGpu) - Number(b.needsGpu));
  return [...model.variants].sort((a, b) => Number(b.needsGpu) - Number(a.needsGpu));
}

/** What was downloaded or found, in the place of the registry's own figures. */
export interface KnownFile {
  /** Name in the folder. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Where a folder's files came from and who vouched for their hashes; kept in `model.json`, for people and for `verify`. */
export interface ModelSource {
  readonly repository: string;
  /** Commit; null when the server did not say. */
  readonly revision: string | null;
  readonly address: string | null;
  /** `registry`: all hashes were known before. `hub`: the server named some. `first-use`: some are only what was received. */
  readonly hashes: 'registry' | 'hub' | 'first-use';
}

/** The text of an installed folder's `model.json`. `files`: graph, tokenizer and data by the role they have in the variant. */
export function modelJson(model: RegistryModel, variant: RegistryVariant, files: {
  readonly model: KnownFile; readonly tokenizer: KnownFile; readonly data: readonly KnownFile[];
}, source: ModelSource): string {
  const entry = ({ name, bytes, sha256 }: KnownFile): object => ({ path: name, bytes, sha256 });
  return JSON.stringify({
    format: 1,
    id: model.id,
    task: model.task,
    files: { model: entry(files.model), tokenizer: entry(files.tokenizer), data: files.data.map(entry) },
    ...model.settings,
    licence: model.licence,
    variant: variant.id,
    source,
  }, null, 2) + '\n';
}
