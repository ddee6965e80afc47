/**
 * Builds dist/: the engine and hosts by tsc, the page by Vite. Not a bundler: dist mirrors the source tree, so that entry
 * modules of other processes are found beside their callers. Skips what is fresh; `--force` builds all.
 * Also imported by bin/: `isStale()` must stay fast (one stat per source file) and free of dependencies.
 */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(repository, 'node_modules');

/** Two starts at once must not build into each other; a build older than this is taken for dead. */
const BUILD_DEADLINE_MS = 120_000;

/** What each part of dist is made from, the command that makes it, and where its stamp is kept. */
const parts = [
  {
    name: 'engine',
    inputs: ['src', 'electron', 'tsconfig.base.json', 'tsconfig.build.json', 'package-lock.json'],
    stamp: join(repository, 'dist', '.built-engine'),
    command: [join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'],
  },
  {
    name: 'page',
    inputs: ['renderer', 'src/contract', 'src/rpc', 'vite.config.ts', 'package-lock.json'],
    stamp: join(repository, 'dist', '.built-page'),
    needs: 'vite.config.ts',
    command: [join(modules, 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'],
  },
];

/** Paths, sizes and times of all inputs: also notices a deleted file and a file restored from long ago. */
function fingerprint(inputs) {
  const hash = createHash('sha256');
  const visit = (path) => {
    const info = statSync(path, { throwIfNoEntry: false });
    if (info === undefined) return;
    if (!info.isDirectory()) {
      hash.update(`${path}\0${info.size}\0${info.mtimeMs}\n`);
      return;
    }
    for (const name of readdirSync(path).sort()) visit(join(path, name));
  };
  for (const input of inputs) visit(join(repository, input));
  return hash.digest('hex');
}

function isPartStale(part) {
  if (part.needs !== undefined && !existsSync(join(repository, part.needs))) return false;
  return !existsSync(part.stamp) || readFileSync(part.stamp, 'utf8') !== fingerprint(part.inputs);
}

/** Must anything be built? False in an installed package, which has no sources. */
export function isStale() {
  return existsSync(join(repository, 'src')) && existsSync(join(repository, 'tsconfig.build.json')) && parts.some(isPartStale);
}

/** @param {{force?: boolean, quiet?: boolean}} [options] Throws when a part does not build. */
export async function build(options = {}) {
  mkdirSync(join(repository, 'dist'), { recursive: true });
  const release = await takeBuildLock();
  try {
    for (const part of parts) {
      if (part.needs !== undefined && !existsSync(join(repository, part.needs))) continue;
      if (options.force !== true && !isPartStale(part)) continue;
      const started = Date.now();
      const made = fingerprint(part.inputs);
      rmSync(part.stamp, { force: true });
      if (part.name === 'engine') for (const folder of ['src', 'electron']) rmSync(join(repository, 'dist', folder), { recursive: true, force: true });
      await runNode(part.command);
      writeFileSync(part.stamp, made);
      if (options.quiet !== true) process.stderr.write(`built the ${part.name} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
    }
  } finally {
    release();
  }
}

/** A directory is made by exactly one of two. The other waits until it is gone, or takes it over from a dead build. */
async function takeBuildLock() {
  const lock = join(repository, 'dist', '.building');
  for (;;) {
    try {
      mkdirSync(lock);
      return () => rmSync(lock, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const info = statSync(lock, { throwIfNoEntry: false });
      if (info !== undefined && Date.now() - info.mtimeMs > BUILD_DEADLINE_MS) rmSync(lock, { recursive: true, force: true });
      else await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
  }
}

/** Runs a script on this same Node; its output goes to stderr, so that a command's own stdout stays clean. */
function runNode(command) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { cwd: repository, stdio: ['ignore', 2, 2] });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`${command[0]} ended with ${signal ?? code}`));
    });
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await build({ force: process.argv.includes('--force') });
}
