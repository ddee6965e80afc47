/**
 * The address of an embedding server: what a person typed, and whether text sent there stays on this machine. Pure.
 * Only what cannot be anything but this machine counts as local: a literal loopback address, or `localhost` (whose look-up is held to
 * loopback again when it connects, http.ts). Any other name is remote even if it resolves to 127.0.0.1 today: names change.
 * `0.0.0.0` and `::` mean "any address" to a listener and reach different things on different systems, so they are remote too.
 */

import { EngineError } from '../../contract/errors.ts';

export interface ServerAddress {
  /** `http://127.0.0.1:8080`, without a path. */
  readonly origin: string;
  /** Path in front of `/v1`, without a slash at the end: mostly empty. */
  readonly root: string;
  /** Paths under which the API may lie, most likely first: `/v1`, then the bare root. */
  readonly apiPaths: readonly string[];
  /** For people: host and port, never a key. */
  readonly shown: string;
  /** Text sent there does not leave this machine. */
  readonly local: boolean;
}

/** Errors: `bad-input`, which says what is wrong. */
export function readAddress(baseUrl: string | null): ServerAddress {
  if (baseUrl === null || baseUrl.trim() === '') refuse('Give the address of the embedding server, such as http://127.0.0.1:8080/v1.');
  if (!URL.canParse(baseUrl.trim())) refuse('This is not an address. It should look like http://127.0.0.1:8080/v1.');
  const url = new URL(baseUrl.trim());
  if (url.protocol !== 'http:' && url.protocol !== 'https:') refuse('The address must begin with http:// or https://.');
  // `http://localhost@elsewhere.example/` goes elsewhere; and a password in an address ends up in logs and lists.
  if (url.username !== '' || url.password !== '') refuse('The address must not hold a name or a password. Put the key into its own field.');
  if (url.search !== '' || url.hash !== '') refuse('The address must end with its path: leave out what follows "?" or "#".');
  const path = url.pathname.replace(/\/+$/, '').replace(/\/embeddings$/, '');
  const versioned = /^(.*)\/v\d+$/.exec(path);
  return {
    origin: url.origin,
    root: versioned?.[1] ?? path,
    apiPaths: versioned === null ? [`${path}/v1`, path] : [path],
    shown: url.host,
    local: isLoopbackHost(url.hostname),
  };
}

/** `hostname` as URL gives it: lower case, IPv4 in dots however it was written, IPv6 in brackets and shortened. */
export function isLoopbackHost(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return isLoopbackAddress(name.replace(/^\[(.*)\]$/, '$1'));
}

/** An IP address as `dns.lookup` or URL writes it. */
export function isLoopbackAddress(address: string): boolean {
  if (/^127(?:\.\d{1,3}){3}$/.test(address)) return true;
  const lower = address.toLowerCase();
  // IPv4 inside IPv6: `::ffff:127.0.0.1`, which URL writes as `::ffff:7f00:1`.
  return lower === '::1' || /^::ffff:127(?:\.\d{1,3}){3}$/.test(lower) || /^::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}$/.test(lower);
}

/** Error: `remote-not-allowed`, before anything was sent. */
export function requireAllowed(address: ServerAddress, allowRemote: boolean): void {
  if (address.local || allowRemote) return;
  throw new EngineError('remote-not-allowed', `Text of your files would leave this machine for ${address.shown}. Allow it first.`, { details: { host: address.shown } });
}

function refuse(message: string): never {
  throw new EngineError('bad-input', message, { details: { field: 'baseUrl' } });
}
