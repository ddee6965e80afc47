/**
 * A made-up collection for the store's benchmark, always the same: passages whose words follow Zipf's law like real prose (`the` is in nearly
 * all of them), with identifiers, rare words, and one Chinese passage in 25.
 */

const FREQUENT = ('the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she there would '
  + 'their we him been has when who will no more if out so what up said its about than into them can only other time new some could these two may first then do any '
  + 'like my now over such our man me even most made after also did many off before must well back through years much where your way down should because long each').split(' ');
const SYLLABLES = 'ka lo mi ten ra vo shi per tan gel dor bin su mar et ul qua fi no cre bal hom zi ent ran ig pel wex jun ost'.split(' ');
const ENDINGS = ['ing', 'ed', 's', 'tion', 'ly', 'er', '', '', '', '', '', ''];
const HAN = [...'的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运'];
const VOCABULARY = 80_000;

export interface BenchFile {
  readonly name: string;
  readonly passages: readonly string[];
}

/** Files of one to five passages of some 900 characters, `passages` in all. */
export function* benchFiles(passages: number): Generator<BenchFile> {
  let state = 12_345;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T; // the index is inside
  const known = new Set(FREQUENT);
  while (known.size < VOCABULARY) {
    let word = '';
    for (let left = 2 + Math.floor(random() * 3); left > 0; left--) word += pick(SYLLABLES);
    known.add(word + pick(ENDINGS));
  }
  const vocabulary = [...known];
  const spread = Math.log(VOCABULARY);
  const prose = (): string => {
    let text = '';
    while (text.length < 900) {
      let word = vocabulary[Math.max(0, Math.floor(Math.exp(random() * spread)) - 1)] ?? 'the';
      const kind = random();
      if (kind < 0.01) word = `item${Math.floor(random() * 1e6).toString(36)}`;
      else if (kind < 0.015) word = `get${word.charAt(0).toUpperCase()}${word.slice(1)}`;
      else if (kind < 0.09) word = word.charAt(0).toUpperCase() + word.slice(1);
      text += word + (kind > 0.93 ? '. ' : kind > 0.88 ? ', ' : ' ');
    }
    return text;
  };
  const chinese = (): string => {
    let text = '';
    while (text.length < 400) {
      for (let left = 5 + Math.floor(random() * 15); left > 0; left--) text += HAN[Math.floor(random() ** 2 * HAN.length)];
      text += '。';
    }
    return text;
  };
  let made = 0;
  for (let file = 0; made < passages; file++) {
    const count = Math.min(passages - made, 1 + Math.floor(random() * 5));
    const isChinese = file % 25 === 7;
    const texts = Array.from({ length: count }, () => (isChinese ? chinese() : prose()));
    made += count;
    yield { name: `${pick(vocabulary)} ${pick(vocabulary)} ${file}.${pick(['txt', 'md', 'pdf', 'ts'])}`, passages: texts };
  }
}
