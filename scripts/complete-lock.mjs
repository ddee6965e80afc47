/**
 * `node scripts/complete-lock.mjs`: adds to package-lock.json the optional platform packages that npm left out because the registry it
 * asked did not have them for other systems. npm installs only what the lock names, so without them a checkout made on Linux would
 * lack LanceDB or the linter on a Mac. All of a package's or none: `npm ci` refuses a lock that names only some. Run it after every change of dependencies; the entries carry no integrity, since nobody saw the files.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(file, 'utf8'));

/** `…-darwin-arm64`, `…-win32-x64-msvc`, `…-linux-arm64-musl`: systems and processors as npm spells them. */
const PLATFORM = /[-/](aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-([a-z]+\d*[a-z0-9]*)(?:-(gnu|musl|msvc|eabi|gnueabihf|musleabihf))?$/;
let added = 0;

for (const [place, entry] of Object.entries(lock.packages)) {
  if (place === '') continue;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const platform = PLATFORM.exec(name);
    // A range cannot be locked unseen.
    if (platform === null || !/^\d+\.\d+\.\d+$/.test(version) || lock.packages[`node_modules/${name}`] !== undefined) continue;
    const [, os, cpu, abi] = platform;
    lock.packages[`node_modules/${name}`] = {
      version, cpu: [cpu], ...(os === 'linux' && abi !== undefined ? { libc: [abi.startsWith('gnu') ? 'glibc' : 'musl'] } : {}),
      ...(entry.dev === true ? { dev: true } : {}), ...(entry.license === undefined ? {} : { license: entry.license }), optional: true, os: [os],
    };
    added += 1;
    process.stdout.write(`${name} ${version}\n`);
  }
}

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} added\n`);
