/** Entry of an extractor process: reads batches of files, one file after the other. Its parent measures its time and memory and kills it. */

import { stepBehindWhole } from '../process/priority.ts';
import { INTERNAL_PROTOCOL_VERSION } from '../process/supervised.ts';
import { parentProcessTransport } from '../rpc/node/process-transport.ts';
import { serve } from '../rpc/server.ts';
import { extractInProcess } from './extract-file.ts';
import { packExtraction, type ExtractProtocol } from './extract-protocol.ts';

stepBehindWhole();
const transport = parentProcessTransport();
serve<ExtractProtocol>(transport, {
  calls: { ready: () => null },
  subscriptions: {
    batch: async (requests, next, { signal }) => {
      for (const request of requests) {
        if (signal.aborted) return;
        next(packExtraction(await extractInProcess(request)));
        // Lets the answer leave before the next file may block or end this process.
        await new Promise<void>((resolve) => { setImmediate(resolve); });
      }
    },
  },
}, { protocolVersion: INTERNAL_PROTOCOL_VERSION });
transport.onClose(() => process.exit(0));
