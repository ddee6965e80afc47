/** Folder settings, trying them, and erasing everything, from the command line with a real engine. */

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isOurs } from '../../src/host/erase.ts';
import { eventually, testPlace } from '../fixtures/engine.ts';
import { runCli, type Ran } from './cli-run.ts';

describe('findling folders and forget --everything', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  const run = (...args: readonly string[]): Promise<Ran> => runCli([...args], { data: place.data });
  before(async () => {
    place = await testPlace();
    await mkdir(path.join(place.files, 'notes'));
    for (const name of ['a.md', 'b.log', 'notes/c.md', 'notes/d.log']) await writeFile(path.join(place.files, name), `secretword in ${name}\n`);
    assert.equal((await run('index', '--quiet', place.files)).code, 0);
  });
  after(async () => {
    await run('stop');
    await place.remove();
  });

  it('lists, and shows the settings of one', async () => {
    assert.match((await run('folders')).out, /watching, 4 files indexed, 0 waiting/);
    assert.match((await run('folders', 'get', place.files)).out, /^exclude = \(none\)$/m);
    const wrong = await run('folders', 'get', path.join(place.files, 'notes'));
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /is no watched folder/);
  });
  it('tries a change without making it', async () => {
    const tried = await run('folders', 'try', place.files, 'exclude', '*.log');
    assert.match(tried.out, /^2 files would stay, 2 would be dropped\.$/m);
    assert.match(tried.out, /^ {2}b\.log$/m);
    assert.match((await run('folders', 'try', place.files, 'exclude', 'notes/')).out, /^2 files would stay, 2 would be dropped/m);
    assert.match((await run('folders', 'try', place.files, 'include', '*.md')).out, /^2 files would stay, 2 would be dropped/m);
    assert.equal((await run('search', '-w', '-l', 'secretword')).out.trim().split('\n').length, 4);
  });
  it('makes it, and the files are gone from searches', async () => {
    assert.match((await run('folders', 'set', place.files, 'exclude', '*.log')).out, /^exclude = \*\.log$/m);
    await eventually('two files to be forgotten', async () => (await run('search', '-w', '-l', 'secretword')).out.trim().split('\n').length === 2);
    for (const args of [['set', place.files, 'colour', 'red'], ['set', place.files, 'threshold', '7'], ['set', place.files], ['paint']]) assert.equal((await run('folders', ...args)).code, 2, args.join(' '));
  });
  it('erases everything of its own and nothing of anybody else', async () => {
    await writeFile(path.join(place.data, 'mine.txt'), 'not of Findling');
    await run('config', 'set', 'theme', 'dark');
    assert.equal((await run('forget', '--everything')).code, 2, 'not without being asked');
    const erased = await run('forget', '--everything', '--yes');
    assert.deepEqual([erased.code, erased.err], [0, 'Everything was erased. The next command starts anew.\n']);
    await eventually('the directory to be empty of ours', async () => (await readdir(place.data)).every((name) => !isOurs(name) && name !== 'lock'));
    assert.equal(await readFile(path.join(place.data, 'mine.txt'), 'utf8'), 'not of Findling');
    assert.equal((await run('folders')).out, '');
    assert.equal((await run('config', 'get', 'theme')).out, 'system\n');
  });
  it('knows its own names in every form they have on the disk', () => {
    for (const name of ['index.sqlite', 'index.sqlite-wal', 'config.json', 'config.json.new', 'config.json.damaged-1234', 'verified-models.json.77.tmp', 'engine.log', 'vectors', 'models', 'device-verdicts.json']) assert.equal(isOurs(name), true, name);
    for (const name of ['mine.txt', 'index.sqlite.backup', 'config.json.mine', 'lock', 'engine.sock', 'my-vectors', 'package.json', '..']) assert.equal(isOurs(name), false, name);
  });
});
