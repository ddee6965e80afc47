/**
 * Where the engine of a data directory listens, and how a host finds it: `engine.sock` in the directory, or, when that path
 * is too long for a socket, a private directory elsewhere whose path is written down in `engine.address`. On Windows a named pipe.
 */

import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, its final NUL included. A longer path is cut silently by some systems. */
export const MAX_SOCKET_PATH_BYTES = 103;
/** Hosts of one person: windows, command lines, tests. More is a program gone wild. */
const MAX_CONNECTIONS = 256;

const SOCKET_FILE = 'engine.sock';
const ADDRESS_FILE = 'engine.address';

/** The address a host tries. `dataDirectory` is a true path (openDataDirectory). */
export function findSocket(dataDirectory: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return pipeName(dataDirectory);
  const own = path.join(dataDirectory, SOCKET_FILE);
  if (fits(own)) return own;
  try {
    return readFileSync(path.join(dataDirectory, ADDRESS_FILE), 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return own;
    throw error;
  }
}

/** Named pipes have one flat space: the directory's hash keeps two of them apart. Windows paths ignore case. */
export function pipeName(dataDirectory: string): string {
  return `\\\\.\\pipe\\findling-${createHash('sha256').update(dataDirectory.toLowerCase()).digest('hex').slice(0, 32)}`;
}

function fits(socketPath: string): boolean {
  return Buffer.byteLength(socketPath) <= MAX_SOCKET_PATH_BYTES;
}

export interface Listening {
  readonly address: string;
  /** Stops listening and removes the socket; open connections are the caller's to close. */
  close(): Promise<void>;
}

/**
 * Listens for hosts. The caller holds the directory's lock, so that a socket file found there is a dead engine's and is removed.
 * Connections that arrive while `onConnection` has not been able to answer wait in the system's queue.
 */
export async function listenForHosts(dataDirectory: string, onConnection: (socket: Socket) => void): Promise<Listening> {
  const place = choosePlace(dataDirectory);
  if (process.platform !== 'win32') rmSync(place.address, { force: true });
  const server = createServer(onConnection);
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, place.address);
  return {
    address: place.address,
    close: () => new Promise((resolve) => {
      // Removes the socket file too.
      server.close(() => { place.remove(); resolve(); });
    }),
  };
}

interface Place {
  readonly address: string;
  remove(): void;
}

function choosePlace(dataDirectory: string): Place {
  if (process.platform === 'win32') return { address: pipeName(dataDirectory), remove() {} };
  const note = path.join(dataDirectory, ADDRESS_FILE);
  const own = path.join(dataDirectory, SOCKET_FILE);
  if (fits(own)) {
    rmSync(note, { force: true });
    return { address: own, remove() {} };
  }
  // mkdtemp makes it 0700 under a name nobody could have made before us.
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const above = runtime !== undefined && path.isAbsolute(runtime) && fits(path.join(runtime, 'findling-XXXXXX', SOCKET_FILE)) ? runtime : os.tmpdir();
  const directory = mkdtempSync(path.join(above, 'findling-'));
  const address = path.join(directory, SOCKET_FILE);
  writeFileSync(note, address + '\n', { mode: 0o600 });
  return {
    address,
    remove() {
      rmSync(note, { force: true });
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function listen(server: Server, address: string): Promise<void> {
  // Between bind and chmod the file has the umask's rights: the directory around it is 0700 already, this is the second wall.
  const before = process.platform === 'win32' ? undefined : process.umask(0o177);
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      if (process.platform !== 'win32') chmodSync(address, 0o600);
      resolve();
    });
    // `bind` is done by the time listen returns for a path; files the engine makes later keep their own rights.
    if (before !== undefined) process.umask(before);
  });
}
