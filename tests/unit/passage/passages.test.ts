/** Properties of passages over texts of every script and shape, and where they end. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hardCut, isBoundary } from '../../../src/passage/boundary.ts';
import { MOST_TOKENS, passageHash, splitPassages } from '../../../src/passage/passages.ts';
import { estimateTokens } from '../../../src/passage/tokens.ts';
import type { BreakPoint, Document, PlaceMark } from '../../../src/pipeline.ts';

function documentOf(text: string, extra: { breaks?: readonly BreakPoint[]; marks?: readonly PlaceMark[]; kind?: Document['kind'] } = {}): Document {
  return { kind: extra.kind ?? 'text', title: null, text, marks: extra.marks ?? [{ start: 0, place: { line: 1 } }], breaks: extra.breaks ?? [], language: null, truncated: false };
}

/** A small generator with a seed: property tests must fail the same way twice. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const PIECES = [
  'The quick brown fox jumps over the lazy dog. ', 'A line without an end\n', '\n\n', '    indented();\n', '人工智能的发展改变了我们的生活方式，许多人开始思考未来。', '「本当ですか？」と彼は尋ねた。',
  'สวัสดีครับผมชื่อสมชายและผมอาศัยอยู่ในกรุงเทพมหานคร', '안녕하세요. 저는 서울에 살고 있습니다. ', 'مرحبا بالعالم، كيف حالك اليوم؟ ', 'यह एक वाक्य है। ', '👨‍👩‍👧‍👦', '🇩🇪🇫🇷🇯🇵', 'e\u0301a\u0308', 'x'.repeat(700), '\t', '\u3000', ' ',
  'QUJDREVG', '👍🏽', '<a href="x">', '1234567890;', '"quoted." ', 'ﷺ', '\u{20000}\u{20001}',
];

function randomText(seed: number): string {
  const random = randomFrom(seed);
  const parts: string[] = [];
  const count = Math.floor(random() * 200);
  for (let index = 0; index < count; index++) {
    const piece = PIECES[Math.floor(random() * PIECES.length)] ?? '';
    parts.push(piece.repeat(random() < 0.05 ? 60 : 1));
  }
  return parts.join('');
}

test('passages cover every text without gap or overlap, bounded, hashed, and the same each time', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const text = randomText(seed);
    const document = documentOf(text, { kind: seed % 3 === 0 ? 'code' : 'text' });
    const passages = splitPassages(document);
    assert.equal(passages.map((passage) => passage.text).join(''), text, `seed ${seed}`);
    let end = 0;
    for (const [index, passage] of passages.entries()) {
      assert.equal(passage.ordinal, index);
      assert.equal(passage.span.start, end);
      assert.ok(passage.span.end > passage.span.start);
      assert.equal(text.slice(passage.span.start, passage.span.end), passage.text);
      assert.ok(estimateTokens(passage.text) <= MOST_TOKENS + 1, `seed ${seed}: ${estimateTokens(passage.text)} tokens`);
      assert.equal(passage.hash, passageHash(passage.text));
      assert.match(passage.hash, /^[0-9a-f]{32}$/);
      end = passage.span.end;
    }
    assert.deepEqual(splitPassages(document), passages);
  }
});

test('no passage ends inside a grapheme', () => {
  const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
  for (let seed = 500; seed < 560; seed++) {
    const text = randomText(seed);
    const starts = new Set([...segmenter.segment(text)].map((segment) => segment.index));
    for (const passage of splitPassages(documentOf(text))) assert.ok(starts.has(passage.span.start), `seed ${seed} at ${passage.span.start}`);
  }
});

test('structure given with breaks is cut at, even inside odd text, and a break inside a grapheme is not', () => {
  const family = '👨‍👩‍👧‍👦'.repeat(400);
  const breaks = Array.from({ length: family.length - 1 }, (_, index) => ({ offset: index + 1, score: 100 }));
  const starts = new Set([...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(family)].map((segment) => segment.index));
  for (const passage of splitPassages(documentOf(family, { breaks }))) assert.ok(starts.has(passage.span.start));
});

test('an empty text has no passages, white space alone has one', () => {
  assert.deepEqual(splitPassages(documentOf('')), []);
  assert.equal(splitPassages(documentOf(' \n ')).length, 1);
});

test('white space at the end belongs to the passage before it', () => {
  const sentence = 'Words that fill a passage to its brim. ';
  const passages = splitPassages(documentOf(sentence.repeat(100) + '\n\n\n   \n'));
  assert.match(passages.at(-1)?.text ?? '', /\S/);
  for (const passage of passages) assert.match(passage.text, /^\S/);
});

test('headings win over paragraphs, paragraphs over sentences', () => {
  const paragraph = `${'Some words in a row, not many. '.repeat(9).trim()}\n\n`;
  const text = paragraph.repeat(12);
  for (const passage of splitPassages(documentOf(text))) assert.ok(passage.text.endsWith('\n\n'));
  const third = paragraph.length * 3;
  const withHeading = splitPassages(documentOf(text, { breaks: [{ offset: third, score: 100 }], marks: [{ start: 0, place: { line: 1 } }, { start: third, place: { line: 7, heading: 'Third' } }] }));
  const found = withHeading.find((passage) => passage.span.start === third);
  assert.deepEqual(found?.place, { line: 7, heading: 'Third' });
});

test('sentences end passages in Latin, Chinese, Japanese, Hindi and Arabic text', () => {
  const samples: readonly (readonly [string, RegExp])[] = [
    ['This is one more plain sentence of eight words. ', /\. $/], ['人工智能改变了生活方式。', /。$/], ['彼は「そうですか。」と言った。', /[。」]$/], ['यह एक बहुत लंबा वाक्य है। ', /। $/], ['كيف حالك اليوم يا صديقي؟ ', /؟ $/],
  ];
  for (const [sentence, ending] of samples) {
    const passages = splitPassages(documentOf(sentence.repeat(300)));
    assert.ok(passages.length > 3);
    for (const passage of passages) assert.match(passage.text, ending, sentence);
  }
});

test('hard-wrapped prose is cut at sentence ends rather than amid a line', () => {
  const line = 'This prose was wrapped by hand at some seventy characters, and goes on\nin the next line until it is over. And so the next one starts here, too,\nwhich ends. ';
  for (const passage of splitPassages(documentOf(line.repeat(40))).slice(0, -1)) assert.match(passage.text, /\.\s$/);
});

test('lines are counted on from a mark, and places belong to the first visible character', () => {
  const text = `\n\n${'word '.repeat(150)}\n${'more '.repeat(150)}\n${'last '.repeat(150)}`;
  const passages = splitPassages(documentOf(text, { kind: 'code' }));
  for (const passage of passages) {
    const start = passage.span.start + passage.text.search(/\S/);
    assert.equal(passage.place.line, text.slice(0, start).split('\n').length);
  }
  assert.equal(passages[0]?.place.line, 3);
});

test('Thai without spaces is cut between words', () => {
  const words = [...new Intl.Segmenter('th', { granularity: 'word' }).segment('สวัสดีครับผมชื่อสมชายและผมอาศัยอยู่ในกรุงเทพมหานคร'.repeat(60))];
  const text = words.map((word) => word.segment).join('');
  const starts = new Set(words.map((word) => word.index));
  const passages = splitPassages(documentOf(text));
  assert.ok(passages.length > 3);
  const between = passages.filter((passage) => starts.has(passage.span.start)).length;
  assert.ok(between >= passages.length - 1, `${between} of ${passages.length}`);
});

test('boundaries and hard cuts', () => {
  assert.equal(isBoundary('a\r\nb', 2), false);
  assert.equal(isBoundary('a\r\nb', 3), true);
  assert.equal(isBoundary('e\u0301', 1), false);
  assert.equal(isBoundary('😀', 1), false);
  assert.equal(isBoundary('🇩🇪🇫🇷', 4), true);
  assert.equal(isBoundary('🇩🇪🇫🇷', 2), false);
  const zalgo = `a${'\u0301'.repeat(5000)}`;
  const cut = hardCut(zalgo, 0, 1000);
  assert.ok(cut > 0 && cut <= 1001);
  assert.equal(hardCut('😀'.repeat(10), 0, 5) % 2, 0);
});

test('tokens are estimated by script', () => {
  assert.equal(estimateTokens(''), 0);
  assert.equal(estimateTokens('a'), 1);
  const english = estimateTokens('The quick brown fox jumps over the lazy dog and runs away. '.repeat(10)) / 10;
  assert.ok(english > 9 && english < 18, String(english));
  const chinese = estimateTokens('人工智能改变了生活方式') / 11;
  assert.ok(chinese > 0.6 && chinese < 1, String(chinese));
});

test('a megabyte of any shape is never quadratic', () => {
  for (const text of ['The quick brown fox jumps. '.repeat(40_000), '人工智能的发展，'.repeat(60_000), 'QUJD'.repeat(250_000), 'e\u0301'.repeat(100_000), '\n'.repeat(1_000_000), ' '.repeat(1_000_000)]) {
    const started = process.cpuUsage();
    splitPassages(documentOf(text));
    // Processor time: other work on the machine must not decide. Quadratic behaviour takes minutes here.
    assert.ok(process.cpuUsage(started).user < 5_000_000, JSON.stringify(text.slice(0, 10)));
  }
});
