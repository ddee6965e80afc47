/** A download onto a disk that is really full: a small file system of its own, where this may be mounted (root on Linux). */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { startHub } from '../fixtures/model-hub.ts';
import { HASTE, shelfWorld, tinyFiles, tinyModel } from '../fixtures/tiny-registry.ts';

const mounted = mountSmall();

describe('a disk that fills up during a download', { skip: mounted === null ? 'no file system may be mounted here' : false }, () => {
  it('stops it with a sentence, keeps what is there, and goes on when there is room again', async () => {
    const place = mounted ?? '';
    const files = await tinyFiles();
    // Nobody says how large the files are until they come, so that no look ahead can help.
    const hub = await startHub({ files, plain: true });
    after(() => hub.close());
    const model = tinyModel(files);
    const unknown = { ...model, variants: model.variants.map((variant) => ({ ...variant, files: { ...variant.files, model: { ...variant.files.model, bytes: 1 }, data: variant.files.data.map((file) => ({ ...file, bytes: 1 })), tokenizer: { ...variant.files.tokenizer, bytes: 1 } } })) };
    const world = await shelfWorld([unknown], { mirror: hub.address }, HASTE, place);
    after(() => world.close());
    await world.shelf.download({ id: 'tiny' });
    const { download, installed } = await world.settled();
    assert.deepEqual([installed, download?.state], [null, 'failed']);
    assert.match(download?.trouble ?? '', /disk is full.*kept/i);
    assert.ok((download?.doneBytes ?? 0) > 100_000);
    execFileSync('mount', ['-o', 'remount,size=4m', place]);
    await world.shelf.download({ id: 'tiny' });
    const settled = await world.settled();
    assert.equal(settled.installed?.check?.passed, true, settled.download?.trouble ?? '');
  });
});

function mountSmall(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const place = mkdtempSync(path.join(os.tmpdir(), 'findling-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', place], { stdio: 'ignore' });
  } catch {
    rmSync(place, { recursive: true });
    return null;
  }
  after(() => {
    execFileSync('umount', [place]);
    rmSync(place, { recursive: true });
  });
  return place;
}
