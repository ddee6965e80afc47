/**
 * The framing of the engine's socket: `length (4 bytes, big-endian) · header length (4 bytes) · header (JSON, UTF-8) · bytes`.
 * Length counts everything after itself. Bytes of a message (typed arrays of 8 bits) travel behind the header and are named in it by place;
 * all else is JSON. Not `v8.serialize`: the two ends may be different programs with different versions of V8.
 * Pure: no socket here.
 */

import { EngineError } from '../../contract/errors.ts';

/** A preview of a large document is about 2 MB; nothing honest comes near this. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;

const LENGTH_BYTES = 4;
/** Key of the stand-in for bytes. No contract type has a key that starts with NUL. */
const BYTES_KEY = '\0bytes';

/** One frame. Throws `bad-input` when the message has no JSON form or is too large. */
export function encodeFrame(message: unknown, maxBytes: number = MAX_FRAME_BYTES): Buffer {
  const parts: Uint8Array[] = [];
  let offset = 0;
  let text: string | undefined;
  try {
    text = JSON.stringify(message, (_key, value: unknown) => {
      if (!(value instanceof Uint8Array)) return value;
      parts.push(value);
      const place = [offset, value.byteLength];
      offset += value.byteLength;
      return { [BYTES_KEY]: place };
    });
  } catch (error) {
    throw new EngineError('bad-input', 'The message has no JSON form.', { cause: error });
  }
  if (text === undefined) throw new EngineError('bad-input', 'The message has no JSON form.');
  const header = Buffer.from(text, 'utf8');
  const length = LENGTH_BYTES + header.byteLength + offset;
  if (length > maxBytes) throw new EngineError('bad-input', `The message is larger than ${maxBytes} bytes.`, { details: { bytes: length } });
  const start = Buffer.allocUnsafe(2 * LENGTH_BYTES);
  start.writeUInt32BE(length, 0);
  start.writeUInt32BE(header.byteLength, LENGTH_BYTES);
  return Buffer.concat([start, header, ...parts]);
}

/** Cuts a stream of bytes into messages, however it is torn. Throws `bad-input` at the first malformed frame; it is of no use after that. */
export class FrameReader {
  readonly #maxBytes: number;
  /** Received and not yet read; joined only when a whole frame is there, so that a slow large frame is copied once. */
  #chunks: Buffer[] = [];
  #held = 0;
  #expected: number | undefined;

  constructor(maxBytes: number = MAX_FRAME_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** The messages that are complete now. */
  *push(chunk: Buffer): Generator<unknown, void, undefined> {
    this.#chunks.push(chunk);
    this.#held += chunk.byteLength;
    for (;;) {
      if (this.#expected === undefined) {
        if (this.#held < LENGTH_BYTES) return;
        const length = this.#take(LENGTH_BYTES).readUInt32BE(0);
        if (length <= LENGTH_BYTES || length > this.#maxBytes) throw new EngineError('bad-input', `A frame of ${length} bytes is not allowed.`);
        this.#expected = length;
      }
      if (this.#held < this.#expected) return;
      const frame = this.#take(this.#expected);
      this.#expected = undefined;
      yield decode(frame);
    }
  }

  #take(bytes: number): Buffer {
    const first = this.#chunks[0];
    const all = first !== undefined && first.byteLength >= bytes ? first : Buffer.concat(this.#chunks);
    this.#chunks = all === first ? this.#chunks.slice(1) : [];
    this.#held -= bytes;
    if (all.byteLength > bytes) this.#chunks.unshift(all.subarray(bytes));
    return all.subarray(0, bytes);
  }
}

function decode(frame: Buffer): unknown {
  const headerLength = frame.readUInt32BE(0);
  const headerEnd = LENGTH_BYTES + headerLength;
  if (headerLength === 0 || headerEnd > frame.byteLength) throw new EngineError('bad-input', 'A frame has a header longer than itself.');
  const bytes = frame.subarray(headerEnd);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(frame.subarray(LENGTH_BYTES, headerEnd));
    return JSON.parse(text, bytes.byteLength === 0 ? undefined : (_key, value: unknown) => restoreBytes(value, bytes));
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError('bad-input', 'A frame has a header that is not JSON.', { cause: error });
  }
}

function restoreBytes(value: unknown, bytes: Buffer): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, BYTES_KEY)) return value;
  const place = (value as Record<string, unknown>)[BYTES_KEY];
  const [start, length] = Array.isArray(place) ? (place as unknown[]) : [];
  if (!isCount(start) || !isCount(length) || start + length > bytes.byteLength) throw new EngineError('bad-input', 'A frame names bytes that it does not have.');
  // A copy: the frame's memory is shared with other messages.
  return new Uint8Array(bytes.subarray(start, start + length));
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
