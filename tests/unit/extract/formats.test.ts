/** Markdown, HTML, notebooks and PDF layout: text, titles, headings and where passages may end. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DraftWriter, cleanTitle, type Draft } from '../../../src/extract/draft.ts';
import { readHtml } from '../../../src/extract/formats/html.ts';
import { readMarkdown } from '../../../src/extract/formats/markdown.ts';
import { readNotebook } from '../../../src/extract/formats/notebook.ts';
import { layOut, type Glyphs } from '../../../src/extract/formats/pdf-layout.ts';
import { MAX_TEXT_CHARACTERS } from '../../../src/extract/limits.ts';
import { Unreadable } from '../../../src/extract/reasons.ts';

const headingsOf = (draft: Draft): string[] => draft.marks.flatMap((mark) => mark.place.heading ?? []);
const textAt = (draft: Draft, heading: string): string => draft.text.slice(draft.marks.find((mark) => mark.place.heading === heading)?.start);

test('Markdown keeps its source and knows headings, titles, lines and fences', () => {
  const source = '---\ntitle: "From above"\ntags: [a]\n---\n\n# First *one*\n\nText.\n\nSecond\n------\n\n```sh\n# no heading\n```\n\n### Third [link](http://x) ###\n- a\n---\n';
  const draft = readMarkdown(source);
  assert.equal(draft.text, source);
  assert.equal(draft.title, 'From above');
  assert.deepEqual(headingsOf(draft), ['First one', 'Second', 'Third link']);
  for (const mark of draft.marks) assert.equal(mark.place.line, source.slice(0, mark.start).split('\n').length);
  const fence = source.indexOf('```sh');
  assert.ok(draft.breaks.some((found) => found.offset === fence && found.score === 80));
  assert.ok(draft.breaks.some((found) => source.startsWith('### Third', found.offset) && found.score === 100));
  assert.deepEqual([...draft.breaks].sort((left, right) => left.offset - right.offset), draft.breaks);
});

test('Markdown without front matter takes its first heading for a title, and a rule is no front matter', () => {
  assert.equal(readMarkdown('# Hello\n').title, 'Hello');
  assert.equal(readMarkdown('---\n# Hello\n').title, 'Hello');
  assert.equal(readMarkdown('no heading').title, null);
});

test('HTML becomes readable text', () => {
  const draft = readHtml(`<!DOCTYPE html><html><head><title>A &amp; B</title><style>p { color: red }</style><script>alert("no")</script></head>
    <body><nav><a href="/">Home</a></nav><h1>Top <em>story</em></h1><p>First   paragraph<br>with a break.</p><p hidden>secret</p><div style="display: none">unseen</div>
    <ul><li>one</li><li>two</li></ul><table><tr><th>Name</th><th>Age</th></tr><tr><td>Ann</td><td>5</td></tr></table><pre>  keep
    this</pre><h2>End</h2><p>Tail &eacute;&#20013;.</p></body></html>`);
  assert.equal(draft.title, 'A & B');
  assert.equal(draft.text, 'Top story\n\nFirst paragraph\nwith a break.\n\n- one\n- two\n\nName | Age\nAnn | 5\n\n  keep\n    this\n\nEnd\n\nTail é中.');
  assert.deepEqual(headingsOf(draft), ['Top story', 'End']);
  assert.ok(textAt(draft, 'End').startsWith('End\n\nTail'));
  assert.ok(draft.breaks.some((found) => draft.text.startsWith('End', found.offset) && found.score === 100));
});

test('a page of navigation alone keeps it', () => {
  assert.equal(readHtml('<nav><a>Only this</a></nav>').text, 'Only this');
});

test('words in inline elements are not torn apart, words in blocks are', () => {
  assert.equal(readHtml('<p>un<b>break</b>able <i>words</i></p>').text, 'unbreakable words');
  assert.equal(readHtml('<div>a</div><div>b</div>').text, 'a\nb');
  assert.equal(readHtml('x<script>1 < 2</script>y').text, 'xy');
});

test('HTML nested far too deep is cut there; unclosed and broken HTML is read', () => {
  assert.equal(readHtml(`${'<div>'.repeat(10_000)}deep`).text, 'deep');
  const deeper = readHtml(`<p>before</p>${'<div>'.repeat(300_000)}deep`);
  assert.deepEqual([deeper.text, deeper.truncated], ['before', true]);
  assert.equal(readHtml('<h1>a<b>b</b>&amp; <i>c</i></h1>').marks[0]?.place.heading, 'ab& c');
  assert.equal(readHtml('<p>open <b>never closed <script>bad').text, 'open never closed');
  assert.equal(readHtml('<nav><nav>x</nav></nav>after').text, 'after');
});

test('notebooks give the sources of their cells', () => {
  const draft = readNotebook(JSON.stringify({ cells: [
    { cell_type: 'markdown', source: ['# Study\n', 'Why.'] }, { cell_type: 'code', source: 'print(1)', outputs: [{ text: 'noise' }] }, { cell_type: 'code', source: [] },
  ] }));
  assert.equal(draft.text, '# Study\nWhy.\n\nprint(1)');
  assert.equal(draft.title, 'Study');
  assert.throws(() => readNotebook('{"cells":'), Unreadable);
  assert.equal(readNotebook('[]').text, '');
});

function line(str: string, y: number, extra: Partial<Glyphs> = {}): Glyphs {
  return { str, transform: [10, 0, 0, 10, 50, y], width: str.length * 5, height: 10, hasEOL: true, ...extra };
}

test('PDF lines are joined to paragraphs, hyphens at line ends are undone', () => {
  const blocks = layOut([
    line('A Great Heading', 760, { height: 18, width: 200 }),
    line('This line is full and reaches the edge and ends with hyphen-', 720, { width: 400 }), line('ation, which goes on here and fills another line quite well,', 708, { width: 400 }), line('then ends.', 696),
    line('A second paragraph starts lower down the page and is long too,', 660, { width: 400 }), line('as one sees.', 648),
  ]);
  assert.deepEqual(blocks, [
    { text: 'A Great Heading', heading: true },
    { text: 'This line is full and reaches the edge and ends with hyphenation, which goes on here and fills another line quite well, then ends.', heading: false },
    { text: 'A second paragraph starts lower down the page and is long too, as one sees.', heading: false },
  ]);
});

test('PDF lines of Chinese are joined without a space, short lines stay lines, runs on one line one line', () => {
  assert.equal(layOut([line('今天的天气很好我们决定去公园', 700, { width: 400 }), line('散步。', 688)])[0]?.text, '今天的天气很好我们决定去公园散步。');
  assert.equal(layOut([line('Name: Ann', 700, { width: 50 }), line('Age: 5', 688, { width: 40 }), line('A very long line that sets the right edge', 676, { width: 400 })])[0]?.text, 'Name: Ann\nAge: 5\nA very long line that sets the right edge');
  assert.equal(layOut([line('E = mc', 700, { hasEOL: false }), line('2', 703, { hasEOL: true, height: 6 })])[0]?.text, 'E = mc2');
  assert.deepEqual(layOut([]), []);
  assert.deepEqual(layOut([line('', 1), line('  ', 2)]), []);
});

test('a draft stops at the limit, keeps the strongest break, and has no lone surrogates or zero bytes', () => {
  const draft = new DraftWriter();
  draft.break(100);
  draft.write('a\u0000b\ud800');
  draft.break(60);
  draft.break(100);
  draft.break(80);
  draft.write('x'.repeat(MAX_TEXT_CHARACTERS));
  assert.equal(draft.full, true);
  draft.write('never');
  const result = draft.finish('  A\n title\u0000 ');
  assert.equal(result.text.length, MAX_TEXT_CHARACTERS);
  assert.ok(result.text.startsWith('a b\ufffdx'));
  assert.equal(result.truncated, true);
  assert.deepEqual(result.breaks, [{ offset: 4, score: 100 }]);
  assert.equal(result.title, 'A title');
  assert.equal(cleanTitle(' \n '), null);
});
