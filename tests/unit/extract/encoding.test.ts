/** Encodings are found from bytes alone, for texts of a few sentences as well as for long ones. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import iconv from 'iconv-lite';
import { decodeText, looksLikeText } from '../../../src/extract/encoding.ts';

const TEXTS = {
  chinese: '今天的天气很好，我们决定去公园散步。孩子们在草地上奔跑，老人们坐在长椅上聊天。这是一个平静的下午，阳光透过树叶洒在地上。图书馆就在街角，里面有很多关于历史和科学的书籍。',
  traditional: '今天的天氣很好，我們決定去公園散步。孩子們在草地上奔跑，老人們坐在長椅上聊天。這是一個平靜的下午，陽光透過樹葉灑在地上。圖書館就在街角，裡面有很多關於歷史和科學的書籍。',
  japanese: '今日はとても良い天気なので、公園へ散歩に行くことにしました。子どもたちは芝生の上を走り回り、お年寄りはベンチに座って話しています。静かな午後でした。図書館は角にあります。',
  korean: '오늘은 날씨가 아주 좋아서 우리는 공원에 산책하러 가기로 했다. 아이들은 잔디밭에서 뛰어놀고 노인들은 벤치에 앉아 이야기를 나누고 있었다. 조용한 오후였다.',
  russian: 'Сегодня очень хорошая погода, и мы решили пойти гулять в парк. Дети бегают по траве, старики сидят на скамейках и разговаривают. Это был тихий день, солнце светило сквозь листья деревьев.',
  greek: 'Σήμερα ο καιρός είναι πολύ καλός και αποφασίσαμε να πάμε βόλτα στο πάρκο. Τα παιδιά τρέχουν στο γρασίδι και οι ηλικιωμένοι κάθονται στα παγκάκια και συζητούν.',
  french: 'Aujourd’hui il fait très beau et nous avons décidé d’aller nous promener au parc. Les enfants courent sur l’herbe, les vieillards sont assis sur les bancs où ils discutent. C’était un après-midi tranquille à côté du château.',
  german: 'Heute ist das Wetter sehr schön, und wir haben beschlossen, im Park spazieren zu gehen. Die Kinder laufen über die Wiese, die Älteren sitzen auf den Bänken und unterhalten sich. Größe, Füße, Übermut.',
  polish: 'Dziś jest bardzo ładna pogoda i postanowiliśmy pójść na spacer do parku. Dzieci biegają po trawie, a starsi siedzą na ławkach i rozmawiają. Było to spokojne popołudnie, słońce świeciło przez liście. Żółć, źdźbło, gęś.',
  arabic: 'الطقس جميل جدا اليوم وقررنا الذهاب للتنزه في الحديقة. الأطفال يركضون على العشب وكبار السن يجلسون على المقاعد ويتحدثون. كانت ظهيرة هادئة والشمس تشرق من بين أوراق الشجر.',
  hebrew: 'היום מזג האוויר יפה מאוד והחלטנו לטייל בפארק. הילדים רצים על הדשא והזקנים יושבים על הספסלים ומדברים. זה היה אחר צהריים שקט והשמש זרחה מבעד לעלים.',
  turkish: 'Bugün hava çok güzel ve parkta yürüyüşe çıkmaya karar verdik. Çocuklar çimenlerin üzerinde koşuyor, yaşlılar banklarda oturup konuşuyor. Güneş yaprakların arasından ışıldıyordu, şehir sessizdi.',
} as const;

const CASES: readonly (readonly [keyof typeof TEXTS, string])[] = [
  ['chinese', 'gb18030'], ['chinese', 'gbk'], ['traditional', 'big5'], ['japanese', 'shift_jis'], ['japanese', 'euc-jp'], ['korean', 'euc-kr'], ['russian', 'windows-1251'], ['russian', 'koi8-r'],
  ['greek', 'iso-8859-7'], ['greek', 'windows-1253'], ['french', 'windows-1252'], ['german', 'iso-8859-1'], ['polish', 'iso-8859-2'], ['polish', 'windows-1250'], ['arabic', 'windows-1256'], ['hebrew', 'windows-1255'],
  ['turkish', 'windows-1254'],
];

for (const [language, encoding] of CASES) {
  test(`${language} in ${encoding}`, async () => {
    const text = encoding.startsWith('iso-8859') ? TEXTS[language].replaceAll('’', "'") : TEXTS[language];
    const bytes = iconv.encode(text, encoding);
    assert.equal(looksLikeText(bytes), true);
    assert.equal((await decodeText(bytes))?.text, text);
  });
}

for (const encoding of ['utf8', 'utf-16le', 'utf-16be', 'utf-32le'] as const) {
  test(`every text in ${encoding}, with a mark`, async () => {
    for (const text of Object.values(TEXTS)) {
      const decoded = await decodeText(iconv.encode(text, encoding, { addBOM: true }));
      assert.equal(decoded?.text, text);
    }
  });
}

test('UTF-8 without a mark, also cut amid a character', async () => {
  for (const text of Object.values(TEXTS)) {
    const bytes = Buffer.from(text);
    assert.equal((await decodeText(bytes))?.encoding, 'utf8');
    assert.equal(looksLikeText(bytes.subarray(0, 101)), true);
  }
});

test('UTF-16 without a mark, both ways round', async () => {
  for (const language of ['german', 'russian', 'greek', 'french', 'turkish'] as const) {
    for (const encoding of ['utf-16le', 'utf-16be']) {
      const bytes = iconv.encode(TEXTS[language], encoding, { addBOM: false });
      assert.equal((await decodeText(bytes))?.text, TEXTS[language], `${language} ${encoding}`);
    }
  }
});

test('a few words are enough where the bytes leave no doubt', async () => {
  for (const [text, encoding] of [['Größe', 'latin1'], ['café au lait', 'windows-1252'], ['Müller, Straße 5', 'latin1'], ['你好，世界', 'gbk'], ['Привет мир, как дела', 'windows-1251']] as const) {
    assert.equal((await decodeText(iconv.encode(text, encoding)))?.text, text);
  }
});

test('UTF-8 with a few damaged bytes stays UTF-8', async () => {
  const bytes = Buffer.concat([Buffer.from(TEXTS.russian), Buffer.from([0xff, 0xc0]), Buffer.from(TEXTS.russian)]);
  const decoded = await decodeText(bytes);
  assert.equal(decoded?.encoding, 'utf8');
  assert.ok(decoded?.text.startsWith(TEXTS.russian));
});

test('what a format declares is believed, but not against valid UTF-8', async () => {
  const short = iconv.encode('<meta charset=koi8-r>Привет', 'koi8-r');
  assert.equal((await decodeText(short, 'koi8-r'))?.text, '<meta charset=koi8-r>Привет');
  assert.equal((await decodeText(Buffer.from('Grüße'), 'windows-1252'))?.text, 'Grüße');
  assert.equal((await decodeText(iconv.encode('Größe', 'latin1'), 'no-such-encoding'))?.text, 'Größe');
});

test('ISO-2022-JP mail text, which is all ASCII bytes', async () => {
  // ESC $ B … ESC ( B around JIS X 0208 pairs, written by hand: iconv-lite reads no ISO-2022.
  const bytes = Buffer.from('\x1b$B$3$s$K$A$O\x1b(B hello', 'latin1');
  assert.equal(looksLikeText(bytes), true);
  assert.notEqual(await decodeText(bytes), null);
});

test('line ends become line feeds, long legacy files whose first page is ASCII are still right', async () => {
  assert.equal((await decodeText(Buffer.from('a\r\nb\rc\n')))?.text, 'a\nb\nc\n');
  const text = 'plain ascii lines\n'.repeat(5_000) + TEXTS.japanese.repeat(20);
  assert.equal((await decodeText(iconv.encode(text, 'shift_jis')))?.text, text);
});

test('bytes that are no text', async () => {
  assert.equal(looksLikeText(Buffer.from([0, 1, 2, 3, 4, 5])), false);
  const noise = Buffer.from(Array.from({ length: 4096 }, (_, index) => (Math.imul(index + 1, 2654435761) >>> 13) & 0xff));
  assert.equal(looksLikeText(noise), false);
  assert.equal(looksLikeText(new Uint8Array()), true);
});

test('terminal colours in a log are text', async () => {
  const log = Buffer.from('\x1b[32mok\x1b[0m test one\n'.repeat(20));
  assert.equal(looksLikeText(log), true);
  assert.equal((await decodeText(log))?.encoding, 'utf8');
});
