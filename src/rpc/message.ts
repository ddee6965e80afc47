/**
 * The wire grammar, once for every pipe: hello first, then call, cancel, subscribe, unsubscribe one way and
 * return, next, error, complete the other. Ids are chosen by the caller and unique within one connection.
 */

import type { WireError } from '../contract/errors.ts';

export type WireMessage =
  | { readonly kind: 'hello'; readonly protocolVersion: number; readonly software: string }
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'subscribe'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'unsubscribe'; readonly id: number }
  | { readonly kind: 'return'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'next'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: WireError }
  | { readonly kind: 'complete'; readonly id: number };

/** Is this a well-formed message? Peers are untrusted: a page, another program on the socket, an older version. */
export function isWireMessage(value: unknown): value is WireMessage {
  if (typeof value !== 'object' || value === null) return false;
  const message = value as Record<string, unknown>;
  if (message['kind'] === 'hello') return typeof message['protocolVersion'] === 'number' && typeof message['software'] === 'string';
  if (!Number.isSafeInteger(message['id'])) return false;
  switch (message['kind']) {
    case 'call':
    case 'subscribe':
      return typeof message['name'] === 'string';
    case 'error': {
      const error = message['error'] as Record<string, unknown> | null | undefined;
      return typeof error === 'object' && error !== null && typeof error['code'] === 'string' && typeof error['message'] === 'string';
    }
    case 'cancel':
    case 'unsubscribe':
    case 'return':
    case 'next':
    case 'complete':
      return true;
    default:
      return false;
  }
}

/** Names to `[input, output]`. A `type`, not an `interface`, so that it has an index signature. */
export type Verbs = Record<string, [unknown, unknown]>;

/** What two ends agree to say: calls answer once, subscriptions give items. */
export interface Protocol {
  calls: Verbs;
  subscriptions: Verbs;
}

export type InputOf<V extends Verbs, N extends keyof V> = V[N][0];
export type OutputOf<V extends Verbs, N extends keyof V> = V[N][1];
