/**
 * Which language a text is written in: BCP 47 primary subtag, or null when it is not sure. Scripts with one main language are
 * told by their letters; the rest asks the detector `eld` with its smallest data set (98.7 % on sentences by its own figures, +55 MB
 * resident; the next larger has +0.4 points for +150 MB), loaded when first needed.
 */

import type { FileKind } from '../contract/model.ts';

/** Places of a text that are looked at, and how much of each: a preface may be in another language than the book. */
const SAMPLES = 5;
const SAMPLE_CHARACTERS = 400;
/** Fewer letters than this say nothing. */
const LEAST_LETTERS = 40;
/** Of scripts without spaces, a few characters are a sentence. */
const LEAST_DENSE_LETTERS = 10;
/** Share of letters that a script needs to decide alone. Kana are a minority in Japanese. */
const SCRIPT_SHARE = 0.4;
const KANA_SHARE = 0.05;

type Script = readonly [language: string, pattern: RegExp, share: number];

/** In this order: Kana before Han, since Japanese has both. */
const SCRIPTS: readonly Script[] = [
  ['ja', /[\u3041-\u30fa\uff66-\uff9d]/g, KANA_SHARE],
  ['ko', /[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]/g, SCRIPT_SHARE],
  ['zh', /[\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{323af}]/gu, SCRIPT_SHARE],
  ['th', /[\u0e01-\u0e3a\u0e40-\u0e4e]/g, SCRIPT_SHARE],
  ['lo', /[\u0e81-\u0edf]/g, SCRIPT_SHARE],
  ['km', /[\u1780-\u17d3]/g, SCRIPT_SHARE],
  ['my', /[\u1000-\u109f]/g, SCRIPT_SHARE],
  ['bo', /[\u0f00-\u0fff]/g, SCRIPT_SHARE],
  ['ka', /[\u10a0-\u10ff\u1c90-\u1cbf]/g, SCRIPT_SHARE],
  ['hy', /[\u0531-\u0587]/g, SCRIPT_SHARE],
  ['el', /[\u0370-\u03ff\u1f00-\u1fff]/g, SCRIPT_SHARE],
  ['am', /[\u1200-\u139f]/g, SCRIPT_SHARE],
  ['ta', /[\u0b80-\u0bff]/g, SCRIPT_SHARE],
  ['te', /[\u0c00-\u0c7f]/g, SCRIPT_SHARE],
  ['kn', /[\u0c80-\u0cff]/g, SCRIPT_SHARE],
  ['ml', /[\u0d00-\u0d7f]/g, SCRIPT_SHARE],
  ['si', /[\u0d80-\u0dff]/g, SCRIPT_SHARE],
  ['gu', /[\u0a80-\u0aff]/g, SCRIPT_SHARE],
  ['pa', /[\u0a00-\u0a7f]/g, SCRIPT_SHARE],
  ['or', /[\u0b00-\u0b7f]/g, SCRIPT_SHARE],
];
const DENSE = new Set(['ja', 'ko', 'zh', 'th', 'lo', 'km', 'my', 'bo']);

/** The language most of the text is in; null for code, data, and text that is too short, too mixed or unknown to the detector. */
export async function detectLanguage(text: string, kind: FileKind): Promise<string | null> {
  if (kind === 'code' || kind === 'data') return null;
  const samples = samplesOf(text);
  const all = samples.join('\n');
  const letters = count(all, /\p{L}/gu);
  const byScript = scriptLanguage(all, letters);
  if (byScript !== null) return byScript;
  if (letters < LEAST_LETTERS) return null;
  const { eld } = await import('eld/extrasmall');
  const votes = new Map<string, number>();
  let judged = 0;
  for (const sample of samples) {
    if (count(sample, /\p{L}/gu) < LEAST_LETTERS / 2) continue;
    judged++;
    const result = eld.detect(withoutNoise(sample));
    if (result.language !== '' && result.isReliable()) votes.set(result.language, (votes.get(result.language) ?? 0) + 1);
  }
  const [best] = [...votes].sort(([, left], [, right]) => right - left);
  return best !== undefined && best[1] * 2 > judged ? best[0] : null;
}

/** Several stretches, each from a word's start, spread over the text. */
function samplesOf(text: string): string[] {
  if (text.length <= SAMPLES * SAMPLE_CHARACTERS) {
    const samples: string[] = [];
    for (let start = 0; start < text.length; start += SAMPLE_CHARACTERS) samples.push(text.slice(start, start + SAMPLE_CHARACTERS));
    return samples;
  }
  const step = Math.floor(text.length / SAMPLES);
  return Array.from({ length: SAMPLES }, (_, index) => {
    // The first eighth of each part is passed over: title pages, headers and headings stand there.
    const start = index * step + Math.floor(step / 8);
    const space = text.slice(start, start + 80).search(/\s/);
    return text.slice(start + Math.max(0, space), start + Math.max(0, space) + SAMPLE_CHARACTERS);
  });
}

function scriptLanguage(text: string, letters: number): string | null {
  for (const [language, pattern, share] of SCRIPTS) {
    const found = count(text, pattern);
    if (found >= (DENSE.has(language) ? LEAST_DENSE_LETTERS : LEAST_LETTERS) && found >= letters * share) return language;
  }
  return null;
}

/** Without what is the same in every language. */
function withoutNoise(text: string): string {
  return text.replace(/https?:\/\/\S+|\S+@\S+|[<>{}[\]#*_|=`~\\/]+|\d+/g, ' ');
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
