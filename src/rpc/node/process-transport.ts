/**
 * Transports between Node processes and threads of one version: structured clone both ways, so typed arrays, bigints and
 * Maps cross as they are. A socket between different programs uses socket-transport.ts instead.
 */

import type { ChildProcess } from 'node:child_process';
import { parentPort, type Worker } from 'node:worker_threads';
import { EngineError } from '../../contract/errors.ts';
import type { WireMessage } from '../message.ts';
import type { Transport } from '../transport.ts';

/** The parent's end of a child forked with `serialization: 'advanced'`. */
export function childProcessTransport(child: ChildProcess): Transport {
  return {
    send(message: WireMessage) {
      // The callback swallows EPIPE and ERR_IPC_CHANNEL_CLOSED: the exit event reports the end, with its reason.
      if (child.connected) child.send(message, () => {});
    },
    onMessage(listener) {
      child.on('message', listener);
    },
    onClose(listener) {
      let done = false;
      const end = (reason: string): void => { if (!done) { done = true; listener(reason); } };
      child.once('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
      child.once('error', (error) => end(error.message));
    },
    close() {
      if (child.connected) child.disconnect();
    },
  };
}

/** The child's own end. When the parent goes, the child must go: its owner is gone. */
export function parentProcessTransport(): Transport {
  if (process.send === undefined) throw new EngineError('internal', 'This module runs only as a child process of the engine.');
  return {
    send(message: WireMessage) {
      if (process.connected) process.send?.(message, undefined, undefined, () => {});
    },
    onMessage(listener) {
      process.on('message', listener);
    },
    onClose(listener) {
      process.once('disconnect', () => listener('the engine ended'));
    },
    close() {
      if (process.connected) process.disconnect();
    },
  };
}

/** The owner's end of a worker thread. */
export function workerTransport(worker: Worker): Transport {
  return {
    send(message: WireMessage) {
      worker.postMessage(message);
    },
    onMessage(listener) {
      worker.on('message', listener);
    },
    onClose(listener) {
      let done = false;
      const end = (reason: string): void => { if (!done) { done = true; listener(reason); } };
      worker.once('error', (error) => end(error instanceof Error ? error.message : String(error)));
      worker.once('exit', (code) => end(`exit code ${code}`));
    },
    close() {
      void worker.terminate();
    },
  };
}

/** The thread's own end. */
export function workerParentTransport(): Transport {
  const port = parentPort;
  if (port === null) throw new EngineError('internal', 'This module runs only as a worker thread of the engine.');
  return {
    send(message: WireMessage) {
      port.postMessage(message);
    },
    onMessage(listener) {
      port.on('message', listener);
    },
    onClose(listener) {
      port.once('close', () => listener('the owner closed the port'));
    },
    close() {
      port.close();
    },
  };
}
