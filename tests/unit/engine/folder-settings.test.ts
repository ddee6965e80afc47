import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_ROOT_OPTIONS, differing, entryOf, folderTroubles, followLinks, readFolders, withFolder, writeFolders } from '../../../src/folder-settings.ts';

const POSIX = { skip: process.platform === 'win32' ? 'paths of another form' : false };

test('only what differs from the defaults is kept, and settings like the defaults leave nothing', () => {
  assert.deepEqual(differing(DEFAULT_ROOT_OPTIONS), {});
  assert.deepEqual(differing({ ...DEFAULT_ROOT_OPTIONS, exclude: ['*.log'], threshold: 0 }), { exclude: ['*.log'], threshold: 0 });
  const set = withFolder(readFolders({}), '/a', { ...DEFAULT_ROOT_OPTIONS, paused: true });
  assert.deepEqual(writeFolders(set), { '/a': { paused: true } });
  assert.deepEqual(writeFolders(withFolder(set, '/a', DEFAULT_ROOT_OPTIONS)), {});
  assert.deepEqual(writeFolders(withFolder(set, '/a', null)), {});
});

for (const [what, key, value, message] of [
  ['a value of the wrong kind', '/b', { exclude: '*.log' }, 'folders["/b"].exclude must be a list.'],
  ['a value out of bounds', '/b', { threshold: 7 }, 'folders["/b"].threshold must be a number from 0 to 1.'],
  ['an unknown key', '/b', { colour: 'red' }, 'folders["/b"] has an unknown field "colour".'],
  ['no object', '/b', null, 'folders["/b"] must be an object.'],
  ['a relative path', 'b', {}, 'folders["b"] must be an absolute path.'],
  ['a path from home', '~/b', {}, 'folders["~/b"] must be an absolute path.'],
  ['an empty path', '', {}, 'folders[""] must not be empty.'],
  ['the same folder again', '/a/', {}, 'folders["/a/"] is the same folder as another entry.'],
] as const) {
  test(`${what} is named with path and key, and costs no other entry`, POSIX, () => {
    const entries = readFolders({ '/a': { paused: true }, [key]: value, '/c': { includeHidden: true } });
    assert.deepEqual([...entries.own], [['/a', { paused: true }], ['/c', { includeHidden: true }]]);
    assert.deepEqual([...entries.unusable].map(([name, { error }]) => [name, error.code, error.message]), [[key, 'bad-input', message]]);
    assert.deepEqual(writeFolders(entries)[key], value, 'it goes back as it was');
    assert.match(folderTroubles(entries).join(), /bad-input/);
  });
}

test('a path is taken as it is kept: without dots and without a separator at its end', POSIX, () => {
  assert.deepEqual([...readFolders({ '/a/./b/../c/': {}, '/': {} }).own.keys()], ['/a/c', '/']);
});

test('links are followed; two names of one folder are one too many', POSIX, async () => {
  const entries = readFolders({ '/real': { paused: true }, '/link': { paused: false }, '/other': {}, '/bad-link': { threshold: 7 } });
  const followed = await followLinks(entries, async (folder) => (folder.endsWith('link') ? '/real' : folder));
  assert.deepEqual([...followed.own.keys()], ['/real', '/other']);
  assert.deepEqual([...followed.unusable.keys()], ['/bad-link', '/link']);
  assert.deepEqual(entryOf(followed, '/real'), { own: { paused: true }, unusable: null }, 'the usable one counts');
});

test('a folder that is set loses the entry that was not usable, and no other does', POSIX, () => {
  const entries = readFolders({ '/a': { threshold: 7 }, '/b': { threshold: 8 } });
  assert.equal(entryOf(entries, '/a').unusable?.code, 'bad-input');
  const set = withFolder(entries, '/a', { ...DEFAULT_ROOT_OPTIONS, threshold: 0.7 });
  assert.deepEqual(entryOf(set, '/a'), { own: { threshold: 0.7 }, unusable: null });
  assert.deepEqual(writeFolders(set), { '/a': { threshold: 0.7 }, '/b': { threshold: 8 } });
  assert.deepEqual(writeFolders(withFolder(entries, '/a', null)), { '/b': { threshold: 8 } });
});

test('many wrong entries are counted, not read out', () => {
  const many = readFolders(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`/f${index}`, { threshold: 7 }])));
  assert.deepEqual([folderTroubles(many).length, folderTroubles(many).at(-1)], [6, 'config.json: 35 more folders have settings that are not usable.']);
});
