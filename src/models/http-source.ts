/**
 * One GET over HTTP or HTTPS, with redirects, proxy and a deadline for silence. Not `fetch`: its proxies and deadlines need a library
 * that Node does not export. Knows nothing of models. Nothing is retried here.
 */

import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { Trouble } from './trouble.ts';

export interface SourceOptions {
  /** `http://host:port` of a proxy; null: the environment's `HTTPS_PROXY` and `HTTP_PROXY`. `NO_PROXY` holds for both. */
  readonly proxy: string | null;
  /** The environment that names proxies. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A server that says nothing for this long is given up. */
  readonly idleMs: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Headers of every answer on the way, redirects included, the first one first. */
  readonly hops: readonly IncomingHttpHeaders[];
  /** Bytes as they come; throws `Trouble` when the connection breaks or falls silent. Must be read to its end or left. */
  body(): AsyncGenerator<Buffer>;
  /** Ends the connection when the body is not wanted. */
  discard(): void;
}

/** Real hubs need two or three; more is a loop. */
const MOST_REDIRECTS = 8;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export class HttpSource {
  readonly #options: SourceOptions;
  #agents: { readonly http: http.Agent; readonly https: https.Agent } | undefined;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  /** Errors: `Trouble`; the signal's reason. An answer of any status is an answer. */
  async get(address: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    const hops: IncomingHttpHeaders[] = [];
    let target = new URL(address);
    // Name and password in a mirror's address are for that host alone; redirects go to storage elsewhere.
    const login = authorization(target);
    const host = target.host;
    for (let redirects = 0; ; redirects++) {
      const request = target.host === host && login !== null ? { ...headers, authorization: login } : headers;
      const response = await this.#once(target, request, signal);
      hops.push(response.headers);
      const location = response.headers.location;
      if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined) return answerOf(response, hops, this.#options.idleMs);
      response.destroy();
      if (redirects >= MOST_REDIRECTS) throw new Trouble('The server sends from address to address without end.', 'final');
      target = nextAddress(target, location);
    }
  }

  close(): void {
    this.#agents?.http.destroy();
    this.#agents?.https.destroy();
    this.#agents = undefined;
  }

  #once(target: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> {
    this.#agents ??= agentsFor(this.#options);
    const agents = this.#agents;
    return new Promise((resolve, reject) => {
      const secure = target.protocol === 'https:';
      const options = { headers: { 'accept-encoding': 'identity', 'user-agent': 'findling', ...headers }, signal };
      const request = secure ? https.get(target, { ...options, agent: agents.https }) : http.get(target, { ...options, agent: agents.http });
      const silence = setTimeout(() => { request.destroy(new Trouble('The server does not answer.', 'again')); }, this.#options.idleMs);
      request.on('response', (response) => {
        clearTimeout(silence);
        resolve(response);
      });
      request.on('error', (error) => {
        clearTimeout(silence);
        reject(signal.aborted ? signal.reason as Error : troubleOf(error, target)); // Whoever aborts gives an Error, or none: then it is a DOMException.
      });
    });
  }
}

function agentsFor({ proxy, environment }: SourceOptions): { readonly http: http.Agent; readonly https: https.Agent } {
  const given = (name: string): string | undefined => environment[name] ?? environment[name.toLowerCase()];
  const noProxy = given('NO_PROXY');
  const proxyEnv = {
    ...(proxy ?? given('HTTP_PROXY')) === undefined ? {} : { HTTP_PROXY: proxy ?? given('HTTP_PROXY') },
    ...(proxy ?? given('HTTPS_PROXY')) === undefined ? {} : { HTTPS_PROXY: proxy ?? given('HTTPS_PROXY') },
    ...noProxy === undefined ? {} : { NO_PROXY: noProxy },
  };
  // Since Node 22.21 agents speak CONNECT and honour NO_PROXY by themselves; the types of Node 22 do not know it yet.
  const options = { keepAlive: true, proxyEnv };
  // The system's certificates too: companies that look into TLS put their own there.
  const ca = [...tls.getCACertificates('default'), ...tls.getCACertificates('system')];
  return { http: new http.Agent(options), https: new https.Agent({ ...options, ca }) };
}

/** Where a redirect leads. Never from TLS to plain text, and to no other protocol. */
function nextAddress(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : null;
  if (to === null || (to.protocol !== 'https:' && to.protocol !== 'http:')) throw new Trouble('The server sends to an address that is none.', 'final');
  if (from.protocol === 'https:' && to.protocol === 'http:') throw new Trouble(`The server sends to ${to.host} without encryption; that is refused.`, 'final');
  return to;
}

function authorization(target: URL): string | null {
  if (target.username === '' && target.password === '') return null;
  const login = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`;
  target.username = '';
  target.password = '';
  return `Basic ${Buffer.from(login).toString('base64')}`;
}

function answerOf(response: IncomingMessage, hops: readonly IncomingHttpHeaders[], idleMs: number): Answer {
  const received = new Received(response, idleMs);
  return { status: response.statusCode ?? 0, headers: response.headers, hops, body: () => received.chunks(), discard: () => response.destroy() };
}

/** Read from the socket before the reader has taken so much: more is left to the network. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;

/**
 * A body as it comes, from the first moment on: a stream that is iterated drops what it has when the connection breaks, and those
 * bytes were paid for.
 */
class Received {
  readonly #response: IncomingMessage;
  readonly #idleMs: number;
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #end: 'whole' | Error | null = null;
  #wake: () => void = () => {};

  constructor(response: IncomingMessage, idleMs: number) {
    this.#response = response;
    this.#idleMs = idleMs;
    response.on('data', (chunk: Buffer) => {
      this.#waiting.push(chunk);
      this.#waitingBytes += chunk.length;
      if (this.#waitingBytes > MOST_WAITING_BYTES) response.pause();
      this.#wake();
    });
    response.on('end', () => { this.#ended('whole'); });
    response.on('error', (error) => { this.#ended(troubleOf(error, null)); });
    response.on('close', () => { this.#ended(new Trouble('The connection broke.', 'again')); });
  }

  async *chunks(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const chunk = this.#waiting.shift();
        if (chunk !== undefined) {
          this.#waitingBytes -= chunk.length;
          if (this.#response.isPaused() && this.#waitingBytes <= MOST_WAITING_BYTES / 2) this.#response.resume();
          yield chunk;
        } else if (this.#end === null) await this.#more();
        else if (this.#end === 'whole') return;
        else throw this.#end;
      }
    } finally {
      this.#response.destroy();
    }
  }

  /** Until something comes, or the server has been silent for too long. Only waiting counts: what the reader does takes its own time. */
  #more(): Promise<void> {
    return new Promise((resolve) => {
      const silence = setTimeout(() => { this.#ended(new Trouble('The server fell silent in the middle.', 'again')); }, this.#idleMs);
      this.#wake = () => {
        clearTimeout(silence);
        this.#wake = () => {};
        resolve();
      };
    });
  }

  #ended(end: 'whole' | Error): void {
    this.#end ??= end;
    this.#wake();
  }
}

/** What cannot become better by itself is final: names of certificates, refusals of the proxy. */
function troubleOf(error: Error, target: URL | null): Error {
  if (error instanceof Trouble || error.name === 'AbortError') return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const host = target === null ? 'The server' : target.host;
  if (/^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_SSL|HOSTNAME_MISMATCH)/.test(code)) {
    return new Trouble(`${host} cannot prove who it is (${code}). A proxy that looks into TLS must have its certificate in the system's store.`, 'final', error);
  }
  if (code === 'ERR_PROXY_TUNNEL') return new Trouble(`The proxy refuses the way to ${host}: ${error.message}`, 'final', error);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new Trouble(`${host} is not found: there is no network, or the address is wrong.`, 'again', error);
  if (code === 'ECONNREFUSED') return new Trouble(`${host} refuses the connection.`, 'again', error);
  return new Trouble(target === null ? 'The connection broke.' : `The connection to ${host} broke.`, 'again', error);
}
