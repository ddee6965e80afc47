/** The protocol every pipe is tried with: small handlers that show what the other end did with a request. */

import { EngineError } from '../../src/contract/errors.ts';
import type { Handlers } from '../../src/rpc/server.ts';

export type EchoProtocol = {
  calls: {
    'echo': [unknown, unknown];
    'fail': [{ readonly how: 'coded' | 'plain' }, void];
    /** Answers never; its cancellation is seen in `seen`. */
    'hang': [void, void];
    'seen': [void, { readonly aborted: number; readonly running: number }];
    /** A bigint: crosses by clone, and has no JSON form. */
    'unanswerable': [void, unknown];
  };
  subscriptions: {
    'count': [{ readonly to: number }, number];
    'failing': [{ readonly after: number }, number];
    'forever': [void, string];
  };
};

export const ECHO_VERSION = 7;
export const MAX_PENDING = 16;

export function createEchoHandlers(): Handlers<EchoProtocol> {
  let aborted = 0;
  let running = 0;
  const untilAborted = (signal: { addEventListener(type: 'abort', listener: () => void): void }): Promise<void> => {
    running += 1;
    return new Promise((resolve) => signal.addEventListener('abort', () => { aborted += 1; running -= 1; resolve(); }));
  };
  return {
    calls: {
      'echo': (input) => input,
      'fail': ({ how }) => {
        if (how === 'coded') throw new EngineError('folder-denied', 'Not this one.', { details: { path: '/secret', n: 3, yes: true } });
        throw new TypeError('a plain mistake');
      },
      'hang': (_input, { signal }) => untilAborted(signal),
      'seen': () => ({ aborted, running }),
      'unanswerable': () => 1n,
    },
    subscriptions: {
      'count': async ({ to }, next) => {
        for (let n = 1; n <= to; n += 1) next(n);
      },
      'failing': async ({ after }, next) => {
        for (let n = 1; n <= after; n += 1) next(n);
        throw new EngineError('disk-full');
      },
      'forever': async (_input, next, { signal }) => {
        next('first');
        await untilAborted(signal);
      },
    },
  };
}

export function validateEcho(_verb: 'call' | 'subscribe', name: string, input: unknown): unknown {
  if (name === 'count' && (typeof input !== 'object' || input === null || !('to' in input) || typeof input.to !== 'number')) {
    throw new EngineError('bad-input', 'to must be a number.', { details: { field: 'to' } });
  }
  return input;
}
