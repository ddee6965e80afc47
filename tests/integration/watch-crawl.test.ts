/** The crawl on real directories: what it lists, what it leaves out, and what it does when the disk misbehaves. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EngineError } from '../../src/contract/errors.ts';
import type { RootOptions } from '../../src/contract/model.ts';
import type { FileEntry, Listing } from '../../src/pipeline.ts';
import { crawl } from '../../src/watch/crawl.ts';
import type { CrawlSummary } from '../../src/watch/watcher.ts';
import { rootOptions } from '../unit/watch/root-options.ts';

const isLinux = process.platform === 'linux';

/** Mode bits mean nothing to the superuser, whom tests in containers run as: the tree is given to another user, and so is this process, for a while. */
async function asOrdinaryUser<T>(tree: string, work: () => Promise<T>): Promise<T> {
  const { geteuid, seteuid } = process;
  if (geteuid === undefined || seteuid === undefined || geteuid() !== 0) return work();
  const nobody = 65_534;
  execFileSync('chown', ['-R', String(nobody), tree]);
  seteuid(nobody);
  try {
    return await work();
  } finally {
    seteuid(0);
  }
}

describe('crawl', () => {
  let top: string;
  beforeEach(() => { top = mkdtempSync(join(tmpdir(), 'findling-crawl-')); });
  afterEach(() => { rmSync(top, { recursive: true, force: true }); });

  function put(path: string, text = 'text'): string {
    const full = join(top, path);
    mkdirSync(join(full, '..'), { recursive: true });
    writeFileSync(full, text);
    return full;
  }

  interface Crawled { readonly summary: CrawlSummary; readonly listings: readonly Listing[]; readonly files: Map<string, FileEntry>; readonly batches: readonly (readonly Listing[])[] }

  async function run(how: {
    readonly options?: Partial<RootOptions>; readonly directory?: string; readonly recursive?: boolean; readonly root?: string; readonly signal?: AbortSignal;
    readonly onListings?: (listings: readonly Listing[]) => Promise<void>; readonly readsEverything?: boolean; readonly offLimits?: readonly string[];
  } = {}): Promise<Crawled> {
    const root = how.root ?? top;
    const batches: (readonly Listing[])[] = [];
    const summary = await crawl({
      root: { rootId: 1, path: root, options: rootOptions(how.options) }, directory: how.directory ?? root, recursive: how.recursive ?? true,
      surroundings: { platform: process.platform, home: '/nowhere', offLimits: how.offLimits ?? [], readsEverything: how.readsEverything ?? false },
      onListings: async (listings) => { batches.push(listings); await how.onListings?.(listings); },
      ...(how.signal === undefined ? {} : { signal: how.signal }),
    });
    const listings = batches.flat();
    return { summary, listings, batches, files: new Map(listings.flatMap((listing) => listing.files).map((file) => [relative(root, file.path), file])) };
  }

  it('lists every wanted file with what lstat says of it', async () => {
    put('a.txt', 'twelve bytes');
    put('sub/deeper/b.md');
    const { files, summary, listings } = await run();
    assert.deepEqual([...files.keys()].sort(), ['a.txt', 'sub/deeper/b.md']);
    const stats = lstatSync(join(top, 'a.txt'), { bigint: true });
    assert.deepEqual(files.get('a.txt'), { path: join(top, 'a.txt'), size: 12, mtimeNs: stats.mtimeNs, device: stats.dev, inode: stats.ino, unread: null });
    assert.deepEqual(summary, { directories: 3, files: 2, denied: [] });
    assert.deepEqual(listings.find((listing) => listing.directory === top)?.directories, [join(top, 'sub')]);
  });

  it('lists one directory when not asked for what is below', async () => {
    put('a.txt');
    put('sub/b.txt');
    put('sub/deeper/c.txt');
    const { listings } = await run({ directory: join(top, 'sub'), recursive: false });
    assert.deepEqual(listings.map((listing) => [listing.directory, listing.files.length, listing.directories]), [[join(top, 'sub'), 1, [join(top, 'sub', 'deeper')]]]);
  });

  it('takes directories modified last first', async () => {
    const ages = Array.from({ length: 40 }, (_, index) => (index * 17) % 40);
    for (const age of ages) {
      put(`age-${age}/file.txt`);
      utimesSync(join(top, `age-${age}`), 1_000_000 - age, 1_000_000 - age);
    }
    const { listings } = await run();
    const order = listings.slice(1).map((listing) => Number(relative(top, listing.directory).slice(4)));
    assert.equal(order.length, 40);
    // A few are listed at once and end in any order; none may come more than those few too early.
    for (const [index, age] of order.entries()) assert.ok(age <= index + 8, `${age} came at ${index}: ${order.join(' ')}`);
  });

  it('reads ignore files of all directories above the one it is asked for', async () => {
    put('.gitignore', '*.log');
    put('sub/.findlingignore', '/private/');
    put('sub/deep/a.log');
    put('sub/deep/a.txt');
    put('sub/private/b.txt');
    assert.deepEqual([...(await run({ directory: join(top, 'sub', 'deep') })).files.keys()], ['sub/deep/a.txt']);
    assert.deepEqual((await run({ directory: join(top, 'sub', 'private') })).summary, { directories: 0, files: 0, denied: [] });
  });

  it('leaves out the data directory, secrets and symlinks, and marks what is known by name only', async () => {
    put('.ssh/config');
    put('index/data.db');
    put('server.pem');
    put('large.txt', 'x'.repeat(100));
    put('elsewhere/real.txt');
    symlinkSync(join(top, 'elsewhere'), join(top, 'link-to-directory'));
    symlinkSync(join(top, 'large.txt'), join(top, 'link-to-file'));
    const { files } = await run({ options: { includeHidden: true, maxFileBytes: 50 }, offLimits: [join(top, 'index')] });
    assert.deepEqual([...files].map(([path, file]) => [path, file.unread]).sort(), [['elsewhere/real.txt', null], ['large.txt', 'too-large'], ['server.pem', 'secret']]);
  });

  it('does not take a sparse file for a cloud placeholder', { skip: !isLinux }, async () => {
    put('sparse.bin', '');
    truncateSync(join(top, 'sparse.bin'), 100_000);
    assert.equal(lstatSync(join(top, 'sparse.bin')).blocks, 0, 'the test file must be sparse');
    assert.equal((await run()).files.get('sparse.bin')?.unread, null);
  });

  it('says of a file that no one may read that it may not be read', { skip: process.platform === 'win32' }, async () => {
    chmodSync(put('closed.txt'), 0o200);
    assert.equal((await run()).files.get('closed.txt')?.unread, 'no-permission');
    assert.equal((await run({ readsEverything: true })).files.get('closed.txt')?.unread, null);
  });

  it('ignores sockets and pipes', { skip: !isLinux }, async () => {
    put('a.txt');
    execFileSync('mkfifo', [join(top, 'pipe')]);
    const server = createServer();
    await new Promise<void>((resolve) => { server.listen(join(top, 'socket'), resolve); });
    try {
      assert.deepEqual([...(await run()).files.keys()], ['a.txt']);
    } finally {
      await new Promise((resolve) => { server.close(resolve); });
    }
  });

  it('lists both names of a hard link', async () => {
    linkSync(put('a.txt'), join(top, 'b.txt'));
    assert.deepEqual([...(await run()).files.keys()].sort(), ['a.txt', 'b.txt']);
  });

  it('follows a root that is a symlink, and spells paths as it was given', async () => {
    put('real/a.txt');
    symlinkSync(join(top, 'real'), join(top, 'root-link'));
    assert.deepEqual([...(await run({ root: join(top, 'root-link') })).files.values()].map((file) => file.path), [join(top, 'root-link', 'a.txt')]);
  });

  it('copes with names of every kind', async () => {
    const names = ['\u00e9-nfc.txt', 'e\u0301-nfd.txt', '日本語.txt', 'new\nline.txt', ' spaces .txt', '..dots', 'quote"\'`.txt', '\u202Ertl.txt', 'n'.repeat(250)];
    if (isLinux) names.push('back\\slash.txt', 'tab\t.txt', 'true-\uFFFD.txt');
    for (const name of names) put(name);
    const { files } = await run({ options: { includeHidden: true } });
    assert.deepEqual([...files.keys()].sort(), [...names].sort());
    assert.deepEqual(new Set([...files.values()].map((file) => file.unread)), new Set([null]));
  });

  it('knows a file whose name is no Unicode by its readable spelling, and reports such a directory', { skip: !isLinux }, async () => {
    put('a.txt');
    writeFileSync(Buffer.concat([Buffer.from(join(top, 'latin-')), Buffer.from([0xe9]), Buffer.from('.txt')]), 'x');
    mkdirSync(Buffer.concat([Buffer.from(join(top, 'dir-')), Buffer.from([0xff])]));
    const { files, summary } = await run();
    assert.deepEqual([...files].map(([path, file]) => [path, file.unread, file.size]).sort(), [['a.txt', null, 4], ['latin-\uFFFD.txt', 'name-not-unicode', 1]]);
    assert.deepEqual(summary.denied, [join(top, 'dir-\uFFFD')]);
  });

  it('goes as deep as the system names paths', { skip: !isLinux }, async () => {
    // 20 levels of 250 bytes exceed PATH_MAX (4,096): the top is listed, what cannot be named is reported, nothing throws.
    const level = 'd'.repeat(250);
    execFileSync('bash', ['-c', `for i in $(seq 20); do mkdir ${level} && cd ${level} && echo x > file.txt || exit 1; done`], { cwd: top });
    const { summary, files } = await run();
    assert.ok(files.size >= 15 && files.size < 20, `${files.size} files`);
    assert.equal(summary.denied.length, 1);
    // The temporary directory is too deep for removal by path.
    execFileSync('rm', ['-rf', top]);
  });

  it('reports a directory that it may not read, and keeps it in its parent', { skip: process.platform === 'win32' }, async () => {
    put('closed/a.txt');
    put('open/b.txt');
    put('unsearchable/c.txt');
    const { summary, files, listings } = await asOrdinaryUser(top, async () => {
      chmodSync(join(top, 'closed'), 0);
      chmodSync(join(top, 'unsearchable'), 0o400);
      try {
        return await run();
      } finally {
        chmodSync(join(top, 'closed'), 0o755);
        chmodSync(join(top, 'unsearchable'), 0o755);
      }
    });
    assert.deepEqual([...summary.denied].sort(), [join(top, 'closed'), join(top, 'unsearchable')]);
    assert.deepEqual([...files.keys()], ['open/b.txt']);
    const atTop = listings.find((listing) => listing.directory === top)?.directories ?? [];
    assert.deepEqual([...atTop].sort(), [join(top, 'closed'), join(top, 'open'), join(top, 'unsearchable')]);
    assert.ok(!listings.some((listing) => listing.directory === join(top, 'closed')));
  });

  it('hands on one batch at a time and waits for it', async () => {
    for (let directory = 0; directory < 30; directory += 1) for (let file = 0; file < 100; file += 1) put(`d${directory}/f${file}.txt`);
    let running = 0;
    let most = 0;
    const { batches, summary } = await run({
      onListings: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => { setImmediate(resolve); });
        running -= 1;
      },
    });
    assert.equal(most, 1);
    assert.equal(summary.files, 3_000);
    assert.ok(batches.length >= 2 && batches.length <= 4, `${batches.length} batches`);
    assert.equal(running, 0, 'the last batch is awaited as well');
  });

  it('never splits a directory', async () => {
    for (let file = 0; file < 2_500; file += 1) put(`many/f${file}.txt`);
    const { listings } = await run();
    assert.deepEqual(listings.filter((listing) => listing.directory === join(top, 'many')).map((listing) => listing.files.length), [2_500]);
  });

  it('goes on when a directory vanishes in the middle', async () => {
    for (let directory = 0; directory < 12; directory += 1) for (let file = 0; file < 300; file += 1) put(`d${directory}/x/f${file}.txt`);
    let first = true;
    const { summary, listings } = await run({
      onListings: async () => {
        if (!first) return;
        first = false;
        for (let directory = 0; directory < 12; directory += 1) rmSync(join(top, `d${directory}`), { recursive: true });
      },
    });
    assert.deepEqual(summary.denied, []);
    assert.ok(listings.length < 25, 'most were gone');
  });

  it('ends with an error, not with an empty listing, when the root vanishes or is replaced in the middle', async () => {
    for (let directory = 0; directory < 12; directory += 1) for (let file = 0; file < 300; file += 1) put(`d${directory}/f${file}.txt`);
    const away = `${top}-away`;
    try {
      await assert.rejects(
        run({ onListings: async () => { renameSync(top, away); mkdirSync(top); } }),
        (error: unknown) => error instanceof EngineError && error.code === 'folder-not-found',
      );
    } finally {
      rmSync(away, { recursive: true, force: true });
    }
    await assert.rejects(run({ root: join(top, 'never-there') }), (error: unknown) => error instanceof EngineError && error.code === 'folder-not-found');
  });

  it('hands the error of its caller back, and stops when told to', async () => {
    for (let directory = 0; directory < 12; directory += 1) for (let file = 0; file < 300; file += 1) put(`d${directory}/f${file}.txt`);
    await assert.rejects(run({ onListings: async () => { throw new EngineError('disk-full'); } }), (error: unknown) => error instanceof EngineError && error.code === 'disk-full');
    const abort = new AbortController();
    await assert.rejects(
      run({ signal: abort.signal, onListings: async () => { abort.abort(); } }),
      (error: unknown) => error instanceof EngineError && error.code === 'cancelled',
    );
  });

  it('refuses a directory that does not lie in the root', async () => {
    await assert.rejects(run({ directory: tmpdir() }), (error: unknown) => error instanceof EngineError && error.code === 'bad-input');
    assert.deepEqual((await run({ directory: join(top, 'not-there') })).summary, { directories: 0, files: 0, denied: [] });
  });
});
