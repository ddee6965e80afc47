/**
 * Entry of the engine's own process: plain Node, detached from whoever started it. Holds the directory's lock, creates the engine,
 * answers any number of hosts on the socket and, when asked, pages on loopback. Ends on SIGTERM, SIGINT, `engine.stop`, or after idling.
 * No search logic here; no host's code in engine.ts.
 */

import type { Socket } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PROTOCOL_VERSION } from './contract/calls.ts';
import { EngineError, toWireError } from './contract/errors.ts';
import { validateInput } from './contract/validate.ts';
import { createEngine, type Engine } from './engine.ts';
import { tryConnect } from './host/connect-engine.ts';
import { openDataDirectory } from './host/data-directory.ts';
import { eraseDataDirectory } from './host/erase.ts';
import { listenForHosts, type Listening } from './host/engine-socket.ts';
import { watchIdle, watchPlace } from './host/idle-exit.ts';
import { packageRoot, version } from './host/package-root.ts';
import { LOG_FILE, type StartReport } from './host/start-engine.ts';
import { createLog, describeError, type Log, type LogLevel } from './log.ts';
import { serve } from './rpc/server.ts';
import { socketTransport } from './rpc/node/socket-transport.ts';
import type { Transport } from './rpc/transport.ts';
import { PageServer } from './server/page-server.ts';
import { acquireLock } from './store/lock.ts';

/** A predecessor that is ending keeps the lock until its stores are closed. */
const LOCK_WAIT_MS = 20_000;
const LOCK_RETRY_MS = 100;
/** Closing stores takes less than a second; what hangs longer must not keep the machine from shutting down. Stores survive a kill. */
const SHUTDOWN_DEADLINE_MS = 15_000;

const { values: flags } = parseArgs({
  options: { 'data-dir': { type: 'string' }, 'resources': { type: 'string' }, 'idle-exit': { type: 'string', default: '0' } },
});

/** Where an uncaught error is written; undefined until the data directory is known. */
let lastLog: Log | undefined;

/** Tells the host that started this process, if one did and still listens. */
function report(message: StartReport): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) return resolve();
    process.send(message, undefined, undefined, () => {
      if (process.connected) process.disconnect();
      resolve();
    });
  });
}

/** The lock, or null when another engine of this directory already answers. */
async function takeLock(dataDirectory: string): Promise<{ release(): unknown } | null> {
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      return await acquireLock(dataDirectory);
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'data-directory-locked') throw error;
      const other = await tryConnect(dataDirectory);
      if (other !== null) {
        other.destroy();
        return null;
      }
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => { setTimeout(resolve, LOCK_RETRY_MS); });
    }
  }
}

async function main(): Promise<void> {
  const dataDirectory = openDataDirectory(flags['data-dir']);
  const log = createLog({ file: path.join(dataDirectory, LOG_FILE), level: logLevel() });
  lastLog = log;

  // 1. One engine per data directory.
  const lock = await takeLock(dataDirectory);
  if (lock === null) return report({ kind: 'already-running' });

  // 2. The engine, with the facts only its process knows.
  const connections = new Set<Transport>();
  const pages = new PageServer({
    pageDirectory: path.join(packageRoot(), 'dist', 'renderer'),
    software: `Findling ${version()}`,
    accept: (transport) => accept(transport),
    log,
  });
  let engine: Engine;
  try {
    engine = await createEngine({
      dataDirectory, log,
      resourcesDirectory: flags.resources ?? path.join(packageRoot(), 'resources'),
      version: version(),
      host: {
        // After the answer is on its way.
        stop: () => { setImmediate(() => shutDown('asked to stop')); },
        erase: () => { setImmediate(() => shutDown('asked to erase everything', { erase: true })); },
        servePage: (port) => pages.open(port),
        pageAddress: () => pages.address,
      },
    });
  } catch (error) {
    log.error('the engine could not be created', { error: describeError(error) });
    await lock.release();
    throw error;
  }

  // 3. Hosts.
  function accept(transport: Transport): void {
    connections.add(transport);
    serve(withEnd(transport, () => connections.delete(transport)), engine.handlers, { protocolVersion: PROTOCOL_VERSION, validate: validateInput });
  }
  let listening: Listening;
  try {
    listening = await listenForHosts(dataDirectory, (socket: Socket) => accept(socketTransport(socket, { pauseWhenUnsent: true })));
  } catch (error) {
    log.error('the socket could not be opened', { error: describeError(error) });
    await engine.close();
    await lock.release();
    throw error;
  }
  log.info('listening', { address: listening.address, pid: process.pid, version: version() });

  // 4. The end: no new hosts, then the stores, then the lock; whoever comes next finds everything closed.
  let ending = false;
  function shutDown(why: string, options: { readonly erase?: boolean } = {}): void {
    if (ending) return;
    ending = true;
    log.info('ending', { why });
    const force = setTimeout(() => {
      log.error('the end took too long and was forced');
      process.exit(1);
    }, SHUTDOWN_DEADLINE_MS);
    void (async () => {
      idle.stop();
      placed.stop();
      const closed = listening.close();
      for (const transport of connections) transport.close();
      await Promise.all([closed, pages.close()]);
      await engine.close();
      log.info('ended');
      // After the last line of the log, which goes too.
      if (options.erase === true) eraseDataDirectory(dataDirectory);
      await lock?.release();
    })().catch((error: unknown) => {
      log.error('the end failed', { error: describeError(error) });
      process.exitCode = 1;
    }).finally(() => {
      clearTimeout(force);
      process.exit();
    });
  }
  process.on('SIGTERM', () => shutDown('SIGTERM'));
  process.on('SIGINT', () => shutDown('SIGINT'));
  // The terminal that started a foreground host has gone; the engine is not its child to take along.
  process.on('SIGHUP', () => { log.debug('SIGHUP ignored'); });
  const idle = watchIdle({
    minutes: Number(flags['idle-exit']),
    // Who began a download, or chose another model, may have left: it is work all the same.
    connections: () => connections.size + (engine.bringsModel || engine.building ? 1 : 0),
    status: () => engine.handlers.calls['index.status'](undefined, { signal: new AbortController().signal }),
    end: () => shutDown('idle'),
    log,
  });
  const placed = watchPlace({ dataDirectory, end: () => shutDown('the data directory is gone') });
  await report({ kind: 'ready' });
}

/** `serve` takes the transport's one close listener; this lets the process know of the end too. */
function withEnd(transport: Transport, ended: () => void): Transport {
  return {
    send: (message) => transport.send(message),
    onMessage: (listener) => transport.onMessage(listener),
    onClose: (listener) => transport.onClose((reason) => { ended(); listener(reason); }),
    close: () => transport.close(),
  };
}

function logLevel(): LogLevel {
  const wanted = process.env['FINDLING_LOG_LEVEL'];
  return wanted === 'debug' || wanted === 'warn' || wanted === 'error' ? wanted : 'info';
}

/** Last words of a process that is about to die of a mistake of ours: to the log of the directory and to the output file. */
function lastWords(error: unknown): void {
  lastLog?.error('the engine process ends', { error: describeError(error) });
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

process.on('uncaughtException', (error) => {
  lastWords(error);
  process.exit(70);
});

main().catch(async (error: unknown) => {
  lastWords(error);
  await report({ kind: 'refused', error: toWireError(error) });
  process.exit(1);
});
