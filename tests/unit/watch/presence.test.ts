import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgePresence, type Observation } from '../../../src/watch/presence.ts';
import type { KnownRoot } from '../../../src/watch/watcher.ts';

function seen(changes: object = {}): Observation {
  return { state: 'directory', device: 1n, inode: 2n, empty: false, samplesFound: null, ...changes };
}
function known(changes: Partial<KnownRoot> = {}): KnownRoot {
  return { files: 10, device: 1n, inode: 2n, sample: [], ...changes };
}
const present = (observation: Observation, what: KnownRoot | null): boolean => judgePresence(observation, what).present;

describe('judgePresence', () => {
  it('believes a fresh folder, empty or not', () => {
    assert.equal(present(seen({ empty: true }), null), true);
    assert.equal(present(seen({ empty: true }), known({ files: 0, device: null, inode: null })), true);
    assert.deepEqual(judgePresence(seen(), null), { present: true, device: 1n, inode: 2n });
  });
  it('does not believe what is missing, a file, or denied', () => {
    for (const observation of [{ state: 'missing' }, { state: 'not-a-directory' }, { state: 'denied', code: 'EACCES' }, { state: 'denied', code: 'EIO' }] as const) {
      const presence = judgePresence(observation, null);
      assert.equal(presence.present, false);
      assert.ok(!presence.present && presence.why.length > 10);
    }
  });
  it('takes an empty directory in place of known files for a mount point', () => {
    assert.equal(present(seen({ empty: true, device: 9n, inode: 9n }), known()), false);
    assert.equal(present(seen({ empty: true }), known({ device: null, inode: null })), false, 'nothing recorded: rather wait than forget');
    assert.equal(present(seen({ empty: true, inode: 9n }), known()), false, 'another directory on the same disk: a bind mount that is gone');
  });
  it('believes that a person emptied the folder when it is the very same directory', () => assert.equal(present(seen({ empty: true }), known()), true));
  it('recognises a disk that was plugged in again under another device number', () => {
    assert.equal(present(seen({ device: 9n }), known()), true, 'by the inode of its directory');
    assert.equal(present(seen({ device: 9n, inode: 9n, samplesFound: 1 }), known()), true, 'by its files');
  });
  it('does not take another disk for it', () => {
    assert.equal(present(seen({ device: 9n, inode: 9n }), known()), false);
    assert.equal(present(seen({ device: 9n, samplesFound: 0 }), known()), false, 'two disks may both have inode 2 at their top');
  });
  it('believes a folder that was replaced on the same disk', () => assert.equal(present(seen({ inode: 9n }), known()), true));
});
