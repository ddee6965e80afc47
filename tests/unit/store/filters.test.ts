import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Filters } from '../../../src/contract/model.ts';
import { filterSql } from '../../../src/store/filters.ts';

function database(): DatabaseSync {
  const made = new DatabaseSync(':memory:');
  made.exec(`CREATE TABLE directories(id INTEGER PRIMARY KEY, path TEXT, label TEXT);
    CREATE TABLE files(id INTEGER PRIMARY KEY, root_id, directory_id, kind, extension, language, modified_ms INTEGER, size INTEGER);
    INSERT INTO directories VALUES (1, '/home/u/docs', 'docs'), (2, '/home/u/docs/reports/2024', 'docs/reports/2024'), (3, '/home/u/docs/myreports', 'docs/myreports'), (4, '/home/u/docs2', 'docs2');
    INSERT INTO files VALUES (1, 1, 1, 'pdf', 'pdf', 'de', 1000, 10), (2, 1, 2, 'text', 'txt', 'en', 2000, 20), (3, 1, 3, 'code', 'ts', NULL, 3000, 30), (4, 2, 4, 'pdf', 'pdf', 'en', 4000, 40)`);
  return made;
}

function pass(filters: Filters): number[] {
  const made = database();
  const { text, values } = filterSql(filters);
  const rows = made.prepare(`SELECT f.id AS id FROM files f WHERE 1 ${text} ORDER BY f.id`).all(...values);
  made.close();
  return rows.map((row) => Number(row['id']));
}

test('each filter lets through what it names', () => {
  assert.deepEqual(pass({}), [1, 2, 3, 4]);
  assert.deepEqual(pass({ kinds: ['pdf'] }), [1, 4]);
  assert.deepEqual(pass({ extensions: ['TS', 'txt'] }), [2, 3]);
  assert.deepEqual(pass({ rootIds: [2] }), [4]);
  assert.deepEqual(pass({ languages: ['en'] }), [2, 4]);
  assert.deepEqual(pass({ modifiedAfterMs: 2000, modifiedBeforeMs: 4000 }), [2, 3]);
  assert.deepEqual(pass({ minBytes: 20, maxBytes: 30 }), [2, 3]);
});

test('all given filters must hold', () => {
  assert.deepEqual(pass({ kinds: ['pdf'], languages: ['en'] }), [4]);
});

test('a folder is absolute, or a name or tail of whole parts', () => {
  assert.deepEqual(pass({ folders: ['/home/u/docs'] }), [1, 2, 3]);
  assert.deepEqual(pass({ folders: ['/home/u/docs/'] }), [1, 2, 3]);
  assert.deepEqual(pass({ folders: ['reports'] }), [2]);
  assert.deepEqual(pass({ folders: ['Reports/2024'] }), [2]);
  assert.deepEqual(pass({ folders: ['reports\\2024'] }), [2]);
  assert.deepEqual(pass({ folders: ['docs2', 'myreports'] }), [3, 4]);
  assert.deepEqual(pass({ folders: ['/'] }), [1, 2, 3, 4]);
});

test('an empty list filters nothing', () => {
  assert.equal(filterSql({ kinds: [], folders: [''], extensions: [] }).everything, true);
});

test('values are bound and never part of the text', () => {
  const hostile = "x' OR 1=1 --";
  const filters = { kinds: [hostile as 'pdf'], extensions: [hostile], folders: [hostile, `/${hostile}`], languages: [hostile] };
  assert.equal(filterSql(filters).text.includes('OR 1=1'), false);
  assert.deepEqual(pass(filters), []);
});
