/** Downloads against a server that behaves like the hub, and misbehaves in every way it can. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { EngineError } from '../../src/contract/errors.ts';
import { parseModelDescription } from '../../src/embed/model-description.ts';
import type { Patience } from '../../src/models/retry.ts';
import { eventually } from '../fixtures/engine.ts';
import { REVISION, sha256, startHub, type Fault, type Hub, type HubOptions } from '../fixtures/model-hub.ts';
import { HASTE, shelfWorld, tinyFiles, tinyModel, TINY_TEST, type ShelfWorld, type TinyOptions } from '../fixtures/tiny-registry.ts';

const DATA = 'onnx/model.onnx_data';
/** For a server whose silence the test itself ends. */
const CALM: Patience = { ...HASTE, idleMs: 600_000 };

describe('a model download', () => {
  let files: Record<string, Buffer>;
  const open: { close(): Promise<void> }[] = [];
  before(async () => { files = await tinyFiles(); });
  afterEach(async () => { for (const each of open.splice(0)) await each.close(); });

  async function set(options: { readonly hub?: Partial<HubOptions>; readonly model?: TinyOptions; readonly mirror?: (hub: Hub) => string; readonly patience?: Patience } = {}): Promise<{ readonly hub: Hub; readonly world: ShelfWorld }> {
    const hub = await startHub({ files, ...options.hub });
    open.push(hub);
    const world = await shelfWorld([tinyModel(files, options.model)], { mirror: options.mirror?.(hub) ?? hub.address }, options.patience);
    open.push(world);
    return { hub, world };
  }

  async function succeeds(world: ShelfWorld): Promise<void> {
    await world.shelf.download({ id: 'tiny' });
    const { installed, download } = await world.settled();
    assert.equal(download, null, download?.trouble ?? '');
    assert.equal(installed?.check?.passed, true, installed?.check?.detail);
    const folder = await world.shelf.folderOf('tiny');
    for (const [name, content] of Object.entries(files)) assert.equal(sha256(await readFile(path.join(folder, path.basename(name)))), sha256(content), name);
    await assert.rejects(access(path.join(world.data, 'downloads', 'tiny')), 'nothing of the download is left');
  }

  async function fails(world: ShelfWorld): Promise<string> {
    await world.shelf.download({ id: 'tiny' });
    const { installed, download } = await world.settled();
    assert.equal(installed, null);
    assert.equal(download?.state, 'failed');
    return download.trouble ?? '';
  }

  it('installs a folder that was verified and tested, pinned to the commit that the hub named', async () => {
    const { hub, world } = await set();
    await succeeds(world);
    const text = await readFile(path.join(await world.shelf.folderOf('tiny'), 'model.json'), 'utf8');
    const { source, variant } = JSON.parse(text);
    assert.deepEqual({ source, variant }, { source: { repository: 'test/tiny', revision: REVISION, address: new URL(hub.address).origin, hashes: 'hub' }, variant: 'fp32' });
    assert.equal(parseModelDescription(text).files.data[0]?.sha256, sha256(files[DATA] ?? Buffer.alloc(0)));
    const { installed } = await world.listing();
    assert.deepEqual(installed?.check?.cosines.map(({ expected, found }) => [expected.toFixed(4), found.toFixed(4)]), [['1.0000', '1.0000'], ['0.8000', '0.8000'], ['0.7746', '0.7746'], ['0.7746', '0.7746']]);
    assert.deepEqual([...new Set(hub.requests.filter(({ path: asked }) => asked.includes('/resolve/')).map(({ path: asked }) => asked.split('/')[4]))], [REVISION]);
  });

  it('asks for no list when the registry knows all hashes', async () => {
    const { hub, world } = await set({ model: { hashed: true, revision: REVISION } });
    await succeeds(world);
    assert.deepEqual(hub.requests.filter(({ path: asked }) => asked.startsWith('/api/')), []);
    assert.equal(JSON.parse(await readFile(path.join(await world.shelf.folderOf('tiny'), 'model.json'), 'utf8')).source.hashes, 'registry');
  });

  it('gives name and password of a mirror to the mirror and to no other host', async () => {
    const { hub, world } = await set({ mirror: (hub) => hub.address.replace('://', '://ada:s%20cret@') });
    await succeeds(world);
    const seen = (server: string): unknown[] => [...new Set(hub.requests.filter((request) => request.server === server).map(({ headers }) => headers.authorization))];
    assert.deepEqual(seen('hub'), [`Basic ${Buffer.from('ada:s cret').toString('base64')}`]);
    assert.deepEqual(seen('storage'), [undefined]);
  });

  it('goes on where the connection was cut, and asks for the same file', async () => {
    const { hub, world } = await set();
    hub.faults.push({ kind: 'cut', after: 100 }, { kind: 'cut', after: 150_000 }, { kind: 'cut', after: 90_000 });
    await succeeds(world);
    const ranges = hub.requests.filter(({ server, headers }) => server === 'storage' && headers.range !== undefined);
    assert.ok(ranges.length >= 2);
    for (const { headers } of ranges) assert.match(String(headers['if-range']), /^"[0-9a-f]{16}"$/);
    const whole = Object.values(files).reduce((sum, { length }) => sum + length, 0);
    assert.ok(hub.sent <= whole + 200_000, `${hub.sent} bytes for ${whole}`);
  });

  const survived: readonly (readonly [string, readonly Fault[]])[] = [
    ['a server that ignores ranges', [{ kind: 'cut', after: 200 }, { kind: 'ignore-range' }, { kind: 'cut', after: 100_000 }, { kind: 'ignore-range' }]],
    ['a server that sends another part than was asked for', [{ kind: 'cut', after: 200 }, { kind: 'other-range' }]],
    ['other bytes under the right header', [{ kind: 'cut', after: 200 }, { kind: 'wrong-bytes' }]],
    ['other bytes once', [{ kind: 'wrong-bytes' }]],
    ['more bytes than the file has', [{ kind: 'more-bytes' }]],
    ['fewer bytes than the file has', [{ kind: 'fewer-bytes' }]],
    ['a server that falls silent in the middle', [{ kind: 'stall', after: 200 }]],
    ['a server that never begins', [{ kind: 'stall', after: 0 }]],
    ['a slow server', [{ kind: 'drip', everyMs: 150, pieces: 10 }]],
    ['a server that is out of order for a while', [{ kind: 'status', status: 503 }, { kind: 'status', status: 500 }, { kind: 'status', status: 502 }]],
    ['a server that has had too many requests', [{ kind: 'status', status: 429, headers: { 'retry-after': '0' } }]],
    ['a part that the server cannot go on from', [{ kind: 'cut', after: 200 }, { kind: 'status', status: 416 }]],
  ];
  for (const [what, faults] of survived) {
    it(`survives ${what}`, async () => {
      const { hub, world } = await set();
      hub.faults.push(...faults);
      await succeeds(world);
      assert.equal(hub.faults.length, 0, 'all of it happened');
    });
  }

  it('deletes what is not what was named, and says so', async () => {
    const { hub, world } = await set();
    hub.namedHashes.set(DATA, 'ab'.repeat(32));
    assert.match(await fails(world), /model\.onnx_data: .*SHA-256.*deleted/);
    await assert.rejects(stat(path.join(world.data, 'downloads', 'tiny', 'model.onnx_data.part')));
  });

  it('refuses a list that contradicts the registry before it fetches anything', async () => {
    const { hub, world } = await set({ model: { hashed: true, revision: null } });
    hub.namedHashes.set(DATA, 'ab'.repeat(32));
    assert.match(await fails(world), /not the one that the registry names/);
    assert.equal(hub.sent, 0);
  });

  it('gives up on redirects without end, and on one that leaves for nowhere', async () => {
    const { hub, world } = await set({ model: { hashed: true, revision: REVISION } });
    for (let turn = 0; turn < 12; turn++) hub.hubFaults.push({ redirect: `${hub.address}/test/tiny/resolve/${REVISION}/onnx/model.onnx` });
    assert.match(await fails(world), /without end/);
    hub.hubFaults.splice(0, 12, { redirect: 'ftp://example.org/model.onnx' });
    assert.match(await fails(world), /an address that is none/);
  });

  const final: readonly (readonly [number, RegExp, Readonly<Record<string, string>>?])[] = [
    [404, /does not have this file \(404\)/], [401, /import the folder/], [403, /import the folder/], [451, /refuses \(451\)/], [429, /come back in 120 minutes/, { 'retry-after': '7200' }],
  ];
  for (const [status, message, headers] of final) {
    it(`tells a person at once of ${status}${headers === undefined ? '' : ' with a long wait'}`, async () => {
      const { hub, world } = await set();
      hub.faults.push({ kind: 'status', status, ...headers === undefined ? {} : { headers } });
      assert.match(await fails(world), message);
      assert.equal(hub.requests.filter(({ server }) => server === 'storage').length, 1);
    });
  }

  it('gives up after some tries without a new byte, keeps what it has, and goes on from it when asked', async () => {
    const { hub, world } = await set();
    hub.faults.push({ kind: 'cut', after: 0 }, { kind: 'cut', after: 120 }, ...Array.from({ length: HASTE.tries }, (): Fault => ({ kind: 'status', status: 503 })));
    assert.match(await fails(world), /out of order \(503\)/);
    const part = await stat(path.join(world.data, 'downloads', 'tiny', 'model.onnx.part'));
    assert.equal(part.size, 120);
    await succeeds(world);
    assert.equal(hub.requests.find(({ server, headers }) => server === 'storage' && headers.range !== undefined)?.headers.range, 'bytes=120-');
  });

  it('takes a plain mirror without lists or hashes, and says that nobody vouched for them', async () => {
    const { world } = await set({ hub: { plain: true } });
    await succeeds(world);
    const { source } = JSON.parse(await readFile(path.join(await world.shelf.folderOf('tiny'), 'model.json'), 'utf8'));
    assert.deepEqual([source.hashes, source.revision], ['first-use', null]);
  });

  it('never joins two versions of a file that changed between two parts', async () => {
    const { hub, world } = await set({ hub: { plain: true }, patience: CALM });
    const changed = Buffer.from(files[DATA] ?? Buffer.alloc(0)).fill(9, 0, 300_000);
    let change: () => void = () => undefined;
    const changes = new Promise<void>((resolve) => { change = resolve; });
    // The graph is whole; its weights are cut, and then are others.
    hub.faults.push({ kind: 'cut', after: files['onnx/model.onnx']?.length ?? 0 }, { kind: 'cut', after: 150_000, when: changes });
    await world.shelf.download({ id: 'tiny' });
    await eventually('the first part', async () => (await stat(path.join(world.data, 'downloads', 'tiny', 'model.onnx_data.part')).catch(() => ({ size: 0 }))).size === 150_000);
    hub.files[DATA] = changed;
    change();
    assert.equal((await world.settled()).installed?.check?.passed, true);
    assert.equal(sha256(await readFile(path.join(await world.shelf.folderOf('tiny'), 'model.onnx_data'))), sha256(changed));
  });

  it('does not begin without room, and says how much is lacking', async () => {
    const { hub, world } = await set();
    world.settings = { ...world.settings, minFreeBytes: Number.MAX_SAFE_INTEGER };
    await assert.rejects(world.shelf.download({ id: 'tiny' }), (error: unknown) => error instanceof EngineError && error.code === 'disk-full' && /must stay so/.test(error.message));
    assert.equal(hub.requests.length, 0);
  });

  it('stops when asked, keeps what is there, and forgets it when asked for that', async () => {
    const { hub, world } = await set({ patience: CALM });
    hub.faults.push({ kind: 'cut', after: files['onnx/model.onnx']?.length ?? 0 }, { kind: 'stall', after: 100_000 });
    await world.shelf.download({ id: 'tiny' });
    await eventually('some bytes', async () => ((await world.listing()).download?.doneBytes ?? 0) > 100_000);
    await world.shelf.cancel({ id: 'tiny' });
    const { download } = await world.listing();
    assert.equal(download?.state, 'stopped');
    assert.ok(download.doneBytes > 100_000);
    assert.ok(download.totalBytes > 400_000);
    await world.shelf.cancel({ id: 'tiny', discard: true });
    assert.equal((await world.listing()).download, null);
    assert.deepEqual(await readdir(path.join(world.data, 'downloads')), []);
  });

  it('does not go on by itself after a restart, but offers to', async () => {
    const { hub, world } = await set({ patience: CALM });
    hub.faults.push({ kind: 'cut', after: files['onnx/model.onnx']?.length ?? 0 }, { kind: 'stall', after: 100_000 });
    await world.shelf.download({ id: 'tiny' });
    await eventually('some bytes', async () => ((await world.listing()).download?.doneBytes ?? 0) > 100_000);
    await world.shelf.close();
    const requests = hub.requests.length;
    const next = world.again();
    open.push(next);
    assert.equal((await next.listing()).download?.state, 'stopped');
    assert.equal(hub.requests.length, requests, 'nothing was asked of the network');
    await succeeds(next);
  });

  it('goes on after the engine was killed in the middle', async () => {
    const { hub, world } = await set();
    hub.faults.push({ kind: 'cut', after: files['onnx/model.onnx']?.length ?? 0 }, { kind: 'stall', after: 200_000 });
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, 'models-downloading-process.ts'), world.data, hub.address], { stdio: ['ignore', 'inherit', 'inherit'] });
    after(() => child.kill('SIGKILL'));
    await eventually('the part to grow', async () => (await stat(path.join(world.data, 'downloads', 'tiny', 'model.onnx_data.part')).catch(() => ({ size: 0 }))).size >= 200_000);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal((await world.listing()).download?.state, 'stopped');
    await succeeds(world);
    assert.ok(hub.requests.some(({ headers }) => headers.range === 'bytes=200000-'));
  });

  it('begins anew over a journal that is damaged', async () => {
    const { hub, world } = await set({ patience: CALM });
    hub.faults.push({ kind: 'cut', after: 100 }, { kind: 'stall', after: 0 });
    await world.shelf.download({ id: 'tiny' });
    await eventually('some bytes', async () => ((await world.listing()).download?.doneBytes ?? 0) >= 100);
    await world.shelf.cancel({ id: 'tiny' });
    // It may have been stopped before it met the second one.
    hub.faults.splice(0);
    await writeFile(path.join(world.data, 'downloads', 'tiny', 'journal.json'), '{"variant":"fp32","files":[{"name":"../../escape"}]}');
    assert.equal((await world.listing()).download, null);
    await succeeds(world);
  });

  it('refuses a changed variant of a model in use, and changes one that is not', async () => {
    const { world } = await set();
    await succeeds(world);
    world.inUse.add('tiny');
    await assert.rejects(world.shelf.download({ id: 'tiny', variant: 'fp16' }), { code: 'model-in-use' });
    await assert.rejects(world.shelf.remove({ id: 'tiny' }), { code: 'model-in-use' });
    assert.equal((await world.listing()).installed?.removable, false);
    world.inUse.clear();
    await world.shelf.download({ id: 'tiny', variant: 'fp16' });
    assert.equal((await world.settled()).installed?.variant, 'fp16');
    await world.shelf.remove({ id: 'tiny' });
    assert.equal((await world.listing()).installed, null);
    await assert.rejects(world.shelf.folderOf('tiny'), { code: 'model-missing' });
  });

  it('shows plainly when the vectors are not the published ones', async () => {
    const published = { ...TINY_TEST, expected: [[0.7646, 0.1414], [0.1355, 0.6]] };
    const { world } = await set({ model: { selfTest: published } });
    await world.shelf.download({ id: 'tiny' });
    const { installed } = await world.settled();
    assert.equal(installed?.check?.passed, false);
    assert.match(installed.check.detail, /not the published vectors: 1\.0000 for 0\.7646/);
    assert.equal((await world.again().listing()).installed?.check?.passed, false, 'the result is kept');
  });

  it('tells listeners of progress, at most four times a second', async () => {
    const { hub, world } = await set();
    hub.faults.push({ kind: 'drip', everyMs: 10, pieces: 100 });
    let calls = 0;
    const stop = world.shelf.onChange(() => { calls += 1; });
    const startedMs = performance.now();
    await succeeds(world);
    const tookMs = performance.now() - startedMs;
    stop();
    assert.ok(calls >= 2);
    // Of the whole time, not between two: one that comes late on a busy machine stands nearer to the next. A timer may be a moment early.
    assert.ok(calls <= 1 + tookMs / 240, `${calls} in ${tookMs} ms`);
  });
});
