import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fold, foldWithOffsets, originalSpan } from '../../../src/text/fold.ts';

/** Texts of many scripts, for properties that must hold in all. */
const TEXTS = [
  'Plain ASCII, with Case.', 'Straße ẞ Œuvre Ångström naïve', 'İstanbul ISPARTA ılık', 'e\u0301te\u0301 ﬁle ＡＢＣ ①', 'ΟΔΟΣ ὁδός', 'мой ёж йод и\u0306',
  'كِتَابٌ أحمد إلى ـــ ۲۰۲۴ کی', 'שָׁלוֹם', 'हिन्दी में की', 'ภาษาไทยน้ำ', 'ﾊﾟｿｺﾝ が か\u3099', '臺灣大學 萬國', '한국어'.normalize('NFD'), '𠮷野家 😀 👩‍👩‍👧 a\u0300\u0301b', '\ud800 alone', '',
];

test('case, width, compatibility forms and decoration vanish', () => {
  assert.equal(fold('Straße'), 'strasse');
  assert.equal(fold('Café ﬁle ＡＢＣ'), 'cafe file abc');
  assert.equal(fold('Ångström ŒUVRE Łódź'), 'angstrom oeuvre lodz');
  assert.equal(fold('ὁδός ΟΔΟΣ'), 'οδοσ οδοσ');
});

test('every spelling of the Turkish i is one letter', () => {
  assert.equal(new Set(['İLIK', 'ilik', 'ILIK', 'ılık', 'i\u0307lik'].map(fold)).size, 1);
});

test('marks that are letters stay', () => {
  assert.equal(fold('мой'), 'мой');
  assert.equal(fold('и\u0306'), 'й');
  assert.equal(fold('हिन्दी'), 'हिन्दी');
  assert.equal(fold('น้ำ'), 'น้ำ');
  assert.notEqual(fold('か'), fold('が'));
  assert.equal(fold('か\u3099'), 'が');
  assert.equal(fold('ﾊﾟｿｺﾝ'), 'パソコン');
});

test('Arabic and Hebrew are compared without marks, tatweel and letter variants', () => {
  assert.equal(fold('كِتَابٌ'), 'كتاب');
  assert.equal(fold('كـــتاب'), 'كتاب');
  assert.equal(fold('أحمد'), fold('احمد'));
  assert.equal(fold('کی'), fold('كي'));
  assert.equal(fold('שָׁלוֹם'), 'שלום');
  assert.equal(fold('۲۰۲۴ ٢٠٢٤ २०२४'), '2024 2024 2024');
});

test('Traditional and Simplified Chinese are one', () => {
  assert.equal(fold('臺灣大學'), '台湾大学');
  assert.equal(fold('台湾大学'), '台湾大学');
});

test('decomposed Hangul, as some systems spell file names, is composed', () => {
  assert.equal(fold('한국어'.normalize('NFD')), '한국어');
});

test('folding is idempotent', () => {
  for (const text of TEXTS) assert.equal(fold(fold(text)), fold(text), text);
});

test('offsets are as long as the text, never fall, and lead to the same fold', () => {
  for (const text of TEXTS) {
    const folded = foldWithOffsets(text);
    assert.equal(folded.text, fold(text));
    assert.equal(folded.offsets.length, folded.text.length + 1);
    assert.equal(folded.offsets.at(-1), text.length);
    for (let index = 1; index < folded.offsets.length; index++) assert.ok((folded.offsets[index] ?? 0) >= (folded.offsets[index - 1] ?? 0), text);
  }
});

test('a span of the folded text covers whole characters of the original', () => {
  const original = 'die Straße, كِتَابٌ x';
  const folded = foldWithOffsets(original);
  const cut = (found: string): string => {
    const start = folded.text.indexOf(found);
    const span = originalSpan(folded, start, start + found.length);
    return original.slice(span.start, span.end);
  };
  assert.equal(cut('strasse'), 'Straße');
  assert.equal(cut('stras'), 'Straß');
  assert.equal(cut('كتاب'), 'كِتَابٌ');
});

test('a text of a million characters outside ASCII folds whole', () => {
  const text = 'Größe '.repeat(200_000);
  assert.equal(fold(text).length, 'grosse '.length * 200_000);
});
