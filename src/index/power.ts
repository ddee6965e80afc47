/**
 * Does the machine run on battery? Linux tells in /sys, macOS through `pmset`. On Windows the desktop host tells the engine;
 * a bare engine there assumes mains power.
 */

import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const LINUX_SUPPLIES = '/sys/class/power_supply';
const PMSET_TIMEOUT_MS = 2_000;

export async function onBatteryPower(platform: NodeJS.Platform = process.platform, supplies: string = LINUX_SUPPLIES): Promise<boolean> {
  if (platform === 'linux') return linuxOnBattery(supplies);
  if (platform === 'darwin') {
    // Without an answer we assume mains power: indexing that never starts is worse than a little battery.
    const answer = await promisify(execFile)('pmset', ['-g', 'batt'], { timeout: PMSET_TIMEOUT_MS }).catch(() => null);
    return answer !== null && answer.stdout.includes("'Battery Power'");
  }
  return false;
}

/** On battery: a system battery discharges and no mains adapter is online. Batteries of mice and headsets do not count. */
async function linuxOnBattery(supplies: string): Promise<boolean> {
  const names = await readdir(supplies).catch(() => [] as string[]);
  let discharging = false;
  for (const name of names) {
    const read = (file: string): Promise<string> => readFile(path.join(supplies, name, file), 'utf8').then((text) => text.trim(), () => '');
    const type = await read('type');
    if (type === 'Mains' && (await read('online')) === '1') return false;
    if (type === 'Battery' && (await read('scope')) !== 'Device' && (await read('status')) === 'Discharging') discharging = true;
  }
  return discharging;
}
