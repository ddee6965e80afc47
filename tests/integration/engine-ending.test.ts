/** The end of an engine that has work waiting: it ends, and promptly. Regression: a lane woken after the gate closed spun for ever and held up every timer. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { eventually, gone, isAlive, startEngine, testPlace, writeTree } from '../fixtures/engine.ts';

async function busyEngine() {
  const place = await testPlace();
  await writeTree(place.files, Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`part-${index % 7}/note-${index}.txt`, `Note ${index} about the garden in spring.\n`.repeat(20)])));
  const engine = await startEngine(place.data);
  await engine.client.call('roots.add', { path: place.files });
  await eventually('work to be under way', async () => {
    const { counts } = await engine.client.call('index.status', undefined);
    return counts.indexed > 0;
  });
  return { place, engine };
}

test('an engine with files waiting ends when asked', async () => {
  const { place, engine } = await busyEngine();
  await engine.stop();
  assert.equal(isAlive(engine.pid), false);
  await place.remove();
});

test('an engine whose data directory was deleted under it ends when told to', { skip: process.platform === 'win32' }, async () => {
  const { place, engine } = await busyEngine();
  // Stopped meanwhile: it neither writes into what is being deleted nor sees by itself, before it is told, that its directory is gone.
  process.kill(engine.pid, 'SIGSTOP');
  await rm(place.data, { recursive: true, force: true });
  process.kill(engine.pid, 'SIGTERM');
  process.kill(engine.pid, 'SIGCONT');
  await gone(engine.pid);
  await place.remove();
});
