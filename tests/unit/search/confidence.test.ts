/** Confidence, its fit, and what looks like nonsense. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CALIBRATION_VERSION, chanceMaximum, confidenceLevel, confidenceOf, confidenceOn, marginOf, queryBackground, STRONG_FROM, type Calibration } from '../../../src/search/confidence.ts';
import { fitConfidence, quantile } from '../../../src/search/fit-curve.ts';
import { referenceOf, scriptOf, strangeness, wordlikeness } from '../../../src/search/wordlikeness.ts';

const CALIBRATION: Calibration = {
  version: CALIBRATION_VERSION, generationId: 1, windows: 1000, from: 'index', positives: 100, negatives: 100, strength: 0.8, overall: { middle: 1, slope: 2 }, penalty: 3,
  pieces: { latin: { real: 4, nonsense: 2 } }, languages: { de: { middle: 0, slope: 2 } },
};

describe('margins', () => {
  test('the largest of n by chance, against known values of the normal order statistic', () => {
    assert.ok(Math.abs(chanceMaximum(10) - 1.539) < 0.02);
    assert.ok(Math.abs(chanceMaximum(1000) - 3.241) < 0.02);
    assert.ok(Math.abs(chanceMaximum(100_000) - 4.384) < 0.03);
    assert.equal(Number.isFinite(chanceMaximum(0)), true);
  });

  test('a similarity counts in deviations of the query\'s own background', () => {
    const background = queryBackground(Float32Array.of(1, 0), Float32Array.of(0.2, 1, 0.4, 1, 0.3, 1, 0.3, 1));
    assert.ok(Math.abs(background.mean - 0.3) < 1e-6);
    assert.ok(Math.abs(background.deviation - Math.sqrt(0.005)) < 1e-6);
    assert.ok(marginOf(0.9, background, 100) > marginOf(0.9, background, 100_000));
  });

  test('a background of equal vectors makes no certainty', () => {
    const background = queryBackground(Float32Array.of(1, 0), new Float32Array(20).fill(0.5));
    assert.ok(Number.isFinite(marginOf(0.51, background, 10)));
    assert.ok(marginOf(0.51, background, 10) < 1);
  });
});

describe('confidence', () => {
  test('a language with a curve of its own uses it', () => {
    assert.ok(confidenceOf(CALIBRATION, 0.5, 'de', 0) > confidenceOf(CALIBRATION, 0.5, 'fr', 0));
    assert.equal(confidenceOf(CALIBRATION, 1, null, 0), 0.5);
  });

  test('a query that looks like nonsense is never answered strongly', () => {
    assert.ok(confidenceOf(CALIBRATION, 50, null, 1) < STRONG_FROM);
    assert.ok(confidenceOf(CALIBRATION, 2, null, 1) < 0.5);
    assert.ok(confidenceOf(CALIBRATION, 2, null, 0) > 0.5);
  });

  test('levels follow the folder\'s own floor', () => {
    assert.equal(confidenceLevel(0.6, 0.5), 'related');
    assert.equal(confidenceLevel(0.6, 0.7), 'weak');
    assert.equal(confidenceLevel(0.9, 0.5), 'strong');
    assert.equal(confidenceLevel(0.9, 0.95), 'weak');
  });
});

describe('the fit', () => {
  const spread = (from: number, to: number): number[] => Array.from({ length: 400 }, (_, index) => from + (to - from) * index / 399);

  test('a model that tells right from nonsense gets a floor between them', () => {
    const { curve } = fitConfidence(spread(2, 6), spread(-2, 0.5));
    assert.ok(curve.middle > 0.5 && curve.middle < 2.2, String(curve.middle));
    assert.ok(spread(2, 6).filter((margin) => confidenceOn(curve, margin) >= 0.5).length >= 0.97 * 400);
  });

  test('where they overlap, right answers are kept and nonsense is held off by the penalty', () => {
    const right = spread(-0.9, 3);
    const nonsense = spread(-1, 0.8);
    const { curve, penalty } = fitConfidence(right, nonsense);
    assert.ok(right.filter((margin) => confidenceOn(curve, margin) >= 0.5).length >= 0.96 * 400);
    assert.ok(nonsense.filter((margin) => confidenceOn(curve, margin - penalty) >= 0.5).length <= 0.02 * 400);
  });

  test('a handful of pairs moves the prior and does not replace it', () => {
    const few = fitConfidence([3, 3, 3], [-3, -3, -3]).curve.middle;
    const many = fitConfidence(new Array<number>(500).fill(3), new Array<number>(500).fill(-3)).curve.middle;
    assert.ok(Math.abs(many) < 0.1);
    assert.ok(few < many);
  });

  test('quantiles interpolate', () => {
    assert.equal(quantile([4, 1, 3, 2], 0.5), 2.5);
    assert.equal(quantile([], 0.5), 0);
  });
});

describe('nonsense', () => {
  test('is strange when neither its words nor its pieces are known', () => {
    assert.equal(strangeness(0, wordlikeness(1.8, { real: 4, nonsense: 2 })), 1);
    assert.equal(strangeness(0, wordlikeness(4, { real: 4, nonsense: 2 })), 0);
    assert.equal(strangeness(0.6, 0), 0);
  });

  test('nothing is held against a script the model knows by single characters, or that is unknown', () => {
    assert.equal(strangeness(0, wordlikeness(1, { real: 1, nonsense: 0.9 })), 0);
    assert.equal(strangeness(0, wordlikeness(1, undefined)), 0);
    assert.equal(strangeness(0, wordlikeness(null, { real: 4, nonsense: 2 })), 0);
  });

  test('Korean letters typed one by one are no words', () => {
    assert.equal(strangeness(0, wordlikeness(1, referenceOf(scriptOf('ㅁㄴㅇㄹ'), {}))), 1);
  });

  test('scripts', () => {
    assert.equal(scriptOf('Привет мир'), 'cyrillic');
    assert.equal(scriptOf('東京に行く'), 'han');
    assert.equal(scriptOf('たまごやき'), 'kana');
    assert.equal(scriptOf('날씨'), 'hangul');
    assert.equal(scriptOf('12 !?'), 'other');
  });
});
