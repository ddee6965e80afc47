import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { EngineError, type ErrorCode } from '../../../src/contract/errors.ts';
import { checkNewRoot, isWithin, listFolders } from '../../../src/folders.ts';

let base: string;
let data: string;

before(async () => {
  base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'findling-folders-')));
  data = path.join(base, 'data');
  await mkdir(path.join(data, 'inner'), { recursive: true });
  await mkdir(path.join(base, 'documents', 'letters'), { recursive: true });
  await mkdir(path.join(base, 'documents', '.hidden'));
  await mkdir(path.join(base, 'documents-old'));
  await writeFile(path.join(base, 'documents', 'note.txt'), 'note');
  await symlink(path.join(base, 'documents'), path.join(base, 'link'));
});
after(() => rm(base, { recursive: true }));

async function refused(promise: Promise<unknown>): Promise<ErrorCode> {
  const error = await promise.then(() => assert.fail('was accepted'), (reason: unknown) => reason);
  assert.ok(error instanceof EngineError, String(error));
  return error.code;
}

test('a new root is kept with its symlinks resolved, so that it cannot be added twice', async () => {
  const documents = path.join(base, 'documents');
  assert.equal(await checkNewRoot(path.join(base, 'link'), [], data), documents);
  assert.equal(await refused(checkNewRoot(path.join(base, 'link'), [documents], data)), 'folder-overlaps');
});

test('overlaps are refused both ways, and a like-named neighbour is no overlap', async () => {
  const documents = path.join(base, 'documents');
  assert.equal(await refused(checkNewRoot(path.join(documents, 'letters'), [documents], data)), 'folder-overlaps');
  assert.equal(await refused(checkNewRoot(documents, [path.join(documents, 'letters')], data)), 'folder-overlaps');
  assert.equal(await checkNewRoot(path.join(base, 'documents-old'), [documents], data), path.join(base, 'documents-old'));
});

test('what cannot be watched is refused with its own code', async () => {
  assert.equal(await refused(checkNewRoot(path.join(base, 'nowhere'), [], data)), 'folder-not-found');
  assert.equal(await refused(checkNewRoot(path.join(base, 'documents', 'note.txt'), [], data)), 'not-a-folder');
  assert.equal(await refused(checkNewRoot(data, [], data)), 'folder-is-data-directory');
  assert.equal(await refused(checkNewRoot(path.join(data, 'inner'), [], data)), 'folder-is-data-directory');
});

test('a listing has visible folders only, linked ones too, and the way up', async () => {
  const listing = await listFolders(base);
  assert.deepEqual(listing.folders.map((folder) => folder.name), ['data', 'documents', 'documents-old', 'link']);
  assert.equal(listing.parent, path.dirname(base));
  assert.deepEqual((await listFolders(path.join(base, 'documents'))).folders.map((folder) => folder.name), ['letters']);
  assert.equal((await listFolders('/')).parent, null);
});

test('within is by path parts, not by text', () => {
  assert.equal(isWithin('/a/b', '/a/b'), true);
  assert.equal(isWithin('/a/b/c', '/a/b'), true);
  assert.equal(isWithin('/a/bc', '/a/b'), false);
  assert.equal(isWithin('/a', '/a/b'), false);
  assert.equal(isWithin('/a/b/..c', '/a/b'), true);
});
