import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { LexicalQuery } from '../../../src/store/index-store.ts';
import { allOf, namesOnly, planLexical } from '../../../src/store/lexical-query.ts';

const query = (text: string, more: Partial<LexicalQuery> = {}): LexicalQuery => ({ text, phrases: [], excluded: [], lastIsPrefix: false, ...more });
const expressions = (text: string): string[] => planLexical(query(text)).terms.map((term) => term.expression);

test('each word is a term, an identifier is a phrase or the whole', () => {
  assert.deepEqual(expressions('red fox red'), ['"red"', '"fox"']);
  assert.deepEqual(expressions('getUserName'), ['("get user name" OR "getusername")']);
  assert.deepEqual(expressions('os.path'), ['"os path"']);
});

test('Chinese is searched by segments and by bigrams, a sentence by its pieces', () => {
  assert.deepEqual(expressions('都庁'), ['(words : "都庁" OR extra : "都庁")']);
  assert.deepEqual(expressions('机器学习'), ['(words : "机器 学习" OR extra : "机器 器学 学习")']);
  assert.equal(expressions('机器学习的应用').length, 4);
});

test('a prefix is the last word, while nothing follows it, from three letters on', () => {
  const prefix = (text: string): string | null => planLexical(query(text, { lastIsPrefix: true })).prefix;
  assert.equal(prefix('some wor'), 'wor');
  assert.equal(prefix('some wo'), null);
  assert.equal(prefix('some word '), null);
  assert.equal(planLexical(query('some wor')).prefix, null);
});

test('one or two letters search names only, two Chinese characters do not', () => {
  for (const text of ['', 'a', 'ab', '가', '"']) assert.equal(namesOnly(query(text)), true, text);
  for (const text of ['abc', 'a b', '猫', '天气', '날씨']) assert.equal(namesOnly(query(text)), false, text);
  assert.equal(namesOnly(query('', { phrases: ['a'] })), false);
});

test('no text is ever read as query syntax', () => {
  const database = new DatabaseSync(':memory:');
  database.exec("CREATE VIRTUAL TABLE lexicon USING fts5(words, extra, content = '', contentless_delete = 1, tokenize = 'ascii')");
  const statement = database.prepare('SELECT rowid FROM lexicon WHERE lexicon MATCH ?');
  const hostile = ['"', '""" OR "', 'a AND NOT', 'NEAR(a b)', 'words : x', '-a', '^a', 'a*', '(', ')', '{words extra}: a', 'a + b', '\0', 'a"b', '”“', 'x\u0000y', '都"庁', 'foo_bar"baz', "'; DROP TABLE x; --"];
  for (const text of hostile) {
    for (const lastIsPrefix of [true, false]) {
      const plan = planLexical({ text, phrases: [text], excluded: [text], lastIsPrefix });
      for (const terms of [plan.terms, plan.required, plan.excluded]) if (terms.length > 0) statement.all(allOf(terms));
    }
  }
  database.close();
});
