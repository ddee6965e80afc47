import assert from 'node:assert/strict';
import { test } from 'node:test';
import { below, joinPath, labelOf, nameOf, parentOf } from '../../../src/store/paths.ts';

test('paths of both systems are put together and taken apart', () => {
  assert.equal(joinPath('/home/u', 'a.txt'), '/home/u/a.txt');
  assert.equal(joinPath('/', 'a.txt'), '/a.txt');
  assert.equal(joinPath('C:\\Users\\u', 'a.txt'), 'C:\\Users\\u\\a.txt');
  assert.equal(joinPath('C:\\', 'a.txt'), 'C:\\a.txt');
  assert.equal(nameOf('C:\\Users\\a.txt'), 'a.txt');
  assert.equal(nameOf('/home/back\\slash'), 'back\\slash');
  assert.equal(parentOf('/home/u'), '/home');
});

test('the range below a directory holds what lies in it and nothing beside it', () => {
  const { from, to } = below('/home/u');
  const inside = (path: string): boolean => path >= from && path < to;
  assert.ok(inside('/home/u/a') && inside('/home/u/\u{10FFFF}') && inside('/home/u/a/b'));
  assert.ok(!inside('/home/u') && !inside('/home/u2') && !inside('/home/u-x/a'));
  assert.deepEqual(below('/'), { from: '/', to: '0' });
});

test('labels begin with the root\'s own name and are folded', () => {
  assert.equal(labelOf('/home/u/Docs', '/home/u/Docs/Réports/2024'), 'docs/reports/2024');
  assert.equal(labelOf('/home/u/Docs', '/home/u/Docs'), 'docs');
  assert.equal(labelOf('C:\\Docs', 'C:\\Docs\\A'), 'docs/a');
});
