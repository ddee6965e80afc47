/** Widths, cuts, quantities and escapes: what makes lines of a terminal come out right in every script. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesText, countOf, countText, durationText, parseBytes, percentText, shortPath } from '../../../src/cli/quantities.ts';
import { columnsOf, cutToColumns, padToColumns, withoutControls } from '../../../src/cli/text-width.ts';

describe('columnsOf', () => {
  for (const [text, columns] of [['', 0], ['abc', 3], ['日本語', 6], ['한국어', 6], ['ｆｕｌｌ', 8], ['ｶﾅ', 2], ['e\u0301', 1], ['n\u0303o', 2], ['👩‍👩‍👧', 2], ['👍🏽', 2], ['🇯🇵', 2], ['שלום', 4], ['नमस्ते', 4], ['a\u200bb', 2], ['é', 1]] as const) {
    it(`${JSON.stringify(text)} takes ${columns}`, () => assert.equal(columnsOf(text), columns));
  }
});

describe('cutToColumns', () => {
  it('leaves what fits', () => assert.equal(cutToColumns('日本語', 6, '…'), '日本語'));
  it('never cuts a wide character or a family in half', () => {
    assert.equal(cutToColumns('日本語です', 6, '…'), '日本…');
    assert.equal(cutToColumns('a👩‍👩‍👧b', 2, '…'), 'a…');
  });
  it('cuts paths in the middle', () => assert.equal(cutToColumns('/home/someone/documents', 11, '...', 'middle'), '/hom...ents'));
  it('is never wider than asked', () => {
    for (const text of ['日本語です漢字', 'plain text here', 'मिश्रित text 漢', '🇯🇵🇩🇪🇫🇷🇮🇹']) {
      for (let columns = 1; columns < 20; columns += 1) {
        for (const where of ['end', 'middle'] as const) assert.ok(columnsOf(cutToColumns(text, columns, '…', where)) <= columns, `${text} at ${columns}`);
      }
    }
  });
  it('pads by columns', () => assert.deepEqual([padToColumns('日', 4), padToColumns('7', 3, 'left'), padToColumns('long', 2)], ['日  ', '  7', 'long']));
});

describe('withoutControls', () => {
  it('lets no escape sequence of a file name reach the terminal', () => {
    const name = 'a\x1b]0;owned\x07b\x1b[2Jc\x9b31md\x7f';
    assert.doesNotMatch(withoutControls(name), /[\x00-\x1f\x7f-\x9f]/);
  });
  it('shows marks that turn the direction of what follows, and leaves right-to-left text its own', () => {
    assert.equal(withoutControls('invoice-\u202Efdp.exe'), 'invoice-\uFFFDfdp.exe');
    assert.equal(withoutControls('\u2067a\u2069'), '\uFFFDa\uFFFD');
    assert.equal(withoutControls('\u200Fשלום\u200E'), '\u200Fשלום\u200E');
  });
  it('makes one line of many', () => assert.equal(withoutControls('a\r\n\tb\u2028c'), 'a b\uFFFDc'));
});

describe('quantities', () => {
  it('reads sizes as people write them', () => {
    for (const [text, bytes] of [['0', 0], ['512', 512], ['64mb', 64 * 1024 ** 2], ['1.5 GB', 1.5 * 1024 ** 3], ['2k', 2048], ['3MiB', 3 * 1024 ** 2], ['1tb', 1024 ** 4]] as const) assert.equal(parseBytes(text), bytes, text);
    for (const text of ['', 'x', '-1', '1.2.3', '1 xb', 'NaN', '1e9', '99999999tb']) assert.equal(parseBytes(text), null, text);
  });
  it('writes them short', () => {
    assert.deepEqual([0, 1023, 1024, 1536, 150 * 1024, 1024 ** 3].map(bytesText), ['0 B', '1023 B', '1 KB', '1.5 KB', '150 KB', '1 GB']);
    assert.deepEqual([countText(1_234_567), countOf(1, 'file'), countOf(2, 'file'), countOf(0, 'entry', 'entries')], ['1,234,567', '1 file', '2 files', '0 entries']);
    assert.deepEqual([10, 59_000, 61_000, 3_600_000, 5_400_000].map(durationText), ['1 s', '59 s', '1 min', '1 h', '1 h 30 min']);
  });
  it('says 100 % only when all is done, and 0 % only when nothing is', () => {
    assert.deepEqual([0, 0.0001, 0.5, 0.9999, 1].map(percentText), ['0 %', '1 %', '50 %', '99 %', '100 %']);
  });
  it('shortens the home directory and nothing that only begins like it', () => {
    assert.deepEqual(['/home/a', '/home/a/x', '/home/ab/x', '/etc'].map((path) => shortPath(path, '/home/a')), ['~', '~/x', '/home/ab/x', '/etc']);
  });
});
