import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bigrams, indexText } from '../../../src/text/index-text.ts';
import { LONGEST_TERM, words, type Word } from '../../../src/text/words.ts';

const terms = (text: string): string[] => words(text).filter((word) => word.kind !== 'whole').map((word) => word.term);
const wholes = (text: string): string[] => words(text).filter((word) => word.kind === 'whole').map((word) => word.term);

test('identifiers are cut into parts and kept whole', () => {
  assert.deepEqual(terms('getUserName'), ['get', 'user', 'name']);
  assert.deepEqual(wholes('getUserName'), ['getusername']);
  assert.deepEqual(wholes('get_user_name get-user-name'), ['getusername', 'getusername']);
  assert.deepEqual(terms('HTTPServer parseXML'), ['http', 'server', 'parse', 'xml']);
  assert.deepEqual(terms('os.path.join'), ['os', 'path', 'join']);
  assert.deepEqual(wholes('os.path.join'), []);
  assert.deepEqual(terms('größeÄndern'), ['grosse', 'andern']);
});

test('parts of one identifier share a group and stand at consecutive positions', () => {
  const found = words('see getUserName here').filter((word) => word.kind !== 'whole');
  assert.deepEqual(found.map((word) => word.position), [0, 1, 2, 3, 4]);
  const groups = found.map((word) => word.group);
  assert.equal(new Set(groups.slice(1, 4)).size, 1);
  assert.equal(new Set(groups).size, 3);
});

test('spans lead to the original text', () => {
  const text = 'Die Straße „Größe“ getUserName 臺灣大學 كِتَابٌ';
  const cut = (word: Word): string => text.slice(word.start, word.end);
  assert.deepEqual(words(text).map(cut), ['Die', 'Straße', 'Größe', 'get', 'User', 'Name', 'getUserName', '臺灣', '大學', 'كِتَابٌ']);
});

test('languages without spaces are cut into words', () => {
  assert.deepEqual(terms('机器学习'), ['机器', '学习']);
  assert.ok(terms('東京都庁へ行く').length >= 3);
  assert.deepEqual(terms('ภาษาไทย'), ['ภาษา', 'ไทย']);
  assert.ok(terms('ភាសាខ្មែរ').length >= 1);
  assert.deepEqual(terms('날씨가 좋다'), ['날씨가', '좋다']);
});

test('scripts that touch are cut apart and stay one group', () => {
  const found = words('第3回iPhone発表').filter((word) => word.kind !== 'whole');
  assert.equal(new Set(found.map((word) => word.group)).size, 1);
  assert.ok(found.some((word) => word.term === '3'));
});

test('terms have a longest length', () => {
  const [word] = words('x'.repeat(500));
  assert.equal(word?.term.length, LONGEST_TERM);
  assert.equal(word?.end, 500);
});

test('punctuation, emoji and broken surrogates are no words', () => {
  assert.deepEqual(words(' \n— “” … 😀 \ud800 ·'), []);
});

test('every character of a run begins exactly one bigram', () => {
  assert.deepEqual(bigrams('東京都'), ['東京', '京都', '都']);
  assert.deepEqual(bigrams('𠮷野'), ['𠮷野', '野']);
});

test('the index columns say what words says, in ASCII and beyond', () => {
  const texts = [
    'Plain prose, with punctuation; it\'s "quoted" (and 3.14).', 'getUserName(user_id) well-known HTTPServer', `long ${'ab12'.repeat(40)} end`, 'MixedCase UPPER_CASE a-b_c.d',
    'Über die Brücke', '東京都庁 and 臺灣', 'e.g. foo@bar.com http://x.org/a_b?c=d&e=F', '\x00\x01 tab\tnewline\n', '날씨가 좋다 ABCdef',
  ];
  for (const text of texts) {
    // What the index's tokenizer makes of a column: runs of ASCII letters and digits and of everything beyond ASCII.
    const tokens = indexText(text).words.toLowerCase().match(/[a-z0-9\x80-\uffff]+/g) ?? [];
    assert.deepEqual(tokens, terms(text), text);
  }
});

test('the second column holds wholes and bigrams', () => {
  assert.deepEqual(indexText('getUserName 東京都').extra.trim().split(' '), ['getusername', '东京', '京都', '都']);
  assert.equal(indexText('only plain words').extra, '');
});
