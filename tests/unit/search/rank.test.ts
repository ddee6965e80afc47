/** Fusion, the rank and its trace: exact things first, and the order is nothing but the sum of the parts. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fuseCandidates, RRF_K } from '../../../src/search/fuse.ts';
import { matchName } from '../../../src/search/name-match.ts';
import { parseQuery } from '../../../src/search/parse-query.ts';
import { prepareQuery } from '../../../src/search/query-match.ts';
import { rankByTrace, scoreFile, type Evidence } from '../../../src/search/rank.ts';

const NOW = Date.UTC(2024, 5, 1);
const PLAIN: Evidence = { name: null, phrase: false, coverage: 1, modifiedMs: NOW };
const at = (fileId: number, passageId: number) => ({ fileId, passageId, rank: 0, value: 1 });
const near = (fileId: number, passageId: number, trust = 1) => ({ ...at(fileId, passageId), confidence: trust, trust });

describe('fusion', () => {
  test('ranks count files, so a long document pushes nobody down', () => {
    const words = [at(1, 10), at(1, 11), at(1, 12), at(2, 20)];
    const files = fuseCandidates({ names: [], words, meaning: [] });
    assert.equal(files.find((file) => file.fileId === 2)?.words?.rank, 2);
  });

  test('a passage both tiers found stands first in its file', () => {
    const [file] = fuseCandidates({ names: [], words: [at(1, 10), at(1, 11)], meaning: [near(1, 12), near(1, 11)] });
    assert.deepEqual(file?.passages.map((passage) => passage.passageId), [11, 10, 12]);
  });

  test('the published constant: the first rank of one list adds 1/61', () => {
    const [file] = fuseCandidates({ names: [], words: [at(1, 10)], meaning: [] });
    assert.ok(file !== undefined);
    const part = scoreFile(file, PLAIN, NOW).parts.find(({ name }) => name === 'words');
    assert.equal(part?.value, 1 / (RRF_K + 1));
  });
});

describe('rank', () => {
  const everywhere = fuseCandidates({ names: [], words: [at(1, 10)], meaning: [near(1, 10)] })[0];
  const late = (tier: 'names' | 'words') => fuseCandidates({
    names: [], words: [], meaning: [], [tier]: Array.from({ length: 100 }, (_, index) => at(index + 100, index)),
  }).at(-1);

  test('an exact name, even of rank 100, stands above the best of words and meaning', () => {
    const exact = late('names');
    assert.ok(everywhere !== undefined && exact !== undefined);
    for (const name of ['exact', 'stem', 'phrase'] as const) {
      assert.ok(scoreFile(exact, { ...PLAIN, name, modifiedMs: 0 }, NOW).score > scoreFile(everywhere, PLAIN, NOW).score, name);
    }
  });

  test('an exact phrase, even of rank 100, stands above the best near-miss', () => {
    const phrase = late('words');
    assert.ok(everywhere !== undefined && phrase !== undefined);
    assert.ok(scoreFile(phrase, { ...PLAIN, phrase: true, coverage: 0.1, modifiedMs: 0 }, NOW).score > scoreFile(everywhere, PLAIN, NOW).score);
  });

  test('recency decides only between what is as good as equal', () => {
    const [first, second] = fuseCandidates({ names: [], words: [at(1, 10), at(2, 20)], meaning: [] });
    assert.ok(first !== undefined && second !== undefined);
    assert.ok(scoreFile(first, { ...PLAIN, modifiedMs: 0 }, NOW).score > scoreFile(second, PLAIN, NOW).score);
  });

  test('the score is the sum of the parts and the order is that of the scores', () => {
    const files = fuseCandidates({ names: [at(3, -1)], words: [at(1, 10), at(2, 20)], meaning: [near(2, 20), near(4, 40, 0.2)] });
    const items = files.map((file) => ({ fileId: file.fileId, modifiedMs: NOW, explain: scoreFile(file, PLAIN, NOW) }));
    for (const { explain } of items) assert.equal(explain.score, explain.parts.reduce((sum, part) => sum + part.value, 0));
    const ranked = rankByTrace(items);
    for (const [index, item] of ranked.entries()) assert.ok(index === 0 || item.explain.score <= (ranked[index - 1]?.explain.score ?? 0));
    assert.deepEqual(rankByTrace([...items].reverse()), ranked);
  });

  test('equal scores: newer first, then by id, whatever order they came in', () => {
    const same = (fileId: number, modifiedMs: number) => ({ fileId, modifiedMs, explain: { parts: [], score: 1 } });
    const items = [same(3, 5), same(1, 5), same(2, 9)];
    assert.deepEqual(rankByTrace(items).map(({ fileId }) => fileId), [2, 1, 3]);
  });
});

describe('names', () => {
  const match = (name: string, text: string) => {
    const parsed = parseQuery(text, 0);
    return matchName(name, text, prepareQuery(parsed.understood, false));
  };
  test('whole name, stem, run of words, part', () => {
    assert.equal(match('Übersicht.PDF', 'ubersicht.pdf'), 'exact');
    assert.equal(match('rent-contract.pdf', 'rent contract'), 'stem');
    assert.equal(match('old rent contract 2019.pdf', 'rent contract'), 'phrase');
    assert.equal(match('contract for rent.pdf', 'rent contract'), 'part');
    assert.equal(match('租房合同-梧桐路.txt', '租房合同'), 'phrase');
  });
});
