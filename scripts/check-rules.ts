/** Runs the house rules (rules.ts) over every source file, and prints what breaks them. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkFile } from './rules.ts';

const repository = path.dirname(import.meta.dirname);
const FOLDERS = ['src', 'renderer', 'electron', 'scripts', 'bin', 'tests'];

const files = FOLDERS.filter((folder) => existsSync(path.join(repository, folder))).flatMap((folder) => listFolder(folder));
const violations = files.flatMap((file) => checkFile(file, readFileSync(path.join(repository, file), 'utf8')));
for (const { path: file, line, rule, message } of violations) process.stdout.write(`${file}:${line}  ${rule}: ${message}\n`);
process.exitCode = violations.length === 0 ? 0 : 1;

/** Repository paths with forward slashes. */
function listFolder(folder: string): readonly string[] {
  return readdirSync(path.join(repository, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => path.posix.join(folder, file.split(path.sep).join('/')))
    .filter((file) => /\.(ts|tsx|mjs)$/.test(file) && !file.includes('/fixtures/') && !file.includes('/corpus/'));
}
