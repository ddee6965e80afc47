/**
 * Our own tokenizer on a thread of its own, so that it cuts the next texts while a graph run blocks the process's main thread. The native
 * package has such threads itself.
 */

import { EngineError } from '../contract/errors.ts';
import { INTERNAL_PROTOCOL_VERSION } from '../process/supervised.ts';
import { workerParentTransport } from '../rpc/node/process-transport.ts';
import { serve } from '../rpc/server.ts';
import { openOwn, type TextTokenizer } from './tokenizer.ts';
import type { TokenizerProtocol } from './tokenizer-protocol.ts';

let own: TextTokenizer | null = null;

serve<TokenizerProtocol>(workerParentTransport(), {
  calls: {
    open({ path, maxTokens, input }) {
      own = openOwn(path, maxTokens, input);
      // Reading a vocabulary leaves tens of megabytes of garbage that nothing would collect for a long time (--expose-gc, model-process.ts).
      globalThis.gc?.();
      return own !== null;
    },
    async encode({ texts }) {
      if (own === null) throw new EngineError('internal', 'The tokenizer is not open.');
      const rows = await own.encode(texts);
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
