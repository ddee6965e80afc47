/** A path cut for showing: the folder, its last part kept whole, the rest giving way first. Knows both separators. Pure. */

const LAST_SEPARATOR = /[\\/](?=[^\\/]*$)/;

/** The folder a path lies in; the path itself when it has no separator. */
export function folderOf(path: string): string {
  const at = path.search(LAST_SEPARATOR);
  return at <= 0 ? path : path.slice(0, at);
}

export function nameOf(path: string): string {
  const at = path.search(LAST_SEPARATOR);
  return at < 0 || at === path.length - 1 ? path : path.slice(at + 1);
}

/** `head` may be cut short with an ellipsis, `tail` (separator and last part) stays. */
export function pathParts(path: string): { readonly head: string; readonly tail: string } {
  const at = path.search(LAST_SEPARATOR);
  return at <= 0 ? { head: '', tail: path } : { head: path.slice(0, at), tail: path.slice(at) };
}
