/**
 * One request to an embedding server: JSON in, JSON out. Its rules are about what must not happen: nothing is sent to another host
 * (redirects are never followed, `localhost` is held to loopback), no proxy of the environment is used, no key appears in an error,
 * no answer grows without bound, and a request ends by its deadline. Queries have connections of their own, so that they never
 * stand in line behind bulk work on this side.
 */

import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { EngineError } from '../../contract/errors.ts';
import type { ServerSettings } from '../../contract/settings.ts';
import { isLoopbackAddress, readAddress, requireAllowed, type ServerAddress } from './address.ts';

export type RequestLane = 'query' | 'bulk';

export interface ServerRequest {
  /** From the origin: `/v1/embeddings`. */
  readonly path: string;
  /** POSTed as JSON; without one, GET. */
  readonly body?: unknown;
  readonly lane: RequestLane;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ServerResponse {
  readonly status: number;
  /** Parsed JSON; the text itself when it is none. */
  readonly body: unknown;
  /** What the server asks to wait; null when it does not say. */
  readonly retryAfterMs: number | null;
}

/** 512 vectors of 8,192 floats in decimal are near this. */
const MOST_RESPONSE_BYTES = 128 * 1024 * 1024;
/** One query at a time is typed; some more are superseded ones on their way out. */
const QUERY_CONNECTIONS = 4;
/** A host that does not take a connection by then is not there; answers may take much longer. */
const CONNECT_DEADLINE_MS = 10_000;
const SHOWN_CHARACTERS = 300;
/** A header's value of three letters is no secret, and would blacken words. */
const SHORTEST_SECRET = 4;
/** What a header of the person's must not replace. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'content-type', 'accept', 'accept-encoding']);

export class ServerConnection {
  readonly address: ServerAddress;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #secrets: readonly string[];
  readonly #agents: Readonly<Record<RequestLane, http.Agent>>;
  readonly #lookup: LookupFunction | undefined;

  /** Errors: `bad-input` (no usable address), `remote-not-allowed`. */
  constructor(settings: Pick<ServerSettings, 'baseUrl' | 'key' | 'headers' | 'parallel' | 'allowRemote'>) {
    this.address = readAddress(settings.baseUrl);
    requireAllowed(this.address, settings.allowRemote);
    const headers = Object.fromEntries(settings.headers.map((line) => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()]));
    const allowed = Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()));
    this.#headers = { ...(settings.key === null ? {} : { Authorization: `Bearer ${settings.key}` }), ...Object.fromEntries(allowed) };
    this.#secrets = [settings.key ?? '', ...Object.values(headers)].filter((secret) => secret.length >= SHORTEST_SECRET);
    const protocol = this.address.origin.startsWith('https:') ? https : http;
    this.#agents = {
      query: new protocol.Agent({ keepAlive: true, maxSockets: QUERY_CONNECTIONS }),
      bulk: new protocol.Agent({ keepAlive: true, maxSockets: settings.parallel }),
    };
    this.#lookup = this.address.local && !settings.allowRemote ? loopbackLookup : undefined;
  }

  /**
   * Any HTTP answer resolves; whether it is good is the caller's to judge (failures.ts).
   * Errors: `server-unreachable` (refused, reset, too late, a certificate), `server-refused` (a redirect, too much), `cancelled`.
   */
  async request(request: ServerRequest): Promise<ServerResponse> {
    try {
      return await this.#once(request);
    } catch (error) {
      // A kept connection that the server had closed meanwhile: nothing was read of the request, so it is sent once more.
      if (error instanceof StaleConnection) return await this.#once(request);
      throw error;
    }
  }

  close(): void {
    this.#agents.query.destroy();
    this.#agents.bulk.destroy();
  }

  /** The text without the key or a header's value, and short. */
  redact(text: string): string {
    const clean = this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
    return clean.length > SHOWN_CHARACTERS ? `${clean.slice(0, SHOWN_CHARACTERS)}…` : clean;
  }

  #once({ path, body, lane, deadlineMs, signal }: ServerRequest): Promise<ServerResponse> {
    const { origin, shown } = this.address;
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const send = origin.startsWith('https:') ? https.request : http.request;
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(new EngineError('cancelled'));
      const request = send(new URL(path, origin), {
        method: payload === undefined ? 'GET' : 'POST',
        agent: this.#agents[lane],
        ...(this.#lookup === undefined ? {} : { lookup: this.#lookup }),
        headers: {
          ...this.#headers,
          'Accept': 'application/json',
          ...(payload === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': payload.byteLength }),
        },
      });
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        clearTimeout(connecting);
        signal?.removeEventListener('abort', abort);
        act();
      };
      const fail = (error: Error): void => settle(() => { request.destroy(); reject(error); });
      const abort = (): void => fail(new EngineError('cancelled'));
      const timer = setTimeout(() => fail(unreachable(`The embedding server at ${shown} did not answer within ${Math.round(deadlineMs / 1000)} seconds.`)), deadlineMs);
      let connecting: NodeJS.Timeout | undefined;
      request.on('socket', (socket) => {
        if (!socket.connecting) return;
        connecting = setTimeout(() => fail(unreachable(`The embedding server at ${shown} cannot be reached.`)), CONNECT_DEADLINE_MS);
        socket.once('connect', () => clearTimeout(connecting));
      });
      signal?.addEventListener('abort', abort, { once: true });
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) fail(new StaleConnection());
        else fail(unreachable(`The embedding server at ${shown} ${plainReason(error)}.`, error));
      });
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.byteLength;
          if (bytes > MOST_RESPONSE_BYTES) fail(new EngineError('server-refused', `The embedding server at ${shown} answers with more than Findling reads.`));
          else chunks.push(chunk);
        });
        response.on('aborted', () => fail(unreachable(`The embedding server at ${shown} broke off its answer.`)));
        response.on('error', (error) => fail(unreachable(`The embedding server at ${shown} broke off its answer.`, error)));
        response.on('end', () => settle(() => {
          const status = response.statusCode ?? 0;
          if (status >= 300 && status < 400) return reject(this.#redirected(response.headers.location));
          resolve({ status, body: readBody(Buffer.concat(chunks).toString('utf8')), retryAfterMs: retryAfter(response.headers['retry-after']) });
        }));
      });
      request.end(payload);
    });
  }

  /** Followed, it could lead text and key to another host. */
  #redirected(location: string | undefined): EngineError {
    const target = location !== undefined && URL.canParse(location, this.address.origin) ? new URL(location, this.address.origin).host : 'another place';
    return new EngineError('server-refused', `The embedding server at ${this.address.shown} sends requests on to ${target}. Findling follows no such redirect: enter the right address itself.`);
  }
}

class StaleConnection extends Error {}

function unreachable(message: string, cause?: unknown): EngineError {
  return new EngineError('server-unreachable', message, cause === undefined ? {} : { cause });
}

/** Only loopback addresses, whatever the hosts file says. */
const loopbackLookup: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '', 0);
    const own = addresses.filter(({ address }) => isLoopbackAddress(address));
    const [first] = own;
    if (first === undefined) return callback(Object.assign(new Error(`${hostname} is not this machine`), { code: 'ENOTLOOPBACK' }), '', 0);
    // Node asks for all of them or for one; its type knows both.
    if (options.all === true) callback(null, own);
    else callback(null, first.address, first.family);
  });
};

function plainReason(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED': return 'is not running: the connection was refused';
    case 'ENOTFOUND': case 'EAI_AGAIN': return 'was not found: its name is not known';
    case 'ENOTLOOPBACK': return 'is not on this machine, although its name says so';
    case 'ECONNRESET': case 'EPIPE': return 'closed the connection';
    case 'EHOSTUNREACH': case 'ENETUNREACH': case 'ETIMEDOUT': return 'cannot be reached from this network';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT': case 'SELF_SIGNED_CERT_IN_CHAIN': case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE': return 'shows a certificate that this machine does not trust';
    case 'CERT_HAS_EXPIRED': return 'shows a certificate that has expired';
    case 'ERR_TLS_CERT_ALTNAME_INVALID': return 'shows a certificate of another name';
    case 'EPROTO': return 'does not speak https here; try http';
    default: return `does not answer (${error.code ?? error.message})`;
  }
}

function readBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // A proxy's page or Python's NaN: the caller says what it expected instead.
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** Seconds or a date. */
function retryAfter(header: string | undefined): number | null {
  if (header === undefined) return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
