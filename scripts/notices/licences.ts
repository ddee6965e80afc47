/**
 * Which licences a shipped package may have. Pure. An expression is judged by its weakest demand: of `A OR B` one must be
 * allowed, of `A AND B` both. What is not on the list stops the build, so that a person decides and not a default.
 */

/** Permissive licences that go together with distribution under the MIT licence. */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT', 'MIT-0', 'Python-2.0', 'Unlicense', 'Zlib',
]);

/** Packages that declare nothing, or nothing exact: what their own licence file says, read by a person. */
const READ_FROM_FILE: Readonly<Record<string, string>> = {
  'json-bignum': 'MIT',
  'duck': 'BSD-2-Clause',
};

export interface Judgement {
  readonly licence: string;
  readonly allowed: boolean;
}

export function judgeLicence(packageName: string, declared: string | undefined): Judgement {
  const licence = READ_FROM_FILE[packageName] ?? declared ?? 'unknown';
  return { licence, allowed: isAllowed(licence) };
}

/** Understands flat expressions with one kind of operator, in brackets or not; anything more tangled is not allowed. */
function isAllowed(expression: string): boolean {
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  if (plain.includes('(')) return false;
  const either = plain.split(' OR ');
  if (either.length > 1) return !plain.includes(' AND ') && either.some((licence) => ALLOWED.has(licence));
  return plain.split(' AND ').every((licence) => ALLOWED.has(licence));
}
