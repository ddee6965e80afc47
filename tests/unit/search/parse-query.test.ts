/** The query language: what is understood, what stays a word, and what a person is told. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { joinFilters } from '../../../src/search/join-filters.ts';
import { parseQuery } from '../../../src/search/parse-query.ts';

const NOW = new Date(2024, 4, 15, 12, 30).getTime();
const day = (year: number, month: number, date: number): number => new Date(year, month - 1, date).getTime();
const parse = (text: string) => parseQuery(text, NOW);
const filters = (text: string) => parse(text).understood.filters;

describe('plain words', () => {
  test('are the text, and the last one may go on', () => {
    const parsed = parse('rent con');
    assert.equal(parsed.understood.text, 'rent con');
    assert.equal(parsed.lastIsPrefix, true);
    assert.equal(parse('rent contract ').lastIsPrefix, false);
    assert.equal(parse('rent type:pdf').lastIsPrefix, false);
  });

  test('addresses, times, drives, scopes and inches are words without a notice', () => {
    for (const text of ['https://example.org/a', '12:30', 'C:\\Users', 'std::vector', '15" laptop', "rock'n'roll", 'a - b', '--verbose', 'note: buy milk']) {
      const parsed = parse(text);
      assert.deepEqual(parsed.notices, [], text);
      assert.deepEqual(parsed.understood.filters, {}, text);
      assert.deepEqual(parsed.understood.excluded, [], text);
    }
  });
});

describe('phrases and exclusions', () => {
  test('a quoted phrase is required and embedded', () => {
    const { understood, freeText } = parse('"annual  leave" policy');
    assert.deepEqual(understood.phrases, ['annual leave']);
    assert.equal(understood.text, 'annual leave policy');
    assert.equal(freeText, 'policy');
  });

  test('curly, German, French and CJK quotes are quotes', () => {
    for (const text of ['“annual leave”', '„annual leave“', '«annual leave»', '「annual leave」', '＂annual leave＂']) assert.deepEqual(parse(text).understood.phrases, ['annual leave'], text);
  });

  test('an open quote is still being typed: words', () => {
    const parsed = parse('"annual lea');
    assert.deepEqual(parsed.understood.phrases, []);
    assert.equal(parsed.understood.text, 'annual lea');
    assert.equal(parsed.lastIsPrefix, true);
  });

  test('minus excludes a word or a phrase', () => {
    const { understood } = parse('contract -draft -"old version"');
    assert.deepEqual(understood.excluded, ['draft', 'old version']);
    assert.equal(understood.text, 'contract');
  });
});

describe('filters', () => {
  test('type takes kinds, extensions and several', () => {
    assert.deepEqual(filters('type:pdf'), { kinds: ['pdf'] });
    assert.deepEqual(filters('type:pdf type:image'), { kinds: ['pdf', 'image'] });
    assert.deepEqual(filters('type:docx,.ODT'), { extensions: ['docx', 'odt'] });
  });

  test('a mix of kinds and extensions means any of them, not all', () => {
    const mixed = filters('type:pdf,docx');
    assert.equal(mixed.kinds, undefined);
    assert.deepEqual([...mixed.extensions ?? []].sort(), ['docx', 'pdf']);
  });

  test('in takes folders, quoted ones too', () => {
    assert.deepEqual(filters('in:reports/2024 in:"My Documents/"'), { folders: ['reports/2024', 'My Documents'] });
    assert.deepEqual(filters('in:~/Documents'), { folders: ['Documents'] });
  });

  test('modified takes ages, words, dates, ranges and comparisons', () => {
    assert.deepEqual(filters('modified:<7d'), { modifiedAfterMs: NOW - 7 * 86_400_000 });
    assert.deepEqual(filters('modified:>2w'), { modifiedBeforeMs: NOW - 14 * 86_400_000 });
    assert.deepEqual(filters('modified:today'), { modifiedAfterMs: day(2024, 5, 15) });
    assert.deepEqual(filters('modified:yesterday'), { modifiedAfterMs: day(2024, 5, 14), modifiedBeforeMs: day(2024, 5, 15) });
    assert.deepEqual(filters('modified:week'), { modifiedAfterMs: NOW - 7 * 86_400_000 });
    assert.deepEqual(filters('modified:month'), { modifiedAfterMs: new Date(2024, 3, 15, 12, 30).getTime() });
    assert.deepEqual(filters('modified:year'), { modifiedAfterMs: new Date(2023, 4, 15, 12, 30).getTime() });
    assert.deepEqual(filters('modified:2024'), { modifiedAfterMs: day(2024, 1, 1), modifiedBeforeMs: day(2025, 1, 1) });
    assert.deepEqual(filters('modified:2024-03..2024-05'), { modifiedAfterMs: day(2024, 3, 1), modifiedBeforeMs: day(2024, 6, 1) });
    assert.deepEqual(filters('modified:2024-05..2024-03'), filters('modified:2024-03..2024-05'));
    assert.deepEqual(filters('modified:2024-02-29'), { modifiedAfterMs: day(2024, 2, 29), modifiedBeforeMs: day(2024, 3, 1) });
    assert.deepEqual(filters('modified:>=2024-03'), { modifiedAfterMs: day(2024, 3, 1) });
    assert.deepEqual(filters('modified:>2023'), { modifiedAfterMs: day(2024, 1, 1) });
    assert.deepEqual(filters('modified:<2023'), { modifiedBeforeMs: day(2023, 1, 1) });
  });

  test('a month back from the 31st is the last day of a shorter month', () => {
    const parsed = parseQuery('modified:1m', new Date(2024, 2, 31, 10).getTime());
    assert.equal(parsed.understood.filters.modifiedAfterMs, new Date(2024, 1, 29, 10).getTime());
  });

  test('size and language', () => {
    assert.deepEqual(filters('size:>10mb'), { minBytes: 10 * 2 ** 20 + 1 });
    assert.deepEqual(filters('size:<=1.5k'), { maxBytes: 1536 });
    assert.deepEqual(filters('size:1mb..2mb'), { minBytes: 2 ** 20, maxBytes: 2 * 2 ** 20 });
    assert.deepEqual(filters('lang:ja,zh-CN'), { languages: ['ja', 'zh'] });
  });

  test('Chinese operators with a full-width colon', () => {
    assert.deepEqual(filters('类型：图片'), { kinds: ['image'] });
    assert.deepEqual(filters('修改:今天'), { modifiedAfterMs: day(2024, 5, 15) });
    assert.deepEqual(filters('日期:2024年3月'), { modifiedAfterMs: day(2024, 3, 1), modifiedBeforeMs: day(2024, 4, 1) });
  });

  test('what is malformed or unknown is said and stays a word', () => {
    for (const text of ['modified:2024-13', 'modified:2023-02-29', 'modified:soon', 'size:big', 'lang:12', 'author:max', 'modified:..', 'type:a/b']) {
      const parsed = parse(text);
      assert.deepEqual(parsed.notices, [{ code: 'filter-not-understood', detail: text }], text);
      assert.equal(parsed.understood.text, text);
      assert.deepEqual(parsed.understood.filters, {}, text);
    }
  });

  test('an operator without a value is a word being typed', () => {
    const parsed = parse('report type:');
    assert.equal(parsed.understood.text, 'report type:');
    assert.deepEqual(parsed.notices, []);
  });
});

describe('filters of chips and text', () => {
  test('all must hold', () => {
    assert.deepEqual(joinFilters({ kinds: ['pdf', 'image'], minBytes: 5 }, { kinds: ['pdf'], minBytes: 9 }), { kinds: ['pdf'], minBytes: 9 });
    assert.deepEqual(joinFilters({ modifiedAfterMs: 5 }, { modifiedBeforeMs: 9 }), { modifiedAfterMs: 5, modifiedBeforeMs: 9 });
  });

  test('what cannot both hold matches no file', () => {
    assert.deepEqual(joinFilters({ kinds: ['image'] }, { kinds: ['pdf'] }).rootIds, [-1]);
  });
});
