/**
 * `npm run package [-- --dir …]`: assembles, proves, packs with electron-builder for this system, and proves what was packed. Arguments are
 * electron-builder's. Needs Electron's binary, which electron-builder downloads, or `-c.electronDist=FOLDER`; signing needs the owner's keys.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assemble } from './assemble.ts';
import { targetNamed } from './target.ts';
import { verify } from './verify.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const output = join(repository, 'dist', 'installers');

const place = assemble(targetNamed(`${process.platform}-${process.arch}`));
say('assembled', await verify(realpathSync(join(place, 'engine'))));

const builder = join(dirname(createRequire(import.meta.url).resolve('electron-builder/package.json')), 'cli.js');
const packed = spawnSync(process.execPath, [builder, '--publish', 'never', '--config', join(repository, 'electron-builder.yml'), ...process.argv.slice(2)], { cwd: repository, stdio: 'inherit' });
if (packed.status !== 0) process.exit(packed.status ?? 1);

for (const engine of packedEngines()) say('packed', await verify(realpathSync(engine)));

/** The engine's tree in each unpacked app that electron-builder left behind. */
function packedEngines(): readonly string[] {
  const folders = readdirSync(output).flatMap((name) => [join(output, name, 'resources', 'engine'), join(output, name, 'Findling.app', 'Contents', 'Resources', 'engine')]);
  return folders.filter((folder) => existsSync(folder));
}

function say(what: string, { files, bytes, found }: Awaited<ReturnType<typeof verify>>): void {
  process.stdout.write(`${what}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB; the engine starts from it and finds ${found}\n`);
}
