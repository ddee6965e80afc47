import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lanes } from '../../../src/embed/lanes.ts';

test('a query goes before bulk work that was there first', async () => {
  const lanes = new Lanes();
  const order: string[] = [];
  const job = (name: string) => async (): Promise<void> => { order.push(name); };
  await Promise.all([lanes.run('bulk', job('bulk 1')), lanes.run('bulk', job('bulk 2')), lanes.run('query', job('query'))]);
  assert.deepEqual(order, ['query', 'bulk 1', 'bulk 2']);
});

test('a query that arrives while a bulk job runs is next', async () => {
  const lanes = new Lanes();
  const order: string[] = [];
  let query: Promise<void> | undefined;
  const first = lanes.run('bulk', async () => {
    order.push('bulk 1');
    query = lanes.run('query', async () => { order.push('query'); });
  });
  const second = lanes.run('bulk', async () => { order.push('bulk 2'); });
  await Promise.all([first, second]);
  await query;
  assert.deepEqual(order, ['bulk 1', 'query', 'bulk 2']);
});

test('a query that becomes known by an event between two bulk jobs is next', async () => {
  const lanes = new Lanes();
  const order: string[] = [];
  let query: Promise<void> | undefined;
  const bulk = (name: string) => async (): Promise<void> => {
    if (order.push(name) === 1) setImmediate(() => { query = lanes.run('query', async () => { order.push('query'); }); });
  };
  await Promise.all(['1', '2', '3'].map((name) => lanes.run('bulk', bulk(name))));
  await query;
  assert.ok(order.indexOf('query') < order.indexOf('3'), order.join());
});

test('one job runs at a time, and a failing one fails alone', async () => {
  const lanes = new Lanes();
  let running = 0;
  const job = async (): Promise<number> => {
    assert.equal(++running, 1);
    await new Promise((resolve) => { setImmediate(resolve); });
    running--;
    return 7;
  };
  const results = await Promise.allSettled([
    lanes.run('bulk', job), lanes.run('bulk', async () => { throw new Error('broken'); }), lanes.run('query', job), lanes.run('bulk', job),
  ]);
  assert.deepEqual(results.map((result) => result.status), ['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
});

test('where bulk jobs are long, they wait a while after a query, so that the next one need not wait for them', async (context) => {
  // Time is the test's own: on a busy machine any real wait may be over before the next line.
  let nowMs = 0;
  context.mock.method(performance, 'now', () => nowMs);
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const lanes = new Lanes(1_000);
  const order: string[] = [];
  const turns = async (): Promise<void> => { for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => { setImmediate(resolve); }); };
  const long = async (): Promise<void> => {
    order.push('bulk');
    nowMs += 210;
  };
  const query = (name: string): Promise<void> => lanes.run('query', async () => { order.push(name); });
  await lanes.run('bulk', long);
  await query('query 1');
  const waiting = lanes.run('bulk', long);
  await turns();
  await query('query 2');
  await turns();
  assert.deepEqual(order, ['bulk', 'query 1', 'query 2']);
  nowMs += 1_000;
  context.mock.timers.tick(1_000);
  await waiting;
  assert.deepEqual(order, ['bulk', 'query 1', 'query 2', 'bulk']);
});
