import assert from 'node:assert/strict';
import os from 'node:os';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../../src/config.ts';
import type { Settings } from '../../../src/contract/settings.ts';
import { Gate } from '../../../src/index/gate.ts';

function gateWith(change: Partial<Settings>, indexBytes: () => number = () => 0): { gate: Gate; settings: { now: Settings } } {
  const settings = { now: { ...DEFAULT_SETTINGS, minFreeBytes: 0, onBattery: 'run', ...change } as Settings };
  return { gate: new Gate({ dataDirectory: os.tmpdir(), settings: () => settings.now, indexBytes: async () => indexBytes(), onChange() {} }), settings };
}

/** Has the promise settled once everything that needs no timer has run? */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  await new Promise((resolve) => { setImmediate(resolve); });
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

test('a pause holds work and a resume lets it go on', async () => {
  const { gate } = gateWith({});
  assert.equal(await gate.open('fresh'), true);
  gate.pause(undefined);
  const waiting = gate.open('fresh');
  assert.equal(await isSettled(waiting), false);
  assert.equal(gate.hold, 'paused');
  gate.resume();
  assert.equal(await waiting, true);
  gate.close();
});

test('too little free space holds at once when the setting changes, and lets go when it changes back', async () => {
  const { gate, settings } = gateWith({});
  await gate.open('fresh');
  settings.now = { ...settings.now, minFreeBytes: 2 ** 52 };
  await gate.settingsChanged();
  assert.equal(gate.hold, 'disk-full');
  const waiting = gate.open('fresh');
  assert.equal(await isSettled(waiting), false);
  settings.now = { ...settings.now, minFreeBytes: 0 };
  await gate.settingsChanged();
  assert.equal(await waiting, true);
  gate.close();
});

test('a directory that is gone counts as a full disk, not as an error', async () => {
  const gate = new Gate({ dataDirectory: '/no/such/directory', settings: () => ({ ...DEFAULT_SETTINGS, onBattery: 'run' }), indexBytes: async () => 0, onChange() {} });
  const waiting = gate.open('fresh');
  await gate.settingsChanged();
  assert.equal(gate.hold, 'disk-full');
  gate.close();
  assert.equal(await waiting, false);
});

test('closing answers false to whoever waits', async () => {
  const { gate } = gateWith({});
  gate.pause(undefined);
  const waiting = gate.open('fresh');
  gate.close();
  assert.equal(await waiting, false);
  assert.equal(await gate.open('fresh'), false);
});

test('bulk work rests while somebody searches, a fresh file does not', async () => {
  const { gate } = gateWith({});
  await gate.open('fresh');
  const ended = gate.searchBegins();
  const bulk = gate.open('bulk');
  // Its timers do not keep a process alive; the engine's own work does.
  const alive = setInterval(() => {}, 1_000);
  assert.equal(await gate.open('fresh'), true);
  assert.equal(await isSettled(bulk), false);
  ended();
  assert.equal(await bulk, true);
  clearInterval(alive);
  gate.close();
});

test('an index at its limit holds all work, says so, and lets go when the limit is raised or files are forgotten', async () => {
  let bytes = 900;
  const { gate, settings } = gateWith({ maxIndexBytes: 1_000 }, () => bytes);
  assert.equal(await gate.open('fresh'), true);
  bytes = 1_000;
  await gate.settingsChanged();
  assert.equal(gate.hold, 'index-full');
  assert.match(gate.trouble ?? '', /limit of 1000 bytes/);
  const waiting = Promise.all([gate.open('fresh'), gate.open('bulk')]);
  assert.equal(await isSettled(waiting), false);
  settings.now = { ...settings.now, maxIndexBytes: 2_000 };
  await gate.settingsChanged();
  assert.deepEqual(await waiting, [true, true]);
  assert.equal(gate.trouble, null);
  settings.now = { ...settings.now, maxIndexBytes: 1_000 };
  await gate.settingsChanged();
  const again = gate.open('bulk');
  bytes = 500;
  await gate.indexShrank();
  assert.equal(await again, true);
  gate.close();
});

test('the size of the index is asked for no more often than it can have grown to the limit, and never without one', async () => {
  let asked = 0;
  const { gate, settings } = gateWith({ maxIndexBytes: 2 ** 40 }, () => { asked += 1; return 0; });
  for (let piece = 0; piece < 50; piece += 1) await gate.open('fresh');
  assert.equal(asked, 1);
  settings.now = { ...settings.now, maxIndexBytes: 0 };
  await gate.settingsChanged();
  await gate.open('bulk');
  assert.equal(asked, 1);
  gate.close();
});

test('memory holds bulk work and lets a fresh file through', async () => {
  const { gate } = gateWith({});
  gate.holdForMemory(true);
  assert.equal(await gate.open('fresh'), true);
  const bulk = gate.open('bulk');
  assert.equal(await isSettled(bulk), false);
  assert.equal(gate.hold, 'memory');
  gate.holdForMemory(false);
  assert.equal(await bulk, true);
  gate.close();
});

test('on battery that slows down, pieces of work come one at a time', async () => {
  const { gate, settings } = gateWith({ onBattery: 'slow' });
  await gate.powerChanged(true);
  const alive = setInterval(() => {}, 1_000);
  const done: number[] = [];
  const pieces = [1, 2, 3].map(async (piece) => { await gate.open('bulk'); done.push(piece); });
  await pieces[0];
  assert.deepEqual(done, [1], 'the others still rest');
  settings.now = { ...settings.now, onBattery: 'run' };
  await Promise.all(pieces);
  assert.deepEqual(done, [1, 2, 3]);
  clearInterval(alive);
  gate.close();
});

test('who stood in line on battery is held by what was closed meanwhile', async () => {
  const { gate } = gateWith({ onBattery: 'slow' });
  await gate.powerChanged(true);
  const alive = setInterval(() => {}, 1_000);
  let through = 0;
  const pieces = [1, 2].map(() => gate.open('bulk').then(() => { through += 1; }));
  await pieces[0];
  gate.holdForMemory(true);
  // It rests as long as the second piece, and began later.
  assert.equal(await gate.open('fresh'), true);
  assert.equal(through, 1);
  gate.holdForMemory(false);
  await Promise.all(pieces);
  clearInterval(alive);
  gate.close();
});
