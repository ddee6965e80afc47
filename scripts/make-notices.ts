/**
 * Writes THIRD_PARTY_NOTICES.md from the lock file and `node_modules`. Run it after any change of dependencies:
 * `node scripts/make-notices.ts`. It fails, and writes nothing, while a shipped package's licence is unknown or not allowed.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODEL_DATA } from './notices/model-data.ts';
import { readShippedPackages } from './notices/packages.ts';
import { renderNotices } from './notices/render.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
const packages = readShippedPackages(repository);
const refused = packages.filter((shipped) => !shipped.allowed);

if (refused.length > 0) {
  for (const { name, version, licence } of refused) process.stderr.write(`${name} ${version}: the licence ${licence} is not on the list in scripts/notices/licences.ts\n`);
  process.exitCode = 1;
} else {
  writeFileSync(join(repository, 'THIRD_PARTY_NOTICES.md'), renderNotices(packages, MODEL_DATA));
  process.stdout.write(`${packages.length} packages, ${MODEL_DATA.length} data sources\n`);
}
