/** The READMEs' table of languages: current for the shipped model's scores, and honest about weak languages. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { READMES, shippedScores } from '../../../scripts/languages/files.ts';
import { LANGUAGES_BEGIN, LANGUAGES_END, renderLanguages, withLanguages } from '../../../scripts/languages/render.ts';
import { readScores, type Scores } from '../../../scripts/languages/scores.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

test('the tables in both READMEs are those of the shipped model: node scripts/make-language-table.ts writes them', () => {
  const scores = shippedScores(repository);
  for (const { file, language } of READMES) {
    const readme = readFileSync(join(repository, file), 'utf8');
    assert.equal(withLanguages(readme, renderLanguages(scores, language)), readme, `${file} is not current`);
  }
});

const SCORES: Scores = {
  model: 'm',
  languages: [
    { code: 'de', sentences: 0.934, words: 0.7 },
    { code: 'sr-Latn', sentences: 0.8, words: 0.5 },
    { code: 'am', sentences: 0.1, words: 0.2 },
    { code: 'yo', sentences: null, words: 0.31 },
  ],
  means: { sentences: { languages: 3, first: 0.5947, largest: 1, largestFirst: 0.934 }, words: { languages: 4, first: 0.4, largest: 1, largestFirst: 0.5 } },
};

test('each language stands in its band, weak ones too', () => {
  const lines = renderLanguages(SCORES, 'en').split('\n');
  assert.ok(lines.includes('| 80 % and more: very good | German 82 |'));
  assert.ok(lines.includes('| 65–80 %: good | Serbian (Latin) 65 |'));
  assert.ok(lines.includes('| under 35 %: do not rely on it | Amharic 15 |'));
  assert.ok(lines.some((line) => line.includes('1 more, by single words and names: half of them find 31 % or less first')));
  assert.ok(lines[0]?.includes('59.5 % over 3 languages'));
  assert.ok(renderLanguages(SCORES, 'zh-CN').includes('德语 82'));
});

test('a README without the marks is refused, one with them keeps the rest', () => {
  assert.throws(() => withLanguages('# Findling', 'table'), /lacks the lines/);
  assert.equal(withLanguages(`before\n${LANGUAGES_BEGIN}\nold\n${LANGUAGES_END}\nafter`, 'new'), `before\n${LANGUAGES_BEGIN}\nnew\n${LANGUAGES_END}\nafter`);
});

test('scores that lack a part are refused by name', () => {
  assert.throws(() => readScores('{"model":"m","sets":{"words":{}}}'), /sets\.sentences/);
});
