/**
 * The table of languages in README.md and README.zh-CN.md, from the model's scores. Pure. Languages stand in bands and not in rows of their
 * own: a hundred rows nobody reads, and a figure from forty queries is no closer than its band.
 */

import type { LanguageScore, Scores } from './scores.ts';

export type ReadmeLanguage = 'en' | 'zh-CN';

/** Least share of first hits of each band, best first. */
const BANDS = [0.8, 0.65, 0.5, 0.35, 0] as const;

interface Wording {
  readonly measured: (scores: Scores) => string;
  readonly head: string;
  readonly bands: readonly string[];
  readonly sentencesAlone: string;
  readonly wordsAlone: string;
  /** How many, and the first hits of single words that 10 %, half and 90 % of them reach at most. */
  readonly others: (count: number, low: number, middle: number, high: number) => string;
  readonly join: string;
}

const WORDINGS: Readonly<Record<ReadmeLanguage, Wording>> = {
  en: {
    measured: ({ means: { sentences, words } }) =>
      'Measured on lines that were kept out of training: how often one finds its translation first among 1,000, into English and back. The figure of a language is the mean of two: sentences ' +
      `(into English ${percent(sentences.first)} over ${sentences.languages} languages, ${percent(sentences.largestFirst)} over the ${sentences.largest} largest) and single words and names it never saw ` +
      `(${percent(words.first)} over ${words.languages}, ${percent(words.largestFirst)} over the ${words.largest} largest). The sentences come from software, documentation and encyclopedias; everyday talk is harder.`,
    head: '| first hits | languages |',
    bands: ['80 % and more: very good', '65–80 %: good', '50–65 %: usable', '35–50 %: weak', 'under 35 %: do not rely on it'],
    sentencesAlone: 'sentences alone measured, so too high',
    wordsAlone: 'too few sentences to measure',
    others: (count, low, middle, high) => `${count} more, by single words and names: half of them find ${middle} % or less first, one in ten ${low} % or less, one in ten ${high} % or more`,
    join: ', ',
  },
  'zh-CN': {
    measured: ({ means: { sentences, words } }) =>
      '用没有参与训练的内容测得：一条内容在 1,000 条里把自己的译文排在第一位的比例（译成英文、从英文译出两个方向）。每种语言的数字是两项的平均：句子' +
      `（译成英文，${sentences.languages} 种语言平均 ${percent(sentences.first)}，其中使用人数最多的 ${sentences.largest} 种平均 ${percent(sentences.largestFirst)}）和从没见过的单词与名称` +
      `（${words.languages} 种平均 ${percent(words.first)}，最多的 ${words.largest} 种平均 ${percent(words.largestFirst)}）。句子取自软件界面、文档和百科，日常口语会更难。`,
    head: '| 排在第一位的比例 | 语言 |',
    bands: ['80% 以上：很好', '65–80%：好', '50–65%：可用', '35–50%：较弱', '不到 35%：不要指望'],
    sentencesAlone: '只测了句子，数字偏高',
    wordsAlone: '句子太少，无法测量',
    others: (count, low, middle, high) => `另外 ${count} 种只测了单词和名称：半数语言不超过 ${middle}%，一成不超过 ${low}%，一成达到 ${high}% 以上`,
    join: '、',
  },
};

/** Markdown between the marks of the README, without them. Each language with its own percentage. */
export function renderLanguages(scores: Scores, language: ReadmeLanguage): string {
  const wording = WORDINGS[language];
  const names = new Intl.DisplayNames([language], { type: 'language', fallback: 'code' });
  const listed = (chosen: readonly LanguageScore[], share: (score: LanguageScore) => number): string =>
    chosen.toSorted((a, b) => share(b) - share(a) || (a.code < b.code ? -1 : 1)).map((score) => `${nameOf(names, score.code)} ${Math.round(share(score) * 100)}`).join(wording.join);
  const known = scores.languages.filter((score) => shareOf(score) !== null);
  const rows = BANDS.flatMap((least, band) => {
    const below = band === 0 ? Number.POSITIVE_INFINITY : BANDS[band - 1] ?? 0;
    const chosen = known.filter((score) => (shareOf(score) ?? 0) >= least && (shareOf(score) ?? 0) < below);
    return chosen.length === 0 ? [] : [`| ${wording.bands[band] ?? ''} | ${listed(chosen, (score) => shareOf(score) ?? 0)} |`];
  });
  const sentencesAlone = scores.languages.filter((score) => score.words === null);
  if (sentencesAlone.length > 0) rows.push(`| ${wording.sentencesAlone} | ${listed(sentencesAlone, (score) => score.sentences ?? 0)} |`);
  const wordsAlone = scores.languages.filter((score) => score.sentences === null && score.words !== null);
  if (wordsAlone.length > 0) {
    const shares = wordsAlone.map((score) => score.words ?? 0).sort((a, b) => a - b);
    const at = (share: number): number => Math.round((shares[Math.round(share * (shares.length - 1))] ?? 0) * 100);
    rows.push(`| ${wording.wordsAlone} | ${wording.others(wordsAlone.length, at(0.1), at(0.5), at(0.9))} |`);
  }
  return [wording.measured(scores), '', wording.head, '|---|---|', ...rows].join('\n');
}

export const LANGUAGES_BEGIN = '<!-- languages: written by scripts/make-language-table.ts -->';
export const LANGUAGES_END = '<!-- end of languages -->';

/** The README with the table between its marks replaced. Error: a plain Error when the marks are not there. */
export function withLanguages(readme: string, table: string): string {
  const begin = readme.indexOf(LANGUAGES_BEGIN);
  const end = readme.indexOf(LANGUAGES_END);
  if (begin < 0 || end < begin) throw new Error(`The README lacks the lines "${LANGUAGES_BEGIN}" and "${LANGUAGES_END}".`);
  return `${readme.slice(0, begin + LANGUAGES_BEGIN.length)}\n${table}\n${readme.slice(end)}`;
}

/** The mean of sentences and words; null where one of them was not measured. */
function shareOf({ sentences, words }: LanguageScore): number | null {
  return sentences === null || words === null ? null : (sentences + words) / 2;
}

/** Old codes of Wikipedia (`be-x-old`) are no language tags; they stand as they are. */
function nameOf(names: Intl.DisplayNames, code: string): string {
  return /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/.test(code) ? names.of(code) ?? code : code;
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
