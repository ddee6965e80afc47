/**
 * Nonsense that honest search answers with nothing: slips of the keyboard typed by hand, and random letters of many scripts by a seed.
 */

import { mulberry32 } from '../../src/store/random-rows.ts';

const TYPED: readonly string[] = [
  'asdf qwer zxcv', 'qwertz uiop', 'asdfghjkl', 'sdfkjh sdkfjh', 'jkl jkl fds', 'xcvbn mnbv', 'wqeoiu', 'zzzzxxx qqq', 'lkjhgfdsa poiuytrewq', 'aaaa bbbb cccc',
  'hjkhjk uiuiui', 'blorf snagtwik', 'vrrpt klmx', 'grumbflax tornwik zelp', 'qqwweerrtt', 'xkcdq wpfmz', 'ghghgh tytyty', 'oiwjef owiejf', 'rtzghb nju',
  'йцук енгш', 'фыва олдж', 'ячсмить бю', 'щзшх ъэжд', 'ضصثق فغعه', 'شسيب لاتن', 'ئءؤر ىةو', 'ㅁㄴㅇㄹ ㅂㅈㄷㄱ', 'ㅋㅌㅊㅍ ㅛㅕㅑ', 'ぬふあう えおやゆ', 'たていす かんな', 'क्षज्ञ टठडढ णथ', 'ฟหกด เ้่าส',
  'ασδφ γηξκ', 'ζχψω βνμ',
];

const ALPHABETS: readonly string[] = [
  'abcdefghijklmnopqrstuvwxyz', 'bcdfghjklmnpqrstvwxz', 'абвгдежзийклмнопрстуфхцчшщъыьэюя', 'αβγδεζηθικλμνξοπρστυφχψω', 'ابتثجحخدذرزسشصضطظعغفقكلمنهوي',
  'אבגדהוזחטיכלמנסעפצקרשת', 'कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह', 'กขคงจฉชซญดตถทธนบปผฝพฟมยรลวสหอฮ', 'あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわん',
];
const PER_ALPHABET = 14;

export function gibberish(): readonly string[] {
  const random = mulberry32(4);
  const made = ALPHABETS.flatMap((alphabet) => {
    const letters = [...alphabet];
    return Array.from({ length: PER_ALPHABET }, () => Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
      Array.from({ length: 4 + Math.floor(random() * 6) }, () => letters[Math.floor(random() * letters.length)] ?? '').join('')).join(' '));
  });
  return [...TYPED, ...made];
}
