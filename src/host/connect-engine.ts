/**
 * How every host on this machine gets to the engine of a data directory: connect, or start it and connect. Two hosts that
 * start at once end up with one engine: the lock decides, and the loser's host connects to the winner.
 */

import { connect, type Socket } from 'node:net';
import { PROTOCOL_VERSION, type EngineProtocol } from '../contract/calls.ts';
import { EngineError } from '../contract/errors.ts';
import { Client } from '../rpc/client.ts';
import { socketTransport } from '../rpc/node/socket-transport.ts';
import { findSocket } from './engine-socket.ts';
import { startEngine, withTail } from './start-engine.ts';

/** Opening a large index and finishing what a crash left takes seconds; a disk that sleeps takes ten. */
const START_DEADLINE_MS = 60_000;
/** An engine that accepts and does not answer this long hangs: its main thread never blocks for more than milliseconds. */
const GREETING_DEADLINE_MS = 20_000;
/** An ending engine stops listening within milliseconds. */
const GREETING_ATTEMPTS = 5;
const BETWEEN_ATTEMPTS_MS = 50;

export interface ConnectOptions {
  /** True path: from `openDataDirectory`. */
  readonly dataDirectory: string;
  readonly startIfMissing: boolean;
  /** Name and version of this program. */
  readonly software: string;
  /** For an engine started here; 0: it stays. */
  readonly idleExitMinutes?: number;
  readonly node?: string;
  readonly resourcesDirectory?: string;
  readonly engineModule?: string;
  readonly deadlineMs?: number;
}

export interface Connected {
  readonly client: Client<EngineProtocol>;
  /** Was the engine started by this call? Who started it in the foreground stops it. */
  readonly started: boolean;
}

/** Errors: engine-unavailable, protocol-mismatch, and what keeps the engine from starting (index-newer, data-directory-locked …). */
export async function connectEngine(options: ConnectOptions): Promise<Connected> {
  for (let attempt = 1; ; attempt += 1) {
    const { socket, started } = await openEngineSocket(options);
    const client = new Client<EngineProtocol>(socketTransport(socket), { protocolVersion: PROTOCOL_VERSION, software: options.software });
    try {
      await greeted(client);
      return { client, started };
    } catch (error) {
      client.close();
      // It was just ending when it took us: its successor, or the next one we start, will answer.
      if (!(error instanceof EngineError) || error.code !== 'connection-closed' || attempt === GREETING_ATTEMPTS) throw error;
      await new Promise((resolve) => { setTimeout(resolve, BETWEEN_ATTEMPTS_MS); });
    }
  }
}

/** The bare socket, for a host that relays frames without reading them. */
export async function openEngineSocket(options: ConnectOptions): Promise<{ readonly socket: Socket; readonly started: boolean }> {
  const { dataDirectory } = options;
  const running = await tryConnect(dataDirectory);
  if (running !== null) return { socket: running, started: false };
  if (!options.startIfMissing) throw new EngineError('engine-unavailable', 'No engine is running for this data directory.', { details: { dataDirectory } });
  const started = await startEngine({
    dataDirectory,
    idleExitMinutes: options.idleExitMinutes ?? 0,
    deadlineMs: options.deadlineMs ?? START_DEADLINE_MS,
    ...(options.node === undefined ? {} : { node: options.node }),
    ...(options.resourcesDirectory === undefined ? {} : { resourcesDirectory: options.resourcesDirectory }),
    ...(options.engineModule === undefined ? {} : { engineModule: options.engineModule }),
  });
  const socket = await tryConnect(dataDirectory);
  if (socket === null) throw new EngineError('engine-unavailable', withTail('The engine started and ended at once.', dataDirectory));
  return { socket, started };
}

/** null when nobody listens: no socket, or a dead engine's. */
export function tryConnect(dataDirectory: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(findSocket(dataDirectory));
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error) => {
      const code = 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK') resolve(null);
      else reject(new EngineError('engine-unavailable', `The engine's socket cannot be opened: ${error.message}`, { cause: error }));
    });
  });
}

/** The first answer proves that the other end is an engine of this protocol and alive. */
async function greeted(client: Client<EngineProtocol>): Promise<void> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), GREETING_DEADLINE_MS);
  try {
    await client.call('engine.info', undefined, deadline.signal);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'cancelled') throw new EngineError('engine-unavailable', 'The engine does not answer. Stop it with `findling stop`, or end its process.', { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
