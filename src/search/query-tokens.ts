/**
 * Cuts a typed query into tokens: words, quoted phrases, exclusions and `name:value` operators. It knows no operator by name
 * and judges no value: that is parse-query.ts. What a reader would get wrong: a quote opens only at the start of a token, so
 * `15" laptop` and `rock'n'roll` stay words; a quote that never closes is still being typed, so what follows it are words.
 */

export type QueryToken =
  | { readonly type: 'word'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly type: 'phrase'; readonly text: string; readonly excluded: boolean }
  | { readonly type: 'excluded'; readonly text: string }
  | { readonly type: 'operator'; readonly name: string; readonly value: string; readonly raw: string };

/** Opening quote → closing quotes that end it. Keyboards and phones put in curly, German, French and CJK ones. */
const QUOTES: Readonly<Record<string, string>> = {
  '"': '"”“', '“': '”"“', '”': '”"', '„': '“”"', '«': '»', '»': '«', '「': '」', '『': '』', '《': '》', '＂': '＂"',
};

/** A name before a colon: letters and joining dashes, in any script; digits would catch `12:30` and `C:\` stays a word by its length. */
const OPERATOR = /^([\p{L}][\p{L}\p{M}-]+)[:：](?=\S)/u;

/** Hyphen-minus, its full-width twin and the minus sign, directly before something searchable. */
const EXCLUSION = /^[-－−](?=["“”„«「『《＂\p{L}\p{N}])/u;

/** Tokens in the order they were typed. Total: any text gives tokens, nothing throws. */
export function tokenizeQuery(text: string): readonly QueryToken[] {
  const tokens: QueryToken[] = [];
  let at = 0;
  while (at < text.length) {
    const space = /^\s+/u.exec(text.slice(at));
    if (space !== null) {
      at += space[0].length;
      continue;
    }
    const rest = text.slice(at);
    const minus = EXCLUSION.exec(rest);
    const bodyAt = at + (minus?.[0].length ?? 0);
    const quoted = readQuoted(text, bodyAt);
    if (quoted !== null) {
      if (quoted.text !== '') tokens.push({ type: 'phrase', text: quoted.text, excluded: minus !== null });
      at = quoted.end;
      continue;
    }
    const operator = minus === null ? OPERATOR.exec(rest) : null;
    const valueAt = at + (operator?.[0].length ?? 0);
    const value = operator === null ? null : readQuoted(text, valueAt);
    if (operator !== null && value !== null) {
      tokens.push({ type: 'operator', name: operator[1] ?? '', value: value.text, raw: text.slice(at, value.end) });
      at = value.end;
      continue;
    }
    const end = endOfWord(text, at);
    const raw = text.slice(at, end);
    if (operator !== null && !/^[/\\:：]/u.test(text.slice(valueAt))) {
      tokens.push({ type: 'operator', name: operator[1] ?? '', value: text.slice(valueAt, end), raw });
    } else if (minus !== null) {
      tokens.push({ type: 'excluded', text: text.slice(bodyAt, end) });
    } else {
      // A quote that never closes would stick to its first word.
      const word = Object.hasOwn(QUOTES, raw[0] ?? '') ? raw.slice(1) : raw;
      if (word !== '') tokens.push({ type: 'word', text: word, start: end - word.length, end });
    }
    at = end;
  }
  return tokens;
}

function readQuoted(text: string, at: number): { readonly text: string; readonly end: number } | null {
  const open = text[at];
  if (open === undefined || !Object.hasOwn(QUOTES, open)) return null;
  const closers = QUOTES[open] ?? '';
  for (let index = at + 1; index < text.length; index++) {
    if (closers.includes(text[index] ?? '')) return { text: text.slice(at + 1, index).trim().replace(/\s+/gu, ' '), end: index + 1 };
  }
  return null;
}

function endOfWord(text: string, at: number): number {
  const match = /\s/u.exec(text.slice(at));
  return match === null ? text.length : at + match.index;
}
