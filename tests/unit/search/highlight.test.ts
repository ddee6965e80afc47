/** Highlights and snippets in every script: right ranges, whole graphemes, the telling part of a passage. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { highlight, highlightName } from '../../../src/search/highlight.ts';
import { parseQuery } from '../../../src/search/parse-query.ts';
import { prepareQuery, type PreparedQuery } from '../../../src/search/query-match.ts';
import { shownPassage, snippetOf as snippetOfShown } from '../../../src/search/snippet.ts';

function query(text: string): PreparedQuery {
  const parsed = parseQuery(text, 0);
  return prepareQuery(parsed.understood, parsed.lastIsPrefix);
}
const snippetOf = (passage: string, wanted: PreparedQuery) => snippetOfShown(shownPassage(passage), wanted);
const lit = (text: string, typed: string): readonly string[] => highlight(text, query(typed)).map(({ start, end }) => text.slice(start, end));

describe('highlights', () => {
  test('follow words, not letters inside of words', () => {
    assert.deepEqual(lit('The art of starting; ART.', 'art '), ['art', 'ART']);
  });

  test('a word still being typed lights up the beginning of longer ones', () => {
    assert.deepEqual(lit('contracts and subcontracts', 'contr'), ['contr']);
    assert.deepEqual(lit('contracts and subcontracts', 'contr '), []);
  });

  test('fold case, accents, width and long s', () => {
    assert.deepEqual(lit('ＣＡＦÉ in der Straße und cafe\u0301.', 'strasse cafe '), ['ＣＡＦÉ', 'Straße', 'cafe\u0301']);
  });

  test('Chinese in either script, Japanese, Korean with particles, Thai', () => {
    assert.deepEqual(lit('這是租房合同的正文', '租房合同'), ['租房合同']);
    assert.deepEqual(lit('東京都に住んでいる', '京都'), ['京都']);
    assert.deepEqual(lit('오늘 날씨가 좋다', '날씨'), ['날씨']);
    assert.deepEqual(lit('หนังสือสัญญาเช่าบ้าน', 'สัญญา'), ['สัญญา']);
  });

  test('Arabic with vowel marks and Hebrew with points', () => {
    assert.deepEqual(lit('هذا كِتَابٌ جديد', 'كتاب '), ['كِتَابٌ']);
    assert.deepEqual(lit('זה סֵפֶר טוב', 'ספר '), ['סֵפֶר']);
  });

  test('identifiers by their parts', () => {
    assert.deepEqual(lit('const getUserName = read_user_id();', 'user '), ['User', 'user']);
    assert.deepEqual(lit('const getUserName = 1;', 'getUserName '), ['getUserName']);
  });

  test('phrases across line breaks and punctuation', () => {
    assert.deepEqual(lit('the annual\n  leave, and leave annual', '"annual leave"'), ['annual\n  leave', 'leave', 'annual']);
  });

  test('never split a grapheme', () => {
    const family = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}';
    const texts: readonly (readonly [string, string])[] = [
      ['यह नियमों का पालन', 'नियम'], [`naïve ${family} n\u0303andu`, 'nandu '], ['가나다라 각각', '각'], ['क्षेत्र में खेत', 'क्षे'], ['𠮷野家で𠮷を', '𠮷'], ['l’e\u0301te\u0301 a e\u0302te', 'ete '],
    ];
    const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
    for (const [text, typed] of texts) {
      const borders = new Set([...graphemes.segment(text)].map(({ index }) => index).concat(text.length));
      const spans = highlight(text, query(typed));
      assert.ok(spans.length > 0, typed);
      for (const { start, end } of spans) assert.ok(borders.has(start) && borders.has(end), `${typed} in ${text}: ${start}–${end}`);
    }
  });

  test('ranges are sorted and apart', () => {
    const spans = highlight('b a b a bb aa ab', query('a b ab aa'));
    for (const [index, span] of spans.entries()) assert.ok(index === 0 || span.start > (spans[index - 1]?.end ?? Infinity) - 1);
  });

  test('a name lights up inside of words too', () => {
    const name = 'report2024-final.pdf';
    assert.deepEqual(highlightName(name, query('port')).map(({ start, end }) => name.slice(start, end)), ['port']);
  });
});

describe('snippets', () => {
  const filler = 'Nothing of interest stands in this sentence at all. '.repeat(12);

  test('a short passage is shown whole, white space joined', () => {
    assert.equal(snippetOf('  one\n\n two\tthree ', query('two')).text, 'one two three');
  });

  test('the part with most of the query is chosen, not the first word found', () => {
    const passage = `A lease is mentioned here. ${filler}The deposit of the lease is returned after six weeks. ${filler}`;
    const { text, highlights } = snippetOf(passage, query('lease deposit returned'));
    assert.match(text, /deposit of the lease is returned/u);
    assert.deepEqual(highlights.map(({ start, end }) => text.slice(start, end)), ['deposit', 'lease', 'returned']);
    assert.ok(text.startsWith('…') && text.endsWith('…'));
  });

  test('without a shared word the likest sentence is chosen, else the beginning', () => {
    const passage = `${filler}Mietverträge kündigt man schriftlich. ${filler}`;
    assert.match(snippetOf(passage, query('Mietvertrag')).text, /Mietverträge/u);
    assert.match(snippetOf(passage, query('回転寿司')).text, /^Nothing of interest/u);
  });

  test('languages without spaces are cut between graphemes, at bounded width', () => {
    const passage = '房東應當在租約結束後七日內退還押金並結清水電費用'.repeat(30);
    const { text, highlights } = snippetOf(passage, query('押金'));
    assert.ok(text.length <= 130, String(text.length));
    assert.ok(highlights.length > 0);
    const marks = 'कि\u0902'.repeat(400);
    const borders = new Set([...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(marks)].map(({ index }) => index));
    assert.ok(borders.has(snippetOf(marks, query('abc')).text.replace(/…$/u, '').length));
  });
});
