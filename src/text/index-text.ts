/**
 * A text as the two columns of the lexical index, words parted by spaces: `words` holds the words in order, `extra` what must also
 * match but would disturb their order: whole identifiers, and bigrams of Chinese, Japanese and Korean.
 *
 * The index's tokenizer splits at everything in ASCII that is no letter or digit, so ASCII prose goes in as it is. The columns must
 * say exactly what `words` says: a test compares the two.
 */

import { isAscii } from './fold.ts';
import { LONGEST_TERM, words, type Word } from './words.ts';

export interface IndexText {
  readonly words: string;
  readonly extra: string;
}

export function indexText(text: string): IndexText {
  if (isAscii(text) && !NEEDS_CUTTING.test(text)) return { words: text.toLowerCase(), extra: '' };
  return columns(words(text));
}

/** What ASCII text may hold that is more than words and punctuation: cased or bonded identifiers, and terms too long. */
const NEEDS_CUTTING = new RegExp(`[a-z0-9][A-Z]|[A-Z]{2}[a-z]|[A-Za-z0-9][_-][A-Za-z0-9]|[A-Za-z0-9]{${LONGEST_TERM + 1}}`);

function columns(found: readonly Word[]): IndexText {
  let main = '';
  let extra = '';
  let run = '';
  let runGroup = -1;
  const endRun = (): void => {
    if (run !== '') extra += bigrams(run).join(' ') + ' ';
    run = '';
  };
  for (const word of found) {
    if (word.kind === 'whole') {
      endRun();
      extra += word.term + ' ';
      continue;
    }
    main += word.term + ' ';
    const grams = word.kind === 'cjk' || word.kind === 'hangul';
    if (!grams || word.group !== runGroup) endRun();
    if (grams) {
      run += word.term;
      runGroup = word.group;
    }
  }
  endRun();
  return { words: main, extra };
}

/**
 * `ABC` → `AB BC C`. The last character stands alone, so that every character of a run begins exactly one term (a prefix search finds
 * single characters everywhere) and no phrase of bigrams can reach over the end of a run.
 */
export function bigrams(run: string): string[] {
  const characters = [...run];
  return characters.map((character, index) => character + (characters[index + 1] ?? ''));
}
