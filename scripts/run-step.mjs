/** Runs one step of a check or a test in this same Node, shows its output only as it comes, and says in one line how it ended. */

import { spawn } from 'node:child_process';
import { repository } from './build.mjs';

/**
 * @param {string} name for people
 * @param {readonly string[]} command a script and its arguments, run by this Node
 * @param {Record<string, string>} environment added to this process's own
 * @returns {Promise<boolean>} did it end well
 */
export function run(name, command, environment = {}) {
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...command], { cwd: repository, env: { ...process.env, ...environment }, stdio: ['ignore', 'inherit', 'inherit'] });
    const end = (problem) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      process.stdout.write(problem === null ? `ok      ${name} (${seconds} s)\n` : `FAILED  ${name} (${seconds} s): ${problem}\n`);
      resolve(problem === null);
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => end(code === 0 ? null : signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}
