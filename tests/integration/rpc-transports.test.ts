/** One suite of the rpc contract over every pipe: what holds for one holds for all. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EngineError, type ErrorCode } from '../../src/contract/errors.ts';
import { Client } from '../../src/rpc/client.ts';
import type { WireMessage } from '../../src/rpc/message.ts';
import { ECHO_VERSION, MAX_PENDING, type EchoProtocol } from './rpc-echo-handlers.ts';
import { PIPES, type OpenPipe } from './rpc-pipes.ts';

const code = (wanted: ErrorCode) => (error: unknown): boolean => {
  assert.ok(error instanceof EngineError, String(error));
  assert.equal(error.code, wanted, error.message);
  return true;
};

for (const pipe of PIPES) {
  describe(`rpc over ${pipe.name}`, () => {
    let opened: OpenPipe;
    let client: Client<EchoProtocol>;

    beforeEach(async () => {
      opened = await pipe.open();
      client = new Client<EchoProtocol>(opened.transport, { protocolVersion: ECHO_VERSION, software: 'test' });
    });
    afterEach(async () => {
      client.close();
      await opened.dispose();
    });

    /** Until the other end has seen this many cancellations: an answer to a later request proves the earlier one arrived. */
    const seenAborted = async (count: number): Promise<void> => {
      for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
        if ((await client.call('seen', undefined)).aborted >= count) return;
      }
      assert.fail(`the other end has not seen ${count} cancellations`);
    };
    const gather = (name: 'count' | 'failing', input: { to: number; after: number }): Promise<{ items: number[]; error: EngineError | null }> => new Promise((resolve) => {
      const items: number[] = [];
      client.subscribe(name, input, { next: (item) => items.push(item), complete: () => resolve({ items, error: null }), error: (error) => resolve({ items, error }) });
    });

    it('answers a call with what was sent, in every script', async () => {
      const value = { text: 'a"\\\n\u0000 日本語 👩‍👩‍👧 עברית', numbers: [0, -1.5, 1e308, Number.MAX_SAFE_INTEGER], nested: { null: null, yes: true, empty: [] } };
      assert.deepEqual(await client.call('echo', value), value);
    });
    it('carries a large value whole', async () => {
      const large = 'é'.repeat(300_000);
      assert.equal(await client.call('echo', large), large);
    });
    it('answers many calls at once, each its own', async () => {
      const answers = await Promise.all(Array.from({ length: MAX_PENDING - 1 }, (_, index) => client.call('echo', index)));
      assert.deepEqual(answers, Array.from({ length: MAX_PENDING - 1 }, (_, index) => index));
    });
    it('carries an error\'s code, message and details', async () => {
      await assert.rejects(client.call('fail', { how: 'coded' }), (error) => {
        assert.ok(error instanceof EngineError);
        assert.deepEqual([error.code, error.message, error.details], ['folder-denied', 'Not this one.', { path: '/secret', n: 3, yes: true }]);
        return true;
      });
    });
    it('calls a mistake internal and keeps its message, never its stack', async () => {
      await assert.rejects(client.call('fail', { how: 'plain' }), (error) => code('internal')(error) && error instanceof Error && error.message === 'a plain mistake');
    });
    it('refuses a call it does not know', async () => {
      // A newer peer's call: the type must be stepped around to make one.
      await assert.rejects(client.call('nonsense' as 'echo', null), code('unknown-call'));
      await assert.rejects(client.call('toString' as 'echo', null), code('unknown-call'));
    });
    it(pipe.carries === 'json' ? 'turns an answer that cannot cross into an error for the caller' : 'carries what JSON cannot', async () => {
      if (pipe.carries === 'json') await assert.rejects(client.call('unanswerable', undefined), code('internal'));
      else assert.equal(await client.call('unanswerable', undefined), 1n);
      assert.equal(await client.call('echo', 'still here'), 'still here');
    });
    it('gives all items of a subscription in order, then completes', async () => {
      assert.deepEqual(await gather('count', { to: 50, after: 0 }), { items: Array.from({ length: 50 }, (_, index) => index + 1), error: null });
    });
    it('gives a subscription\'s items before its error', async () => {
      const { items, error } = await gather('failing', { to: 0, after: 2 });
      assert.deepEqual(items, [1, 2]);
      assert.equal(error?.code, 'disk-full');
    });
    it('checks a subscription\'s input before its handler sees it', async () => {
      const { items, error } = await gather('count', { after: 1 } as { to: number; after: number });
      assert.deepEqual(items, []);
      assert.deepEqual([error?.code, error?.details], ['bad-input', { field: 'to' }]);
    });
    it('cancels a call at both ends', async () => {
      const abort = new AbortController();
      const call = client.call('hang', undefined, abort.signal);
      abort.abort();
      await assert.rejects(call, code('cancelled'));
      await seenAborted(1);
    });
    it('refuses a call whose signal was aborted before', async () => {
      await assert.rejects(client.call('echo', 1, AbortSignal.abort()), code('cancelled'));
      assert.equal(await client.call('echo', 2), 2);
    });
    it('unsubscribing ends the source, and no item comes after', async () => {
      let items = 0;
      const first = new Promise<void>((resolve) => {
        const stop = client.subscribe('forever', undefined, { next: () => { items += 1; stop(); resolve(); } });
      });
      await first;
      await seenAborted(1);
      assert.equal(items, 1);
    });
    it('a newer subscription supersedes an older one without mixing their items', async () => {
      const older: string[] = [];
      const stop = client.subscribe('forever', undefined, { next: (item) => older.push(item) });
      stop();
      assert.deepEqual((await gather('count', { to: 3, after: 0 })).items, [1, 2, 3]);
      await seenAborted(1);
      assert.deepEqual(older, []);
    });
    it('closing here rejects everything pending', async () => {
      const call = client.call('hang', undefined);
      const ended = new Promise<EngineError>((resolve) => { client.subscribe('forever', undefined, { next: () => {}, error: resolve }); });
      client.close();
      await assert.rejects(call, code('connection-closed'));
      assert.equal((await ended).code, 'connection-closed');
      await assert.rejects(client.call('echo', 1), code('connection-closed'));
    });
    it('the other end\'s death rejects everything pending and tells the listener once', async () => {
      let told = 0;
      client.onClose(() => { told += 1; });
      const call = client.call('hang', undefined);
      const ended = new Promise<EngineError>((resolve) => { client.subscribe('forever', undefined, { next: () => opened.endPeer(), error: resolve }); });
      await assert.rejects(call, code('connection-closed'));
      assert.equal((await ended).code, 'connection-closed');
      assert.equal(told, 1);
      assert.notEqual(client.closedReason, undefined);
    });
    it('refuses more requests at once than allowed, and goes on when some are done', async () => {
      const abort = new AbortController();
      const hanging = Array.from({ length: MAX_PENDING }, () => client.call('hang', undefined, abort.signal));
      const settled = Promise.allSettled(hanging);
      await assert.rejects(client.call('echo', 1), code('bad-input'));
      abort.abort();
      await settled;
      assert.equal(await client.call('echo', 2), 2);
    });
  });

  describe(`the wire over ${pipe.name}`, () => {
    let opened: OpenPipe;
    let received: WireMessage[];
    let closed: Promise<string>;
    let waiting: (() => void) | undefined;

    beforeEach(async () => {
      opened = await pipe.open();
      received = [];
      opened.transport.onMessage((message) => { received.push(message as WireMessage); waiting?.(); });
      closed = new Promise((resolve) => { opened.transport.onClose(resolve); });
    });
    afterEach(() => opened.dispose());

    const messages = async (count: number): Promise<readonly WireMessage[]> => {
      while (received.length < count) await new Promise<void>((resolve) => { waiting = resolve; });
      return received;
    };
    const hello = (protocolVersion: number = ECHO_VERSION): void => opened.transport.send({ kind: 'hello', protocolVersion, software: 'test' });

    it('says protocol-mismatch before and after a wrong hello', async () => {
      opened.transport.send({ kind: 'call', id: 1, name: 'echo', input: 1 });
      hello(ECHO_VERSION + 1);
      opened.transport.send({ kind: 'call', id: 2, name: 'echo', input: 1 });
      assert.deepEqual((await messages(2)).map((message) => [message.kind, 'error' in message ? message.error.code : null]), [['error', 'protocol-mismatch'], ['error', 'protocol-mismatch']]);
    });
    it('refuses an id in use and leaves the first request alone', async () => {
      hello();
      opened.transport.send({ kind: 'subscribe', id: 5, name: 'forever', input: undefined });
      await messages(1);
      opened.transport.send({ kind: 'call', id: 5, name: 'echo', input: 1 });
      const [first, second] = await messages(2);
      assert.equal(first?.kind, 'next');
      assert.ok(second?.kind === 'error' && second.error.code === 'bad-input');
    });
    it('takes an id again once it is free', async () => {
      hello();
      for (const input of ['a', 'b']) {
        const before = received.length;
        opened.transport.send({ kind: 'call', id: 9, name: 'echo', input });
        assert.deepEqual((await messages(before + 1)).at(-1), { kind: 'return', id: 9, value: input });
      }
    });
    it('ignores cancels of what is not running', async () => {
      hello();
      opened.transport.send({ kind: 'cancel', id: 404 });
      opened.transport.send({ kind: 'unsubscribe', id: -1 });
      opened.transport.send({ kind: 'call', id: 1, name: 'echo', input: 'still here' });
      assert.deepEqual((await messages(1))[0], { kind: 'return', id: 1, value: 'still here' });
    });
    for (const [what, malformed] of Object.entries({
      'a number': 7, 'nothing': null, 'an unknown kind': { kind: 'shout', id: 1 }, 'an id that is no number': { kind: 'call', id: '1', name: 'echo' },
      'a fractional id': { kind: 'call', id: 1.5, name: 'echo' }, 'a call without a name': { kind: 'call', id: 1 },
    })) {
      it(`closes on ${what}`, async () => {
        hello();
        // What no honest client can send.
        opened.transport.send(malformed as unknown as WireMessage);
        assert.notEqual(await closed, '');
      });
    }
  });
}
