/** The watcher as a process: killed, stopped, limited, slow to be listened to. */

import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { EngineError } from '../../src/contract/errors.ts';
import type { KnownRoot } from '../../src/watch/watcher.ts';
import { until, WatchBed } from './watch-bed.ts';

function kill(bed: WatchBed): number {
  const { pid } = bed.watcher;
  assert.ok(pid !== undefined);
  process.kill(pid, 'SIGKILL');
  return pid;
}

describe('the watcher process, killed', () => {
  let bed: WatchBed;
  beforeEach(async () => {
    bed = new WatchBed();
    bed.put('a/file.txt');
    bed.put('b/file.txt');
    await bed.watch();
  });
  afterEach(() => bed.close());

  it('comes back, watches the same roots and has them crawled', async () => {
    const before = kill(bed);
    await until(() => bed.lost.length > 0, () => 'nothing was said to be lost');
    assert.match(bed.lost[0] ?? '', /restarted/);
    assert.notEqual(bed.watcher.pid, before);
    await bed.hears('a', () => bed.put('a/new.txt'));
  });

  it('comes back again and again', async () => {
    for (let round = 1; round <= 3; round += 1) {
      kill(bed);
      await until(() => bed.lost.length >= round, () => `${bed.lost.length} of ${round} restarts`);
    }
    await bed.hears('b', () => bed.put('b/new.txt'));
  });

  it('starts a crawl that was under way anew, and waits for the batch that is being taken', async () => {
    for (let directory = 0; directory < 30; directory += 1) for (let file = 0; file < 100; file += 1) bed.put(`many/d${directory}/f${file}.txt`);
    let taking = 0;
    let batches = 0;
    const files = new Set<string>();
    const summary = await bed.watcher.crawl(bed.root, bed.top, true, async (listings) => {
      taking += 1;
      assert.equal(taking, 1, 'two batches at once');
      batches += 1;
      if (batches === 2) {
        kill(bed);
        await until(() => bed.lost.length > 0, () => 'no restart');
      }
      for (const file of listings.flatMap((listing) => listing.files)) files.add(file.path);
      taking -= 1;
    });
    assert.equal(summary.files, 3_002);
    assert.equal(files.size, 3_002);
    assert.ok(batches > 4, `${batches} batches: the first attempt's and all of the second's`);
  });

  it('gives up a crawl that ends it each time', async () => {
    let attempts = 0;
    await assert.rejects(
      bed.watcher.crawl(bed.root, bed.top, true, async () => {
        attempts += 1;
        const pid = kill(bed);
        await until(() => bed.watcher.pid !== pid, () => 'it lives');
      }),
      (error: unknown) => error instanceof EngineError && error.code === 'process-died',
    );
    assert.equal(attempts, 3);
    assert.deepEqual(await bed.crawl(), ['a/file.txt', 'b/file.txt']);
  });

  it('does not come back after it was closed', async () => {
    await bed.watcher.close();
    await assert.rejects(bed.crawl(), EngineError);
    assert.equal(bed.watcher.pid, undefined);
    assert.deepEqual(bed.lost, []);
  });
});

describe('crawls across the process boundary', () => {
  // The tests only read, so one tree and one process do for all.
  let bed: WatchBed;
  before(() => {
    bed = new WatchBed();
    for (let directory = 0; directory < 40; directory += 1) for (let file = 0; file < 100; file += 1) bed.put(`d${directory}/f${file}.txt`);
  });
  after(() => bed.close());

  it('sends the next batch only when the last one was taken', async () => {
    let waiting = 0;
    let batches = 0;
    let release: () => void = () => {};
    const crawled = bed.watcher.crawl(bed.root, bed.top, true, () => {
      waiting += 1;
      batches += 1;
      return new Promise((resolve) => { release = () => { waiting -= 1; resolve(); }; });
    });
    while (batches < 4) {
      await until(() => waiting === 1, () => `${batches} batches`);
      // A call that is answered shows that the process is idle, not merely slow to send more.
      await bed.watcher.presence(bed.root);
      assert.equal(waiting, 1);
      release();
      if (batches === 4) break;
    }
    const summary = await Promise.race([crawled, until(() => waiting === 1, () => 'neither end nor batch').then(() => { release(); return crawled; })]);
    assert.equal(summary.files, 4_000);
  });

  it('crawls two roots at once', async () => {
    const [left, right] = await Promise.all([bed.crawl('d1'), bed.crawl()]);
    assert.deepEqual([left.length, right.length], [100, 4_000]);
  });

  it('carries times to the nanosecond, and device and inode, as lstat has them', async () => {
    const seen: (readonly [bigint, bigint, bigint])[] = [];
    const expected: (readonly [bigint, bigint, bigint])[] = [];
    await bed.watcher.crawl(bed.root, bed.at('d1'), false, async (listings) => {
      for (const file of listings[0]?.files ?? []) {
        const stats = lstatSync(file.path, { bigint: true });
        seen.push([file.mtimeNs, file.device, file.inode]);
        expected.push([stats.mtimeNs, stats.dev, stats.ino]);
      }
    });
    assert.equal(seen.length, 100);
    assert.deepEqual(seen, expected);
  });

  it('hands an error of its caller back and ends the crawl over there', async () => {
    await assert.rejects(
      bed.watcher.crawl(bed.root, bed.top, true, async () => { throw new EngineError('disk-full'); }),
      (error: unknown) => error instanceof EngineError && error.code === 'disk-full',
    );
    assert.equal((await bed.crawl()).length, 4_000);
  });

  it('stops when it is told to', async () => {
    const abort = new AbortController();
    await assert.rejects(
      bed.watcher.crawl(bed.root, bed.top, true, async () => { abort.abort(); }, abort.signal),
      (error: unknown) => error instanceof EngineError && error.code === 'cancelled',
    );
    await assert.rejects(bed.watcher.crawl(bed.root, bed.top, true, async () => {}, abort.signal), EngineError);
    assert.equal((await bed.crawl()).length, 4_000);
  });

  it('says that a root is gone', async () => {
    const moved = `${bed.top}-moved`;
    renameSync(bed.top, moved);
    try {
      await assert.rejects(bed.crawl(), (error: unknown) => error instanceof EngineError && error.code === 'folder-not-found');
    } finally {
      renameSync(moved, bed.top);
    }
  });
});

describe('the watch limit', () => {
  it('watches the most recently active directories and polls the rest', async () => {
    const bed = new WatchBed({ process: { maxWatches: 4, pollMinutes: 0.005 } });
    try {
      for (let directory = 0; directory < 10; directory += 1) bed.put(`d${directory}/file.txt`);
      await bed.watch();
      await until(() => bed.polled.includes(7), () => `polled: ${JSON.stringify(bed.polled)}`);
      // Three of ten are watched besides the root; the others are found by polling. Either way each change is heard.
      for (let directory = 0; directory < 10; directory += 1) await bed.hears(`d${directory}`, () => bed.put(`d${directory}/file.txt`, 'changed'));
    } finally {
      await bed.close();
    }
  });

  it('gives a new directory a watch, since nothing is more active', async () => {
    const bed = new WatchBed({ process: { maxWatches: 4 } });
    try {
      for (let directory = 0; directory < 6; directory += 1) bed.put(`d${directory}/file.txt`);
      await bed.watch();
      await bed.hears('new', () => bed.put('new/file.txt'));
      await bed.hears('new', () => bed.put('new/file.txt', 'watched'));
    } finally {
      await bed.close();
    }
  });

  it('says that nothing is polled any more when there is room again', async () => {
    const bed = new WatchBed({ process: { maxWatches: 4, pollMinutes: 0.005 } });
    try {
      for (let directory = 0; directory < 6; directory += 1) bed.put(`d${directory}/file.txt`);
      await bed.watch();
      await until(() => bed.polled.includes(3), () => `polled: ${JSON.stringify(bed.polled)}`);
      for (let directory = 0; directory < 3; directory += 1) rmSync(bed.at(`d${directory}`), { recursive: true });
      await until(() => bed.polled.at(-1) === 0, () => `polled: ${JSON.stringify(bed.polled)}`);
    } finally {
      await bed.close();
    }
  });
});

describe('by the clock', () => {
  it('has everything crawled again from time to time', async () => {
    const bed = new WatchBed({ process: { routineMinutes: 0.005 } });
    try {
      await bed.watch();
      await until(() => bed.lost.includes('routine check'), () => JSON.stringify(bed.lost));
    } finally {
      await bed.close();
    }
  });

  it('notices that it stood still, as in sleep', { skip: process.platform === 'win32' }, async () => {
    const bed = new WatchBed({ process: { clockCheckMs: 100 } });
    try {
      await bed.watch();
      const { pid } = bed.watcher;
      assert.ok(pid !== undefined);
      process.kill(pid, 'SIGSTOP');
      // The stop itself is what is tested: it must last longer than the least jump that counts as sleep (5 s).
      const endMs = Date.now() + 5_500;
      await until(() => Date.now() > endMs, () => 'the clock');
      process.kill(pid, 'SIGCONT');
      await until(() => bed.lost.some((why) => why.includes('slept')), () => JSON.stringify(bed.lost));
    } finally {
      await bed.close();
    }
  });
});

describe('presence', () => {
  let bed: WatchBed;
  beforeEach(() => { bed = new WatchBed(); });
  afterEach(() => bed.close());
  const known = (changes: Partial<KnownRoot> = {}): KnownRoot => ({ files: 5, device: null, inode: null, sample: [], ...changes });

  it('believes a fresh empty folder, and one that its person emptied', async () => {
    const fresh = await bed.watcher.presence(bed.root);
    assert.equal(fresh.present, true);
    assert.ok(fresh.present);
    assert.equal((await bed.watcher.presence(bed.root, known({ device: fresh.device, inode: fresh.inode }))).present, true);
  });

  it('does not believe an empty directory where files were known', async () => {
    const presence = await bed.watcher.presence(bed.root, known({ device: 1n, inode: 1n }));
    assert.equal(presence.present, false);
    assert.match(presence.present ? '' : presence.why, /empty, but 5 files/);
  });

  it('recognises the folder on another device by a file it knew', async () => {
    bed.put('a.txt');
    const elsewhere = { device: 1n, inode: 1n };
    assert.equal((await bed.watcher.presence(bed.root, known({ ...elsewhere, sample: [bed.at('gone.txt'), bed.at('a.txt')] }))).present, true);
    assert.equal((await bed.watcher.presence(bed.root, known({ ...elsewhere, sample: [bed.at('gone.txt')] }))).present, false);
  });

  it('says what is wrong with a path', async () => {
    const at = async (path: string): Promise<string> => {
      const presence = await bed.watcher.presence({ ...bed.root, path });
      return presence.present ? 'present' : presence.why;
    };
    writeFileSync(bed.at('file'), '');
    mkdirSync(bed.at('folder'));
    assert.match(await at(bed.at('missing')), /not there/);
    assert.match(await at(bed.at('file')), /a file now/);
    assert.equal(await at(bed.at('folder')), 'present');
  });
});
