/**
 * `node scripts/package/assemble.ts [linux-x64]`: puts together what electron-builder packs, without Electron. Two trees below
 * dist/package: `engine/` (the engine on its own Node, the command line, model, sample: stands beside the archive, where
 * plain Node can read it) and `app/` (Electron's side alone: it goes into the archive). Native packages are those `npm ci` installed, so a
 * system's tree is assembled on that system.
 */

import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { importsOf } from '../rules.ts';
import { closureOf, type Lock } from './closure.ts';
import { isShipped, LEFT_OUT } from './selection.ts';
import { nodePackage, targetNamed, type Target } from './target.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const EXECUTABLE = 0o755;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Answers the folder that holds both trees. Errors: a package or a file that is not there, by name. */
export function assemble(target: Target): string {
  execFileSync(process.execPath, [join(repository, 'scripts', 'build.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] });
  const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as Manifest; // Our own.
  const lock = (JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as { packages: Lock }).packages; // npm's.
  const place = join(repository, 'dist', 'package');
  rmSync(place, { recursive: true, force: true });
  assembleEngine(join(place, 'engine'), target, manifest, lock);
  assembleApp(join(place, 'app'), target, manifest, lock);
  return place;
}

function assembleEngine(engine: string, target: Target, manifest: Manifest, lock: Lock): void {
  // 1. Our own code, built, and what it reads.
  for (const folder of ['dist/src', 'dist/renderer']) copyTree(folder, engine, (file) => !file.endsWith('.map') && !file.startsWith('.'));
  for (const file of ['bin/findling.mjs', 'bin/runtime.mjs', 'bin/prepare.mjs', 'LICENSE', 'THIRD_PARTY_NOTICES.md', 'resources/sample-manifest.json']) copy(file, join(engine, file));
  for (const folder of ['resources/models', 'resources/sample']) copyTree(folder, engine, () => true);
  const { name, version, description, license, dependencies } = manifest;
  writeJson(join(engine, 'package.json'), { name, version, description, license, type: 'module', private: true });

  // 2. Its packages.
  const grammars = usedGrammars();
  for (const folder of closureOf(lock, Object.keys(dependencies), target, LEFT_OUT)) copyPackage(folder, engine, target, grammars);

  // 3. Its Node, with its licence.
  const node = nodePackage(target);
  copy(`node_modules/${node.name}/${node.binary}`, join(engine, node.installedAs));
  chmodSync(join(engine, node.installedAs), EXECUTABLE);
}

function assembleApp(app: string, target: Target, manifest: Manifest, lock: Lock): void {
  const { name, version, description, license, dependencies } = manifest;
  const updater = { 'electron-updater': dependencies['electron-updater'] ?? '' };
  writeJson(join(app, 'package.json'), { name, version, description, license, author: 'The Findling authors', type: 'module', main: 'dist/electron/main.js', dependencies: updater });
  // Electron's side and exactly those files of src that it imports.
  for (const file of importedFrom(['electron/main.ts', 'electron/preload.cts'])) {
    const built = `dist/${file.replace(/\.ts$/, '.js').replace(/\.cts$/, '.cjs')}`;
    copy(built, join(app, built));
  }
  copyTree('dist/renderer', app, (file) => !file.startsWith('.'));
  copyTree('resources/app', app, (file) => file.startsWith('tray-') || file === 'icon.png');
  for (const folder of closureOf(lock, Object.keys(updater), target, new Set())) copyPackage(folder, app, target, new Set());
}

/** The files of the repository that these import at run time, themselves included. */
function importedFrom(entries: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    const text = readFileSync(join(repository, file), 'utf8').replace(/^import type\b[^;]*;/gm, '').replace(/^export type\b[^;]*\bfrom\b[^;]*;/gm, '');
    for (const { specifier } of importsOf(text)) if (specifier.startsWith('.')) visit(posix.normalize(posix.join(posix.dirname(file), specifier)));
  };
  entries.forEach(visit);
  return [...found].sort();
}

/** As src/extract/code/languages.ts names them. */
function usedGrammars(): ReadonlySet<string> {
  const text = readFileSync(join(repository, 'src', 'extract', 'code', 'languages.ts'), 'utf8');
  const grammars = new Set([...text.matchAll(/grammar: '([^']+)'/g)].map((match) => match[1] ?? ''));
  if (grammars.size === 0) throw new Error('No grammar is named in src/extract/code/languages.ts any more.');
  return grammars;
}

function copyPackage(folder: string, into: string, target: Target, grammars: ReadonlySet<string>): void {
  if (!existsSync(join(repository, folder))) throw new Error(`${folder} is not installed: run npm ci on ${target.platform}-${target.arch}.`);
  const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
  // Packages inside it are in the list by themselves, when they are needed.
  copyTree(folder, into, (file) => !file.startsWith('node_modules/') && isShipped(name, file, target, grammars));
}

/** Copies the files of a folder that are wanted, by their paths inside it. Modes are kept. */
function copyTree(folder: string, into: string, wanted: (file: string) => boolean): void {
  for (const entry of readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath, entry.name);
    const file = full.slice(join(repository, folder).length + 1).replaceAll('\\', '/');
    if (wanted(file)) copy(join(folder, file), join(into, folder, file));
  }
}

function copy(file: string, to: string): void {
  const from = join(repository, file);
  if (!existsSync(from)) throw new Error(`${file} is missing.`);
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

function writeJson(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(`${assemble(targetNamed(process.argv[2] ?? `${process.platform}-${process.arch}`))}\n`);
}
