/** Our own tokenizer against the registry's native one, on the shipped model's vocabulary, and what truncation keeps. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openNative, openOwn, openTokenizer, type TextTokenizer } from '../../src/embed/tokenizer.ts';
import { mulberry32 } from '../../src/store/random-rows.ts';
import { namesInEveryScript } from '../fixtures/script-lines.ts';
import { TINY_WORDS, writeTinyModel } from '../fixtures/tiny-model.ts';

const shipped = fileURLToPath(new URL('../../resources/models/findling-static-multilingual/tokenizer.json', import.meta.url));
const MOST = 100_000;
let own: TextTokenizer;
let native: TextTokenizer;
before(async () => {
  own = await openTokenizer(shipped, MOST);
  native = await openNative(shipped, MOST);
});

/**
 * Equal ids. Of cuts that are exactly as likely (runs of one sign) the native package may take another: it reads the scores
 * with an error in the last bit. Those have the same ids in another order.
 */
async function assertSame(texts: readonly string[]): Promise<void> {
  const [ours, theirs] = await Promise.all([own.encode(texts), native.encode(texts)]);
  texts.forEach((text, index) => {
    const [left, right] = [ours[index] ?? [], theirs[index] ?? []];
    if (left.join() === right.join()) return;
    assert.deepEqual(left.toSorted((a, b) => a - b), right.toSorted((a, b) => a - b), JSON.stringify(text));
  });
}

test('the shipped tokenizer is read by our own implementation', () => {
  assert.notEqual(openOwn(shipped, MOST, 'raw'), null);
});

test('sentences in many scripts have the native ids', async () => {
  await assertSame([
    'The quarterly report was sent to the accountant on 2024-03-15.', 'Der Mietvertrag läuft am 31. Dezember aus, Straße und Größe inklusive.', 'Le café est fermé; où êtes-vous allé ?',
    '会议记录：下周三下午三点在北京办公室讨论预算。', '東京都庁で会議があります。カタカナとひらがな。', '오늘 날씨가 좋네요. 계약서를 보내 주세요.', 'Договор аренды квартиры в Москве, подписан вчера.',
    'تقرير الميزانية السنوية لسنة ٢٠٢٤', 'דוח שנתי על התקציב: שָׁלוֹם', 'वार्षिक बजट रिपोर्ट और समझौता', 'รายงานงบประมาณประจำปีของบริษัท', 'Báo cáo ngân sách hằng năm của công ty', 'கணக்கு அறிக்கை', 'გამარჯობა მსოფლიო',
    'የበጀት ሪፖርት', 'ការប្រជុំប្រចាំឆ្នាំ', 'Yıllık bütçe raporu ve İstanbul', 'Ετήσια έκθεση προϋπολογισμού', 'ﬁnancial ①②③ ＡＢＣ ｱｲｳ ㍿', 'const camelCase = snake_case + 0x1F; // TODO', '👩‍👩‍👧 🏳️‍🌈 👍🏽 ok', 'e\u0301 E\u0301 n\u0303 中\u0301 a\u200db',
  ]);
});

test('names of languages and places in every script have the native ids', async () => {
  // One in ten, some 4,300; tests/long takes all of them and more.
  const lines = namesInEveryScript().filter((_, index) => index % 10 === 0);
  assert.ok(lines.length > 3_000, `${lines.length} names`);
  await assertSame(lines);
});

test('odd white space, word marks, special tokens and broken text have the native ids', async () => {
  await assertSame([
    '', ' ', '\n', '  a', 'a  ', 'a\u00a0b', '\u3000x', '\u2028 x', '\u0085x', 'x\u0085', 'a \u0301b', 'a\r\nb\r\n\r\nc', 'a\vb', '\u0000a', '\ufeffa', '▁', '▁a', ' ▁ a', 'a▁b', '¨ a´b',
    'a<pad>b', '<unk>', ' <pad> ', '<0x41>', '< pad >', 'x\ud800y', '\udc00', 'a'.repeat(3000), '.'.repeat(100), '漢'.repeat(2000),
  ]);
});

test('random text over many blocks of Unicode has the native ids (seeded)', async () => {
  const blocks = [
    [0x20, 0x7f], [0x01, 0x20], [0xa0, 0x24f], [0x300, 0x36f], [0x370, 0x5ff], [0x590, 0x6ff], [0x900, 0xdff], [0xe00, 0xeff], [0x1000, 0x11ff], [0x1780, 0x17ff], [0x1e00, 0x1fff],
    [0x2000, 0x206f], [0x2070, 0x25ff], [0x3000, 0x30ff], [0x4e00, 0x9fff], [0xac00, 0xd7a3], [0xf900, 0xffff], [0x1d400, 0x1d7ff], [0x1f300, 0x1faff], [0xe0020, 0xe007f],
  ] as const;
  const random = mulberry32(20_240_601);
  const below = (limit: number): number => Math.floor(random() * limit);
  const texts = Array.from({ length: 6000 }, () => {
    const [main, other] = [blocks[below(blocks.length)] ?? blocks[0], blocks[below(blocks.length)] ?? blocks[0]];
    let text = '';
    for (let length = 1 + below(14); length > 0; length--) {
      const [from, to] = below(4) === 0 ? other : main;
      text += String.fromCodePoint(from + below(to - from + 1)) + (below(6) === 0 ? ' ' : '');
    }
    return text;
  });
  await assertSame(texts);
});

test('a word has the same ids when it comes again', async () => {
  const [first] = await own.encode(['Überraschung überraschung']);
  const [second] = await own.encode(['Überraschung überraschung']);
  assert.deepEqual(first, second);
});

test('our own tokenizer truncates', async () => {
  const short = await openTokenizer(shipped, 5);
  const [all] = await own.encode(['one two three four five six seven eight']);
  const [cut] = await short.encode(['one two three four five six seven eight']);
  assert.deepEqual(cut, all?.slice(0, 5));
});

test('truncation keeps the end token', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'findling-tokenizer-'));
  context.after(() => rm(folder, { recursive: true }));
  await writeTinyModel(folder);
  const tokenizer = await openTokenizer(join(folder, 'tokenizer.json'), 4);
  const end = TINY_WORDS.indexOf('[END]');
  const [long, short] = await tokenizer.encode(['red green blue dark red green', 'blue']);
  assert.deepEqual(long, [3, 4, 5, end]);
  assert.deepEqual(short, [5, end]);
});

test('what is no tokenizer is refused as model-invalid', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'findling-tokenizer-'));
  context.after(() => rm(folder, { recursive: true }));
  await writeTinyModel(folder);
  await assert.rejects(openTokenizer(join(folder, 'model.onnx'), 4), { code: 'model-invalid' });
});

