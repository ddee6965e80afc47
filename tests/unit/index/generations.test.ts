/** What decides over generations: when a build may go on, who may answer, what a change takes, what can be cut from what. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../../src/config.ts';
import { cutFingerprint, cutVectors } from '../../../src/embed/cut-vectors.ts';
import { buildWaitsFor, IDLE_AFTER_SEARCH_MS, type BuildFacts } from '../../../src/index/build-gate.ts';
import { figures } from '../../../src/index/compare.ts';
import { derivableFrom } from '../../../src/index/derive.ts';
import { readSource, sameSource, wantedSource, writeSource } from '../../../src/index/embedder-source.ts';
import { expectedWindows, generationStatuses, mayAnswer, shareOf } from '../../../src/index/generation-facts.ts';
import { planWork } from '../../../src/index/plan-model.ts';
import type { GenerationCounts, GenerationRow } from '../../../src/store/index-store.ts';

const RULE = { maxTokens: 256 };

function row(id: number, more: Partial<GenerationRow> = {}): GenerationRow {
  return { id, fingerprint: `f${id}`, family: `f${id}`, modelId: `m${id}`, dimension: 64, windowRule: JSON.stringify(RULE), source: '', active: false, createdMs: id, answeredMs: null, ...more };
}

function counts(generationId: number, files: number, waiting: number): GenerationCounts {
  return { generationId, files, waitingFiles: waiting, characters: files * 1000, waitingCharacters: waiting * 1000, windows: (files - waiting) * 2, plannedCharacters: (files - waiting) * 1000 };
}

test('a build goes on only when nothing that people notice would suffer', () => {
  const free: BuildFacts = { mode: 'idle', hold: null, quietMs: Infinity, onBattery: false, freshWork: false, diskShort: false };
  assert.equal(buildWaitsFor(free), null);
  assert.equal(buildWaitsFor({ ...free, quietMs: IDLE_AFTER_SEARCH_MS - 1 }), 'the computer to be idle');
  assert.equal(buildWaitsFor({ ...free, quietMs: IDLE_AFTER_SEARCH_MS }), null);
  assert.equal(buildWaitsFor({ ...free, onBattery: true }), 'mains power');
  assert.equal(buildWaitsFor({ ...free, mode: 'always', quietMs: 0, onBattery: true }), null);
  assert.equal(buildWaitsFor({ ...free, mode: 'always', hold: 'battery' }), 'mains power');
  assert.equal(buildWaitsFor({ ...free, mode: 'always', freshWork: true }), 'new and changed files, which go first');
  assert.equal(buildWaitsFor({ ...free, hold: 'paused' }), 'indexing to be resumed');
  assert.equal(buildWaitsFor({ ...free, diskShort: true }), 'more free disk space');
});

test('a generation may answer when it is complete, or nearly so and answered before', () => {
  assert.equal(shareOf(counts(1, 0, 0)), 1);
  assert.equal(shareOf(counts(1, 10, 4)), 0.6);
  assert.ok(mayAnswer(row(1), counts(1, 10, 0)));
  assert.ok(!mayAnswer(row(1), counts(1, 100, 1)));
  assert.ok(mayAnswer(row(1, { answeredMs: 5 }), counts(1, 100, 5)));
  assert.ok(!mayAnswer(row(1, { answeredMs: 5 }), counts(1, 100, 6)));
});

test('windows are estimated by the rule until enough of them are planned', () => {
  assert.equal(expectedWindows(10, 100, RULE), 10, 'at least one for each file');
  assert.equal(expectedWindows(1, 81_920, RULE), 100);
  assert.equal(expectedWindows(1, 81_920, RULE, { windows: 30, plannedCharacters: 8_192 }), 300);
});

test('vectors are cut to unit length, and cutting twice is cutting once', () => {
  const vectors = Float32Array.from([3, 4, 12, 0, 0, 1, 0, 0]);
  const half = cutVectors(vectors, 4, 2);
  assert.deepEqual([...half].map((value) => Number(value.toFixed(6))), [0.6, 0.8, 0, 1]);
  assert.deepEqual([...cutVectors(cutVectors(vectors, 4, 3), 3, 2)].map((value) => Number(value.toFixed(6))), [0.6, 0.8, 0, 1]);
  assert.deepEqual([...cutVectors(Float32Array.of(0, 0, 1), 3, 2)], [0, 0], 'nothing is left of it: near nothing');
  assert.notEqual(cutFingerprint('a', 2), cutFingerprint('a', 3));
  assert.notEqual(cutFingerprint('a', 2), cutFingerprint('b', 2));
});

test('smaller vectors are cut from larger ones of the same model that know most', () => {
  const whole = row(1, { family: 'f', dimension: 1024 });
  const half = row(2, { family: 'f', dimension: 512 });
  const rows = [whole, half, row(3, { family: 'g', dimension: 1024 }), row(4, { family: 'f', dimension: 1024, windowRule: '{"maxTokens":9}' })];
  const wanted = { family: 'f', dimension: 256, windowRule: JSON.stringify(RULE) };
  const coverage = (first: number, second: number): Map<number, number> => new Map([[1, first], [2, second], [3, 1], [4, 1]]);
  assert.deepEqual(derivableFrom(wanted, rows, coverage(1, 1)).map(({ id }) => id), [2, 1]);
  assert.deepEqual(derivableFrom(wanted, rows, coverage(1, 0.5)).map(({ id }) => id), [1, 2]);
  assert.deepEqual(derivableFrom(wanted, rows, coverage(0, 0)), []);
  assert.deepEqual(derivableFrom({ ...wanted, dimension: 1024 }, rows, coverage(1, 1)), []);
});

test('what a change takes: nothing, a switch, a cut or a build', () => {
  const rows = [row(1, { active: true, answeredMs: 1, dimension: 128, family: 'f1' }), row(2, { answeredMs: 2 }), row(3)];
  const all = new Map([[1, counts(1, 100, 0)], [2, counts(2, 100, 2)], [3, counts(3, 100, 40)]]);
  const wanted = { fingerprint: 'new', family: 'new', dimension: 64, wholeDimension: 64, windowRule: RULE };
  const plan = (change: Partial<typeof wanted>, same = false): string => planWork({ wanted: { ...wanted, ...change }, rows, counts: all, answering: 'f1', same }).work;
  assert.equal(plan({ fingerprint: 'f1' }, true), 'none');
  assert.equal(plan({ fingerprint: 'f1' }), 'switch', 'another prompt');
  assert.equal(plan({ fingerprint: 'f2' }), 'switch');
  assert.equal(plan({ fingerprint: 'cut', family: 'f1' }), 'derive');
  assert.equal(plan({}), 'build');
  const half = planWork({ wanted: { ...wanted, fingerprint: 'f3' }, rows, counts: all, answering: 'f1', same: false });
  assert.deepEqual({ work: half.work, characters: half.characters }, { work: 'build', characters: 40_000 }, 'only what is left of it');
  assert.equal(planWork({ wanted, rows, counts: all, answering: 'f1', same: false }).characters, 100_000);
});

test('what a page is told of each generation', () => {
  const rows = [row(1, { active: true, answeredMs: 1 }), row(2), row(3), row(4, { answeredMs: 3 }), row(5)];
  const told = generationStatuses({
    rows, counts: new Map(rows.map(({ id }) => [id, counts(id, 100, id === 2 || id === 4 || id === 5 ? 50 : 0)])), bytes: new Map([[1, 7]]), answering: 1, answeringSpeed: 0,
    build: { generationId: 2, waitsFor: 'mains power', charactersPerSecond: 100 },
  });
  assert.deepEqual(told.map(({ state, waitsFor, remainingMs }) => [state, waitsFor, remainingMs]), [
    ['answering', null, 0], ['building', 'mains power', 500_000], ['ready', null, 0], ['kept', null, null], ['building', 'being chosen again', null],
  ]);
  assert.equal(told[0]?.bytes, 7);
});

test('what an embedder is opened by is kept without secrets, and found again with those of the settings', () => {
  const settings = { ...DEFAULT_SETTINGS, model: 'server', server: { ...DEFAULT_SETTINGS.server, baseUrl: 'http://127.0.0.1:30000/v1', model: 'big', key: 'secret-key', headers: ['X-Team: search'] } };
  const source = wantedSource(settings);
  const kept = writeSource(source);
  assert.ok(!kept.includes('secret-key') && !kept.includes('X-Team'));
  assert.ok(sameSource(readSource({ source: kept }, settings), source));
  const moved = { ...settings, server: { ...settings.server, baseUrl: 'http://127.0.0.1:1/v1' } };
  assert.equal(readSource({ source: kept }, moved).server?.key, null);
  assert.deepEqual(readSource({ source: '' }, { ...settings, model: 'old' }), { model: 'old', dimension: null, server: null });
});

test('figures of a comparison', () => {
  const answer = (answering: number[], candidate: number[], expected: number): { question: string; answering: number[]; candidate: number[]; expected: number } => ({ question: 'q', answering, candidate, expected });
  assert.deepEqual(figures([answer([1, 2], [2, 1], 1), answer([3, 4], [3, 4], 3)]), { questions: 2, answeringFirst: 1, candidateFirst: 0.5, answeringTopTen: 1, candidateTopTen: 1, overlap: 1 });
  assert.deepEqual(figures([answer([1, 2], [3, 4], 4)]), { questions: 1, answeringFirst: 0, candidateFirst: 0, answeringTopTen: 0, candidateTopTen: 1, overlap: 0 });
  assert.deepEqual(figures([]), { questions: 0, answeringFirst: 0, candidateFirst: 0, answeringTopTen: 0, candidateTopTen: 0, overlap: 0 });
});
