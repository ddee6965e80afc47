/**
 * Devices other than the CPU, for real: onnxruntime's WebGPU provider on a graphics card made of software, in the real embedder process. What a
 * faulty card does (wrong results, hangs, crashes, no memory) is provoked where its results are read (device-fault.ts).
 */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import type { DeviceStatus } from '../../src/contract/models.ts';
import type { Embedder } from '../../src/embed/embedder.ts';
import { createOnnxEmbedder, type OnnxEmbedderOptions } from '../../src/embed/onnx-embedder.ts';
import { eventually } from '../fixtures/engine.ts';
import { SMALL } from '../fixtures/qwen3/architecture.ts';
import { cosine, expectedCases } from '../fixtures/qwen3/expected.ts';
import { writeQwen3Model } from '../fixtures/qwen3/model-folder.ts';
import { NO_SOFTWARE_GPU, softwareGpu } from '../fixtures/software-gpu.ts';
import { writeTinyModel } from '../fixtures/tiny-model.ts';

const words = ['red', 'green', 'blue', 'dark'];
const texts = Array.from({ length: 60 }, (_, index) => Array.from({ length: 1 + ((index * 7) % 40) }, (_, word) => words[(index + word * word) % 4]).join(' '));

let place = '';
let model = '';
/** The CPU's vectors of `texts`. */
let expected: Float32Array = new Float32Array();
const environmentBefore = { ...process.env };
before(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'findling-device-'));
  model = path.join(place, 'model');
  await writeTinyModel(model, { pooling: 'mean', maxTokens: 512, windowTokens: 512 });
  const cpu = await createOnnxEmbedder({ folder: model, threads: 1 });
  expected = await cpu.embedDocuments(texts);
  await cpu.close();
  if (NO_SOFTWARE_GPU === false) Object.assign(process.env, await softwareGpu());
});
after(async () => {
  process.env = environmentBefore;
  await rm(place, { recursive: true });
});

/** A large graph compiles for seconds of processor time on a card made of software: on a busy machine that is minutes, which say nothing of the card. */
const PATIENCE_MS = 900_000;

/** `fault` as device-fault.ts reads it, for every process this embedder starts: so one embedder with a fault at a time. */
async function open(context: TestContext, options: Partial<OnnxEmbedderOptions> & { readonly fault?: string }): Promise<Embedder> {
  const { fault, ...rest } = options;
  if (fault === undefined) delete process.env['FINDLING_DEVICE_FAULT'];
  else process.env['FINDLING_DEVICE_FAULT'] = fault;
  const embedder = await createOnnxEmbedder({ folder: model, threads: 1, device: 'webgpu', queryWaitMs: PATIENCE_MS, ...rest, deviceLimits: { loadMs: PATIENCE_MS, testMs: PATIENCE_MS, ...rest.deviceLimits } });
  // The engine has other things that keep it alive while a restart is waited for; a test has this.
  const alive = setInterval(() => {}, 60_000);
  context.after(async () => {
    clearInterval(alive);
    await embedder.close();
    delete process.env['FINDLING_DEVICE_FAULT'];
  });
  return embedder;
}

const webgpu = (embedder: Embedder): DeviceStatus => {
  const status = embedder.status().devices.find(({ device }) => device === 'webgpu');
  assert.ok(status !== undefined);
  return status;
};
const inUse = (embedder: Embedder): Promise<void> => eventually('the graphics card is in use', () => webgpu(embedder).state === 'in-use' && embedder.status().state === 'ready', PATIENCE_MS);
const aside = (embedder: Embedder): Promise<void> => eventually('the graphics card is put aside', () => webgpu(embedder).state === 'put-aside' && embedder.status().state === 'ready');

function assertSame(actual: Float32Array, expected: Float32Array): void {
  assert.equal(actual.length, expected.length);
  assert.ok(actual.every((value, index) => Math.abs(value - (expected[index] ?? 0)) < 1e-3), 'the vectors are those of the CPU');
}

const only = { skip: NO_SOFTWARE_GPU };

test('a card that passes its test takes over from the CPU, and its vectors are the CPU\'s', only, async (context) => {
  const embedder = await open(context, {});
  assert.equal(embedder.status().device, 'cpu', 'the CPU answers until the test is passed');
  assertSame(await embedder.embedDocuments(texts), expected);
  await inUse(embedder);
  assert.equal(embedder.status().device, 'webgpu');
  assert.deepEqual(embedder.status().devices.find(({ device }) => device === 'cpu'), { device: 'cpu', state: 'trusted', reason: null });
  assertSame(await embedder.embedDocuments(texts), expected);
  assertSame(await embedder.embedQuery(texts[5] ?? ''), expected.subarray(20, 24));
});

test('what was found is remembered: a trusted card is used from the start, after a quick test; a damaged memory costs one more test', only, async (context) => {
  const verdictsPath = path.join(place, 'trusted.json');
  const first = await open(context, { verdictsPath });
  await inUse(first);
  await first.close();
  const second = await open(context, { verdictsPath });
  assert.equal(second.status().device, 'webgpu', 'no process for the CPU');
  await inUse(second);
  await second.close();
  await writeFile(verdictsPath, (await readFile(verdictsPath, 'utf8')).slice(0, 100));
  const third = await open(context, { verdictsPath });
  assert.equal(third.status().device, 'cpu');
  await inUse(third);
});

test('a card that went wrong since it was trusted is noticed at the start, before anyone gets its vectors', only, async (context) => {
  const verdictsPath = path.join(place, 'went-wrong.json');
  const first = await open(context, { verdictsPath });
  await inUse(first);
  await first.close();
  const second = await open(context, { verdictsPath, fault: 'webgpu:wrong' });
  assertSame(await second.embedDocuments(texts), expected);
  await aside(second);
});

test('a card with wrong results is put aside with the reason, not tried at the next start, and tried again on request', only, async (context) => {
  const verdictsPath = path.join(place, 'wrong.json');
  const first = await open(context, { verdictsPath, fault: 'webgpu:wrong' });
  await aside(first);
  assert.match(webgpu(first).reason ?? '', /vectors.*cosine/);
  assert.equal(first.status().device, 'cpu');
  await first.close();
  const second = await open(context, { verdictsPath });
  assert.equal(webgpu(second).state, 'put-aside');
  assertSame(await second.embedDocuments(texts), expected);
  second.retestDevices?.();
  await inUse(second);
});

test('a card that hangs in its test is killed from outside and put aside', only, async (context) => {
  const embedder = await open(context, { fault: 'webgpu:hang:3', deviceLimits: { lookMs: 200, silentLooks: 5 } });
  const query = embedder.embedQuery('red green');
  await aside(embedder);
  assert.match(webgpu(embedder).reason ?? '', /stopped answering/);
  assert.equal((await query).length, 4, 'the CPU answered meanwhile');
});

test('a card that ends the process in its test costs that process alone', only, async (context) => {
  const embedder = await open(context, { fault: 'webgpu:crash:2' });
  await eventually('the CPU is ready', () => embedder.status().state === 'ready');
  const pid = embedder.pid;
  await aside(embedder);
  assert.match(webgpu(embedder).reason ?? '', /ended.*SIGABRT/);
  assert.equal(embedder.pid, pid);
});

/** Works until the card is given up; every result on the way must be right. */
async function workUntilAside(embedder: Embedder): Promise<void> {
  for (let round = 0; round < 20 && webgpu(embedder).state !== 'put-aside'; round++) assertSame(await embedder.embedDocuments(texts), expected);
  await aside(embedder);
  assertSame(await embedder.embedDocuments(texts), expected);
}

// The self-test takes 20 runs.
for (const [what, fault] of [['crashes', 'webgpu:crash:23'], ['gives no numbers', 'webgpu:nan:23']] as const) {
  test(`a card that ${what} again and again at work is put aside, and no work is lost`, only, async (context) => {
    const embedder = await open(context, { fault });
    await inUse(embedder);
    await workUntilAside(embedder);
  });
}

test('a card that hangs at work is put aside too', only, async (context) => {
  const embedder = await open(context, { fault: 'webgpu:hang:23', deviceLimits: { lookMs: 250, silentLooks: 12 } });
  await inUse(embedder);
  await workUntilAside(embedder);
  assert.match(webgpu(embedder).reason ?? '', /stopped answering/);
});

test('where memory is short, runs get smaller and the card stays in use', only, async (context) => {
  const embedder = await open(context, { fault: 'webgpu:memory:512' });
  await inUse(embedder);
  const long = texts.map((text) => Array.from({ length: 6 }, () => text).join(' '));
  const vectors = await embedder.embedDocuments(long);
  assert.equal(embedder.status().device, 'webgpu');
  const cpu = await open(context, { device: 'cpu' });
  assertSame(vectors, await cpu.embedDocuments(long));
});

test('a card whose memory is taken is left alone for a while, then used', only, async (context) => {
  const verdictsPath = path.join(place, 'memory.json');
  const limits = { memoryRestMs: 50, memoryRetryMs: 1_500 };
  const first = await open(context, { verdictsPath, deviceLimits: limits });
  await inUse(first);
  await first.close();
  const second = await open(context, { verdictsPath, deviceLimits: limits, fault: 'webgpu:memory:0' });
  const reasons: (string | null)[] = [];
  second.onStatus(() => reasons.push(webgpu(second).reason));
  const vectors = await second.embedDocuments(texts);
  assert.equal(second.status().device, 'cpu');
  assert.ok(reasons.some((reason) => /memory is free/.test(reason ?? '')), reasons.join('; '));
  delete process.env['FINDLING_DEVICE_FAULT'];
  await inUse(second);
  assertSame(vectors, await second.embedDocuments(texts));
});

test('a card slower than the CPU is put aside unless the person chose it', only, async (context) => {
  // The CPU takes milliseconds for all of the test.
  const fault = 'webgpu:slow:250';
  const embedder = await open(context, { device: 'auto', fault, deviceLimits: { fastTokensPerSecond: Number.POSITIVE_INFINITY } });
  await aside(embedder);
  assert.match(webgpu(embedder).reason ?? '', /slower than the CPU/);
  const chosen = await open(context, { fault });
  await inUse(chosen);
});

test('a model that the CPU embeds fast enough gets no other device', only, async (context) => {
  const embedder = await open(context, { device: 'auto', deviceLimits: { fastTokensPerSecond: 1 } });
  await eventually('it is known', () => /no other device is needed/.test(webgpu(embedder).reason ?? ''));
  assert.equal(webgpu(embedder).state, 'untested');
});

test('a model that does not fit the memory allowed is not put on the card', only, async (context) => {
  const embedder = await open(context, { gpuMemoryBytes: 50_000_000 });
  await eventually('it is known', () => webgpu(embedder).state === 'unavailable');
  assert.match(webgpu(embedder).reason ?? '', /MB of GPU memory, and 50 MB are allowed/);
});

test('a system without a graphics card says so, and is asked again only after a change', only, async (context) => {
  const verdictsPath = path.join(place, 'none.json');
  const paths = { VK_ICD_FILENAMES: process.env['VK_ICD_FILENAMES'], VK_DRIVER_FILES: process.env['VK_DRIVER_FILES'] };
  Object.assign(process.env, { VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: '/nowhere.json' });
  const first = await open(context, { verdictsPath });
  await eventually('it is known', () => webgpu(first).state === 'unavailable');
  assert.match(webgpu(first).reason ?? '', /no such device/);
  await first.close();
  Object.assign(process.env, paths);
  const second = await open(context, { verdictsPath });
  await inUse(second);
});

// Longer texts, and more layers, take a card made of software too long.
const SHORT = 32;

test("a graph of the Qwen3 architecture gives the reference's vectors on a card", only, async (context) => {
  const folder = path.join(place, 'plain');
  await writeQwen3Model(folder, { sizes: SMALL, inputs: 'plain', attention: 'standard', ending: 'pooled', maxTokens: SHORT });
  const embedder = await open(context, { folder });
  await inUse(embedder);
  const cases = expectedCases.filter(({ tokens, document }) => document !== null && tokens <= SHORT);
  assert.ok(cases.length >= 3);
  const vectors = await embedder.embedDocuments(cases.map(({ document }) => document ?? ''));
  assert.equal(embedder.status().device, 'webgpu');
  const { dimension } = embedder.model;
  cases.forEach((one, row) => {
    const similarity = cosine(vectors.subarray(row * dimension, (row + 1) * dimension), one.vector('small').subarray(0, dimension));
    assert.ok(similarity >= 0.9999, `${one.name}: ${similarity}`);
  });
});

test('a card that really computes a graph wrongly, without an error, is found out', only, async (context) => {
  // onnxruntime 1.30.0's fused attention gives other vectors from 32 tokens on, on this card; why is not known.
  const folder = path.join(place, 'fused');
  await writeQwen3Model(folder, { sizes: { ...SMALL, layers: 1 }, inputs: 'cache', attention: 'fused', ending: 'hidden', maxTokens: SHORT });
  const embedder = await open(context, { folder });
  await eventually('the test is over', () => webgpu(embedder).state !== 'untested', PATIENCE_MS);
  assert.match(webgpu(embedder).reason ?? '', /vectors are not those of the CPU.*cosine/);
  assert.equal(embedder.status().device, 'cpu');
});
