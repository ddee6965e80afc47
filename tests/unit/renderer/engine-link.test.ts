/** The lasting link, over the real rpc: reconnects, asks subscriptions again, and knows why it may not enter. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FIRST_WAIT_MS, LONGEST_WAIT_MS, waitBefore } from '../../../renderer/connection/back-off.ts';
import { createEngineLink, type Engine, type LinkState } from '../../../renderer/connection/engine-link.ts';
import { PROTOCOL_VERSION, type EngineProtocol } from '../../../src/contract/calls.ts';
import { EngineError } from '../../../src/contract/errors.ts';
import type { IndexStatus } from '../../../src/contract/model.ts';
import { serve, type Handlers } from '../../../src/rpc/server.ts';
import { createInProcessPair, type Transport } from '../../../src/rpc/transport.ts';

/** A page server of one engine that can be switched off, with a hand-wound clock. */
function world() {
  const waits: { run: () => void; ms: number }[] = [];
  const ends: Transport[] = [];
  let refusal: EngineError | null = null;
  let generation = 0;
  const handlers = {
    calls: { 'engine.info': () => ({ version: '1' }), 'recents.list': () => [`engine ${generation}`] },
    subscriptions: {
      'index.status': (_input: void, next: (item: IndexStatus) => void, { signal }: { signal: { addEventListener(type: 'abort', run: () => void): void } }) =>
        new Promise<void>((resolve) => {
          next({ filesPerSecond: generation } as IndexStatus);
          signal.addEventListener('abort', () => resolve());
        }),
      'search': () => Promise.reject(new EngineError('bad-input')),
    },
    // Only what these tests call is there.
  } as unknown as Handlers<EngineProtocol>;
  const open = (): Promise<Transport> => {
    if (refusal !== null) return Promise.reject(refusal);
    const [ours, theirs] = createInProcessPair();
    generation += 1;
    ends.push(theirs);
    serve(theirs, handlers, { protocolVersion: PROTOCOL_VERSION });
    return Promise.resolve(ours);
  };
  const link = createEngineLink({
    open, software: 'test', random: () => 0,
    schedule: (run, ms) => {
      const wait = { run, ms };
      waits.push(wait);
      return () => { waits.splice(waits.indexOf(wait), 1); };
    },
  });
  return {
    link, waits,
    end: () => ends.at(-1)?.close(),
    refuse: (error: EngineError | null) => { refusal = error; },
    runWait: () => waits.shift()?.run(),
  };
}

function until(link: Engine, wanted: (state: LinkState) => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (wanted(link.linkState)) return resolve();
    const stop = link.onLinkState(() => { if (wanted(link.linkState)) { stop(); resolve(); } });
  });
}
const isOpen = (state: LinkState): boolean => state.phase === 'open';

describe('engine link', () => {
  it('asks lasting subscriptions again on the next pipe', async () => {
    const { link, end, runWait } = world();
    const seen: number[] = [];
    const arrived: (() => void)[] = [];
    const once = new Promise<void>((resolve) => { arrived.push(resolve); });
    const twice = new Promise<void>((resolve) => { arrived.push(resolve); });
    link.subscribe('index.status', undefined, { next: (status) => arrived[seen.push(status.filesPerSecond) - 1]?.() });
    await once;
    end();
    await until(link, (state) => state.phase === 'connecting' && state.everOpen);
    runWait();
    await twice;
    assert.deepEqual(seen, [1, 2]);
  });

  it('rejects calls while it is down and answers them after', async () => {
    const { link, end, runWait } = world();
    await until(link, isOpen);
    end();
    await until(link, (state) => state.phase === 'connecting');
    await assert.rejects(link.call('recents.list', undefined), { code: 'connection-closed' });
    runWait();
    await until(link, isOpen);
    assert.deepEqual(await link.call('recents.list', undefined), ['engine 2']);
  });

  it('stops asking what was unsubscribed while it was down', async () => {
    const { link, end, runWait } = world();
    let items = 0;
    const stop = link.subscribe('index.status', undefined, { next: () => { items += 1; } });
    await until(link, isOpen);
    await link.call('recents.list', undefined);
    end();
    await until(link, (state) => state.phase === 'connecting');
    stop();
    runWait();
    await until(link, isOpen);
    await link.call('recents.list', undefined);
    assert.equal(items, 1);
  });

  it('hands a subscription\'s own error on, once, and does not ask again', async () => {
    const { link, end, runWait } = world();
    const codes: string[] = [];
    await new Promise<void>((resolve) => {
      link.subscribe('search', { text: 'x' }, { next: () => assert.fail('no item was sent'), error: (error) => { codes.push(error.code); resolve(); } });
    });
    end();
    await until(link, (state) => state.phase === 'connecting');
    runWait();
    await until(link, isOpen);
    await link.call('recents.list', undefined);
    assert.deepEqual(codes, ['bad-input']);
  });

  it('says why it may not enter, waits longer each time, and comes in at once when hurried', async () => {
    const { link, end, refuse, waits, runWait } = world();
    await until(link, isOpen);
    refuse(new EngineError('unauthorized'));
    end();
    const lengths: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await until(link, (state) => state.phase === 'connecting' && state.attempts === attempt);
      lengths.push(waits[0]?.ms ?? 0);
      if (attempt < 2) runWait();
    }
    assert.deepEqual(lengths, [FIRST_WAIT_MS, FIRST_WAIT_MS * 2, FIRST_WAIT_MS * 4]);
    const state = link.linkState;
    assert.equal(state.phase === 'connecting' && state.problem, 'unauthorized');
    refuse(null);
    link.hurry();
    await until(link, isOpen);
    assert.equal(waits.length, 0);
  });
});

it('backs off up to a limit, with jitter downwards only', () => {
  assert.equal(waitBefore(0, 0), FIRST_WAIT_MS);
  assert.equal(waitBefore(50, 0), LONGEST_WAIT_MS);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const least = waitBefore(attempt, 0.999);
    assert.ok(least > 0 && least < waitBefore(attempt, 0));
  }
});
