/**
 * Our own tokenizer on a thread of its own, so that it cuts the next texts while a graph run blocks the process's main thread. The native
 * package has such threads itself.
 */

import { EngineError } from '../contract/errors.ts';
import { INTERNAL_PROTOCOL_VERSION } from '../process/supervised.ts';
import { workerParentTransport } from '../rpc/node/process-transport.ts';
import { serve } from '../rpc/server.ts';
import { Lanes, type Lane } from './lanes.ts';
import { nextChunk } from './text-chunks.ts';
import { openOwn, type TextTokenizer } from './tokenizer.ts';
import type { TokenizerProtocol } from './tokenizer-protocol.ts';

/** Characters cut at once: a query waits for so much, some 3 ms. The main thread waits for whole requests, so that this one need not wait for it in between. */
const MOST_CUT_CHARACTERS = 16_384;

let own: TextTokenizer | null = null;
const lanes = new Lanes();
let bulk: Promise<unknown> = Promise.resolve();

serve<TokenizerProtocol>(workerParentTransport(), {
  calls: {
    open({ path, maxTokens, input }) {
      own = openOwn(path, maxTokens, input);
      // Reading a vocabulary leaves tens of megabytes of garbage that nothing would collect for a long time (--expose-gc, model-process.ts).
      globalThis.gc?.();
      return own !== null;
    },
    async encode({ texts, lane }) {
      const rows = await (lane === 'bulk' ? inTurn(() => cut(texts, lane)) : cut(texts, lane));
      const ids = new Int32Array(rows.reduce((sum, row) => sum + row.length, 0));
      const ends = new Int32Array(rows.length);
      let end = 0;
      rows.forEach((row, index) => {
        ids.set(row, end);
        end += row.length;
        ends[index] = end;
      });
      return { ids, ends };
    },
  },
  subscriptions: {},
}, { protocolVersion: INTERNAL_PROTOCOL_VERSION });

/** A query's pieces go before those of bulk texts. */
async function cut(texts: readonly string[], lane: Lane): Promise<readonly (readonly number[])[]> {
  const tokenizer = own;
  if (tokenizer === null) throw new EngineError('internal', 'The tokenizer is not open.');
  const rows: (readonly number[])[] = [];
  for (let chunk = nextChunk(texts, 0, MOST_CUT_CHARACTERS); chunk !== null; chunk = nextChunk(texts, chunk.to, MOST_CUT_CHARACTERS)) {
    const { from, to } = chunk;
    rows.push(...await lanes.run(lane, () => tokenizer.encode(texts.slice(from, to))));
  }
  return rows;
}

/** One request of bulk texts after the other: two at once would both be ready late. */
function inTurn<T>(request: () => Promise<T>): Promise<T> {
  const done = bulk.then(request);
  bulk = done.catch(() => undefined);
  return done;
}
