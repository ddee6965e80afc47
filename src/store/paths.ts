/** Paths as text, of either separator. The store never asks the disk about them. */

import { fold } from '../text/fold.ts';

/** The separator this path uses: a Windows path has a drive or begins with two backslashes. */
export function separatorOf(path: string): '/' | '\\' {
  return /^[A-Za-z]:\\|^\\\\/.test(path) ? '\\' : '/';
}

export function joinPath(directory: string, name: string): string {
  const separator = separatorOf(directory);
  return directory.endsWith(separator) ? directory + name : directory + separator + name;
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf(separatorOf(path)) + 1);
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf(separatorOf(path)), 0));
}

/** Text range of all that lies below a directory: `from` ≤ path < `to`. The separator's successor ends it. */
export function below(directory: string): { readonly from: string; readonly to: string } {
  const separator = separatorOf(directory);
  const base = directory.endsWith(separator) ? directory.slice(0, -1) : directory;
  return { from: base + separator, to: base + String.fromCharCode(separator.charCodeAt(0) + 1) };
}

/** Folded path from the root's own name on, joined by '/': what folder filters and name searches compare with. */
export function labelOf(root: string, directory: string): string {
  const above = parentOf(root);
  const relative = directory.startsWith(above) ? directory.slice(above.length) : directory;
  return fold(relative.replaceAll(separatorOf(root), '/')).replace(/^\/+|\/+$/g, '');
}
