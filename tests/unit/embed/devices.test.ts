/** Which devices there are, what they may take, how often they may fail, and what is remembered of them. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { FaultCount, MemoryBackOff } from '../../../src/embed/device-faults.ts';
import { activationBudget, activationBytes, budgetTrouble, isMemoryFailure, rowsThatFit } from '../../../src/embed/device-memory.ts';
import { DeviceVerdicts, type TestCircumstances } from '../../../src/embed/device-verdicts.ts';
import { candidates, providerOf, wanted } from '../../../src/embed/devices.ts';
import { graphicsSignature } from '../../../src/embed/graphics-signature.ts';
import { judge, leastCosine, SELF_TEST_TEXTS, usableReference, type SelfTestRun } from '../../../src/embed/self-test.ts';

async function folder(context: TestContext): Promise<string> {
  const place = await mkdtemp(path.join(tmpdir(), 'findling-devices-'));
  context.after(() => rm(place, { recursive: true }));
  return place;
}

test('WebGPU is offered where onnxruntime has it, CUDA only where its library lies', async (context) => {
  const place = await folder(context);
  for (const system of ['win32 x64', 'win32 arm64', 'darwin arm64', 'linux x64']) {
    const [platform = '', arch = ''] = system.split(' ');
    assert.deepEqual(wanted('auto', candidates(platform, arch, place)), ['webgpu'], system);
  }
  for (const system of ['linux arm64', 'darwin x64']) {
    const [platform = '', arch = ''] = system.split(' ');
    assert.deepEqual(wanted('auto', candidates(platform, arch, place)), [], system);
    assert.match(candidates(platform, arch, place)[0]?.missing ?? '', /cannot be used/);
  }
  await writeFile(path.join(place, 'libonnxruntime_providers_cuda.so'), '');
  assert.deepEqual(wanted('auto', candidates('linux', 'x64', place)), ['cuda', 'webgpu']);
  assert.deepEqual(wanted('webgpu', candidates('linux', 'x64', place)), ['webgpu']);
  assert.deepEqual(wanted('cpu', candidates('linux', 'x64', place)), []);
});

test('a provider gets no option but the ones that this onnxruntime takes', () => {
  assert.deepEqual(providerOf('webgpu', []), { name: 'webgpu' });
  assert.deepEqual(providerOf('webgpu', ['look-up']), { name: 'webgpu', forceCpuNodeNames: ['look-up'] });
  assert.equal(providerOf('cpu', ['look-up']), 'cpu');
});

test('more rows fit in more memory, fewer of long texts, and never none', () => {
  assert.ok(activationBytes(2, 512, 1024) > 2 * activationBytes(1, 512, 1024) * 0.99);
  assert.ok(activationBytes(1, 1024, 1024) > 2 * activationBytes(1, 512, 1024), 'attention grows with the square');
  const budget = activationBudget(0, 1_200_000_000);
  assert.ok(rowsThatFit(512, 1024, budget) >= 8 && rowsThatFit(512, 1024, budget) < 64, `${rowsThatFit(512, 1024, budget)}`);
  assert.equal(rowsThatFit(8192, 1024, 1), 1);
});

test('a budget that the model does not fit is told in megabytes', () => {
  assert.equal(budgetTrouble(0, 5e9, 1024), null);
  assert.equal(budgetTrouble(2_000_000_000, 1_200_000_000, 1024), null);
  assert.match(budgetTrouble(1_000_000_000, 1_200_000_000, 1024) ?? '', /1[34]\d\d MB.*1000 MB are allowed/);
});

test('words of several libraries for missing memory are known, others are not taken for them', () => {
  for (const message of ['VK_ERROR_OUT_OF_DEVICE_MEMORY', 'D3D12: E_OUTOFMEMORY', 'std::bad_alloc', 'Failed to allocate memory for requested buffer of size 1024', 'CUDA failure 2: out of memory']) {
    assert.ok(isMemoryFailure(message), message);
  }
  for (const message of ['Device was lost', 'Non-zero status code returned while running Gather node', 'Failed to get a WebGPU adapter']) assert.ok(!isMemoryFailure(message), message);
});

test('three faults in ten minutes are too many, two hangs are, and old ones are forgotten', () => {
  const crashes = new FaultCount();
  assert.deepEqual([0, 1, 2].map((at) => crashes.add(false, at)), [false, false, true]);
  const hangs = new FaultCount();
  assert.deepEqual([0, 1].map((at) => hangs.add(true, at)), [false, true]);
  const rare = new FaultCount();
  assert.ok([0, 1, 2, 3, 4, 5].every((day) => !rare.add(false, day * 86_400_000)));
});

test('missing memory: first a short wait, then the CPU for longer and longer up to an hour, and patience again after calm', () => {
  const backOff = new MemoryBackOff({ memoryRestMs: 3_000, memoryRetryMs: 120_000, longestRetryMs: 3_600_000 });
  assert.deepEqual(backOff.next(0), { patient: true, ms: 3_000 });
  const waits: number[] = [];
  for (let at = 1; waits.length < 8; at++) waits.push(backOff.next(at).ms);
  assert.deepEqual(waits, [120_000, 240_000, 480_000, 960_000, 1_920_000, 3_600_000, 3_600_000, 3_600_000]);
  assert.equal(backOff.next(10 * 3_600_000).patient, true);
});

const DIMENSION = 4;
function run(change: (value: number, row: number) => number = (value) => value, ms = 100): SelfTestRun {
  const vectors = Float32Array.from({ length: SELF_TEST_TEXTS.length * DIMENSION }, (_, index) => change(Math.sin(index + 1), Math.floor(index / DIMENSION)));
  return { vectors, together: null, ms, tokens: 300 };
}

test('rounding passes, by as much as the precision explains; anything else does not', () => {
  const slightly = run((value, row) => value + (row % 2 === 0 ? 0.05 : -0.05));
  assert.equal(judge(run(), run((value) => value * 1.0001), DIMENSION, 'fp32', true).trouble, null);
  assert.equal(judge(run(), slightly, DIMENSION, 'fp32', true).trouble, 'wrong');
  assert.equal(judge(run(), slightly, DIMENSION, 'quantized', true).trouble, null);
  for (const precision of ['fp32', 'fp16', 'quantized'] as const) {
    assert.equal(judge(run(), run((value, row) => (row === 3 ? -value : value)), DIMENSION, precision, true).trouble, 'wrong', 'one text of nine');
    assert.equal(judge(run(), run(() => Number.NaN), DIMENSION, precision, true).trouble, 'wrong');
    assert.equal(judge(run(), run(() => 0), DIMENSION, precision, true).trouble, 'wrong');
    assert.equal(judge(run(), { ...run(), vectors: new Float32Array() }, DIMENSION, precision, true).trouble, 'wrong');
  }
});

test('batches must give what single texts give', () => {
  const wrongTogether = { ...run(), together: run((value, row) => (row === 8 ? 0 : value)).vectors };
  assert.equal(judge(run(), wrongTogether, DIMENSION, 'fp16', true).trouble, 'wrong');
});

test('slower than the CPU is too slow, unless a person chose the device', () => {
  assert.match(judge(run(undefined, 100), run(undefined, 101), DIMENSION, 'fp32', true).reason ?? '', /101 ms against 100 ms/);
  assert.equal(judge(run(undefined, 100), run(undefined, 101), DIMENSION, 'fp32', false).trouble, null);
});

test('texts that a model has no token for compare as equal; a reference of such alone is none', () => {
  assert.equal(leastCosine(new Float32Array(8), new Float32Array(8), 4), 1);
  assert.ok(usableReference(run(), DIMENSION));
  assert.ok(!usableReference(run(() => 0), DIMENSION));
  assert.ok(!usableReference(run((value, row) => (row === 0 ? Number.NaN : value)), DIMENSION), 'fp16 graphs overflow on some CPUs');
});

const circumstances: TestCircumstances = { model: 'a', runtime: '1.30.0', graphics: 'card 1', threads: 2 };

test('a verdict holds until driver, runtime or model change; a reference until runtime, model or threads do', async (context) => {
  const file = path.join(await folder(context), 'verdicts.json');
  const first = new DeviceVerdicts(file, circumstances);
  await first.read();
  assert.equal(first.verdict('webgpu'), null);
  await first.keepVerdict('webgpu', { kind: 'wrong', reason: 'because', atMs: 5 });
  await first.keepReference(run());
  const remembered = async (change: Partial<TestCircumstances>): Promise<readonly [boolean, boolean]> => {
    const again = new DeviceVerdicts(file, { ...circumstances, ...change });
    await again.read();
    return [again.verdict('webgpu') !== null, again.reference() !== null];
  };
  assert.deepEqual(await remembered({}), [true, true]);
  assert.deepEqual(await remembered({ graphics: 'card 2' }), [false, true]);
  assert.deepEqual(await remembered({ runtime: '1.31.0' }), [false, false]);
  assert.deepEqual(await remembered({ model: 'b' }), [false, false]);
  assert.deepEqual(await remembered({ threads: 4 }), [true, false]);
  const again = new DeviceVerdicts(file, circumstances);
  await again.read();
  assert.deepEqual(again.verdict('webgpu'), { kind: 'wrong', reason: 'because', atMs: 5 });
  assert.deepEqual(again.reference(), run());
  assert.equal(again.verdict('cuda'), null);
});

for (const [what, content] of [['cut off', '{"format":1,"verdicts":{"x"'], ['of another format', '{"format":2,"verdicts":{},"references":{}}'], ['of other types', '{"format":1,"verdicts":{"k":5},"references":[]}']] as const) {
  test(`a memory of verdicts that is ${what} counts as none, and is written anew in one piece`, async (context) => {
    const place = await folder(context);
    const file = path.join(place, 'verdicts.json');
    await writeFile(file, content);
    const verdicts = new DeviceVerdicts(file, circumstances);
    await verdicts.read();
    assert.equal(verdicts.verdict('webgpu'), null);
    await verdicts.keepVerdict('webgpu', { kind: 'trusted', reason: null, atMs: 1 });
    const again = new DeviceVerdicts(file, circumstances);
    await again.read();
    assert.equal(again.verdict('webgpu')?.kind, 'trusted');
    assert.deepEqual(await readdir(place), ['verdicts.json']);
  });
}

test('the signature of the graphics is stable, and another driver file changes it', { skip: process.platform !== 'linux' }, async (context) => {
  const place = await folder(context);
  const before = process.env['VK_DRIVER_FILES'];
  context.after(() => {
    if (before === undefined) delete process.env['VK_DRIVER_FILES'];
    else process.env['VK_DRIVER_FILES'] = before;
  });
  await mkdir(path.join(place, 'drivers'));
  const announcement = path.join(place, 'drivers', 'card.json');
  const library = path.join(place, 'drivers', 'card.so');
  await writeFile(announcement, '{"ICD": {"library_path": "./card.so"}}');
  await writeFile(library, 'version 1');
  process.env['VK_DRIVER_FILES'] = announcement;
  const first = await graphicsSignature();
  assert.equal(await graphicsSignature(), first);
  await writeFile(library, 'version 2.0');
  assert.notEqual(await graphicsSignature(), first);
});
