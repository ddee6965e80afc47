/**
 * The two settings that cannot wait for the engine: whether a window opens at the start, and the key. Read from `config.json` as it lies there; a
 * damaged file is the engine's to set aside and to tell of (src/config.ts), here it means the defaults.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_SETTINGS, mergeSettings } from '../src/config.ts';
import type { Settings } from '../src/contract/settings.ts';
import { validateSettings } from '../src/contract/validate.ts';

export function readEarlySettings(dataDirectory: string): Pick<Settings, 'startHidden' | 'hotkey'> {
  try {
    const { startHidden, hotkey } = JSON.parse(readFileSync(path.join(dataDirectory, 'config.json'), 'utf8')) as Record<string, unknown>; // Checked in the next line.
    const given = Object.fromEntries(Object.entries({ startHidden, hotkey }).filter(([, value]) => value !== undefined));
    return mergeSettings(DEFAULT_SETTINGS, validateSettings(given));
  } catch {
    // None yet, or not readable: the defaults.
    return DEFAULT_SETTINGS;
  }
}
