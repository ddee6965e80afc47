/**
 * Texts that are longer than the server takes. Pure. They are cut into pieces, each is embedded, and the text's vector is their mean by
 * length: cutting the rest off would make it findable by its beginning alone.
 */

import { estimateTokens } from '../../passage/tokens.ts';

export interface Piece {
  /** Which of the texts it belongs to. */
  readonly owner: number;
  readonly text: string;
}

/** A server that refuses even this has another trouble than length. */
const SHORTEST_PIECE = 64;
/** Estimates are rough and differ by language: a limit learned from one odd text must not chop all others to bits. */
const LEAST_LIMIT_TOKENS = 128;

/** Estimates of a text's tokens are off by this much for some languages and for code. */
const SAFE_SHARE = 0.75;

/** What a server takes, in estimated tokens: by its own word, and by what it was seen to refuse. */
export class LengthLimit {
  #tokens: number;

  /** `tokens`: what the server says it takes; null when it does not say. */
  constructor(tokens: number | null = null) {
    this.#tokens = tokens === null ? Number.POSITIVE_INFINITY : Math.max(LEAST_LIMIT_TOKENS, tokens * SAFE_SHARE);
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** This text alone was too long. */
  refused(text: string): void {
    this.#tokens = Math.max(LEAST_LIMIT_TOKENS, Math.min(this.#tokens, estimateTokens(text) / 2));
  }

  /** The text's pieces as far as is known what passes. Blank pieces are left out. */
  cut(piece: Piece): readonly Piece[] {
    if (piece.text.trim() === '') return [];
    if (estimateTokens(piece.text) <= this.#tokens) return [piece];
    const halves = halve(piece);
    return halves === null ? [piece] : halves.flatMap((half) => this.cut(half));
  }
}

/** Two pieces, parted at the space nearest to the middle where one is near; null when it is short already. */
export function halve({ owner, text }: Piece): readonly [Piece, Piece] | null {
  if (text.length <= SHORTEST_PIECE) return null;
  const middle = Math.floor(text.length / 2);
  const reach = Math.floor(text.length / 8);
  let at = middle;
  for (let distance = 0; distance <= reach; distance++) {
    const place = [middle - distance, middle + distance].find((candidate) => /\s/.test(text.charAt(candidate)));
    if (place === undefined) continue;
    at = place;
    break;
  }
  // Never between the halves of one character.
  if (isLowSurrogate(text.charCodeAt(at))) at += 1;
  return [{ owner, text: text.slice(0, at) }, { owner, text: text.slice(at) }];
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
