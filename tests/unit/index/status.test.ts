import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusBoard } from '../../../src/index/status.ts';
import { createLog } from '../../../src/log.ts';

test('who begins to wait while a status is put together is not answered with it: it does not know what they did before', async () => {
  const begun: ((status: string) => void)[] = [];
  const board = new StatusBoard<string>({ compute: () => new Promise((resolve) => { begun.push(resolve); }), log: createLog({ file: '/dev/null' }) });
  const alive = setInterval(() => {}, 1_000);
  const nextBegun = async (count: number): Promise<void> => { while (begun.length < count) await new Promise((resolve) => { setImmediate(resolve); }); };
  const answered: string[] = [];
  const waits = (): Promise<void> => board.when((status) => status.startsWith('settled'), new AbortController().signal).then((status) => { answered.push(status); });

  const first = waits();
  await nextBegun(1);
  const second = waits();
  begun[0]?.('settled before');
  await first;
  // Whoever was answered with it has heard by the next turn.
  await new Promise((resolve) => { setImmediate(resolve); });
  assert.deepEqual(answered, ['settled before']);
  await nextBegun(2);
  begun[1]?.('settled after');
  await second;
  assert.deepEqual(answered, ['settled before', 'settled after']);
  clearInterval(alive);
  board.close(new Error('over'));
});
