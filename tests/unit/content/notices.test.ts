/** The notices: complete for the lock file, and strict about licences. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { judgeLicence } from '../../../scripts/notices/licences.ts';
import { MODEL_DATA } from '../../../scripts/notices/model-data.ts';
import { readShippedPackages } from '../../../scripts/notices/packages.ts';
import { packageLine, renderNotices } from '../../../scripts/notices/render.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

test('every shipped package has an allowed licence and stands in the committed notices', () => {
  const packages = readShippedPackages(repository);
  const notices = readFileSync(new URL('../../../THIRD_PARTY_NOTICES.md', import.meta.url), 'utf8');
  assert.ok(packages.length > 50);
  for (const shipped of packages) {
    assert.ok(shipped.allowed, `${shipped.name}: ${shipped.licence}`);
    assert.ok(notices.includes(packageLine(shipped)), `${shipped.name} ${shipped.version} is missing: run node scripts/make-notices.ts`);
  }
  for (const { source } of MODEL_DATA) assert.ok(notices.includes(source), source);
});

test('a copyleft, unknown or tangled licence is refused', () => {
  for (const licence of ['AGPL-3.0', 'GPL-3.0-or-later', 'UNLICENSED', 'MIT AND GPL-2.0', '(MIT OR GPL-2.0) AND GPL-3.0', undefined]) {
    assert.equal(judgeLicence('some-package', licence).allowed, false, licence ?? 'no licence');
  }
});

test('one allowed branch of a choice is enough, and both halves of a sum are needed', () => {
  for (const licence of ['MIT', '(MIT OR GPL-3.0-or-later)', '(MIT AND Zlib)', 'MIT AND Apache-2.0']) {
    assert.equal(judgeLicence('some-package', licence).allowed, true, licence);
  }
});

test('a text that two packages share is printed once, under both names', () => {
  const shared = { version: '1.0.0', licence: 'MIT', allowed: true, direct: false, texts: [{ file: 'LICENSE', text: 'Do what you like.' }] };
  const text = renderNotices([{ name: 'left', ...shared }, { name: 'right', ...shared }], []);
  assert.equal(text.split('Do what you like.').length, 2);
  assert.match(text, /### left 1\.0\.0, right 1\.0\.0/);
});
