/** The main window's place in a file of the data directory. A damaged or missing one costs nothing but the place. */

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parsePlace, type WindowPlace } from './window-places.ts';

const FILE = 'window.json';

export function readPlace(dataDirectory: string): WindowPlace | null {
  try {
    return parsePlace(readFileSync(path.join(dataDirectory, FILE), 'utf8'));
  } catch {
    // The first start, or a disk that fails: the window comes up in the middle.
    return null;
  }
}

/** Answers whether it could be kept: a full disk must not keep a window from closing. */
export function keepPlace(dataDirectory: string, place: WindowPlace): boolean {
  const file = path.join(dataDirectory, FILE);
  try {
    writeFileSync(`${file}.new`, JSON.stringify(place), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return true;
  } catch {
    return false;
  }
}
