/** A process that writes to the vector store is killed at random moments (seeded); what it had acknowledged must be there, once. */

import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mulberry32 } from '../../src/store/random-rows.ts';
import { openVectorStore } from '../../src/store/lance-store.ts';

const KILLS = 12;
const LONGEST_MS = 250;
const DIMENSION = 32;

interface Life {
  /** Window ids whose addition was acknowledged, and those whose deletion was. */
  readonly added: number[];
  readonly deleted: number[];
  /** Begun and not acknowledged: may have happened or not. */
  readonly unsure: Set<number>;
}

/** Lets the writer run, and kills it `afterMs` after its first acknowledgement. */
function liveAndDie(folder: string, firstId: number, seed: number, afterMs: number): Promise<Life> {
  const life: Life = { added: [], deleted: [], unsure: new Set() };
  const child = fork(fileURLToPath(new URL('../fixtures/vector-writer.ts', import.meta.url)), [folder, String(firstId), String(seed), String(DIMENSION)], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  let timer: NodeJS.Timeout | undefined;
  child.on('message', (message) => {
    const { event, ids } = message as { event: 'adding' | 'added' | 'deleting' | 'deleted' | 'optimized'; ids: number[] };
    timer ??= event === 'added' ? setTimeout(() => child.kill('SIGKILL'), afterMs) : undefined;
    if (event === 'adding' || event === 'deleting') for (const id of ids) life.unsure.add(id);
    if (event === 'added' || event === 'deleted') {
      for (const id of ids) life.unsure.delete(id);
      life[event].push(...ids);
    }
  });
  return new Promise((resolve, reject) => {
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL') resolve(life);
      else reject(new Error(`The writer ended by itself, with ${code}.`));
    });
  });
}

test(`${KILLS} kills at random moments: no duplicates, no unreadable table, everything acknowledged is there`, async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'findling-kill-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const random = mulberry32(4711);
  const present = new Set<number>();
  let acknowledged = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const firstId = 1 + kill * 1_000_000;
    const { added, deleted, unsure } = await liveAndDie(folder, firstId, kill, random() * LONGEST_MS);
    acknowledged += added.length + deleted.length;
    for (const id of added) present.add(id);
    for (const id of deleted) present.delete(id);

    const said: string[] = [];
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: (message: string) => { said.push(message); } };
    const store = await openVectorStore(folder, { log });
    const table = await store.open(1, DIMENSION);
    const ids = [...await table.windowIds()];
    const found = new Set(ids);
    assert.deepEqual(said, [], 'the table is readable');
    assert.equal(found.size, ids.length, 'no window stands twice');
    for (const id of present) assert.ok(found.has(id) || unsure.has(id), `window ${id} was acknowledged and is missing after kill ${kill}`);
    for (const id of found) assert.ok(present.has(id) || unsure.has(id), `window ${id} should not be there after kill ${kill}`);
    const [nearest] = await table.search(new Float32Array(DIMENSION).fill(1), 1, null);
    assert.ok(nearest !== undefined);
    // What was unsure is settled now.
    for (const id of unsure) if (found.has(id)) present.add(id); else present.delete(id);
    await store.close();
  }
  assert.ok(acknowledged > KILLS * 20, `only ${acknowledged} rows were ever acknowledged`);
});
