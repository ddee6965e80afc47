/** The local reranker over a real small model in its real process: order, deaths, cancellation, models that are none, trust. */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { createLocalReranker } from '../../src/embed/local-reranker.ts';
import { requireTrust } from '../../src/embed/reranker-trust.ts';
import type { Reranker } from '../../src/embed/reranker.ts';
import { eventually, isAlive } from '../fixtures/engine.ts';
import { SMALL } from '../fixtures/qwen3/architecture.ts';
import { writeQwen3Model, writeQwen3Reranker } from '../fixtures/qwen3/model-folder.ts';

// A process that waits to be started again does not keep its parent alive; here nothing else would.
const alive = setInterval(() => {}, 1_000);
after(() => clearInterval(alive));

const FORM = { sizes: SMALL, inputs: 'cache', attention: 'fused', ending: 'logits', maxTokens: 512 } as const;
const QUERY = 'Which text is about the harbour?';
const TEXTS = Array.from({ length: 12 }, (_, index) => `Text ${index}: ${'the harbour is closed today. '.repeat(1 + index)}`);

async function temporary(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'findling-reranker-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function modelFolder(context: TestContext): Promise<string> {
  const folder = await temporary(context);
  await writeQwen3Reranker(folder, FORM);
  return folder;
}

async function open(context: TestContext, folder: string): Promise<Reranker> {
  const reranker = await createLocalReranker({ folder, threads: 1, device: 'cpu' });
  context.after(() => reranker.close());
  return reranker;
}

test('scores come in the order of the texts, run by run, and the process starts with the first request', async (context) => {
  const reranker = await open(context, await modelFolder(context));
  assert.equal(reranker.pid, undefined);
  const parts: [number, readonly number[]][] = [];
  const scores = await reranker.score(QUERY, TEXTS, { next: (from, found) => parts.push([from, found]) });
  assert.equal(scores.length, TEXTS.length);
  assert.deepEqual(parts.flatMap(([, found]) => found), scores);
  assert.deepEqual(parts.map(([from]) => from), TEXTS.map((_, index) => index));
  for (const score of scores) assert.ok(score >= 0 && score <= 1);
  assert.deepEqual(reranker.status(), { state: 'ready', device: 'cpu', trouble: null });
  assert.deepEqual(await reranker.score(QUERY, []), []);
});

test('killed in the middle of reading, it goes on with what is left, once each', async (context) => {
  const reranker = await open(context, await modelFolder(context));
  const whole = await reranker.score(QUERY, TEXTS);
  const pids = new Set<number>();
  const froms: number[] = [];
  const scores = await reranker.score(QUERY, TEXTS, {
    next(from) {
      froms.push(from);
      if (reranker.pid !== undefined) pids.add(reranker.pid);
      if (froms.length === 3 && reranker.pid !== undefined) process.kill(reranker.pid, 'SIGKILL');
    },
  });
  assert.deepEqual(scores, whole);
  assert.deepEqual(froms, TEXTS.map((_, index) => index));
  assert.equal(pids.size, 2);
});

test('killed again and again, it is unavailable and says so, and answers the next request', async (context) => {
  const reranker = await open(context, await modelFolder(context));
  // More texts than it can have read before the first kill, however late that comes.
  const many = Array.from({ length: 2_000 }, () => TEXTS[11] ?? '');
  await assert.rejects(reranker.score(QUERY, many, { next: () => { if (reranker.pid !== undefined) process.kill(reranker.pid, 'SIGKILL'); } }), { code: 'embedder-unavailable' });
  assert.equal((await reranker.score(QUERY, TEXTS.slice(0, 2))).length, 2);
  assert.equal(reranker.status().trouble, null);
});

test('cancelled, it rejects at once, reads nothing more of that search, and the next one is not kept waiting', async (context) => {
  const reranker = await open(context, await modelFolder(context));
  const controller = new AbortController();
  let found = 0;
  await assert.rejects(reranker.score(QUERY, Array.from({ length: 2_000 }, () => TEXTS[11] ?? ''), {
    signal: controller.signal,
    next: () => { if (++found === 2) controller.abort(); },
  }), { code: 'cancelled' });
  // Two thousand texts would take minutes.
  assert.equal((await reranker.score(QUERY, TEXTS.slice(0, 1))).length, 1);
  assert.equal(found, 2);
  await assert.rejects(reranker.score(QUERY, TEXTS, { signal: controller.signal }), { code: 'cancelled' });
});

test('a model for embedding is refused, and one whose graph is broken is down with the reason', async (context) => {
  const embedding = await temporary(context);
  await writeQwen3Model(embedding, { ...FORM, ending: 'hidden' });
  await assert.rejects(createLocalReranker({ folder: embedding, threads: 1, device: 'cpu' }), { code: 'model-invalid' });

  const broken = await temporary(context);
  // A graph without logits under the description of one with them.
  await writeQwen3Model(broken, { ...FORM, ending: 'hidden', overrides: { task: 'reranking', graph: { output: 'logits' } } });
  const reranker = await open(context, broken);
  await assert.rejects(reranker.score(QUERY, TEXTS), (error: Error & { readonly code?: string }) => {
    assert.equal(error.code, 'embedder-unavailable');
    assert.match(error.message, /no output "logits"/);
    return true;
  });
  assert.equal(reranker.status().state, 'down');
});

test('closed, its process is gone', async (context) => {
  const reranker = await createLocalReranker({ folder: await modelFolder(context), threads: 1, device: 'cpu' });
  await reranker.score(QUERY, TEXTS.slice(0, 1));
  const { pid } = reranker;
  assert.ok(pid !== undefined);
  await reranker.close();
  await eventually('the process to end', () => !isAlive(pid));
});

test('a device is trusted when it scores as the processor did, which is asked once and kept; another is put aside', async (context) => {
  const folder = await modelFolder(context);
  const kept = join(await temporary(context), 'references.json');
  let asked = 0;
  const onCpu = (): Promise<Reranker> => {
    asked++;
    return createLocalReranker({ folder, threads: 1, device: 'cpu' });
  };
  await requireTrust(await open(context, folder), onCpu, { fingerprint: 'a', precision: 'fp32' }, kept);
  await requireTrust(await open(context, folder), onCpu, { fingerprint: 'a', precision: 'fp32' }, kept);
  assert.equal(asked, 1);
  // As a device would score that computes something else.
  const [entry] = Object.entries(JSON.parse(await readFile(kept, 'utf8')) as Record<string, number[]>);
  assert.ok(entry !== undefined);
  await writeFile(kept, JSON.stringify({ [entry[0]]: entry[1].map((score) => 1 - score) }));
  const wrong = await open(context, folder);
  await assert.rejects(requireTrust(wrong, onCpu, { fingerprint: 'a', precision: 'fp32' }, kept), { code: 'device-untrusted' });
  assert.equal(wrong.pid, undefined, 'it was ended');
});
