/** Names made harmless, highlights split, paths cut, previews joined, keys understood. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { patternLines } from '../../../renderer/roots/pattern-lines.ts';
import { commandOf, wantsSearchBox, type KeyPress } from '../../../renderer/search/keyboard.ts';
import { markedTerms, markPassage } from '../../../renderer/search/mark-passage.ts';
import { joinPassages, neighbours } from '../../../renderer/search/preview-pages.ts';
import { folderOf, nameOf, pathParts } from '../../../renderer/ui/path-parts.ts';
import { splitHighlights } from '../../../renderer/ui/split-highlights.ts';
import { visibleText } from '../../../renderer/ui/visible-text.ts';
import type { PassageHit } from '../../../src/contract/model.ts';

describe('visible text', () => {
  it('shows what would hide or reorder, and keeps the length', () => {
    const names = ['a\u202Egnp.exe', 'two\nlines\t.txt', '\u2066x\u2069\u200F', 'bell\u0007\u007F', 'zero\u200Bwidth\uFEFF'];
    for (const name of names) {
      const shown = visibleText(name);
      assert.equal(shown.length, name.length);
      assert.doesNotMatch(shown, /[\p{Cc}\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u);
    }
    assert.equal(visibleText('two\nlines'), 'two\u240Alines');
  });

  it('leaves every script and emoji sequence alone', () => {
    for (const name of ['تقرير.pdf', '报告.docx', 'नोट्स.md', '👩‍👩‍👧.txt', 'Ünïcödé']) assert.equal(visibleText(name), name);
  });
});

describe('highlights', () => {
  const text = (runs: ReturnType<typeof splitHighlights>): string => runs.map((run) => run.marked ? `[${run.text}]` : run.text).join('');

  it('splits text into runs', () => {
    assert.equal(text(splitHighlights('one two three', [{ start: 4, end: 7 }])), 'one [two] three');
    assert.equal(text(splitHighlights('abc', [])), 'abc');
  });

  it('never loses text to ranges that overlap, are out of order or out of bounds', () => {
    assert.equal(text(splitHighlights('abcdef', [{ start: 4, end: 99 }, { start: 1, end: 3 }, { start: 2, end: 3 }, { start: -5, end: 0 }, { start: 3, end: 3 }])), 'a[bc]d[ef]');
  });

  it('finds a snippet again in its passage, and its words in the others', () => {
    const hit: PassageHit = { passageId: 1, ordinal: 4, snippet: '…the Boiler is old', highlights: [{ start: 5, end: 11 }], place: {}, tiers: ['words'] };
    const terms = markedTerms([hit]);
    assert.deepEqual(terms, ['Boiler']);
    assert.equal(text(splitHighlights('Yes, the Boiler is old.', markPassage({ ordinal: 4, text: 'Yes, the Boiler is old.' }, [hit], terms))), 'Yes, the [Boiler] is old.');
    assert.equal(text(splitHighlights('Boilers and a boiler', markPassage({ ordinal: 5, text: 'Boilers and a boiler' }, [hit], terms))), 'Boilers and a [boiler]');
  });

  it('marks words of scripts without spaces inside of running text, and takes no word for a pattern', () => {
    assert.equal(text(splitHighlights('本合同租金每月', markPassage({ ordinal: 0, text: '本合同租金每月' }, [], ['租金']))), '本合同[租金]每月');
    assert.equal(text(splitHighlights('a+b (c)', markPassage({ ordinal: 0, text: 'a+b (c)' }, [], ['a+b', '(c)', '.*']))), '[a+b] [(c)]');
  });
});

it('cuts paths of both kinds', () => {
  assert.deepEqual(pathParts('/home/anna/Reports'), { head: '/home/anna', tail: '/Reports' });
  assert.deepEqual(pathParts('C:\\Users\\Anna'), { head: 'C:\\Users', tail: '\\Anna' });
  assert.deepEqual(pathParts('/'), { head: '', tail: '/' });
  assert.equal(folderOf('/a/b.txt'), '/a');
  assert.equal(nameOf('/a/b.txt'), 'b.txt');
  assert.equal(nameOf('C:\\a\\b.txt'), 'b.txt');
});

describe('preview pages', () => {
  const run = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => ({ ordinal: from + index, text: '', place: {} }));
  const ordinals = (passages: readonly { ordinal: number }[]) => passages.map((passage) => passage.ordinal);

  it('joins pages that touch or overlap, and starts anew with one that does not', () => {
    assert.deepEqual(ordinals(joinPassages(run(3, 5), run(1, 3))), [1, 2, 3, 4, 5]);
    assert.deepEqual(ordinals(joinPassages(run(3, 4), run(5, 6))), [3, 4, 5, 6]);
    assert.deepEqual(ordinals(joinPassages(run(0, 2), run(8, 9))), [8, 9]);
    assert.deepEqual(ordinals(joinPassages(run(0, 2), [])), [0, 1, 2]);
  });

  it('knows where there is more', () => {
    assert.deepEqual(neighbours({ passages: run(2, 4), passageCount: 9 }), { earlier: 1, later: 5 });
    assert.deepEqual(neighbours({ passages: run(0, 8), passageCount: 9 }), { earlier: null, later: null });
    assert.deepEqual(neighbours({ passages: [], passageCount: 0 }), { earlier: null, later: null });
  });
});

describe('keys', () => {
  const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false, ...change });

  it('means nothing while an input method composes', () => {
    for (const key of ['Enter', 'ArrowDown', 'Escape', 'Home']) assert.equal(commandOf(press(key, { isComposing: true }), true), null);
    assert.equal(wantsSearchBox(press('/', { isComposing: true }), false), false);
  });

  it('leaves Home and End to the text until a row is selected', () => {
    assert.equal(commandOf(press('Home'), false), null);
    assert.deepEqual(commandOf(press('Home'), true), { type: 'move', to: 'first' });
    assert.equal(commandOf(press('End', { shiftKey: true }), true), null);
  });

  it('opens with Enter and reveals with Ctrl or Cmd', () => {
    assert.deepEqual(commandOf(press('Enter'), true), { type: 'open' });
    for (const modifier of ['ctrlKey', 'metaKey'] as const) assert.deepEqual(commandOf(press('Enter', { [modifier]: true }), true), { type: 'reveal' });
  });

  it('goes to the box with / outside of text and with Ctrl-K anywhere', () => {
    assert.equal(wantsSearchBox(press('/'), false), true);
    assert.equal(wantsSearchBox(press('/'), true), false);
    assert.equal(wantsSearchBox(press('k', { ctrlKey: true }), true), true);
    assert.equal(wantsSearchBox(press('K', { metaKey: true, shiftKey: true }), true), false);
  });
});

it('reads patterns from lines', () => {
  assert.deepEqual(patternLines('drafts/ \r\n\n  \n *.tmp'), ['drafts/', ' *.tmp']);
});
