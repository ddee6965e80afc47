/** Which packages of the lock file a program needs on a system: npm's own rules of lookup, read from the lock, not from the disk. Pure. */

import type { Target } from './target.ts';

export interface LockEntry {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly os?: readonly string[] | string;
  readonly cpu?: readonly string[] | string;
  readonly libc?: readonly string[];
}

export type Lock = Readonly<Record<string, LockEntry>>;

/**
 * Folders (`node_modules/a`, `node_modules/a/node_modules/b`) that `roots` need, sorted. `without`: packages that are left out with all that only
 * they need. Error: a needed package that the lock does not have.
 */
export function closureOf(lock: Lock, roots: readonly string[], target: Target, without: ReadonlySet<string>): readonly string[] {
  const needed = new Set<string>();
  const visit = (name: string, from: string, optional: boolean): void => {
    if (without.has(name)) return;
    const place = lookUp(lock, name, from);
    if (place === null) {
      if (optional) return;
      throw new Error(`The lock file has no ${name}, which ${from === '' ? 'the program' : from} needs.`);
    }
    const entry = lock[place] ?? {};
    if (!fits(entry, target)) {
      if (optional) return;
      throw new Error(`${name} is not made for ${target.platform}-${target.arch}.`);
    }
    if (needed.has(place)) return;
    needed.add(place);
    for (const wanted of Object.keys(entry.dependencies ?? {})) visit(wanted, place, entry.optionalDependencies?.[wanted] !== undefined);
    for (const wanted of Object.keys(entry.optionalDependencies ?? {})) visit(wanted, place, true);
    for (const wanted of Object.keys(entry.peerDependencies ?? {})) visit(wanted, place, entry.peerDependenciesMeta?.[wanted]?.optional === true);
  };
  for (const root of roots) visit(root, '', false);
  return [...needed].sort();
}

/** Node's lookup: beside the asking package first, then outwards. */
function lookUp(lock: Lock, name: string, from: string): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (lock[place] !== undefined) return place;
    if (folder === '') return null;
  }
}

function fits(entry: LockEntry, { platform, arch }: Target): boolean {
  const allows = (list: readonly string[] | string | undefined, value: string): boolean => list === undefined || [list].flat().includes(value);
  // Installed apps for Linux are built against glibc; so is the bundled Node.
  return allows(entry.os, platform) && allows(entry.cpu, arch) && (entry.libc === undefined || platform !== 'linux' || entry.libc.includes('glibc'));
}
