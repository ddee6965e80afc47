/** Where this program's own files are: the repository, or the installed package. The same from `src` (types stripped) and from `dist/src`. */

import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Directory that holds package.json, resources/ and dist/. */
export function packageRoot(): string {
  const above = path.resolve(import.meta.dirname, '..', '..');
  return path.basename(above) === 'dist' ? path.dirname(above) : above;
}

let known: string | undefined;

export function version(): string {
  if (known === undefined) {
    const parsed: unknown = JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8'));
    known = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : '0.0.0';
  }
  return known;
}
