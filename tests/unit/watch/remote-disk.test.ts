import assert from 'node:assert/strict';
import os from 'node:os';
import { describe, it } from 'node:test';
import { isSilentDisk, isSilentType } from '../../../src/watch/remote-disk.ts';

describe('disks that do not tell of changes', () => {
  it('are network and virtual file systems, whatever sign their number has', () => {
    for (const [name, type] of Object.entries({ nfs: 0x6969, smb: 0x517b, smb2: 0xfe534d42, cifs: 0xff534d42, '9p': 0x01021997, fuse: 0x65735546 })) {
      assert.equal(isSilentType(type), true, name);
      assert.equal(isSilentType(type | 0), true, `${name}, signed`);
    }
    for (const type of [0xef53, 0x9123683e, 0x58465342, 0x01021994, 0x794c7630]) assert.equal(isSilentType(type), false, type.toString(16));
  });
  it('are not taken for silent where that cannot be known', async () => {
    assert.equal(await isSilentDisk(os.tmpdir(), 'win32'), false);
    assert.equal(await isSilentDisk('/no/such/place', 'linux'), false);
  });
});
