/** The answering end as a worker thread, for rpc-transports.test.ts. */

import { serve } from '../../../src/rpc/server.ts';
import { workerParentTransport } from '../../../src/rpc/node/process-transport.ts';
import { createEchoHandlers, ECHO_VERSION, MAX_PENDING, validateEcho } from '../rpc-echo-handlers.ts';

serve(workerParentTransport(), createEchoHandlers(), { protocolVersion: ECHO_VERSION, validate: validateEcho, maxPending: MAX_PENDING });
