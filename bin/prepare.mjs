/** Builds before running, in a source tree only. An installed package has no sources and comes built. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const buildScript = new URL('../scripts/build.mjs', import.meta.url);

/** @returns {Promise<boolean>} may the program run? When not, why was said. */
export async function prepare() {
  if (!existsSync(fileURLToPath(buildScript))) return true;
  const { build, isStale } = await import(buildScript.href);
  if (!isStale()) return true;
  try {
    if (process.stderr.isTTY) process.stderr.write('Building Findling (only after changes)\n');
    await build({ quiet: !process.stderr.isTTY });
    return true;
  } catch (error) {
    process.stderr.write(`findling: The build failed: ${error.message}\n`);
    process.exitCode = 2;
    return false;
  }
}
