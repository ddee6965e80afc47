import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { onBatteryPower } from '../../../src/index/power.ts';

async function supplies(all: Record<string, Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'findling-power-'));
  for (const [name, files] of Object.entries(all)) {
    await mkdir(path.join(folder, name));
    for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, name, file), text + '\n');
  }
  return folder;
}

const CASES: readonly [string, Record<string, Record<string, string>>, boolean][] = [
  ['a desktop without supplies', {}, false],
  ['a laptop on battery', { BAT0: { type: 'Battery', status: 'Discharging' }, AC: { type: 'Mains', online: '0' } }, true],
  ['a laptop on mains', { BAT0: { type: 'Battery', status: 'Discharging' }, AC: { type: 'Mains', online: '1' } }, false],
  ['a charging laptop', { BAT0: { type: 'Battery', status: 'Charging' } }, false],
  ['a mouse with a battery', { hidpp: { type: 'Battery', status: 'Discharging', scope: 'Device' } }, false],
];

for (const [name, files, expected] of CASES) {
  test(`${name} is ${expected ? 'on battery' : 'not on battery'}`, async () => {
    const folder = await supplies(files);
    assert.equal(await onBatteryPower('linux', folder), expected);
    await rm(folder, { recursive: true });
  });
}

test('a system that does not tell is taken to be on mains', async () => {
  assert.equal(await onBatteryPower('linux', path.join(os.tmpdir(), 'findling-no-such-folder')), false);
  assert.equal(await onBatteryPower('win32'), false);
});
