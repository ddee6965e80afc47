/**
 * May this request speak to the engine? Pure. Three walls, each for an attacker the others do not stop:
 *  - Host must be ours: a page of evil.example whose name was re-pointed at 127.0.0.1 (DNS rebinding) is "same-origin" to the
 *    browser, but still sends its own name as Host.
 *  - Origin must be ours when the browser sends one, and must be sent for the socket: any web page may open a WebSocket to
 *    loopback, and browsers apply no same-origin rule to it.
 *  - The token: another user's program on this machine can forge both headers, and does not know it.
 * `0.0.0.0` and `[::1]` are not in the list: we listen on 127.0.0.1 only, so whoever names them reached us some other way.
 */

import { createHash, timingSafeEqual } from 'node:crypto';

export interface GuardedRequest {
  readonly method: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly cookie: string | undefined;
  /** From the address' query. */
  readonly token: string | null;
  /** `socket`: the WebSocket upgrade. `page`: a file. */
  readonly purpose: 'page' | 'socket';
}

export interface GuardOptions {
  readonly port: number;
  readonly token: string;
}

export type Verdict =
  | { readonly ok: true; readonly by: 'token' | 'cookie' }
  | { readonly ok: false; readonly status: 400 | 401 | 403 | 405; readonly reason: string };

/** Cookies of 127.0.0.1 are shared by all its ports: the port in the name keeps two Findlings from overwriting each other. */
export function cookieName(port: number): string {
  return `findling-${port}`;
}

export function judge(request: GuardedRequest, options: GuardOptions): Verdict {
  const hosts = [`127.0.0.1:${options.port}`, `localhost:${options.port}`];
  if (request.method !== 'GET' && request.method !== 'HEAD') return { ok: false, status: 405, reason: 'method' };
  if (request.host === undefined || !hosts.includes(request.host.toLowerCase())) return { ok: false, status: 403, reason: 'host' };
  if (request.origin === undefined) {
    // Browsers always send it with an upgrade; programs have the engine's own socket.
    if (request.purpose === 'socket') return { ok: false, status: 403, reason: 'origin-missing' };
  } else if (request.origin.toLowerCase() !== `http://${request.host.toLowerCase()}`) {
    return { ok: false, status: 403, reason: 'origin' };
  }
  if (request.token !== null) return sameSecret(request.token, options.token) ? { ok: true, by: 'token' } : { ok: false, status: 401, reason: 'token' };
  const values = cookieValues(request.cookie, cookieName(options.port));
  // A second cookie of the name was planted by another port's page; ours is still among them.
  if (values.some((value) => sameSecret(value, options.token))) return { ok: true, by: 'cookie' };
  return { ok: false, status: 401, reason: values.length === 0 ? 'token-missing' : 'cookie' };
}

/** Constant time: hashes have one length, so neither content nor length of the secret shows in the time taken. */
export function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

function cookieValues(header: string | undefined, name: string): readonly string[] {
  return (header ?? '').split(';').map((part) => part.trim()).filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1));
}
