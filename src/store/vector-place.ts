/**
 * Where vectors live when not in the data directory: a bucket (`s3://`, `gs://`, `az://`) or LanceDB's own service (`db://`). Pure: settings in, what
 * the library is told out. Secrets are named here, so that no message can carry one.
 */

import { EngineError } from '../contract/errors.ts';
import type { VectorSettings } from '../contract/settings.ts';
import { isMissingTable } from './lance-errors.ts';

export interface VectorPlace {
  readonly uri: string;
  /** `bucket`: files that only we look after. `service`: tables that look after themselves. */
  readonly kind: 'bucket' | 'service';
  /** For the library's `connect`. */
  readonly storageOptions: Readonly<Record<string, string>>;
  /** `service` only. */
  readonly apiKey?: string;
  readonly region?: string;
  readonly hostOverride?: string;
  /** Values that must never be shown. */
  readonly secrets: readonly string[];
}

/**
 * For what the person did not set. The library would try for three minutes; a search cannot wait for that, and what waits for the place (vector-store.ts)
 * tries again by itself. A compaction may write one object of some hundred megabytes: `timeout` is for one request.
 */
const BUCKET_DEFAULTS: Readonly<Record<string, string>> = { connect_timeout: '5s', timeout: '60s', client_max_retries: '2', client_retry_timeout: '10' };

/** Short values are words like `true`, whatever they are called: taking them out of a message would only garble it. */
const LEAST_SECRET_CHARACTERS = 4;
const SECRET_NAME = /key|secret|token|password|credential|sas|account/i;

/** null: the data directory. Errors: `bad-input`, which names the option. */
export function vectorPlace(settings: VectorSettings): VectorPlace | null {
  const { uri } = settings;
  if (uri === null) return null;
  if (/^[a-z0-9]+:\/\/[^/]*@/i.test(uri)) throw new EngineError('bad-input', 'The address of the vectors must hold no user name or key: options do.', { details: { field: 'vectors.uri' } });
  const options = new Map(settings.options.map((option): [string, string] => {
    const at = option.indexOf('=');
    return [option.slice(0, at).trim(), option.slice(at + 1)];
  }));
  const secrets = [...options].filter(([name, value]) => SECRET_NAME.test(name) && value.length >= LEAST_SECRET_CHARACTERS).map(([, value]) => value);
  if (!uri.startsWith('db://')) return { uri, kind: 'bucket', storageOptions: { ...BUCKET_DEFAULTS, ...Object.fromEntries(options) }, secrets };

  const take = (...names: readonly string[]): string | undefined => {
    const name = names.find((known) => options.has(known));
    const value = name === undefined ? undefined : options.get(name);
    if (name !== undefined) options.delete(name);
    return value;
  };
  const apiKey = take('apiKey', 'api_key');
  const hostOverride = take('hostOverride', 'host_override');
  const region = take('region');
  if (apiKey === undefined) throw new EngineError('bad-input', 'Vectors at db:// need the option apiKey=….', { details: { field: 'vectors.options' } });
  return {
    uri, kind: 'service', storageOptions: Object.fromEntries(options), secrets, apiKey,
    ...(region === undefined ? {} : { region }), ...(hostOverride === undefined ? {} : { hostOverride }),
  };
}

/** Why a place did not answer or refused, in a few words, from the library's long texts. */
const REASONS: readonly (readonly [RegExp, 'away' | 'refused', string])[] = [
  [/NoSuchBucket|ContainerNotFound|bucket does not exist/i, 'refused', 'there is no such bucket'],
  [/InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|AuthenticationFailed|status: 401|401 Unauthorized|Unauthenticated/i, 'refused', 'the key is not accepted'],
  [/AccessDenied|status: 403|403 Forbidden|PermissionDenied|Permission denied/i, 'refused', 'access is denied'],
  [/BadScheme/, 'refused', 'http:// needs the option allow_http=true'],
  [/failed to parse|Generic Config error|unknown configuration|MissingRegion|invalid.{0,20}(?:url|endpoint)/i, 'refused', 'an option is not valid'],
  [/connection refused|os error 111|os error 61|os error 10061/i, 'away', 'the connection is refused'],
  [/dns error|failed to lookup/i, 'away', 'its name is not known'],
  [/timed? ?out|deadline|kind: Timeout/i, 'away', 'it does not answer in time'],
  [/certificate|tls|ssl/i, 'away', 'no secure connection can be made'],
  [/kind: Connect|tcp connect|error sending request|connection (?:reset|closed|aborted)|broken pipe|IncompleteMessage|HttpError|Hit retry limit|network unreachable|os error 101/i, 'away', 'there is no connection'],
  [/status: 5\d\d|\b50[0234] |SlowDown|ServiceUnavailable|InternalError|status: 429|TooManyRequests/i, 'away', 'it is out of order or overloaded'],
];

/** An error of the place itself, or null when the error is of another kind (a damaged table). No secret is in it. */
export function placeError(error: unknown, place: VectorPlace): EngineError | null {
  const text = error instanceof Error ? error.message : String(error);
  const reason = REASONS.find(([pattern]) => pattern.test(text));
  if (reason === undefined) return null;
  const [, kind, why] = reason;
  const shown = withoutSecrets(place.uri, place);
  return kind === 'away'
    ? new EngineError('vectors-unreachable', `The vectors at ${shown} cannot be reached: ${why}. Names and words go on being found; new vectors wait.`)
    : new EngineError('vectors-refused', `The vectors at ${shown} cannot be used: ${why}.`);
}

/** Objects of a table that are gone or cut short: the table is lost, the place is well. */
export function isDamage(error: unknown): boolean {
  const text = error instanceof Error ? error.message : String(error);
  return /not found[^]*\.lance\/|NoSuchKey|corrupt|magic number|invalid (?:footer|manifest)/i.test(text) && !isMissingTable(error);
}

export function withoutSecrets(text: string, place: VectorPlace): string {
  return place.secrets.reduce((shown, secret) => shown.replaceAll(secret, '…'), text);
}
