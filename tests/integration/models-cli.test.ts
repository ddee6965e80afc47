/** `findling models` against a real engine and a hub on this machine. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { eventually, testPlace } from '../fixtures/engine.ts';
import type { Fault, Hub } from '../fixtures/model-hub.ts';
import { GRAPH_BYTES, RERANKER, startRerankerHub } from '../fixtures/reranker-hub.ts';
import { writeTinyModel } from '../fixtures/tiny-model.ts';
import { runCli, startCli, type Ran } from './cli-run.ts';

const BUILT_IN = 'findling-static-multilingual';

describe('findling models', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  let hub: Hub;
  const run = (...args: string[]): Promise<Ran> => runCli(args, { data: place.data });

  before(async () => {
    place = await testPlace();
    hub = await startRerankerHub();
    assert.equal((await run('config', 'set', 'downloads.mirror', hub.address)).code, 0);
    assert.equal((await run('config', 'set', 'minFreeBytes', '0')).code, 0);
  });
  after(async () => {
    await run('stop');
    await hub.close();
    await place.remove();
  });

  it('lists what there is and what could be, with sizes, licences and what each is good for', async () => {
    const { code, out } = await run('models');
    assert.equal(code, 0);
    assert.match(out, new RegExp(`^${BUILT_IN} \\(\\d+ dimensions\\), in use`, 'm'));
    assert.match(out, /^qwen3-embedding-0\.6b - Qwen3-Embedding 0\.6B \(1024 dimensions\)$/m);
    assert.match(out, /^ {4}fp32 +2\.2 GB {2}Full precision.* \(recommended here\)$/m);
    assert.match(out, /Licence: Gemma Terms of Use/);
    const { models } = JSON.parse((await run('models', 'list', '--json')).out);
    assert.deepEqual(models.map(({ id }: { id: string }) => id), [BUILT_IN, 'qwen3-embedding-0.6b', 'embeddinggemma-300m', 'multilingual-e5-small', 'bge-m3', RERANKER]);
    assert.equal(hub.requests.length, 0, 'listing asks nothing of the network');
  });

  it('leaves a download to the engine on Ctrl-C, stops it on request, and goes on later', async () => {
    // However long the commands below take: a server given up as silent is silent again.
    hub.faults.push({ kind: 'cut', after: GRAPH_BYTES }, { kind: 'stall', after: 100_000 }, ...Array.from({ length: 100 }, (): Fault => ({ kind: 'stall', after: 0 })));
    const child = startCli(['models', 'download', RERANKER, '--variant', 'fp16'], { data: place.data });
    let err = '';
    child.stderr?.setEncoding('utf8').on('data', (text) => { err += String(text); });
    const states = async (): Promise<{ state: string; doneBytes: number } | null> => JSON.parse((await run('models', '--json')).out).models.find(({ id }: { id: string }) => id === RERANKER).download;
    await eventually('some bytes', async () => ((await states())?.doneBytes ?? 0) > 100_000);
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'close'), [130, null]);
    assert.match(err, /goes on in the background/);
    assert.equal((await states())?.state, 'downloading');
    assert.equal((await run('models', 'cancel', RERANKER)).code, 0);
    assert.equal((await states())?.state, 'stopped');
    assert.match((await run('models')).out, /Download of fp16: .* stopped/);
    hub.faults.splice(0);

    // What is downloaded here is no reranker: installed, and said plainly.
    const { code, err: told } = await run('models', 'download', RERANKER);
    assert.equal(code, 2, told);
    assert.match(told, /Qwen3-Reranker 0\.6B is installed/);
    assert.match(told, /SELF-TEST FAILED: /);
    assert.ok(hub.requests.some(({ headers }) => headers.range === 'bytes=100000-'));
    assert.match((await run('models')).out, /Installed as fp16, .*\n +SELF-TEST FAILED/);
  });

  it('removes only with a yes, and not what came with Findling', async () => {
    assert.match((await run('models', 'remove', RERANKER)).err, /--yes/);
    assert.equal((await run('models', 'remove', RERANKER, '--yes')).code, 0);
    assert.deepEqual(await readdir(path.join(place.data, 'models')), []);
    const builtIn = await run('models', 'remove', BUILT_IN, '--yes');
    assert.equal(builtIn.code, 2);
    assert.match(builtIn.err, /came with Findling|answers searches/);
  });

  it('imports and verifies, with the self-test as exit code', async () => {
    const good = await run('models', 'import', path.join(import.meta.dirname, '..', '..', 'resources', 'models', BUILT_IN));
    assert.equal(good.code, 0, good.err);
    assert.match(good.err, /Self-test passed: Each test question is nearest/);
    const tiny = path.join(place.files, 'tiny');
    await writeTinyModel(tiny);
    const bad = await run('models', 'import', tiny, '--json');
    assert.equal(bad.code, 2);
    assert.equal(JSON.parse(bad.out).installed.check.passed, false);
    assert.equal((await run('models', 'verify', BUILT_IN)).code, 0);
    assert.match((await run('models', 'verify', 'tiny')).out, /^SELF-TEST FAILED/);
  });

  it('tells what is wrong before an engine is asked, and what is not there', async () => {
    for (const [args, message] of [
      [['dance'], /There is no action 'dance'/], [['download'], /findling models download <model>/], [['list', 'x'], /findling models list/], [['verify', 'a', 'b'], /findling models verify/],
      [['download', 'gpt'], /registry knows no model "gpt"/], [['download', RERANKER, '--variant', 'q1'], /no variant "q1"\. It has: fp32, fp16/], [['verify', 'gpt'], /not on this machine/], [['import', place.files], /no model\.json here/],
    ] as const) {
      const { code, err } = await run('models', ...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, message);
    }
  });
});
