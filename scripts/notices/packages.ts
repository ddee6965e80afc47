/**
 * The packages that are shipped, from the lock file (every platform's) with the licence texts found in `node_modules` (this
 * platform's). Packages for other systems have the licence of their siblings, so a text is never missing for that reason.
 */

import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { judgeLicence } from './licences.ts';

export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly allowed: boolean;
  /** Direct dependency of this project. */
  readonly direct: boolean;
  readonly texts: readonly LicenceText[];
}

export interface LicenceText {
  /** File name inside the package. */
  readonly file: string;
  readonly text: string;
}

/** Development dependencies parts of which are shipped all the same. */
const SHIPPED_FROM_DEVELOPMENT: ReadonlySet<string> = new Set(['tree-sitter-wasms']);
/** Type declarations and empty stand-ins: in the tree, but no code of theirs runs. */
const WITHOUT_CODE = /^(@types\/|undici-types$)/;
const STAND_INS: ReadonlySet<string> = new Set(['@huggingface/transformers', 'openai']);

const LICENCE_FILE = /^(licen[cs]es?|copying|notice)([-.].*)?$/i;
/** A Node runtime's licence file is 145 kB, mostly of parts it contains; longer texts are named and not repeated. */
const LONGEST_TEXT_BYTES = 40_000;

interface LockEntry {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
}

interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

export function readShippedPackages(repository: string): readonly ShippedPackage[] {
  // Both files are npm's and ours; a field that is missing shows as an unknown licence and stops the script.
  const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as Lock;
  const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as Manifest;
  const found = new Map<string, ShippedPackage>();
  for (const [path, entry] of Object.entries(lock.packages)) {
    const name = path.replace(/^.*node_modules\//, '');
    if (path === '' || (entry.dev === true && !SHIPPED_FROM_DEVELOPMENT.has(name))) continue;
    if (WITHOUT_CODE.test(name) || STAND_INS.has(name)) continue;
    const version = entry.version ?? 'unknown';
    const { licence, allowed } = judgeLicence(name, entry.license);
    const direct = Object.hasOwn(manifest.dependencies, name) || Object.hasOwn(manifest.optionalDependencies, name);
    found.set(`${name}@${version}`, { name, version, licence, allowed, direct, texts: readTexts(join(repository, path)) });
  }
  return [...found.values()].sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
}

function readTexts(folder: string): readonly LicenceText[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file) && statSync(join(folder, file)).isFile())
    .sort()
    .map((file) => ({ file, text: textOf(join(folder, file)) }));
}

function textOf(path: string): string {
  if (statSync(path).size > LONGEST_TEXT_BYTES) return '';
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n').replace(/[ \t]+$/gm, '').trim();
}
