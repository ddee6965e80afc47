/** The command line against a real engine: what a person types, what a script gets. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connectEngine } from '../../src/host/connect-engine.ts';
import { eventually, testPlace, writeTree } from '../fixtures/engine.ts';
import { runCli, startCli, type Ran } from './cli-run.ts';

describe('findling', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  const run = (...args: string[]): Promise<Ran> => runCli(args, { data: place.data });
  const file = (name: string): string => path.join(place.files, name);

  before(async () => {
    place = await testPlace();
    await writeTree(place.files, {
      'letters/rent.md': '# Rent increase\n\nThe landlord raises the rent by forty euros from March on.\n',
      'letters/報告書.txt': '請求書の支払期限は来月末です。\n',
      "it's \"odd\".txt": 'A quizzical name for a plain zebrafish text.\n',
      'broken.pdf': '%PDF-1.7 and then nothing a reader could use',
    });
    const indexed = await run('index', place.files);
    assert.equal(indexed.code, 0, indexed.err);
    assert.match(indexed.err, /Watching .*files/);
    assert.match(indexed.err, /3 files indexed, 3 searchable by meaning/);
    assert.equal(indexed.out, '');
  });
  after(async () => {
    await run('stop');
    await place.remove();
  });

  it('search prints path:line: snippet for other programs and ends with 0', async () => {
    const { code, out, err } = await run('search', 'landlord', 'rent');
    assert.equal(code, 0, err);
    assert.match(out.split('\n')[0] ?? '', /letters\/rent\.md:\d+: .*landlord/);
    assert.doesNotMatch(out, /\x1b/, 'no colours in a pipe');
  });
  it('search ends with 1 and prints nothing when nothing is found', async () => {
    const { code, out, err } = await run('search', '--words-only', 'qqqqzzzz');
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /Nothing found/);
  });
  it('search finds names and words of other scripts, and names that need quoting', async () => {
    assert.match((await run('search', '--words-only', '支払期限')).out, /報告書\.txt/);
    assert.match((await run('search', '報告書')).out, /報告書\.txt/);
    assert.equal((await run('search', '-w', '-l', 'zebrafish')).out, `${file("it's \"odd\".txt")}\n`);
  });
  it('search --paths --null ends each path with NUL', async () => {
    assert.equal((await run('search', '-w', '-l', '-0', 'zebrafish')).out, `${file("it's \"odd\".txt")}\0`);
  });
  it('search --json prints the whole answer as one line', async () => {
    const { out } = await run('search', '--json', '--limit', '1', 'rent');
    assert.equal(out.trimEnd().split('\n').length, 1);
    const answer = JSON.parse(out);
    assert.equal(answer.stage, 'done');
    assert.equal(answer.hits.length, 1);
    assert.equal(answer.hits[0].path, file('letters/rent.md'));
  });
  it('search --rerank without a reranking model answers, and says what is missing', async () => {
    const { code, out, err } = await run('search', '--rerank', 'landlord', 'rent');
    assert.equal(code, 0);
    assert.match(out, /rent\.md/);
    assert.match(err, /no reranking model/);
  });
  it('search --explain shows parts that add up to the score', async () => {
    const { out } = await run('search', '--explain', '--words-only', 'landlord');
    const parts = [...out.matchAll(/^ {6}([+-]\d+\.\d+) {2}/gm)].map((match) => Number(match[1]));
    const score = Number(/^ {6}=(\d+\.\d+) {2}score/m.exec(out)?.[1]);
    assert.ok(parts.length > 0, out);
    assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - score) < 0.001, out);
  });
  it('status says folders, files, model and disk, also as JSON', async () => {
    const { code, out } = await run('status');
    assert.equal(code, 0);
    for (const line of [/^Folders: +.*files: watching, 4 files/m, /^Files: +4 of 4 files read/m, /^Model: +\S+ \(\d+ dimensions\) on cpu, ready/m, /^Disk: /m]) assert.match(out, line);
    const json = JSON.parse((await run('status', '--json')).out);
    assert.equal(json.status.roots[0].path, place.files);
    assert.equal(json.info.dataDirectory, place.data);
  });
  it('files lists the ledger by outcome, with reasons', async () => {
    const failed = await run('files', '--state', 'failed');
    assert.equal(failed.code, 0);
    assert.match(failed.out, /^failed .*broken\.pdf {2}\(.+\)$/m);
    assert.equal((await run('files')).out.trimEnd().split('\n').length, 4);
    const lines = (await run('files', '--json', '--contains', 'rent')).out.trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(lines.map((line) => [path.basename(line.path), line.outcome.state]), [['rent.md', 'indexed']]);
    assert.equal((await run('files', '--limit', '2')).out.trimEnd().split('\n').length, 2);
    assert.deepEqual((await run('files', '--contains', 'no such name')).code, 1);
  });
  it('a file that cannot be read is no error, unless --strict', async () => {
    assert.equal((await run('index')).code, 0);
    const strict = await run('index', '--strict');
    assert.equal(strict.code, 2);
    assert.match(strict.err, /1 failed/);
  });
  it('index adds the good folders of several, names the bad ones and ends with 2', async () => {
    const other = path.join(path.dirname(place.files), 'other');
    await mkdir(other);
    const { code, err } = await run('index', '--quiet', path.join(place.files, 'nowhere'), file('letters/rent.md'), other);
    assert.equal(code, 2);
    assert.match(err, /nowhere: This folder does not exist/);
    assert.match(err, /rent\.md: This path is a file/);
    const roots = JSON.parse((await run('status', '--json')).out).status.roots;
    assert.deepEqual(roots.map((root: { path: string }) => root.path).sort(), [place.files, other].sort());
    assert.equal((await run('forget', '--yes', other)).code, 0);
    assert.equal(JSON.parse((await run('status', '--json')).out).status.roots.length, 1);
  });
  it('config gets, sets and lists, and refuses with the reason', async () => {
    assert.equal((await run('config', 'get', 'cpuThreads')).out, '0\n');
    assert.equal((await run('config', 'set', 'cpuThreads', '1')).out, 'cpuThreads = 1\n');
    assert.equal((await run('config', 'set', 'newFolders.exclude', '*.log,tmp/**')).out, 'newFolders.exclude = *.log, tmp/**\n');
    const list = (await run('config')).out;
    assert.match(list, /^cpuThreads = 1$/m);
    assert.match(list, /^newFolders\.exclude = \*\.log, tmp\/\*\*$/m);
    assert.equal(JSON.parse((await run('config', '--json')).out).newFolders.honourGitignore, true);
    for (const [args, reason] of [[['set', 'theme', 'pink'], /theme must be one of/], [['set', 'cpuThreads', '-1'], /cpuThreads|Unknown option/], [['set', 'nothing', '1'], /no setting 'nothing'/], [['get'], /Name one setting/], [['drop'], /not list, get or set/]] as const) {
      const { code, err } = await run('config', ...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, reason);
    }
  });
  it('forget removes a file for good, asks for --yes where it cannot ask, and says when nothing was known', async () => {
    const unasked = await run('forget', file('letters/rent.md'));
    assert.equal(unasked.code, 2);
    assert.match(unasked.err, /--yes/);
    assert.equal((await run('search', '-w', 'landlord')).code, 0);
    const forgotten = await run('forget', '--yes', file('letters/rent.md'));
    assert.deepEqual([forgotten.code, forgotten.err], [0, '1 file forgotten.\n']);
    assert.equal((await run('search', '-w', 'landlord')).code, 1);
    assert.equal((await run('forget', '--yes', '/no/such/place')).code, 1);
  });
  it('a closed pipe ends it quietly', async () => {
    const child = startCli(['files'], { data: place.data });
    child.stdout?.destroy();
    let err = '';
    child.stderr?.on('data', (text) => { err += String(text); });
    const [code] = await once(child, 'close');
    assert.deepEqual([code, err], [0, '']);
  });
  it('serve prints the address first, serves until Ctrl-C, and leaves an engine it did not start', async () => {
    const child = startCli(['serve', '--no-open'], { data: place.data });
    const [first] = await once(child.stdout?.setEncoding('utf8') ?? child, 'data');
    const address = String(first).split('\n')[0] ?? '';
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    assert.equal((await fetch(address, { redirect: 'manual' })).status, 303);
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    assert.equal(code, 0);
    assert.equal(JSON.parse((await run('status', '--json')).out).info.pageAddress, address);
  });
  it('index is interrupted by Ctrl-C with 130 while the engine goes on', async () => {
    const many = path.join(place.data, '..', 'many');
    await writeTree(many, Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}.txt`, `text number ${index} of many\n`.repeat(50)])));
    // Paused, so that there is something left to wait for whatever the machine's speed.
    const { client } = await connectEngine({ dataDirectory: place.data, startIfMissing: false, software: 'test' });
    await client.call('index.pause', {});
    const child = startCli(['index', many], { data: place.data });
    let err = '';
    child.stderr?.setEncoding('utf8').on('data', (text) => { err += String(text); });
    // Its own words, not the engine's state: before it has spoken, the command may not listen for signals yet.
    await eventually('the command to begin', async () => err.includes('Watching'));
    await eventually('the files to be known', async () => JSON.parse((await run('status', '--json')).out).status.counts.pending > 0);
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    assert.equal(code, 130, err);
    assert.match(err, /Indexing goes on in the background/);
    await client.call('index.resume', undefined);
    await client.call('index.settled', undefined);
    client.close();
  });
  it('renames need nothing of a person', async () => {
    await rename(file("it's \"odd\".txt"), file('plain.txt'));
    await eventually('the new name to be found', async () => (await run('search', '-w', '-l', 'zebrafish')).out === `${file('plain.txt')}\n`);
  });
});

describe('findling, used wrongly', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  before(async () => { place = await testPlace(); });
  after(() => place.remove());

  const cases: readonly (readonly [string[], RegExp])[] = [
    [['nonsense'], /no command 'nonsense'.*findling search 'nonsense'/], [['--json'], /Name a command before '--json'/], [['search'], /What to search for/], [['search', '  '], /What to search for/],
    [['search', 'x', '--nope'], /Unknown option '--nope'.*findling search --help/], [['search', 'x', '--limit', '0'], /--limit must be a whole number from 1 to 200/], [['search', 'x', '--limit'], /--limit/],
    [['search', 'a'.repeat(2_001)], /longer than 2000/], [['files', 'x'], /--contains 'x'/], [['files', '--state', 'lost'], /--state must be one of/], [['forget'], /Name one path/], [['serve', '--port', '70000'], /--port must be/],
    [['config', 'set', 'theme'], /Name a setting and its value/], [['config', 'set', 'keepRecents', 'maybe'], /must be true or false/],
  ];
  for (const [args, message] of cases) {
    it(`${args.join(' ').slice(0, 40)}: one line that says what to do, and exit code 2`, async () => {
      const { code, out, err } = await runCli(args, { data: place.data });
      assert.deepEqual([code, out], [2, ''], err);
      assert.match(err, /^findling: [^\n]+\n$/);
      assert.match(err, message);
      assert.deepEqual(readdirSync(place.data), [], 'no engine was started for it');
    });
  }
  it('a data directory that cannot be one is named', async () => {
    const wrong = path.join(place.files, 'file');
    await writeFile(wrong, '');
    const { code, err } = await runCli(['status'], { data: wrong });
    assert.equal(code, 2);
    assert.match(err, /data directory .*file.*--data-dir/);
  });
  it('stop without an engine is no error and starts none', async () => {
    const { code, err } = await runCli(['stop'], { data: place.data });
    assert.deepEqual([code, err], [0, 'No engine is running.\n']);
    assert.deepEqual(readdirSync(place.data), []);
  });
  for (const args of [['--help'], ['help', 'search'], ['search', '--help'], ['index', '-h']]) {
    it(`${args.join(' ')} goes to standard output with 0`, async () => {
      const { code, out, err } = await runCli(args, { data: place.data });
      assert.deepEqual([code, err], [0, '']);
      assert.match(out, /Usage: findling/);
    });
  }
  it('nothing at all is help and 2, and --version is the version', async () => {
    assert.equal((await runCli([], { data: place.data })).code, 2);
    assert.match((await runCli(['--version'], { data: place.data })).out, /^\d+\.\d+\.\d+\n$/);
  });
});
