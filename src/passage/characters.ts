/** Tables by UTF-16 code unit for the passage scan: one look-up a character is what keeps it above 30 MB/s. */

import { unitCosts } from './tokens.ts';

export const WHITE_SPACE = 1;
/** Ends a sentence when white space follows. */
export const FULL_STOP = 2;
/** Ends a sentence whatever follows: scripts that put no space after it. */
export const IDEOGRAPHIC_STOP = 3;
/** Ends a clause; a last resort in text without spaces (Chinese, minified data). */
export const CLAUSE_END = 4;

export const scanTables: { readonly classes: Uint8Array; readonly costs: Uint8Array } = { classes: buildClasses(), costs: unitCosts };

function buildClasses(): Uint8Array {
  const classes = new Uint8Array(0x10000);
  const set = (characters: string, value: number): void => {
    for (let index = 0; index < characters.length; index++) classes[characters.charCodeAt(index)] = value;
  };
  set('\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff', WHITE_SPACE);
  // Full stops of Latin, Greek, Armenian, Arabic, Urdu, Devanagari (danda), Ethiopic, Khmer, Myanmar.
  set('.!?\u2026\u037e\u0589\u061f\u06d4\u0964\u0965\u1362\u17d4\u104a\u104b', FULL_STOP);
  set('\u3002\uff01\uff1f\uff0e\uff61', IDEOGRAPHIC_STOP);
  set(',;}\u3001\uff0c\uff1b\uff1a\u060c\u061b', CLAUSE_END);
  return classes;
}
