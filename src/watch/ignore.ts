/**
 * Is this path wanted? One chain of rules per directory, made from its parent's chain and its own ignore files. Pure: the caller reads the files.
 *
 * The order, first answer wins: never looked at and hidden (by name) → secret directories → the folder's `exclude` → `.findlingignore` files,
 * nearest first → `.gitignore` files, nearest first → the folder's `include`. A `!pattern` of an earlier step saves a path from the later ones,
 * but never from the first two, and, as with git, never inside a directory that is itself ignored: such a directory is not entered.
 *
 * Ignore files above the root do not count: whoever chose a folder wants it. They count outside git repositories too.
 */

import ignoreFactory, { type Ignore } from 'ignore';
import type { RootOptions } from '../contract/model.ts';
import { isHidden, isNeverLookedAtDirectory, isNeverLookedAtFile } from './never-looked-at.ts';
import { isSecretDirectory } from './secrets.ts';
import { isInCloudFolder, unreadReason, type FileFacts, type UnreadReason } from './unread.ts';

/** Names of the files whose patterns count, besides the folder's own settings. */
export const FINDLING_IGNORE = '.findlingignore';
export const GIT_IGNORE = '.gitignore';

/** What does not change within one root. */
export interface RootRules {
  readonly options: RootOptions;
  readonly platform: string;
  /** Absolute path of the root, split at its separators. */
  readonly rootSegments: readonly string[];
  /** Absolute path of the person's home folder, split likewise. */
  readonly homeSegments: readonly string[];
  /** Absolute directories that are never entered: the engine's own data directory. */
  readonly offLimits: ReadonlySet<string>;
  readonly readsEverything: boolean;
  readonly include: Patterns | null;
  readonly exclude: Patterns | null;
}

/** The patterns of one ignore file, and the directory they are relative to. */
interface PatternLayer {
  readonly patterns: Patterns;
  /** How many segments below the root that directory lies. */
  readonly depth: number;
}

/** The rules that hold directly in one directory. Shared with subdirectories that add none of their own. */
export interface DirectoryRules {
  readonly root: RootRules;
  /** Nearest last. */
  readonly findlingIgnores: readonly PatternLayer[];
  readonly gitIgnores: readonly PatternLayer[];
}

/** The texts of a directory's own ignore files; null where there is none. */
export interface IgnoreTexts {
  readonly findling: string | null;
  readonly git: string | null;
}

export interface Surroundings {
  readonly platform: string;
  readonly home: string;
  readonly offLimits: readonly string[];
  readonly readsEverything: boolean;
}

/** The rules at the root itself, before its own ignore files are read. */
export function rulesOfRoot(path: string, options: RootOptions, surroundings: Surroundings): DirectoryRules {
  const { platform } = surroundings;
  return {
    root: {
      options, platform,
      rootSegments: splitPath(path, platform), homeSegments: splitPath(surroundings.home, platform),
      offLimits: new Set(surroundings.offLimits), readsEverything: surroundings.readsEverything,
      include: options.include.length === 0 ? null : new Patterns(options.include, platform),
      exclude: options.exclude.length === 0 ? null : new Patterns(options.exclude, platform),
    },
    findlingIgnores: [], gitIgnores: [],
  };
}

/** The rules in a directory: those of its parent and its own ignore files. `segments` lead from the root down to it. */
export function withIgnoreFiles(parent: DirectoryRules, segments: readonly string[], texts: IgnoreTexts): DirectoryRules {
  const git = parent.root.options.honourGitignore ? texts.git : null;
  if (texts.findling === null && git === null) return parent;
  const layer = (text: string): PatternLayer => ({ patterns: new Patterns(text, parent.root.platform), depth: segments.length });
  return {
    root: parent.root,
    findlingIgnores: texts.findling === null ? parent.findlingIgnores : [...parent.findlingIgnores, layer(texts.findling)],
    gitIgnores: git === null ? parent.gitIgnores : [...parent.gitIgnores, layer(git)],
  };
}

/** May this subdirectory be entered? `segments` lead from the root down to it; `rules` are those of its parent. */
export function wantsDirectory(rules: DirectoryRules, segments: readonly string[], absolutePath: string): boolean {
  const { root } = rules;
  const name = segments.at(-1) ?? '';
  if (root.offLimits.has(absolutePath) || isNeverLookedAtDirectory(name, root.platform)) return false;
  if (!root.options.includeHidden && isHidden(name, true, isHome(root, segments.slice(0, -1)), root.platform)) return false;
  if (!root.options.includeSecrets && isSecretDirectory([...root.rootSegments, ...segments])) return false;
  return !isExcluded(rules, segments, true);
}

/** Is a file of this name directly in the directory `segments` (from the root) wanted at all? Asked before `lstat`. */
export function wantsFile(rules: DirectoryRules, segments: readonly string[], name: string): boolean {
  const { root } = rules;
  if (isNeverLookedAtFile(name)) return false;
  if (!root.options.includeHidden && isHidden(name, false, false, root.platform)) return false;
  const path = [...segments, name];
  if (isExcluded(rules, path, false)) return false;
  // An include pattern of a directory (`notes/`) matches what lies below it.
  return root.include === null || root.include.test(path.join('/')).ignored;
}

/** Why a wanted file is known by name only; null: read it. */
export function unreadReasonOf(rules: DirectoryRules, segments: readonly string[], file: FileFacts): UnreadReason | null {
  const { root } = rules;
  return unreadReason(file, {
    maxFileBytes: root.options.maxFileBytes, includeSecrets: root.options.includeSecrets, platform: root.platform, readsEverything: root.readsEverything,
    // Asked only where the answer matters, because it looks at every segment.
    inCloudFolder: root.platform === 'win32' && file.blocks === 0 && isInCloudFolder([...root.rootSegments, ...segments]),
  });
}

function isExcluded(rules: DirectoryRules, segments: readonly string[], isDirectory: boolean): boolean {
  if (rules.root.exclude === null && rules.findlingIgnores.length === 0 && rules.gitIgnores.length === 0) return false;
  const relative = (depth: number): string => segments.slice(depth).join('/') + (isDirectory ? '/' : '');
  if (rules.root.exclude !== null) {
    const verdict = rules.root.exclude.test(relative(0));
    if (verdict.ignored || verdict.unignored) return verdict.ignored;
  }
  for (const layers of [rules.findlingIgnores, rules.gitIgnores]) {
    for (let index = layers.length - 1; index >= 0; index -= 1) {
      const layer = layers[index];
      if (layer === undefined) continue;
      const verdict = layer.patterns.test(relative(layer.depth));
      if (verdict.ignored || verdict.unignored) return verdict.ignored;
    }
  }
  return false;
}

/** Is this directory, given from the root down, the person's home folder? */
function isHome(root: RootRules, segments: readonly string[]): boolean {
  const { rootSegments, homeSegments } = root;
  if (rootSegments.length + segments.length !== homeSegments.length) return false;
  return homeSegments.every((segment, index) => segment === (rootSegments[index] ?? segments[index - rootSegments.length]));
}

/** The `ignore` package keeps an answer for every path it was ever asked about; renewed after so many, it stays small. */
const ANSWERS_KEPT = 4096;

/** Compiled gitignore-style patterns. */
export class Patterns {
  readonly #compiled: Ignore;
  readonly #options: { readonly ignorecase: boolean; readonly allowRelativePaths: true };
  #fresh: Ignore;
  #asked = 0;

  constructor(patterns: string | readonly string[], platform: string) {
    // Names of files are told apart by case on Linux only. `allowRelativePaths` keeps odd names such as `..a` from throwing.
    this.#options = { ignorecase: platform === 'darwin' || platform === 'win32', allowRelativePaths: true };
    this.#compiled = ignoreFactory(this.#options).add(patterns);
    this.#fresh = this.#renewed();
  }

  /** `path` is relative to the patterns' directory, `/` between, with a `/` at its end for a directory. */
  test(path: string): { readonly ignored: boolean; readonly unignored: boolean } {
    if (this.#asked >= ANSWERS_KEPT) {
      this.#fresh = this.#renewed();
      this.#asked = 0;
    }
    this.#asked += 1;
    return this.#fresh.test(path);
  }

  #renewed(): Ignore {
    return ignoreFactory(this.#options).add(this.#compiled);
  }
}

/** The names of an absolute path. A backslash separates on Windows only: elsewhere it may stand in a name. */
export function splitPath(path: string, platform: string): string[] {
  return path.split(platform === 'win32' ? /[\\/]+/ : '/').filter((segment) => segment !== '');
}
