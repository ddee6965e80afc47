/** What reaches the engine when files change: real files, a real watcher process. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { until, WatchBed } from './watch-bed.ts';

/** Node makes recursive watches on Linux itself and loses a directory that is replaced at once. They are used on macOS and Windows only, where the system makes them. */
const EMULATED = 'Node emulates recursive watches on Linux and loses this';

/** One watch for the whole root, as on macOS and Windows, and one per directory, as on Linux: what is promised is the same. */
for (const recursive of [false, true]) {
  const emulated = recursive && process.platform === 'linux';
  describe(`hints, ${recursive ? 'one watch per root' : 'one watch per directory'}`, () => {
    let bed: WatchBed;
    beforeEach(async () => {
      bed = new WatchBed({ process: { recursive } });
      bed.put('a/b/deep.txt');
      bed.put('c/other.txt');
      await bed.watch();
    });
    afterEach(() => bed.close());

    it('tells of files written, appended to, created and deleted', async () => {
      await bed.hears('a/b', () => writeFileSync(bed.at('a/b/deep.txt'), 'changed'));
      await bed.hears('a/b', () => appendFileSync(bed.at('a/b/deep.txt'), 'more'));
      await bed.hears('c', () => bed.put('c/new.txt'));
      await bed.hears('c', () => unlinkSync(bed.at('c/other.txt')));
      assert.deepEqual(bed.lost, []);
    });

    it('tells of an editor that writes a temporary file and renames it', async () => {
      await bed.hears('a/b', () => {
        writeFileSync(bed.at('a/b/.deep.txt.tmp'), 'saved');
        renameSync(bed.at('a/b/.deep.txt.tmp'), bed.at('a/b/deep.txt'));
      });
    });

    it('finds what `mkdir -p` and a write at once leave no time to watch', async () => {
      await bed.hears('x', () => execFileSync('bash', ['-c', 'mkdir -p x/y/z && echo text > x/y/z/file.txt'], { cwd: bed.top }));
      await until(async () => (await bed.crawl('x')).includes('x/y/z/file.txt'), () => 'the file is not in the crawl');
      await bed.hears('x/y/z', () => appendFileSync(bed.at('x/y/z/file.txt'), 'and it is watched'));
    });

    it('watches a directory that was moved within the tree, under its new name', async () => {
      await bed.hears('c/b', () => renameSync(bed.at('a/b'), bed.at('c/b')));
      await bed.hears('c/b', () => appendFileSync(bed.at('c/b/deep.txt'), 'more'));
      assert.deepEqual(await bed.crawl(), ['c/b/deep.txt', 'c/other.txt']);
    });

    it('watches a directory that was moved in, and tells of one that was moved out', async () => {
      const outside = mkdtempSync(join(tmpdir(), 'findling-outside-'));
      try {
        mkdirSync(join(outside, 'in', 'below'), { recursive: true });
        writeFileSync(join(outside, 'in', 'below', 'file.txt'), 'text');
        await bed.hears('in', () => renameSync(join(outside, 'in'), bed.at('in')));
        await bed.hears('in/below', () => appendFileSync(bed.at('in/below/file.txt'), 'more'));
        await bed.hears('', () => renameSync(bed.at('in'), join(outside, 'out')));
        assert.deepEqual(await bed.crawl(), ['a/b/deep.txt', 'c/other.txt']);
      } finally {
        rmSync(outside, { recursive: true, force: true });
      }
    });

    it('watches a directory that was deleted and made again at once', { skip: emulated && EMULATED }, async () => {
      await bed.hears('a', () => {
        rmSync(bed.at('a/b'), { recursive: true });
        bed.put('a/b/deep.txt', 'again');
      });
      await bed.hears('a/b', () => appendFileSync(bed.at('a/b/deep.txt'), 'more'));
    });

    it('survives the same directory coming and going many times', { skip: emulated && EMULATED }, async () => {
      for (let round = 0; round < 20; round += 1) {
        bed.put('build/out/file.txt');
        rmSync(bed.at('build'), { recursive: true });
      }
      await bed.hears('build', () => bed.put('build/out/file.txt'));
      await bed.hears('build/out', () => appendFileSync(bed.at('build/out/file.txt'), 'still watched'));
    });

    it('tells of names in NFC, in NFD and with odd characters', async () => {
      for (const name of ['\u00e9', 'e\u0301', 'new\nline', ' ', '日本語']) {
        await bed.hears('', () => mkdirSync(bed.at(`d${name}`)));
        await bed.hears(`d${name}`, () => bed.put(`d${name}/file${name}.txt`));
      }
    });

    it('stays quiet about version control and dependencies', async () => {
      bed.put('.git/objects/a');
      bed.put('node_modules/x/index.js');
      await bed.hears('', () => bed.put('marker.txt'));
      bed.changes = [];
      bed.put('.git/objects/b');
      bed.put('node_modules/x/more.js');
      await bed.hears('c', () => bed.put('c/marker.txt'));
      assert.deepEqual(bed.changes.filter((change) => change.includes('.git') || change.includes('node_modules')), []);
    });

    it('does not follow a symlink that leads out of the tree', async () => {
      const outside = mkdtempSync(join(tmpdir(), 'findling-outside-'));
      try {
        symlinkSync(outside, bed.at('link'));
        await bed.hears('c', () => bed.put('c/first.txt'));
        bed.changes = [];
        writeFileSync(join(outside, 'file.txt'), 'text');
        await bed.hears('c', () => bed.put('c/marker.txt'));
        assert.deepEqual(bed.changes.filter((change) => change.startsWith('link')), []);
      } finally {
        rmSync(outside, { recursive: true, force: true });
      }
    });

    it('tells of the root when it is removed', async () => {
      await bed.hears('', () => rmSync(bed.top, { recursive: true }));
      assert.equal((await bed.watcher.presence(bed.root)).present, false);
    });

    it('watches the root again when it is back', async () => {
      await bed.hears('', () => rmSync(bed.top, { recursive: true }));
      bed.put('a/back.txt');
      await bed.watch();
      await bed.hears('a', () => bed.put('a/more.txt'));
    });

    it('forgets a root that is no longer in the set', async () => {
      await bed.watcher.watch([]);
      bed.put('a/unseen.txt');
      await bed.watch();
      bed.changes = [];
      await bed.hears('c', () => bed.put('c/seen.txt'));
      // A write is several events, which may be told of in two periods.
      assert.deepEqual([...new Set(bed.changes)], ['c']);
    });

    const directories = recursive ? 20 : 200;
    it(`finds every one of ${directories * 100} files that another process writes at once`, async () => {
      const script = "const fs=require('fs');for(let d=0;d<process.argv[1];d++){const p=`burst/d${d}`;fs.mkdirSync(p,{recursive:true});for(let f=0;f<100;f++)fs.writeFileSync(`${p}/f${f}.txt`,'x');}";
      bed.changes = [];
      execFileSync(process.execPath, ['-e', script, String(directories)], { cwd: bed.top });
      // Each event is answered as the engine does: by listing. Together they must find everything.
      const found = new Set<string>();
      await until(async () => {
        for (const change of bed.changes.splice(0)) {
          const below = change.endsWith('/**');
          for (const file of await bed.crawl(below ? change.slice(0, -3) : change, below)) found.add(file);
        }
        if (bed.lost.splice(0).length > 0) for (const file of await bed.crawl()) found.add(file);
        return [...found].filter((file) => file.startsWith('burst/')).length === directories * 100;
      }, () => `${found.size} files found`);
    });
  });
}

describe('rules under watch', () => {
  let bed: WatchBed;
  beforeEach(() => { bed = new WatchBed(); });
  afterEach(() => bed.close());

  it('takes a changed ignore file for a change of everything below', async () => {
    bed.put('project/build/out.txt');
    bed.put('project/src/main.txt');
    await bed.watch();
    await bed.hears('project/build', () => bed.put('project/build/out.txt', 'new'));
    await bed.hears('project', () => bed.put('project/.gitignore', 'build/\n'));
    assert.ok(bed.changes.includes('project/**'), JSON.stringify(bed.changes));
    assert.deepEqual(await bed.crawl(), ['project/src/main.txt']);

    bed.changes = [];
    bed.put('project/build/out.txt', 'not wanted');
    await bed.hears('project/src', () => bed.put('project/src/main.txt', 'wanted'));
    assert.equal(bed.changes.includes('project/build'), false);

    await bed.hears('project/build', () => unlinkSync(bed.at('project/.gitignore')));
    await bed.hears('project/build', () => bed.put('project/build/out.txt', 'watched again'));
  });

  it('takes new settings of a root', async () => {
    bed.put('drafts/a.txt');
    bed.put('b.txt');
    await bed.watch({ exclude: ['drafts/'] });
    bed.put('drafts/a.txt', 'not wanted');
    await bed.hears('', () => bed.put('b.txt', 'wanted'));
    assert.deepEqual([...new Set(bed.changes)], ['']);
    await bed.watch();
    await bed.hears('drafts', () => bed.put('drafts/a.txt', 'wanted now'));
  });

  it('never watches the data directory, which every index run writes to', async () => {
    await bed.close();
    bed = new WatchBed();
    bed.put('data/index.db');
    bed.put('docs/a.txt');
    const inside = new WatchBed({ process: { neverLook: [bed.at('data')] } });
    try {
      await inside.watcher.watch([{ ...bed.root }]);
      bed.put('data/index.db', 'written by the index itself');
      bed.put('docs/a.txt', 'written by a person');
      await until(() => inside.changes.length > 0, () => 'no change at all');
      assert.ok(inside.changes.every((change) => change.endsWith('docs')), JSON.stringify(inside.changes));
    } finally {
      await inside.close();
    }
  });
});
