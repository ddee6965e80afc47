/** Languages of short texts, by script or by the detector; silence where nobody can be sure. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectLanguage } from '../../../src/extract/language.ts';

const SAMPLES: Readonly<Record<string, string>> = {
  en: 'The committee will meet again on Thursday to discuss the budget for next year and the repairs of the bridge.',
  de: 'Der Ausschuss trifft sich am Donnerstag wieder, um den Haushalt des nächsten Jahres und die Reparatur der Brücke zu besprechen.',
  fr: 'Le comité se réunira de nouveau jeudi pour discuter du budget de l’année prochaine et des réparations du pont.',
  es: 'El comité se reunirá de nuevo el jueves para hablar del presupuesto del próximo año y de la reparación del puente.',
  pt: 'O comité voltará a reunir-se na quinta-feira para discutir o orçamento do próximo ano e a reparação da ponte.',
  it: 'Il comitato si riunirà di nuovo giovedì per discutere il bilancio del prossimo anno e la riparazione del ponte.',
  nl: 'De commissie komt donderdag weer bijeen om de begroting van volgend jaar en de reparatie van de brug te bespreken.',
  pl: 'Komisja spotka się ponownie w czwartek, aby omówić budżet na przyszły rok oraz naprawę mostu.',
  ru: 'Комитет снова соберётся в четверг, чтобы обсудить бюджет на следующий год и ремонт моста.',
  uk: 'Комітет знову збереться у четвер, щоб обговорити бюджет на наступний рік та ремонт мосту.',
  tr: 'Komite, gelecek yılın bütçesini ve köprünün onarımını görüşmek üzere perşembe günü yeniden toplanacak.',
  ar: 'ستجتمع اللجنة مرة أخرى يوم الخميس لمناقشة ميزانية العام المقبل وإصلاح الجسر.',
  fa: 'کمیته روز پنجشنبه دوباره برای بحث درباره بودجه سال آینده و تعمیر پل تشکیل جلسه می‌دهد.',
  he: 'הוועדה תתכנס שוב ביום חמישי כדי לדון בתקציב השנה הבאה ובתיקון הגשר.',
  hi: 'समिति अगले वर्ष के बजट और पुल की मरम्मत पर चर्चा करने के लिए गुरुवार को फिर से मिलेगी।',
  vi: 'Ủy ban sẽ họp lại vào thứ Năm để thảo luận về ngân sách năm tới và việc sửa chữa cây cầu.',
  ja: '委員会は来年の予算と橋の修理について話し合うため、木曜日に再び集まります。',
  zh: '委员会将于星期四再次开会，讨论明年的预算和桥梁的维修。',
  ko: '위원회는 내년 예산과 다리 수리에 대해 논의하기 위해 목요일에 다시 모일 것이다.',
  th: 'คณะกรรมการจะประชุมกันอีกครั้งในวันพฤหัสบดีเพื่อหารือเรื่องงบประมาณปีหน้า',
  el: 'Η επιτροπή θα συνεδριάσει ξανά την Πέμπτη για να συζητήσει τον προϋπολογισμό του επόμενου έτους.',
  ka: 'კომიტეტი ხუთშაბათს კვლავ შეიკრიბება მომავალი წლის ბიუჯეტის განსახილველად.',
  ta: 'அடுத்த ஆண்டு பட்ஜெட் மற்றும் பாலம் பழுதுபார்ப்பு குறித்து விவாதிக்க குழு வியாழக்கிழமை மீண்டும் கூடும்.',
};

test('languages of one sentence', async () => {
  for (const [language, text] of Object.entries(SAMPLES)) assert.equal(await detectLanguage(text, 'text'), language, text);
});

test('the language of most of a long text, whatever its first page is in', async () => {
  const text = `${SAMPLES['en']}\n`.repeat(2) + `${SAMPLES['de']}\n`.repeat(60);
  assert.equal(await detectLanguage(text, 'text'), 'de');
});

test('no language where nobody can tell', async () => {
  assert.equal(await detectLanguage('', 'text'), null);
  assert.equal(await detectLanguage('ok', 'text'), null);
  assert.equal(await detectLanguage('12 34 56 78 90 '.repeat(50), 'text'), null);
  assert.equal(await detectLanguage(SAMPLES['en'] ?? '', 'code'), null);
  assert.equal(await detectLanguage('qzx vkj wpl ghq zzt bnm krp xqz wvv jjk llp qqx zrt vbn', 'text'), null);
});
